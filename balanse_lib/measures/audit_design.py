"""The regression behind an effect audit: columns, and the smallest effect they can show."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
import pandas as pd
from scipy import linalg, stats

from balanse_lib import periods
from balanse_lib.measures.audit_plan import Floats, PlannedMeasure, months_since
from balanse_lib.measures.audit_settings import AuditSettings

_DEPENDENT = 1e-9  # what is left of a column of length 1


def effect_columns(
    months: Sequence[str], *, measure: PlannedMeasure, slope: bool = False
) -> Floats:
    """Columns of the effect: the ramp, and with `slope` the months since the start after it."""
    profile = measure.profile(months)
    since = np.clip(months_since(months, measure.start), 0.0, None)
    return np.column_stack([profile, since] if slope else [profile])


def background_columns(
    months: Sequence[str], *, settings: AuditSettings, covariates: pd.DataFrame | None = None
) -> Floats:
    """Columns of what the line would have done anyway: level, trend, season, breaks, covariates.

    `covariates` has the same months as index (control series, activity, price index, and other
    measures on the same line).

    >>> months = periods.month_range("2023-01", "2025-06")
    >>> background_columns(months, settings=AuditSettings()).shape   # 1 + trend + 11 months
    (30, 13)
    """
    count = len(months)
    columns = [np.ones(count)]
    if settings.trend:
        columns.append(months_since(months, months[0]) / periods.MONTHS_IN_YEAR)
    if settings.season:
        number = np.array([periods.parse_period(month)[1] for month in months])
        columns += [(number == k).astype(float) for k in np.unique(number)[1:]]
    for first, last in settings.breaks:
        inside = np.array([first <= month <= last for month in months], dtype=float)
        columns += [inside] if 0 < inside.sum() < count else []
    if covariates is not None:
        columns += list(covariates.reindex(list(months)).to_numpy(dtype=float).T)
    return np.column_stack(columns)


def detection_multiplier(df: float = np.inf, *, level: float = 0.95, power: float = 0.80) -> float:
    """Standard errors that an effect must measure to be found with the given power.

    t(1 − (1 − level)/2) + t(power), with df degrees of freedom of the residual.

    >>> round(detection_multiplier(), 2)
    2.8
    """
    return float(stats.t.ppf((1 + level) / 2, df) + stats.t.ppf(power, df))


def detectable_effect(
    design: Floats, *, contrast: Floats, sd: float, multiplier: float = 2.8
) -> float:
    """Smallest effect a design can show when the monthly noise is independent.

    multiplier · sd · √(c′(X′X)⁻¹c), in the unit of `sd`; the lower bound for noise that lingers.

    >>> start = (np.arange(30) >= 24).astype(float)      # 24 months before, 6 after
    >>> simple = np.column_stack([np.ones(30), start])
    >>> round(detectable_effect(simple, contrast=np.array([0.0, 1.0]), sd=0.5), 3)
    0.639
    """
    solved = np.linalg.lstsq(design.T @ design, contrast, rcond=None)[0]
    return multiplier * sd * sqrt(float(contrast @ solved))


def independent_columns(columns: Floats) -> Floats:
    """Columns without those that others already make up (a break that is a season, say).

    >>> independent_columns(np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 1.0]])).shape
    (2, 2)
    """
    size = np.linalg.norm(columns, axis=0)
    scaled = columns[:, size > 0] / size[size > 0]
    _, r, order = linalg.qr(scaled, mode="economic", pivoting=True)
    kept = np.sort(order[: len(r)][np.abs(np.diag(r)) > _DEPENDENT])
    return columns[:, size > 0][:, kept]


def is_separable(background: Floats, effect: Floats) -> bool:
    """Whether the effect can be told from the background at all."""
    both = np.column_stack([background, effect])
    kept = independent_columns(background).shape[1] + effect.shape[1]
    return bool(independent_columns(both).shape[1] == kept < len(both))

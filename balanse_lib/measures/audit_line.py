"""One line of the accounts and one measure, put into a regression and estimated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.measures.audit_design import (
    background_columns,
    effect_columns,
    independent_columns,
    is_separable,
)
from balanse_lib.measures.audit_fit import NOISE, Estimate, fit_effect, search_factor, whiten
from balanse_lib.measures.audit_plan import Floats, PlannedMeasure, months_since
from balanse_lib.measures.audit_settings import AuditSettings


@dataclass(frozen=True)
class Line:
    """A line of the accounts by month, million, + improves the result.

    `covariates` (same months) are what else moves it: the same line in units without the measure,
    other measures on the line, activity, a price index.
    """

    name: str
    amounts: pd.Series
    covariates: pd.DataFrame | None = None


@dataclass(frozen=True)
class Regression:
    """A line ready to be estimated: only months in which everything is known.

    `contrast` makes of the coefficients the effect of a month at full strength.
    """

    months: tuple[str, ...]
    amounts: Floats
    background: Floats
    effect: Floats
    contrast: Floats
    since: Floats

    @property
    def place(self) -> Floats:
        """Number of each month, counted from the first."""
        return months_since(self.months, self.months[0])

    @property
    def separable(self) -> bool:
        """Whether the effect can be told from everything else."""
        return is_separable(self.background, self.effect)

    def estimate(self) -> Estimate:
        """Distribution of the effect of a month at full strength."""
        return fit_effect(
            self.amounts,
            background=self.background,
            effect=self.effect,
            contrast=self.contrast,
            place=self.place,
        )


def prepare(
    line: Line, *, measure: PlannedMeasure, settings: AuditSettings, months: Sequence[str] = ()
) -> Regression:
    """Regression of a line on a measure; `months` are those the effect is summed over."""
    known = line.amounts.notna()
    if line.covariates is not None:
        covariates = line.covariates.reindex(line.amounts.index)
        known &= covariates.notna().all(axis=1)
    used = [str(month) for month in line.amounts.index[known]]
    background = background_columns(used, settings=settings, covariates=line.covariates)
    totals = effect_columns(list(months) or used, measure=measure, slope=settings.slope).sum(axis=0)
    return Regression(
        months=tuple(used),
        amounts=line.amounts[known].to_numpy(dtype=float),
        background=independent_columns(background),
        effect=effect_columns(used, measure=measure, slope=settings.slope),
        contrast=totals / (totals[0] if totals[0] > 0 else 1.0),
        since=months_since(used, measure.start),
    )


def placebo_ratios(
    regression: Regression, *, measure: PlannedMeasure, settings: AuditSettings, best: int
) -> Floats:
    """T ratios of the same measure at starts before the real one, from the months before it only.

    What the line does by itself: a real effect must stand out from it. The noise is taken as in
    the likeliest point of the audit itself.
    """
    before = regression.since < 0
    months = [month for month, early in zip(regression.months, before, strict=True) if early]
    whitener, _ = whiten(tuple(regression.place[before].astype(int)), noise=NOISE[best])
    background = independent_columns(regression.background[before])
    amounts, columns = whitener @ regression.amounts[before], whitener @ background
    last = len(months) - settings.min_after
    ratios = []
    for first in range(settings.placebo_before, last + 1, settings.placebo_step):
        profile = replace(measure, start=months[first]).profile(months)[:, None]
        if is_separable(background, profile):
            ratios.append(t_ratio(amounts, background=columns, column=whitener @ profile))
    return np.array(ratios)


def t_ratio(amounts: Floats, *, background: Floats, column: Floats) -> float:
    """Return the t ratio of one column beside independent background columns (Frisch–Waugh).

    >>> level, start = np.ones((4, 1)), np.array([[0.0], [0.0], [1.0], [1.0]])
    >>> ratio = t_ratio(np.array([1.0, 3.0, 5.0, 7.0]), background=level, column=start)
    >>> round(ratio, 6)      # means 2 and 6, sd √2 in each half: 4 / (√2·√(1/2 + 1/2))
    2.828427
    """
    both = np.column_stack([amounts[:, None], column])
    rest = both - background @ np.linalg.lstsq(background, both, rcond=None)[0]
    value, effect = rest.T
    coefficient = (effect @ value) / (effect @ effect)
    left = value - coefficient * effect
    error = np.sqrt(left @ left / (len(amounts) - background.shape[1] - 1) / (effect @ effect))
    return float(coefficient / error) if error > 0 else 0.0


def search_start(
    line: Line, *, measure: PlannedMeasure, settings: AuditSettings, rng: np.random.Generator
) -> tuple[str, float]:
    """Likeliest start near the told one, and how much wider the search makes the interval."""
    span = range(-settings.search_months, settings.search_months + 1)
    starts = [periods.shift(measure.start, k) for k in span]
    regression = prepare(line, measure=measure, settings=settings)
    best = regression.estimate().best
    whitener, _ = whiten(tuple(regression.place.astype(int)), noise=NOISE[best])
    profiles = [replace(measure, start=start).profile(regression.months) for start in starts]
    effects = whitener @ np.column_stack(profiles)
    background, amounts = whitener @ regression.background, whitener @ regression.amounts
    ratios = [
        abs(t_ratio(amounts, background=background, column=column[:, None])) for column in effects.T
    ]
    factor = search_factor(background, effects=effects, level=settings.level, rng=rng)
    return starts[int(np.argmax(ratios))], factor

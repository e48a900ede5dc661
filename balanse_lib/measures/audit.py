"""Effect audit: whether the measure shows in the accounts, and how much of its plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan

import numpy as np

from balanse_lib import periods
from balanse_lib.measures.audit_fit import Estimate
from balanse_lib.measures.audit_line import (
    Line,
    placebo_ratios,
    prepare,
    search_start,
)
from balanse_lib.measures.audit_plan import KNOWN_RAMPS, PlannedMeasure, months_since
from balanse_lib.measures.audit_settings import AuditSettings
from balanse_lib.measures.audit_verdict import FOUND, INCONCLUSIVE, TOO_EARLY, classify_effect
from balanse_lib.measures.displacement import Displacement, find_displacement

STANDARD = AuditSettings()


@dataclass(frozen=True)
class Audit:
    """What the accounts say about one measure; million, + improves the result; NaN: not estimated.

    Attributes
    ----------
    verdict, reason : see `classify_effect`.
    start : first month of effect that was used; months_before, months_after : with accounts.
    effect_per_month, low, high : effect of a month at full strength and its interval.
    planned_per_month : what the plan promised for such a month.
    detectable : smallest effect per month that this design finds with the stated power, the placebo
        rule included; it does not depend on the effect that was found.
    placebo_low, placebo_high : range of effects at starts where nothing started, at the precision
        of this audit; NaN where there is no room for any.
    in_year_effect, in_year_low, in_year_high, planned_in_year : sums over the fiscal year's months
        from the start to the last month; the plan counted from the same start.
    realisation_rate, rate_sd : measured over planned, same months, and its standard deviation.
    displacement, displaced : in-year effect on the unit's other lines that became worse, and which.
    """

    measure_id: str
    verdict: str
    reason: str
    start: str
    months_before: int
    months_after: int
    effect_per_month: float = nan
    low: float = nan
    high: float = nan
    planned_per_month: float = nan
    detectable: float = nan
    placebo_low: float = nan
    placebo_high: float = nan
    in_year_effect: float = nan
    in_year_low: float = nan
    in_year_high: float = nan
    planned_in_year: float = nan
    realisation_rate: float = nan
    rate_sd: float = nan
    displacement: float = nan
    displaced: tuple[str, ...] = ()


def audit_line(
    line: Line,
    *,
    measure: PlannedMeasure,
    others: Sequence[Line] = (),
    settings: AuditSettings = STANDARD,
    fiscal_start: int = 1,
    rng: np.random.Generator | None = None,
) -> Audit:
    """Audit a measure on its line, up to the line's last month.

    y = level + trend + season + γ′covariates + β·ramp + noise that lingers (`audit_fit`). In-year
    effect = β · Σ ramp, a saving on a cost line positive. `others` are the unit's other lines, for
    displacement. `rng` is needed only when the start is searched.

    >>> import pandas as pd
    >>> months = periods.month_range("2023-01", "2025-06")
    >>> costs = pd.Series([-10.0] * 24 + [-8.0] * 6, index=months)     # 24 × 10, then 6 × 8
    >>> found = audit_line(Line("4000", costs), measure=PlannedMeasure("a", 24.0, "2025-01"))
    >>> round(found.in_year_effect, 6), round(found.realisation_rate, 6)
    (12.0, 1.0)
    """
    obstacle = find_obstacle(line, measure=measure, settings=settings)
    if obstacle is not None:
        return obstacle
    measure, factor = _fix_start(line, measure=measure, settings=settings, rng=rng)
    in_year = _months_in_year(line, start=measure.start, fiscal_start=fiscal_start)
    regression = prepare(line, measure=measure, settings=settings, months=in_year)
    estimate = regression.estimate()
    placebos = placebo_ratios(
        regression, measure=measure, settings=settings, best=estimate.best
    ) * float(estimate.scale[estimate.best])
    moved = find_displacement(others, measure=measure, settings=settings, months=in_year)
    found = _judge(estimate, factor, placebos, moved, measure=measure, settings=settings)
    since = regression.since
    return replace(
        _add_year(found, strength=float(measure.profile(in_year).sum()), moved=moved),
        months_before=int((since < 0).sum()),
        months_after=int((since >= 0).sum()),
    )


def find_obstacle(line: Line, *, measure: PlannedMeasure, settings: AuditSettings) -> Audit | None:
    """Verdict without a look at the effect, when there is no ground for one; else None."""
    known = [str(month) for month in line.amounts.index[line.amounts.notna()]]
    since = months_since(known, measure.start)
    before, after = int((since < 0).sum()), int((since >= 0).sum())

    def answer(verdict: str, reason: str) -> Audit:
        return Audit(measure.measure_id, verdict, reason, measure.start, before, after)

    if not (isfinite(measure.full_year_effect) and measure.full_year_effect > 0):
        return answer(INCONCLUSIVE, "no_planned_effect")
    if measure.ramp not in KNOWN_RAMPS:
        return answer(INCONCLUSIVE, "ramp_not_known")
    if after - settings.search_months < settings.min_after:
        return answer(TOO_EARLY, "months_after")
    if before - settings.search_months < settings.min_before:
        return answer(INCONCLUSIVE, "months_before")
    if not prepare(line, measure=measure, settings=settings).separable:
        return answer(INCONCLUSIVE, "not_separable")
    return None


def _fix_start(
    line: Line,
    *,
    measure: PlannedMeasure,
    settings: AuditSettings,
    rng: np.random.Generator | None,
) -> tuple[PlannedMeasure, float]:
    if not settings.search_months:
        return measure, 1.0
    if rng is None:
        raise ValueError("search_months: the cost of the search is drawn, give an rng")
    start, factor = search_start(line, measure=measure, settings=settings, rng=rng)
    return replace(measure, start=start), factor


def _months_in_year(line: Line, *, start: str, fiscal_start: int) -> list[str]:
    last = str(line.amounts.index[-1])
    year = periods.fiscal_year(last, start=fiscal_start)
    months = periods.months_of_year(year, start=fiscal_start)
    return [month for month in months if start <= month <= last]


def _judge(
    estimate: Estimate,
    factor: float,
    placebos: np.ndarray,
    moved: Displacement,
    *,
    measure: PlannedMeasure,
    settings: AuditSettings,
) -> Audit:
    """Verdict of an estimate: interval, what is detectable, placebo range, in this order."""
    low, high = (estimate.quantile((1 + sign * settings.level) / 2) for sign in (-1, 1))
    low, high = (estimate.effect + factor * (end - estimate.effect) for end in (low, high))
    placebo_low, placebo_high = (
        (float(placebos.min()), float(placebos.max())) if placebos.size else (nan, nan)
    )
    bar = max((high - low) / 2, np.nan_to_num(placebo_high, nan=0.0))
    power = (estimate.quantile(settings.power) - estimate.quantile(1 - settings.power)) / 2
    detectable = bar + power
    verdict, reason = classify_effect(
        low, high, planned=measure.per_month, detectable=detectable, displaced=moved.amount < 0
    )
    if verdict in FOUND and estimate.effect <= placebo_high:
        verdict, reason = INCONCLUSIVE, "inside_placebo_range"
    return Audit(
        measure.measure_id,
        verdict,
        reason,
        measure.start,
        months_before=0,
        months_after=0,
        effect_per_month=estimate.effect,
        low=low,
        high=high,
        planned_per_month=measure.per_month,
        detectable=detectable,
        placebo_low=placebo_low,
        placebo_high=placebo_high,
        realisation_rate=estimate.effect / measure.per_month,
        rate_sd=factor * estimate.sd / measure.per_month,
    )


def _add_year(found: Audit, *, strength: float, moved: Displacement) -> Audit:
    return replace(
        found,
        in_year_effect=strength * found.effect_per_month,
        in_year_low=strength * found.low,
        in_year_high=strength * found.high,
        planned_in_year=strength * found.planned_per_month,
        displacement=strength * moved.amount,
        displaced=moved.lines,
    )

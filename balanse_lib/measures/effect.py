"""Planned effect of a measure by month: how it phases in, stands still, fades, carries over."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from balanse_lib import params, periods
from balanse_lib.measures.ramps import active_months, ramp_strength, season_weights

YEAR = periods.MONTHS_IN_YEAR


@dataclass(frozen=True)
class PhasedEffect:
    """Planned effect by month of this fiscal year and the next, million, + improves the result.

    >>> effect = PhasedEffect(by_month=(0.0,) * 9 + (0.5, 1.0, 1.0) + (1.0,) * 12)
    >>> effect.in_year, effect.next_year, effect.carry_over
    (2.5, 12.0, 9.5)
    """

    by_month: tuple[float, ...]

    @property
    def in_year(self) -> float:
        """Effect in this fiscal year."""
        return float(sum(self.by_month[:YEAR]))

    @property
    def next_year(self) -> float:
        """Effect in the next fiscal year."""
        return float(sum(self.by_month[YEAR:]))

    @property
    def carry_over(self) -> float:
        """What next year's result improves by, compared with this year's: next − this."""
        return self.next_year - self.in_year


def phase_effect(  # noqa: PLR0913 (the arguments are the register's own columns)
    full_year: float,
    *,
    start_month: int,
    ramp: str = "step",
    ramp_len: float = 1,
    delay: int = 0,
    pause: tuple[int, int] | None = None,
    kept_in_pause: float = 1.0,
    season: Sequence[float] | None = None,
    thresholds: params.Thresholds | None = None,
) -> PhasedEffect:
    """Planned effect of one measure over this fiscal year and the next.

    p(t) = full_year/12 · g(months of work since start + delay). `start_month` counts from 1 = first
    month of the fiscal year; 0 and below lie in earlier years. `pause` names its first and last
    month in the same count; g does not grow in it, and `kept_in_pause` of the effect stays.
    `season` weighs the months of the fiscal year; full_year is shared out by it. The whole of a
    one-off comes in its first month.

    >>> effect = phase_effect(12.0, start_month=4, ramp="linear", ramp_len=4)
    >>> effect.by_month[3:8], effect.in_year, effect.carry_over
    ((0.25, 0.5, 0.75, 1.0, 1.0), 7.5, 4.5)
    """
    _require_numbers(full_year=full_year, ramp_len=ramp_len, kept_in_pause=kept_in_pause)
    _require_whole(start_month=start_month, delay=delay)
    if delay < 0:
        raise ValueError(f"delay is {delay}: give 0 or more months")
    first, last = pause or (1, 0)
    if pause and first > last:
        raise ValueError(f"pause {pause}: its first month lies after its last")
    month = np.arange(1, 2 * YEAR + 1)
    work, stands_still = active_months(
        month, start=start_month + delay, pause_from=first, pause_to=last
    )
    strength = ramp_strength(
        work,
        stands_still=stands_still,
        ramp=ramp,
        ramp_len=ramp_len,
        season=np.tile(season_weights(season), 2),
        thresholds=thresholds,
    )
    kept = np.where(stands_still, kept_in_pause, 1.0)
    return PhasedEffect(tuple((full_year / YEAR * strength * kept).tolist()))


def late_start_cost(
    full_year: float,
    *,
    start_month: int,
    months_late: int,
    ramp: str = "step",
    ramp_len: float = 1,
) -> float:
    """Effect of this year that is lost by starting later, million.

    The same arithmetic prices a budget that is handed out late.

    >>> late_start_cost(12.0, start_month=4, months_late=2, ramp="linear", ramp_len=4)
    2.0
    """
    on_time = phase_effect(full_year, start_month=start_month, ramp=ramp, ramp_len=ramp_len)
    late = phase_effect(
        full_year, start_month=start_month, ramp=ramp, ramp_len=ramp_len, delay=months_late
    )
    return on_time.in_year - late.in_year


@dataclass(frozen=True)
class Overlap:
    """Measures on one base, million: summed one by one, together, and what was counted twice."""

    naive: float
    combined: float
    overlap: float


def combine_overlap(base: float, shares: Sequence[float]) -> Overlap:
    """Effect of measures that each take a share of what is left of one base.

    combined = base · (1 − Π(1 − share)); it never exceeds the base.

    >>> together = combine_overlap(40.0, [0.20, 0.25])
    >>> together.naive, round(together.combined, 6), round(together.overlap, 6)
    (18.0, 16.0, 2.0)
    """
    _require_numbers(base=base)
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError(f"share is {share}: a measure takes between 0 and 1 of its base")
    naive = base * sum(shares)
    combined = base * (1 - prod(1 - share for share in shares))
    return Overlap(naive=naive, combined=combined, overlap=naive - combined)


def _require_numbers(**values: float) -> None:
    for name, value in values.items():
        if not np.isfinite(value):
            raise ValueError(f"{name} is {value}: give a finite number (missing is not zero)")


def _require_whole(**values: float) -> None:
    for name, value in values.items():
        if value != int(value):
            raise ValueError(f"{name} is {value}: give a whole number of months")

"""A measure as an effect audit is told it: how much, from when, growing how."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from balanse_lib import periods
from balanse_lib.measures.ramps import ramp_strength

Floats = npt.NDArray[np.float64]
KNOWN_RAMPS = ("step", "linear", "logistic")


def months_since(months: Sequence[str], start: str) -> Floats:
    """Months from the start to each month: 0 in the first month of effect, negative before it.

    >>> months_since(["2024-12", "2025-01", "2025-03"], "2025-01").tolist()
    [-1.0, 0.0, 2.0]
    """
    number = [12 * year + month for year, month in map(periods.parse_period, [start, *months])]
    return np.array(number[1:], dtype=float) - number[0]


def ramp_profile(since: Floats, *, ramp: str, ramp_len: int = 1) -> Floats:
    """Part of full strength by month since the start; 0 before it.

    step 1; linear min(1, (u + 1)/L); logistic the same climb as an S that reaches 1 at L. A
    one-off is proved by its voucher, and a season of its own or a decay by nobody's plan.

    >>> ramp_profile(np.arange(-1.0, 5.0), ramp="linear", ramp_len=4).tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """
    if ramp not in KNOWN_RAMPS:
        raise ValueError(f"ramp {ramp!r} cannot be audited: choose one of {', '.join(KNOWN_RAMPS)}")
    work = np.maximum(since + 1, 0.0).astype(np.int64)
    still = np.zeros(work.shape, dtype=bool)
    return ramp_strength(
        work, stands_still=still, ramp=ramp, ramp_len=ramp_len, season=np.ones(work.shape)
    )


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure as the audit is told it *before* it looks at the accounts.

    full_year_effect : effect of a whole year at full strength, million, + improves the result.
    start : first month of effect; ramp, ramp_len : how it grows to full strength.
    """

    measure_id: str
    full_year_effect: float
    start: str
    ramp: str = "step"
    ramp_len: int = 1

    @property
    def per_month(self) -> float:
        """Planned effect of a month at full strength."""
        return self.full_year_effect / 12

    def profile(self, months: Sequence[str]) -> Floats:
        """Part of full strength in each month: 0 before the start.

        >>> told = PlannedMeasure("a", 12.0, start="2025-04", ramp="linear", ramp_len=4)
        >>> float(told.profile(periods.months_of_year(2025)).sum())      # .25 + .5 + .75 + 6
        7.5
        """
        since = months_since(months, self.start)
        return ramp_profile(since, ramp=self.ramp, ramp_len=self.ramp_len)

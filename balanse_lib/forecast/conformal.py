"""Width of totals learnt from the panel's own earlier years, apart for 80 and 95 %."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from balanse_lib.forecast.kernels import FloatArray

# Years share their shocks, so it is years that count, not series: a factor learnt from one year
# weighs a half. Windows guard a small panel.
YEARS_FOR_HALF = 1.0
WINDOWS_FOR_HALF = 25.0
MIN_YEARS = 2
# What the factors are shrunk towards: the mean of what the development panels needed, halved.
BASE_80, BASE_95 = 1.03, 1.12
INNER, OUTER = float(ndtri(0.90)), float(ndtri(0.975))


@dataclass(frozen=True)
class Recalibration:
    """Factors on the distance from the median, and how many windows and years taught them."""

    factor_80: float
    factor_95: float
    n_windows: int
    n_years: int

    def factor(self, probability: FloatArray) -> FloatArray:
        """Factor at a probability: that of 80 % up to P10/P90, that of 95 % from P2.5/P97.5.

        >>> Recalibration(1.0, 2.0, 300, 3).factor(np.array([0.5, 0.9, 0.975])).tolist()
        [1.0, 1.0, 2.0]
        """
        distance = np.abs(ndtri(probability))
        return np.asarray(np.interp(distance, [INNER, OUTER], [self.factor_80, self.factor_95]))

    def widen(self, totals: FloatArray) -> FloatArray:
        """Draws of totals (series × draws) moved from or to their median by their rank."""
        if self.factor_80 == self.factor_95 == 1.0:
            return totals
        ranks = totals.argsort(axis=1).argsort(axis=1)
        factors = self.factor((np.arange(totals.shape[1]) + 0.5) / totals.shape[1])
        median = np.median(totals, axis=1, keepdims=True)
        return median + factors[ranks] * (totals - median)


NEUTRAL = Recalibration(1.0, 1.0, 0, 0)


def learn_recalibration(years: Sequence[tuple[FloatArray, FloatArray]]) -> Recalibration:
    """Factors that would have made the intervals of earlier totals hold their promise.

    `years` holds, per earlier year, the outcome (windows; NaN = not known) and the draws made
    beforehand (windows × draws). Each year gives the 80 (95) % quantile over its windows of
    distance from the median / half-width on that side; the median year is shrunk
    towards what other panels needed, which also serves while there are too few years.
    """
    known = [
        (outcome[ok], draws[ok]) for outcome, draws in years if (ok := np.isfinite(outcome)).any()
    ]
    n_years, n_windows = len(known), sum(len(outcome) for outcome, _ in known)
    trust = n_years / (n_years + YEARS_FOR_HALF) * n_windows / (n_windows + WINDOWS_FOR_HALF)
    if n_years < MIN_YEARS:
        return Recalibration(BASE_80, BASE_95, n_windows, n_years)
    factors = [
        np.median([needed_factor(outcome, draws, coverage=coverage) for outcome, draws in known])
        for coverage in (0.80, 0.95)
    ]
    factor_80, factor_95 = (
        float(base * (factor / base) ** trust)
        for factor, base in zip(factors, (BASE_80, BASE_95), strict=True)
    )
    return Recalibration(factor_80, factor_95, n_windows, n_years)


def needed_factor(outcome: FloatArray, draws: FloatArray, *, coverage: float) -> float:
    """Factor on the half-widths with which the interval would have covered its share of outcomes.

    >>> needed_factor(np.array([3.0]), np.array([[-1.0, 0.0, 1.0]]), coverage=0.8).__round__(6)
    3.75
    """
    tail = (1 - coverage) / 2
    low, median, high = np.quantile(draws, [tail, 0.5, 1 - tail], axis=1)
    half_width = np.where(outcome > median, high - median, median - low)
    spread = half_width > 0
    distance = np.abs(outcome - median)[spread] / half_width[spread]
    return float(np.quantile(distance, coverage)) if len(distance) else 1.0

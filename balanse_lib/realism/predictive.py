"""The distribution a reported forecast is held against, and what a figure in it costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import norm

from balanse_lib.realism import require
from balanse_lib.realism.run_rate import Measure, sum_measures

Floats = NDArray[np.float64]
# Beyond so many standard deviations a normal quantile is below any level that is asked for.
_FAR = 10.0


@dataclass(frozen=True)
class Predictive:
    """Year-end result: sample paths plus an independent normal part, million.

    `paths` are year-end totals; `mean` and `sd` belong to measures that the paths do not know,
    added without a draw, so that the same paths always give the same numbers.
    """

    paths: Floats
    mean: float = 0.0
    sd: float = 0.0

    @property
    def mu(self) -> float:
        """Expected year-end result."""
        return float(self.paths.mean()) + self.mean

    @property
    def spread(self) -> float:
        """Standard deviation of the year-end result."""
        return sqrt(float(self.paths.var()) + self.sd**2)

    def draws(self, rng: np.random.Generator) -> Floats:
        """As many draws as there are paths, in random order; the normal part by its quantiles.

        >>> sorted(Predictive(np.array([1.0, 2.0]), 1.0).draws(np.random.default_rng(1)).tolist())
        [2.0, 3.0]
        """
        normal = ndtri((np.arange(len(self.paths)) + 0.5) / len(self.paths))
        return rng.permutation(self.paths + self.mean + self.sd * rng.permutation(normal))

    def p_reach(self, figure: float) -> float:
        """Probability that the outcome is at least a figure.

        >>> Predictive(np.array([1.0, 2.0, 3.0, 4.0])).p_reach(3.0)
        0.5
        """
        over = self.paths + self.mean - figure
        return float((ndtr(over / self.sd) if self.sd else over >= 0).mean())

    def quantile(self, level: float) -> float:
        """Figure that the outcome stays below with probability `level`.

        >>> Predictive(np.array([0.0]), mean=5.0, sd=1.0).quantile(0.5).__round__(9)
        5.0
        """
        if not self.sd:
            return float(np.quantile(self.paths, level)) + self.mean
        low = float(self.paths.min()) + self.mean - _FAR * self.sd
        high = float(self.paths.max()) + self.mean + _FAR * self.sd
        return float(brentq(lambda figure: 1 - self.p_reach(figure) - level, low, high, xtol=1e-9))

    def unused(self, figure: float) -> float:
        """Price of prudence: expected max(0, outcome − figure), money not used in time.

        >>> Predictive(np.array([0.0, 10.0])).unused(4.0)
        3.0
        """
        over = self.paths + self.mean - figure
        if not self.sd:
            return float(np.maximum(over, 0.0).mean())
        z = over / self.sd
        return float((over * ndtr(z) + self.sd * norm.pdf(z)).mean())

    def shortfall(self, figure: float) -> float:
        """Price of optimism: expected max(0, figure − outcome).

        >>> Predictive(np.array([0.0, 10.0])).shortfall(4.0)
        2.0
        """
        return self.unused(figure) - (self.mu - figure)


def add_measures(paths: Floats, *, measures: Iterable[Measure]) -> Predictive:
    """Distribution with measures (planned, mean, sd of realisation) not yet in the run rate.

    >>> add_measures(np.zeros(2), measures=[(30, 0.6, 0.2)]).mu
    18.0
    """
    return Predictive(paths, *sum_measures(measures))


def quantile_from_cost(cost_ratio: float) -> float:
    """Quantile to report when overstating by 1 costs `cost_ratio` times understating by 1.

    q = 1/(1 + c): equal costs give P50, an overstatement that costs twice as much gives P33.

    >>> quantile_from_cost(1.0), quantile_from_cost(3.0)
    (0.5, 0.25)
    """
    require.positive(cost_ratio=cost_ratio)
    return 1 / (1 + cost_ratio)

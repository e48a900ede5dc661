"""A portfolio in closed form: the normal approximation."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from balanse_lib.measures.portfolio import usual_correlation


@dataclass(frozen=True)
class NormalPortfolio:
    """Sum of the measures' effects taken as normal, million."""

    mean: float
    sd: float
    sd_independent: float

    def quantile(self, level: float) -> float:
        """Effect that the portfolio stays below with probability `level`."""
        return self.mean + NormalDist().inv_cdf(level) * self.sd

    def p_reach(self, effect: float) -> float:
        """Probability that the portfolio gives at least `effect`."""
        if self.sd == 0:
            return float(self.mean >= effect)
        return 1 - NormalDist(self.mean, self.sd).cdf(effect)


def normal_portfolio(
    planned: Sequence[float],
    *,
    mean: Sequence[float],
    sd: Sequence[float],
    correlation: float | None = None,
) -> NormalPortfolio:
    """Portfolio of planned effects E with rates of given mean and sd, correlated by ρ.

    mean = Σ E·m; sd² = (1 − ρ)·Σ (E·s)² + ρ·(Σ E·s)².

    >>> both = normal_portfolio([3.0, 4.0], mean=[1.0, 0.5], sd=[1.0, 1.0], correlation=0.0)
    >>> both.mean, both.sd
    (5.0, 5.0)
    """
    correlation = usual_correlation() if correlation is None else correlation
    effects, means, sds = (np.asarray(values, dtype=float) for values in (planned, mean, sd))
    if not len(effects) == len(means) == len(sds):
        raise ValueError(
            f"{len(effects)} effects, {len(means)} means, {len(sds)} sds: give as many"
        )
    if not np.isfinite([effects, means, sds]).all() or (sds < 0).any() or not 0 <= correlation <= 1:
        raise ValueError("give finite numbers, sds of at least 0 and a correlation between 0 and 1")
    spread = effects * sds
    alone, together = float((spread**2).sum()), float(spread.sum()) ** 2
    return NormalPortfolio(
        mean=float(effects @ means),
        sd=sqrt((1 - correlation) * alone + correlation * together),
        sd_independent=sqrt(alone),
    )

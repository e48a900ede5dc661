"""How forecasts did: hits, bias, cost of prudence and of optimism, and whether that is chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy
from scipy.stats import binom, binomtest, chi2

from balanse_lib import terms
from balanse_lib.realism import require

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ForecastScore:
    """Record of one kind of forecast over `n` trust-years, million.

    `hit_rate`: share of outcomes at least as good as the forecast. `bias` and `mae`: mean and mean
    absolute forecast error (outcome − forecast). `unused`: mean max(0, error), the cost of
    prudence; `shortfall`: mean max(0, −error), the cost of optimism. `pinball`: mean loss of the
    forecast as a quantile; lower is better.
    """

    n: int
    hits: int
    hit_rate: float
    bias: float
    mae: float
    unused: float
    shortfall: float
    pinball: float


def score_forecast(
    forecast: Sequence[float], *, outcome: Sequence[float], level: float = 0.35
) -> ForecastScore:
    """Score forecasts against outcomes; `level` is the quantile the pinball loss is taken at.

    >>> score_forecast([10.0, 0.0], outcome=[12.0, -4.0]).shortfall
    2.0
    """
    require.same_length(forecast=forecast, outcome=outcome)
    require.share(level=level)
    error = np.array([terms.forecast_error(o, f) for o, f in zip(outcome, forecast, strict=True)])
    if not np.isfinite(error).all():
        raise ValueError("a forecast or outcome is missing: leave out years that are not known")
    hits = int((error >= 0).sum())
    return ForecastScore(
        n=len(error),
        hits=hits,
        hit_rate=hits / len(error),
        bias=float(error.mean()),
        mae=float(np.abs(error).mean()),
        unused=float(np.maximum(error, 0.0).mean()),
        shortfall=float(np.maximum(-error, 0.0).mean()),
        pinball=float(np.where(error >= 0, level * error, (level - 1) * error).mean()),
    )


@dataclass(frozen=True)
class Calibration:
    """Whether `hits` of `n` agree with the promised hit rate `target`.

    `kupiec_lr` is Kupiec's likelihood ratio, χ² with one degree of freedom under the promise
    (`p_kupiec`); `p_exact` the two-sided exact binomial p value; `low`–`high` the 95 %
    Clopper–Pearson interval of the true rate; `at_most` and `at_least` the chances of so few and so
    many hits if the promise holds.
    """

    n: int
    hits: int
    target: float
    kupiec_lr: float
    p_kupiec: float
    p_exact: float
    low: float
    high: float
    at_most: float
    at_least: float


def check_calibration(hits: int, *, n: int, target: float) -> Calibration:
    """Test a number of hits against the promised rate; 0.65 for a P35.

    >>> check_calibration(2, n=8, target=0.65).at_most.__round__(4)
    0.0253
    """
    _require_counts(hits, n=n, target=target)
    miss = n - hits
    promised = xlogy(hits, target) + xlogy(miss, 1 - target)
    observed = xlogy(hits, hits / n) + xlogy(miss, miss / n)
    ratio = max(0.0, float(2 * (observed - promised)))
    exact = binomtest(hits, n, target)
    interval = exact.proportion_ci(0.95, method="exact")
    return Calibration(
        n=n,
        hits=hits,
        target=target,
        kupiec_lr=ratio,
        p_kupiec=float(chi2.sf(ratio, 1)),
        p_exact=float(exact.pvalue),
        low=float(interval.low),
        high=float(interval.high),
        at_most=float(binom.cdf(hits, n, target)),
        at_least=float(binom.sf(hits - 1, n, target)),
    )


def calibration_power(n: int, *, target: float, true_rate: float, size: float = 0.05) -> float:
    """Chance that the exact test with `n` trust-years finds out that the true rate is another.

    >>> calibration_power(8, target=0.65, true_rate=0.35).__round__(2)   # rejects at ≤ 2 hits
    0.43
    """
    require.share(true_rate=true_rate, size=size)
    _require_counts(0, n=n, target=target)
    counts = range(n + 1)
    rejected = [hits for hits in counts if binomtest(hits, n, target).pvalue <= size]
    return float(binom.pmf(rejected, n, true_rate).sum())


def _require_counts(hits: int, *, n: int, target: float) -> None:
    require.finite(hits=hits, n=n, target=target)
    if n < 1 or not 0 <= hits <= n:
        raise ValueError(f"{hits} hits of {n}: give at least one trust-year and at most n hits")
    if not 0 < target < 1:
        raise ValueError(f"target is {target}: a promised hit rate lies between 0 and 1")


def brier_score(p_reach: Sequence[float], *, reached: Sequence[bool]) -> float:
    """Mean squared distance between the probability told and what happened; lower is better.

    >>> brier_score([1.0, 0.5], reached=[True, False])
    0.125
    """
    require.same_length(p_reach=p_reach, reached=reached)
    for probability in p_reach:
        require.share(p_reach=probability)
    told, came = np.asarray(p_reach, dtype=float), np.asarray(reached, dtype=float)
    return float(((told - came) ** 2).mean())

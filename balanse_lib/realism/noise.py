"""How much a month's recurring deviation swings, and how much of a swing carries over."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]
# Beyond this a year of months cannot tell persistent noise from another level.
MAX_RHO = 0.9
MIN_MONTHS = 12


@dataclass(frozen=True)
class Noise:
    """Standard deviation (million) and lag-1 autocorrelation of `n` monthly deviations.

    The deviation of a whole year from its budget is no noise: each year's mean is taken out.
    """

    sd: float
    rho: float
    n: int


def estimate_noise(deviations: pd.DataFrame) -> Noise | None:
    """Estimate AR(1) noise around each year's own mean; None with less than a year of months.

    `deviations` is fiscal year × month (missing: NaN). Taking out a mean makes both the squares and
    the products of neighbours too small; σ and ρ are those whose expected sums equal the observed
    ones: with C = ρ^|i−j| and the centring M, E Σe² = σ²·tr(MCM) and E Σeₜeₜ₊₁ = σ²·Σ(MCM)ₜ,ₜ₊₁.
    ρ is kept within ±0.9.

    >>> noise = estimate_noise(pd.DataFrame([[1.0, -1.0] * 6]))
    >>> noise.n, noise.rho   # every month the opposite of the one before
    (12, -0.9)
    """
    rows = deviations.to_numpy(dtype=float)
    used = [row for row in rows if np.isfinite(row).sum() >= 2]
    n = int(sum(np.isfinite(row).sum() for row in used))
    if n < MIN_MONTHS:
        return None
    squares, products = np.sum([_sums(_centre(row)) for row in used], axis=0)
    if squares == 0:
        return None
    rho = _solve_rho(used, float(products / squares))
    return Noise(sd=float(np.sqrt(squares / _expected(used, rho)[0])), rho=rho, n=n)


def noise_around_profile(past: pd.DataFrame, *, planned: bool) -> Noise | None:
    """Noise around the mean month of Y complete years.

    Taking the mean out leaves (1 − 1/Y) of the variance; a new year held against that mean
    (`planned` false) has (1 + 1/Y) of it.
    """
    y = len(past)
    if y < 2:
        return None
    found = estimate_noise(past - past.mean())
    if found is None:
        return None
    factor = 1 / (1 - 1 / y) * (1 if planned else 1 + 1 / y)
    return Noise(sd=found.sd * factor**0.5, rho=found.rho, n=found.n)


def _centre(row: Floats) -> Floats:
    return np.asarray(np.outer(row - np.nanmean(row), row - np.nanmean(row)))


def _sums(products: Floats) -> Floats:
    """Sum of squares and of products of neighbouring months; missing months count nowhere."""
    return np.array([np.nansum(np.diag(products)), np.nansum(np.diag(products, 1))])


def _expected(rows: list[Floats], rho: float) -> Floats:
    """Expected sums over all years for σ = 1."""
    total = np.zeros(2)
    for row in rows:
        months = np.flatnonzero(np.isfinite(row))
        covariance = rho ** np.abs(np.subtract.outer(months, months)).astype(float)
        centring = np.eye(len(months)) - 1 / len(months)
        whole = np.full((len(row), len(row)), np.nan)
        whole[np.ix_(months, months)] = centring @ covariance @ centring
        total += _sums(whole)
    return total


def _solve_rho(rows: list[Floats], observed: float) -> float:
    def ahead(rho: float) -> float:
        squares, products = _expected(rows, rho)
        return float(products / squares) - observed

    if ahead(-MAX_RHO) >= 0:
        return -MAX_RHO
    return MAX_RHO if ahead(MAX_RHO) <= 0 else float(brentq(ahead, -MAX_RHO, MAX_RHO))

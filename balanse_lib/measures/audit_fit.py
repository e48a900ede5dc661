"""Regression with noise that lingers: what is not known of the noise is averaged over.

Noise of a month: AR(1) with ρ, plus a level that walks with q times the AR(1) variance a month.
Generalised least squares at each (ρ, q) of a grid (the whole grid in one batch; at each point it
equals statsmodels' GLS, a test says), weighed by the restricted likelihood of the data: the effect
is then a mixture of Student-t with the residual's degrees of freedom. Not knowing the noise's
memory is thus paid for in width, where Newey–West errors reject far too often in samples this
short.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
from scipy import optimize, stats

from balanse_lib.measures.audit_plan import Floats

RHOS = (0.0, 0.2, 0.4, 0.6, 0.8)
WALKS = (0.0, 0.003, 0.01, 0.03, 0.1)
NOISE = tuple((rho, ratio) for rho in RHOS for ratio in WALKS)
# Little memory is somewhat likelier than much (assumption; the error rates are in the benchmark).
PRIOR = np.outer((0.30, 0.25, 0.20, 0.15, 0.10), (0.24, 0.22, 0.20, 0.18, 0.16)).ravel()
_EXACT = 1e-11  # of the size of the data: below it a fit is exact, and all that is left is rounding


@dataclass(frozen=True)
class Estimate:
    """Distribution of one effect: Student-t with `df` at each point of the grid, mixed.

    center, scale, weight : by point; ρ and q of the likeliest point say how the noise lingers.
    """

    center: Floats
    scale: Floats
    weight: Floats
    df: int
    best: int

    @property
    def effect(self) -> float:
        """Mean effect."""
        return float(self.weight @ self.center)

    @property
    def sd(self) -> float:
        """Standard deviation of the effect."""
        tails = self.df / (self.df - 2) if self.df > 2 else np.inf
        spread = self.weight @ (self.scale**2 * tails + (self.center - self.effect) ** 2)
        return sqrt(float(spread))

    @property
    def t_ratio(self) -> float:
        """Effect over its standard error at the likeliest point."""
        scale = self.scale[self.best]
        return float(self.center[self.best] / scale) if scale > 0 else float("inf")

    def below(self, value: float) -> float:
        """Probability that the effect is below a value."""
        return float(self.weight @ stats.t.cdf((value - self.center) / self.scale, self.df))

    def quantile(self, level: float) -> float:
        """Quantile of the effect."""
        ends = self.center + self.scale * stats.t.ppf(level, self.df)
        low, high = float(ends.min()), float(ends.max())
        if high - low <= 1e-9 * float(self.scale.max()):
            return low
        found: float = optimize.brentq(lambda value: self.below(value) - level, low, high)
        return found

    @property
    def p_value(self) -> float:
        """Two-sided p value of no effect."""
        below = self.below(0.0)
        return 2 * min(below, 1 - below)


def fit_effect(
    values: Floats, *, background: Floats, effect: Floats, contrast: Floats, place: Floats
) -> Estimate:
    """Distribution of contrast′·β, β the coefficients of the `effect` columns.

    `place` numbers the months, so that a month without accounts leaves a gap in the noise.
    """
    whiteners, log_dets = noise_grid(tuple(place.astype(int)))
    columns = np.column_stack([background, effect, values])
    upper: Floats = np.linalg.qr(whiteners @ columns).R
    r, rhs, rest = upper[:, :-1, :-1], upper[:, :-1, -1:], upper[:, -1, -1]
    weights = np.zeros((len(r), r.shape[1], 1))
    weights[:, background.shape[1] :, 0] = contrast
    df = len(values) - r.shape[1]
    rss = np.maximum(rest**2, _EXACT**2 * max(float(values @ values), 1e-300))
    along = np.linalg.solve(r.transpose(0, 2, 1), weights)  # c′R⁻¹ of each point
    center = (along * rhs).sum(axis=(1, 2))
    scale = np.sqrt(rss / df * (along**2).sum(axis=(1, 2)))
    log_det_design = 2 * np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(axis=1)
    likelihood = np.log(PRIOR) - (log_dets + log_det_design + df * np.log(rss)) / 2
    weight = np.exp(likelihood - likelihood.max())
    return Estimate(center, scale, weight / weight.sum(), df, int(weight.argmax()))


@lru_cache(maxsize=16)
def noise_grid(place: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Whitening matrices and log determinants of the noise at each (ρ, q)."""
    whiteners, log_dets = zip(*(whiten(place, noise=noise) for noise in NOISE), strict=True)
    return np.array(whiteners), np.array(log_dets)


def whiten(place: tuple[int, ...], *, noise: tuple[float, float]) -> tuple[Floats, float]:
    """Matrix that makes the noise (ρ, q) of these months independent, and its log determinant.

    >>> whiten((0, 1), noise=(0.0, 3.0))[0].round(9).tolist()   # variances 1 and 1 + 3
    [[1.0, 0.0], [0.0, 0.5]]
    """
    rho, ratio = noise
    at = np.array(place, dtype=float)
    lag, walk = np.abs(at[:, None] - at), np.minimum(at[:, None], at) - at.min()
    covariance: Floats = rho**lag + ratio * walk
    lower = np.linalg.cholesky(covariance)
    whitener: Floats = np.linalg.solve(lower, np.eye(len(at)))
    return whitener, 2 * float(np.log(np.diag(lower)).sum())


def search_factor(
    background: Floats,
    *,
    effects: Floats,
    level: float,
    rng: np.random.Generator,
    draws: int = 4000,
) -> float:
    """How much wider an interval must be when the start was chosen as the best of several.

    Quantile of max|t| over the candidate columns `effects` when there is no effect, drawn, over the
    quantile of a single |t|; columns as they are after whitening.
    """
    basis, _ = np.linalg.qr(background)
    noise = rng.standard_normal((draws, len(background)))
    noise -= noise @ basis @ basis.T
    columns = effects - basis @ (basis.T @ effects)
    along = noise @ (columns / np.linalg.norm(columns, axis=0))
    df = len(background) - background.shape[1] - 1
    rest = (noise**2).sum(axis=1, keepdims=True) - along**2
    largest = np.abs(along / np.sqrt(rest / df)).max(axis=1)
    single = stats.t.ppf((1 + level) / 2, df)
    return max(1.0, float(np.quantile(largest, level) / single))

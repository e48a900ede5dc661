"""Predictive distribution of one block of series: a mixture of Student-t over scales and points."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from scipy.special import gammaln, stdtr, stdtrit

from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.forecast.layout import IntArray
from balanse_lib.forecast.panel import Block, PanelFit
from balanse_lib.forecast.scales import TINY, Scaled, widen_axes

NEWTON_STEPS = 8
# A Newton step squares what is wrong: from here the next error is about its square.
LAST_STEP = 1e-5
SERIES_AT_ONCE = 1024
# A constant series has no spread; this keeps the division by it finite.
SMALLEST_WIDTH = 1e-60

# Distribution function and density at unitless values.
Distribution = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True)
class Mixture:
    """Student-t components of some series that share their months, on their scales.

    `weights`, `sds`: series × scales × points; `means`: … × horizon; `roots`: points × horizon²,
    so a path is mean + sd·(root·normal)·√(dof/χ²), taken back from its scale, times `unit`.
    """

    rows: IntArray
    scaled: tuple[Scaled, ...]
    weights: FloatArray
    means: FloatArray
    sds: FloatArray
    roots: FloatArray
    dof: int

    @property
    def unit(self) -> FloatArray:
        """Largest absolute value of each series."""
        return self.scaled[0].unit[self.rows]


@lru_cache(maxsize=1)  # the median of a panel and its totals ask for the same one
def build_mixture(fit: PanelFit, block: Block, *, first: int, ahead: int) -> Mixture:
    """Mixture of the first `ahead` months of the series of a block from the `first` on."""
    rows = block.rows[first : first + SERIES_AT_ONCE]
    predict = np.stack([p.weights[:ahead] for p in block.predictors])
    points, horizon, months = predict.shape
    flat = predict.reshape(points * horizon, months).T
    means = np.empty((len(rows), len(fit.scaled), points * horizon))
    sds = np.sqrt(fit.squares[rows] / (block.observed - 1))
    for s, own in enumerate(fit.scaled):
        spread = own.spread[rows][:, None]
        np.matmul(own.matrix[rows, :months] * spread, flat, out=means[:, s])
        means[:, s] += own.centre[rows][:, None]
        sds[:, s] *= spread
    means = means.reshape(*sds.shape, horizon)
    roots = np.stack([p.root[:ahead, :ahead] for p in block.predictors])
    return Mixture(rows, fit.scaled, fit.weights[rows], means, sds, roots, block.observed - 1)


def iterate_mixtures(fit: PanelFit, *, ahead: int | None = None) -> Iterator[Mixture]:
    """Mixtures of the first `ahead` months of a fit, a manageable number of series at a time."""
    ahead = fit.horizon if ahead is None else ahead
    for block in fit.blocks:
        for first in range(0, len(block.rows), SERIES_AT_ONCE):
            yield build_mixture(fit, block, first=first, ahead=ahead)


def mixture_quantiles(mixture: Mixture, levels: FloatArray) -> FloatArray:
    """Quantiles of every month (series × levels × horizon) in the series' unit.

    On each scale the components are gathered into one Student-t with the same mean and variance;
    the mixture over scales is then solved for each level. Against draws the gathering moves a
    quantile by some hundredths of the 80 % interval at most months.
    """
    share = mixture.weights.sum(axis=2).T[:, :, None, None]
    centre, sd = gather_points(mixture)
    z = centre[:, :, None] + sd[:, :, None] * stdtrit(mixture.dof, levels)[:, None]
    by_scale = np.stack(
        [own.restore(z[s], rows=mixture.rows) for s, own in enumerate(mixture.scaled)]
    )
    low = np.where(share > 0, by_scale, np.inf).min(axis=0)
    high = np.where(share > 0, by_scale, -np.inf).max(axis=0)
    distribution = partial(_distribution, mixture, share=share, centre=centre, sd=sd)
    wanted = levels[:, None]
    low, high = _part_at_zero(distribution, wanted, low=low, high=high)
    start = (share * by_scale).sum(axis=0)
    value = _solve(distribution, wanted, start=start, low=low, high=high)
    return np.asarray(value * widen_axes(mixture.unit, 3))


def _part_at_zero(
    distribution: Distribution, wanted: FloatArray, *, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Brackets that end at zero, where the scales that know no negative values heap them up."""
    if (low > 0).all():
        return low, high
    below, at_zero = (distribution(np.full_like(low, value))[0] for value in (-TINY, 0.0))
    low = np.where(wanted > below, np.maximum(low, 0.0), low)
    return low, np.where(wanted <= at_zero, np.minimum(high, 0.0), high)


def _solve(
    distribution: Distribution,
    wanted: FloatArray,
    *,
    start: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """Values with the wanted probability below them, by Newton steps kept inside the brackets."""
    value = np.clip(start, low, high)
    for _ in range(NEWTON_STEPS):
        cdf, density = distribution(value)
        error = np.where(low < high, cdf - wanted, 0.0)
        low, high = np.where(error < 0, value, low), np.where(error > 0, value, high)
        step = value - error / np.maximum(density, 1e-300)
        inside = (step >= low) & (step <= high)
        value = np.where(inside, step, (low + high) / 2)
        if inside.all() and np.abs(error).max(initial=0.0) < LAST_STEP:
            break
    return value


def gather_points(mixture: Mixture) -> tuple[FloatArray, FloatArray]:
    """Centre and width (scales × series × horizon) of one Student-t in place of the grid's."""
    share = mixture.weights.sum(axis=2, keepdims=True)
    weights = mixture.weights / np.where(share > 0, share, 1.0)
    unit_variance = (mixture.roots**2).sum(axis=2)
    # from the first component, so that rounding leaves a constant series constant
    first = mixture.means[:, :, 0]
    apart = mixture.means - first[:, :, None]
    shift = np.einsum("isg,isgh->ish", weights, apart)
    between = np.einsum("isg,isgh->ish", weights, np.square(apart, out=apart)) - shift**2
    within = (weights * mixture.sds**2) @ unit_variance
    sd = np.sqrt(within + np.maximum(between, 0.0))
    return (first + shift).swapaxes(0, 1), sd.swapaxes(0, 1)


def _distribution(
    mixture: Mixture, value: FloatArray, *, share: FloatArray, centre: FloatArray, sd: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Distribution function and density of the mixture over scales at unitless values."""
    cdf, density = np.zeros_like(value), np.zeros_like(value)
    dof = mixture.dof
    log_constant = gammaln((dof + 1) / 2) - gammaln(dof / 2) - 0.5 * np.log(dof * np.pi)
    for s, own in enumerate(mixture.scaled):
        held = share[s] if own.name == "raw" else share[s] * (value >= 0)
        on_scale, log_slope = own.convert(value, rows=mixture.rows)
        width = np.maximum(sd[s], SMALLEST_WIDTH)[:, None]
        z = (on_scale - centre[s][:, None]) / width
        cdf += held * stdtr(dof, z)
        log_density = log_constant - (dof + 1) / 2 * np.log1p(z**2 / dof) + log_slope
        density += held * np.exp(log_density) / width
    return cdf, density

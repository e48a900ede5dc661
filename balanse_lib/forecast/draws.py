"""Sample paths: scale, then variance ratios, then σ², then the months together.

One pool of standardised errors serves every series. It holds every normal vector with its
opposite and is whitened, so its mean is 0 and its covariance I exactly; the σ² factors are
stratified. Each series takes the pool in its own random order, so paths of different series
are independent; paths that move together come from `draw_joint`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.forecast.layout import IntArray
from balanse_lib.forecast.mixture import Mixture, iterate_mixtures
from balanse_lib.forecast.panel import PanelFit

SMALLEST_POOL = 512


@dataclass(frozen=True)
class Pool:
    """Standard normal vectors (size × horizon) and the tail probability of each one's σ²."""

    normals: FloatArray
    tails: FloatArray

    @property
    def size(self) -> int:
        """Number of errors in the pool."""
        return len(self.tails)


def draw_pool(rng: np.random.Generator, *, n_paths: int, horizon: int) -> Pool:
    """Balanced pool large enough for `n_paths` paths.

    >>> pool = draw_pool(np.random.default_rng(0), n_paths=10, horizon=2)
    >>> bool(np.allclose(pool.normals.T @ pool.normals / pool.size, np.eye(2)))
    True
    """
    half = max(SMALLEST_POOL, n_paths + n_paths % 2, 4 * horizon) // 2
    normals = rng.standard_normal((half, horizon))
    root = np.linalg.cholesky(normals.T @ normals / half)
    normals = np.linalg.solve(root, normals.T).T
    strata = (rng.permutation(2 * half) + rng.random(2 * half)) / (2 * half)
    return Pool(np.concatenate([normals, -normals]), strata)


def draw_paths(
    mixture: Mixture, pool: Pool, *, n_paths: int, rng: np.random.Generator
) -> Iterator[tuple[FloatArray, IntArray]]:
    """Paths (n_paths × horizon) of each series in turn, and the random place each path takes.

    The paths come sorted by component; only in their random places are they independent of
    those of other series.
    """
    count, scales, points, horizon = mixture.means.shape
    errors = np.matmul(pool.normals, np.swapaxes(mixture.roots, 1, 2))
    errors *= np.sqrt(mixture.dof / chdtri(mixture.dof, pool.tails))[:, None]
    errors = errors.reshape(points * pool.size, horizon)
    cumulative = mixture.weights.reshape(count, scales * points).cumsum(axis=1)
    means = mixture.means.reshape(count, scales * points, horizon)
    sds = mixture.sds.reshape(count, scales * points)
    unit = mixture.unit
    steps = np.arange(n_paths)
    first_error = np.tile(np.arange(points) * pool.size, scales)
    for i in range(count):
        marks = (steps + rng.random()) / n_paths * cumulative[i, -1]
        component = np.searchsorted(cumulative[i], marks, side="right")
        taken = first_error.take(component) + rng.permutation(pool.size)[:n_paths]
        path = errors.take(taken, axis=0)
        path *= sds[i].take(component)[:, None]
        path += means[i].take(component, axis=0)
        bounds = np.searchsorted(component, np.arange(scales + 1) * points)
        restore_sorted(mixture, path, series=i, bounds=bounds)
        path *= unit[i]
        yield path, rng.permutation(n_paths)


def restore_sorted(mixture: Mixture, path: FloatArray, *, series: int, bounds: IntArray) -> None:
    """Take paths sorted by scale back from it; scale s has those from `bounds[s]` on."""
    for s, own in enumerate(mixture.scaled):
        run = slice(bounds[s], bounds[s + 1])
        if own.name != "raw" and run.start < run.stop:
            path[run] = own.restore(path[run], rows=mixture.rows[series])


def draw_fit(
    fit: PanelFit, *, n_paths: int, rng: np.random.Generator, ahead: int | None = None
) -> Iterator[tuple[int, FloatArray, IntArray]]:
    """Paths of every series of a fit: its row in the panel, the paths and their places.

    Only the first `ahead` months are drawn; all of the horizon when not given.
    """
    ahead = fit.horizon if ahead is None else ahead
    pool = draw_pool(rng, n_paths=n_paths, horizon=ahead)
    for mixture in iterate_mixtures(fit, ahead=ahead):
        drawn = draw_paths(mixture, pool, n_paths=n_paths, rng=rng)
        for row, (path, places) in zip(mixture.rows, drawn, strict=True):
            yield int(row), path, places


def draw_totals(fit: PanelFit, *, n_paths: int, rng: np.random.Generator) -> FloatArray:
    """Sum over the horizon of every path, without keeping the months; NaN where not fitted."""
    totals = np.full((len(fit.weights), n_paths), np.nan)
    months = np.ones(fit.horizon)
    for row, path, places in draw_fit(fit, n_paths=n_paths, rng=rng):
        totals[row, places] = path @ months
    return totals

"""Year-end draws of one series at many origins, each from the months known there and no others."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from balanse_lib import periods
from balanse_lib.forecast.draws import draw_fit
from balanse_lib.forecast.grid import Grid, read_grid
from balanse_lib.forecast.panel import Model, PanelFit, fit_panel
from balanse_lib.params import base_prior

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
LONGEST = periods.MONTHS_IN_YEAR - 1
ORIGINS_AT_ONCE = 32


def draw_rest(
    values: Floats, *, known: Ints, left: Ints, rng: np.random.Generator, n_paths: int
) -> Floats:
    """Sum of the months left of the year, origins × draws.

    `values` are the months of one series (NaN: not booked), `known` counts those each origin may
    see, `left` the months it has to reach. Scale, standardisation and weights are those of the
    months seen, and every origin takes the same random numbers, so neither later months nor other
    origins change its draws.
    """
    rest = np.empty((len(known), n_paths))
    for rows, fit in _fit_origins(values, known):
        for row, alone in _one_by_one(fit):
            for _, path, places in draw_fit(alone, n_paths=n_paths, rng=deepcopy(rng)):
                rest[rows[row], places] = path[:, : left[rows[row]]].sum(axis=1)
    return rest


def _fit_origins(values: Floats, known: Ints) -> Iterator[tuple[Ints, PanelFit]]:
    """Fits of some origins at a time: a panel whose series are the same one, cut at each origin."""
    grid = read_grid(base_prior())
    order = np.argsort(known, kind="stable")
    for first in range(0, len(order), ORIGINS_AT_ONCE):
        rows = order[first : first + ORIGINS_AT_ONCE]
        seen = np.arange(known[rows].max()) < known[rows][:, None]
        panel = np.where(seen, values[: seen.shape[1]], np.nan)
        fit = fit_panel(panel, model=Model(grid, LONGEST), ends=known[rows])
        yield rows, _unlearn_prior(fit, grid)


def _unlearn_prior(fit: PanelFit, grid: Grid) -> PanelFit:
    """Weigh every origin by itself: what the panel learnt came from later origins too.

    Posterior ∝ likelihood × prior, so dividing by the learnt prior leaves the likelihood.
    """
    scales = fit.weights.shape[1]
    likelihood = fit.weights / fit.prior.reshape(fit.weights.shape[1:])
    weights = likelihood * (np.tile(grid.weights, (scales, 1)) / scales)
    return replace(fit, weights=weights / weights.sum(axis=(1, 2), keepdims=True))


def _one_by_one(fit: PanelFit) -> Iterator[tuple[int, PanelFit]]:
    for block in fit.blocks:
        for row in block.rows:
            alone = replace(block, rows=np.array([row], dtype=np.intp))
            yield int(row), replace(fit, blocks=(alone,))

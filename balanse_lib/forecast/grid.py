"""The grid of variance ratios and the prior weight of each of its points."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.forecast.kernels import KERNELS, FloatArray

REGRESSOR_RATIOS = (0.0, 0.1, 3.0)


@dataclass(frozen=True)
class Grid:
    """Variance ratios to the irregular (points × parts) and their prior weight (sums to 1)."""

    parts: tuple[str, ...]
    ratios: FloatArray
    weights: FloatArray

    @property
    def size(self) -> int:
        """Number of grid points."""
        return len(self.weights)


def read_grid(table: pd.DataFrame) -> Grid:
    """Grid from a table with one column per part and a column `weight`.

    >>> grid = read_grid(pd.DataFrame({"level": [0.0, 0.1], "weight": [1.0, 3.0]}))
    >>> grid.parts, grid.weights.tolist()
    (('level',), [0.25, 0.75])
    """
    parts = tuple(name for name in KERNELS if name in table.columns)
    weights = table["weight"].to_numpy(dtype=float)
    return Grid(parts, table[list(parts)].to_numpy(dtype=float), weights / weights.sum())


def cross_regressors(grid: Grid) -> Grid:
    """Grid repeated for no, a shrunk and a free effect of the regressors, equally likely.

    >>> grid = read_grid(pd.DataFrame({"level": [0.1], "weight": [1.0]}))
    >>> cross_regressors(grid).ratios.tolist()
    [[0.1, 0.0], [0.1, 0.1], [0.1, 3.0]]
    """
    copies = len(REGRESSOR_RATIOS)
    ratios = np.column_stack(
        [np.repeat(grid.ratios, copies, axis=0), np.tile(REGRESSOR_RATIOS, grid.size)]
    )
    weights = np.repeat(grid.weights, copies) / copies
    return Grid((*grid.parts, "regressors"), ratios, weights)

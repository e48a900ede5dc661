"""Covariances of the parts of a monthly series: level, drift, slope and season.

Every part is a Gaussian process over the months t = 0, 1, … since the first month of the series,
with its variance given as a ratio to the variance of the irregular. Written with a = min(i, j).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SEASON_LENGTH = 12
REVERSION = 0.9
DAMPING = 0.9


def level_kernel(months: int) -> FloatArray:
    """Random walk: the level moves by an independent step each month; cov = a.

    >>> level_kernel(3).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 2.0]]
    """
    t = np.arange(months, dtype=float)
    return np.asarray(np.minimum.outer(t, t))


def reverting_kernel(months: int) -> FloatArray:
    """Level that comes back: a shock fades by a tenth a month; cov = φ^|i−j| / (1 − φ²).

    >>> reverting_kernel(2).round(3).tolist()
    [[5.263, 4.737], [4.737, 5.263]]
    """
    t = np.arange(months)
    return np.asarray(REVERSION ** np.abs(np.subtract.outer(t, t)) / (1 - REVERSION**2))


def drift_kernel(months: int) -> FloatArray:
    """Straight line with an unknown slope; cov = i·j (its anchor is absorbed by the mean).

    >>> drift_kernel(3).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 2.0, 4.0]]
    """
    t = np.arange(months, dtype=float)
    return np.asarray(np.multiply.outer(t, t))


def slope_kernel(months: int) -> FloatArray:
    """Slope that itself is a random walk; cov = a(a+1)(2a+1)/6 + |i−j|·a(a+1)/2.

    >>> slope_kernel(3).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 2.0, 5.0]]
    """
    t = np.arange(months, dtype=float)
    a = np.minimum.outer(t, t)
    distance = np.abs(np.subtract.outer(t, t))
    return np.asarray(a * (a + 1) * (2 * a + 1) / 6 + distance * a * (a + 1) / 2)


def damped_kernel(months: int) -> FloatArray:
    """Momentum that fades: the sum of a mean-reverting slope with φ = 0.9.

    >>> damped_kernel(2).round(3).tolist()
    [[0.0, 0.0], [0.0, 5.263]]
    """
    t = np.arange(months)
    slope = DAMPING ** np.abs(np.subtract.outer(t, t)) / (1 - DAMPING**2)
    slope[0, :] = slope[:, 0] = 0.0
    return np.asarray(slope.cumsum(axis=0).cumsum(axis=1))


def season_kernel(months: int) -> FloatArray:
    """Month effect that never changes; cov = 1 for the same month of the year, else 0.

    >>> season_kernel(13)[12, :2].tolist()
    [1.0, 0.0]
    """
    t = np.arange(months)
    return np.asarray(np.subtract.outer(t, t) % SEASON_LENGTH == 0, dtype=float)


def evolving_kernel(months: int) -> FloatArray:
    """Month effect that takes one random step a year; cov = 1[same month]·⌊a/12⌋.

    It is not the stochastic season of `UnobservedComponents`, whose effects step every month
    and sum to noise around zero; here each calendar month walks alone.

    >>> evolving_kernel(25)[24, [0, 12, 24]].tolist()
    [0.0, 1.0, 2.0]
    """
    t = np.arange(months)
    return np.asarray(season_kernel(months) * (np.minimum.outer(t, t) // SEASON_LENGTH))


KERNELS: dict[str, Callable[[int], FloatArray]] = {
    "level": level_kernel,
    "reverting": reverting_kernel,
    "drift": drift_kernel,
    "slope": slope_kernel,
    "damped": damped_kernel,
    "season": season_kernel,
    "evolving": evolving_kernel,
}


def stack_kernels(names: tuple[str, ...], *, months: int) -> FloatArray:
    """Covariances of the named parts, one above the other (parts × months × months).

    >>> stack_kernels(("level", "drift"), months=3)[:, 2, 1].tolist()
    [1.0, 2.0]
    """
    return np.stack([KERNELS[name](months) for name in names])


def standardise_regressors(regressors: FloatArray) -> FloatArray:
    """Columns with mean 0 and standard deviation 1, so one ratio suits days and kroner alike.

    >>> standardise_regressors(np.array([[19.0], [21.0]])).tolist()
    [[-1.0], [1.0]]
    """
    spread = regressors.std(axis=0)
    centred = regressors - regressors.mean(axis=0)
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))


def regressor_kernel(regressors: FloatArray) -> FloatArray:
    """Effect common to the panel's months (working days, holiday pay); cov = x_i·x_j.

    >>> regressor_kernel(np.array([[1.0], [2.0]])).tolist()
    [[1.0, 2.0], [2.0, 4.0]]
    """
    return regressors @ regressors.T

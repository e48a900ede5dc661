"""One Cholesky factor per grid point, which serves every series with the same months.

Time runs from the first month of the series, so the factor of a shorter series, or of an earlier
origin, is the leading block of the factor of a longer one. A missing month is an isolated unit:
no covariance with anything, value 0, and so it adds log 1 = 0 to the determinant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import blas, lapack

from balanse_lib.forecast.grid import Grid
from balanse_lib.forecast.kernels import FloatArray, regressor_kernel, stack_kernels


@dataclass(frozen=True)
class Factor:
    """Cholesky factor `lower` of the covariance K over history and horizon, and what follows.

    `inverse` = lower⁻¹; `ones` = lower⁻¹·present, the whitened mean; `log_det[n]` = log|K| and
    `ones_square[n]` = Σ ones² over the first n months.
    """

    lower: FloatArray
    inverse: FloatArray
    ones: FloatArray
    log_det: FloatArray
    ones_square: FloatArray


@dataclass(frozen=True)
class Predictor:
    """Prediction after n months: mean = weights·y, covariance = σ²·root·rootᵀ, μ integrated out."""

    weights: FloatArray
    root: FloatArray


def factorise_grid(
    grid: Grid, *, present: np.ndarray, horizon: int, regressors: FloatArray | None = None
) -> Iterator[Factor]:
    """Factor of each grid point over the months `present` (True = observed) and the horizon.

    `regressors` (months + horizon × k) enter as a kernel with the grid's last ratio.
    """
    mask = np.concatenate([present, np.ones(horizon, dtype=bool)]).astype(float)
    parts = [name for name in grid.parts if name != "regressors"]
    kernels = stack_kernels(tuple(parts), months=len(mask))
    if regressors is not None:
        kernels = np.concatenate([kernels, regressor_kernel(regressors)[None]])
    kernels = kernels * np.outer(mask, mask)
    for ratios in grid.ratios:
        yield factorise(np.tensordot(ratios, kernels, axes=1) + np.eye(len(mask)), mask)


def factorise(covariance: FloatArray, mask: FloatArray) -> Factor:
    """Factor of one covariance; `mask` is 1 for an observed or future month, 0 for a missing one.

    >>> factorise(np.array([[4.0, 2.0], [2.0, 2.0]]), np.ones(2)).lower.tolist()
    [[2.0, 0.0], [1.0, 1.0]]
    """
    lower = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    inverse, _ = lapack.dtrtri(lower, lower=1)
    ones = inverse @ mask
    log_det = 2 * np.log(np.diagonal(lower)).cumsum()
    return Factor(
        lower=lower,
        inverse=inverse,
        ones=ones,
        log_det=np.concatenate([[0.0], log_det]),
        ones_square=np.concatenate([[0.0], (ones**2).cumsum()]),
    )


def residual_squares(factor: Factor, values: FloatArray, *, ends: np.ndarray) -> FloatArray:
    """Q = ‖L⁻¹(y − μ̂)‖² of every series (columns of `values`) after each of `ends` months.

    The factor of fewer months is a leading block, so one product serves every end (ends × series).

    >>> residual_squares(factorise(np.eye(2), np.ones(2)), np.array([[1.0], [3.0]]),
    ...                  ends=np.array([1, 2])).tolist()
    [[0.0], [2.0]]
    """
    rows = len(values)
    white = blas.dtrmm(1.0, factor.inverse[:rows, :rows], values, lower=1)
    upto = (np.arange(rows) < ends[:, None]).astype(float)
    mean = (upto * factor.ones[:rows]) @ white
    mean *= mean / factor.ones_square[ends][:, None]
    return np.asarray(np.maximum(upto @ np.square(white, out=white) - mean, 0.0))


def log_evidence(
    factors: Sequence[Factor], squares: FloatArray, *, months: np.ndarray, observed: np.ndarray
) -> FloatArray:
    """Log p(y | grid point) with μ (flat) and σ² (Jeffreys) integrated out, up to a constant.

    −½ log|K| − ½ log s − ½ (n−1) log Q, where n counts the observed months. `squares` is
    series × … × points, `months` and `observed` are by series.
    """
    shape = (len(months), *(1,) * (squares.ndim - 2), len(factors))
    log_det = np.stack([factor.log_det[months] for factor in factors], axis=-1)
    ones = np.stack([factor.ones_square[months] for factor in factors], axis=-1)
    known = observed.reshape((*shape[:-1], 1))
    return np.asarray(
        -0.5 * (log_det + np.log(ones)).reshape(shape) - 0.5 * (known - 1) * np.log(squares)
    )


def predict_block(factor: Factor, months: int, horizon: int) -> Predictor:
    """Predictor of the `horizon` months that follow the first `months` months."""
    past, future = slice(0, months), slice(months, months + horizon)
    cross, ones = factor.lower[future, past], factor.ones[past]
    unexplained = 1 - cross @ ones
    inverse = factor.inverse[past, past]
    mean = (ones @ inverse) / factor.ones_square[months]
    weights = cross @ inverse + np.outer(unexplained, mean)
    covariance = factor.lower[future, future] @ factor.lower[future, future].T
    covariance += np.outer(unexplained, unexplained) / factor.ones_square[months]
    root = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    return Predictor(weights, root)

"""Series that move together: paths re-ordered so that their sums are correlated."""

import numpy as np

from balanse_lib.forecast.kernels import FloatArray

SHRINKAGE_ORIGINS = 12.0


def shrink_correlation(scores: FloatArray, *, pull: float = SHRINKAGE_ORIGINS) -> FloatArray:
    """Correlation between series from standard normal scores of their errors, shrunk to none.

    `scores` is series × origins (NaN = not known). Weight n / (n + pull) goes to the sample,
    with n the origins known for all series; the rest to independence.

    >>> shrink_correlation(np.array([[1.0, -1.0], [1.0, -1.0]]), pull=2.0).round(2).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    known = scores[:, np.isfinite(scores).all(axis=0)]
    count = known.shape[1]
    if count == 0:
        return np.eye(len(scores))
    length = np.sqrt((known**2).sum(axis=1, keepdims=True))
    unit = known / np.where(length > 0, length, 1.0)
    correlation: FloatArray = unit @ unit.T * (count / (count + pull))
    np.fill_diagonal(correlation, 1.0)
    return correlation


def join_paths(
    paths: FloatArray, *, correlation: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Paths (series × paths × months) re-ordered so that the series' sums are correlated.

    Each series keeps its own paths, so what was said of it alone still holds; which path of one
    series meets which of another follows correlated normal ranks (Iman and Conover 1982).
    """
    count, n_paths, _ = paths.shape
    root = np.linalg.cholesky(correlation + 1e-10 * np.eye(count))
    normals = rng.standard_normal((n_paths, count)) @ root.T
    ranks = normals.argsort(axis=0).argsort(axis=0).T
    by_sum = paths.sum(axis=2).argsort(axis=1)
    chosen = np.take_along_axis(by_sum, ranks, axis=1)
    return np.take_along_axis(paths, chosen[:, :, None], axis=1)

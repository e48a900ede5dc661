"""Phase-in profiles: share of full strength by months of work since the start.

g(u), u = 0 in the first month: step 1; linear (u + 1)/L; logistic an S-curve that reaches 1 in
month L; season by calendar month; decay ½^(u/L); one-off everything at once. L is `ramp_len`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from balanse_lib import params, periods
from balanse_lib.errors import nearest
from balanse_lib.ledger.measure_columns import RAMPS

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
YEAR = periods.MONTHS_IN_YEAR


def active_months(
    month: ArrayLike, *, start: ArrayLike, pause_from: ArrayLike, pause_to: ArrayLike
) -> tuple[NDArray[np.int64], Bools]:
    """Months worked up to and with each month (0: not yet), and whether it stands still then.

    All are month numbers in one count. Months of pause are not worked. A pause that ends before it
    begins is none.

    >>> work, still = active_months(np.arange(1, 7), start=2, pause_from=4, pause_to=5)
    >>> work, still
    (array([0, 1, 2, 2, 2, 3]), array([False, False, False,  True,  True, False]))
    """
    at, begin = np.asarray(month), np.asarray(start)
    first, last = np.asarray(pause_from), np.asarray(pause_to)
    stopped = np.maximum(np.minimum(at, last) - np.maximum(begin, first) + 1, 0)
    work = np.maximum(at - begin + 1 - stopped, 0)
    return work.astype(np.int64), (at >= first) & (at <= last)


def season_weights(season: Sequence[float] | None) -> Floats:
    """Weights of twelve months scaled to sum 12, so that a whole year gives the full-year effect.

    >>> season_weights([0] * 6 + [1, 1] + [0] * 4)[5:9]
    array([0., 6., 6., 0.])
    """
    weights = np.asarray([1.0] * YEAR if season is None else season, dtype=float)
    if weights.shape != (YEAR,) or not (weights >= 0).all() or not weights.sum() > 0:
        raise ValueError(f"season is {season}: give 12 weights of at least 0, not all of them 0")
    return np.asarray(weights * YEAR / weights.sum())


def ramp_strength(
    work: NDArray[np.int64],
    *,
    stands_still: Bools,
    ramp: str,
    ramp_len: ArrayLike,
    season: Floats,
    thresholds: params.Thresholds | None = None,
) -> Floats:
    """Share of full strength, month by month; 0 before the start.

    `work` counts the months worked, `season` is the weight of each month. Arrays may have a row for
    each measure, `ramp_len` then a column.

    >>> ramp_strength(np.array([0, 1, 2, 3]), stands_still=np.zeros(4, dtype=bool), ramp="linear",
    ...               ramp_len=2, season=np.ones(4))
    array([0. , 0.5, 1. , 1. ])
    """
    length = np.asarray(ramp_len, dtype=float)
    if not (length >= 1).all():
        raise ValueError(f"ramp_len is {length}: a ramp takes at least one month")
    if ramp == "step":
        strength = np.ones(work.shape)
    elif ramp == "linear":
        strength = np.minimum(work / length, 1.0)
    elif ramp == "logistic":
        strength = _s_curve(np.minimum(work / length, 1.0), thresholds)
    elif ramp == "season":
        strength = np.broadcast_to(season, work.shape)
    elif ramp == "decay":
        strength = 0.5 ** ((work - 1) / length)
    elif ramp == "one-off":
        strength = np.where((work == 1) & ~stands_still, float(YEAR), 0.0)
    else:
        raise ValueError(f"ramp is {ramp!r}: nearest is {nearest(ramp, RAMPS)}")
    return np.where(work > 0, strength, 0.0)


def _s_curve(done: Floats, thresholds: params.Thresholds | None) -> Floats:
    """Logistic curve of the share of the ramp that is done; scaled so that it reaches 1."""
    k = (thresholds or params.standard_thresholds()).ramp_steepness
    return np.asarray(expit(k * (done - 0.5)) / expit(k / 2), dtype=float)

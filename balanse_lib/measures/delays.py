"""How late a measure starts: whole months, after a triangular distribution."""

import numpy as np
from numpy.typing import NDArray

from balanse_lib import params

Floats = NDArray[np.float64]
Triangle = tuple[float, float, float]

ON_TIME: Triangle = (0.0, 0.0, 0.0)
WAITING = ("idea", "planned", "decided")


def stage_delays(
    limits: params.Thresholds, *, waiting: Triangle | None = None
) -> dict[str, Triangle]:
    """Low, mode and high of the delay in months by stage, assumed until starts of one's own say so.

    `waiting` is what the register's own starts tell of measures that have not started.

    >>> stage_delays(params.standard_thresholds())["planned"]
    (0.0, 1.0, 4.0)
    """
    assumed = (0.0, limits.delay_planned_mode, limits.delay_planned_max)
    return {
        **dict.fromkeys(WAITING, assumed if waiting is None else waiting),
        "started": (0.0, limits.delay_started_mode, limits.delay_started_max),
        "implemented": ON_TIME,
    }


def triangular_below(value: Floats, *, low: float, mode: float, high: float) -> Floats:
    """Probability that a triangular amount is at most `value`.

    >>> triangular_below(np.array([1.0, 4.0]), low=0.0, mode=1.0, high=4.0)
    array([0.25, 1.  ])
    """
    if high == low:
        return np.asarray(value >= low, dtype=float)
    x = np.clip(value, low, high)
    width = high - low
    # the larger of the two squares is never divided by zero: one side may have no length
    rising = (x - low) ** 2 / (width * max(mode - low, 1e-300))
    falling = 1 - (high - x) ** 2 / (width * max(high - mode, 1e-300))
    return np.where(x <= mode if mode > low else x < low, rising, falling)


def delay_probabilities(low: float, mode: float, high: float) -> Floats:
    """Probability of a delay of 0, 1, 2 … months: triangular, rounded to whole months.

    >>> delay_probabilities(0.0, 1.0, 4.0).round(4)   # below half a month: 0.5² / 4
    array([0.0625, 0.4167, 0.3333, 0.1667, 0.0208])
    """
    if not 0 <= low <= mode <= high:
        raise ValueError(f"delay {low}, {mode}, {high}: give 0 ≤ low ≤ mode ≤ high months")
    edges: Floats = np.arange(0.5, np.floor(high + 0.5) + 1.0)
    edges[-1] = max(edges[-1], high)
    return np.diff(triangular_below(edges, low=low, mode=mode, high=high), prepend=0.0)


def delay_not_started(probabilities: Floats, *, start: int, first: int) -> Floats:
    """Probabilities of the delays still possible for a measure that has not started.

    It cannot start before month `first`, so delays that would have made it start earlier are out.
    When none is left, it starts in `first`: later than any delay that was thought of.

    >>> delay_not_started(np.array([0.25, 0.25, 0.5]), start=3, first=4)
    array([0.        , 0.33333333, 0.66666667])
    """
    least = max(first - start, 0)
    possible = np.where(np.arange(len(probabilities)) >= least, probabilities, 0.0)
    if possible.sum() > 0:
        return np.asarray(possible / possible.sum())
    return np.asarray(np.eye(least + 1)[least])

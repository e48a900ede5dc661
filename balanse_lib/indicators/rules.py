"""The four rules that tell a change from noise on an XmR chart, each as marks over the months.

Definitions as in NHS England's *Making Data Count*. A month without a value breaks every run: what
happened in it is not known. `side` is 1 above the mean, −1 below it, 0 on it or without a value.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int_]
Marks = NDArray[np.bool_]
WINDOW, NEEDED = 3, 2


def mark_outside(values: Floats, *, lower: Floats | float, upper: Floats | float) -> Marks:
    """Months outside the process limits.

    >>> mark_outside(np.array([1.0, 5.0]), lower=0.0, upper=4.0).tolist()
    [False, True]
    """
    return (values < lower) | (values > upper)


def mark_runs(directions: Ints, *, length: int) -> Marks:
    """Every place in a run of at least `length` equal directions other than 0.

    >>> mark_runs(np.array([1, 1, 1, 0, -1]), length=3).tolist()
    [True, True, True, False, False]
    """
    if len(directions) < length:
        return np.zeros(directions.shape, dtype=bool)
    sums = sliding_window_view(directions, length, axis=0).sum(axis=-1)
    return _spread(np.equal(np.abs(sums), length), length)


def mark_trend(steps: Ints, *, length: int) -> Marks:
    """Months in a trend: `length` values, each above (or each below) the one before.

    `steps` has the direction from each month to the next, 0 for a tie or a gap.

    >>> mark_trend(np.array([1, 1, -1]), length=3).tolist()   # three values need two steps
    [True, True, True, False]
    """
    runs = mark_runs(steps, length=length - 1)
    none = np.zeros((1, *runs.shape[1:]), dtype=bool)
    marks: Marks = np.concatenate([runs, none]) | np.concatenate([none, runs])
    return marks


def mark_two_of_three(side: Ints, *, near: Marks) -> Marks:
    """Months near a limit of which two stand among three in a row on one side of the mean.

    >>> mark_two_of_three(np.array([1, 1, 1]), near=np.array([True, False, True])).tolist()
    [True, False, True]
    """
    if len(side) < WINDOW:
        return np.zeros(side.shape, dtype=bool)
    one_side = np.abs(sliding_window_view(side, WINDOW, axis=0).sum(axis=-1)) == WINDOW
    enough = sliding_window_view(near, WINDOW, axis=0).sum(axis=-1) >= NEEDED
    return _spread(one_side & enough, WINDOW) & near


def _spread(windows: Marks, length: int) -> Marks:
    """All places of the windows that are marked at their first place."""
    marks = np.zeros((len(windows) + length - 1, *windows.shape[1:]), dtype=bool)
    for place in range(length):
        marks[place : place + len(windows)] |= windows
    return marks

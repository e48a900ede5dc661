"""The four rules that tell a change from noise on an XmR chart, each as marks over the months.

Definitions as in NHS England's *Making Data Count*. A month without a value breaks every run: what
happened in it is not known. `side` is 1 above the mean, −1 below it, 0 on it or without a value.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int_]
Marks = NDArray[np.bool_]
WINDOW, NEEDED = 3, 2


def mark_outside(values: Floats, *, lower: float, upper: float) -> Marks:
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
    marks = np.zeros(len(directions), dtype=bool)
    for first in range(len(directions) - length + 1):
        run = directions[first : first + length]
        if run[0] != 0 and (run == run[0]).all():
            marks[first : first + length] = True
    return marks


def mark_trend(steps: Ints, *, length: int) -> Marks:
    """Months in a trend: `length` values, each above (or each below) the one before.

    `steps` has the direction from each month to the next, 0 for a tie or a gap.

    >>> mark_trend(np.array([1, 1, -1]), length=3).tolist()   # three values need two steps
    [True, True, True, False]
    """
    runs = mark_runs(steps, length=length - 1)
    marks: Marks = np.append(runs, False) | np.append(False, runs)
    return marks


def mark_two_of_three(side: Ints, *, near: Marks) -> Marks:
    """Months near a limit of which two stand among three in a row on one side of the mean.

    >>> mark_two_of_three(np.array([1, 1, 1]), near=np.array([True, False, True])).tolist()
    [True, False, True]
    """
    marks = np.zeros(len(side), dtype=bool)
    for first in range(len(side) - WINDOW + 1):
        place = slice(first, first + WINDOW)
        if abs(side[place].sum()) == WINDOW and near[place].sum() >= NEEDED:
            marks[place] |= near[place]
    return marks

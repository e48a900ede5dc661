"""The XmR chart: limits from the month-to-month moving range, and the rules for special causes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.indicators.rules import (
    Floats,
    Ints,
    mark_outside,
    mark_runs,
    mark_trend,
    mark_two_of_three,
)

LIMIT = 2.66  # 3 / 1.128, the mean range of two normal values in standard deviations
NEAR_LIMIT = 2 * LIMIT / 3
SCREEN = 3.267  # upper limit of a moving range, in mean moving ranges
ROUNDING = 1e-9  # of the largest value: what differs by less is equal
NO_RULE, OUTSIDE, TREND, TWO_OF_THREE, SHIFT = range(5)


@dataclass(frozen=True)
class Limits:
    """Mean and process limits of a chart; NaN when no two months in a row have values."""

    mean: float
    lpl: float
    upl: float
    near_lpl: float
    near_upl: float


def xmr(
    values: Sequence[float] | Floats | pd.Series, *, screen: bool = True, run_length: int = 7
) -> pd.DataFrame:
    """Each month's value with the process limits and the rule that marks it as special cause.

    UPL, LPL = mean ± 2.66 · mean moving range; near limits at two thirds of that. With `screen`,
    moving ranges of 3.267 times their mean and more are left out and the mean taken again (without
    it: the limits of the NHS Excel tool). `rule`: 1 outside the limits; 2 trend (`run_length`
    values in a row, each above or each below the one before); 3 two of three near the same limit,
    all three on one side of the mean; 4 shift (`run_length` values in a row on one side); 0 none.
    Where several hold, the first counts. Months in order; a missing one stays missing, gives no
    moving range and breaks every run. An index is kept.

    False alarms: of 24 stable independent normal months, screened, 20 % of charts mark something
    (rule 1 10 %, rule 2 1 %, rule 3 4 %, rule 4 9 %), of 36 months 30 %; without the screen 17 %
    and 26 %. Of the single months 4 to 5 % are marked. `tests/indicators/test_false_alarms.py`
    measures it.

    >>> chart = xmr([10.0, 12.0, 10.0, 12.0, 20.0], screen=False)   # ranges 2, 2, 2, 8: mean 3.5
    >>> chart[["mean", "upl", "rule"]].iloc[-1].round(2).to_dict()   # 12.8 + 2.66 · 3.5
    {'mean': 12.8, 'upl': 22.11, 'rule': 0.0}
    """
    series = pd.Series(values, dtype="float64")
    if np.isinf(series).any() or run_length < 3:
        raise ValueError(f"run_length {run_length}: give at least 3, and values that are finite")
    known = series.to_numpy()
    limits = process_limits(known, screen=screen)
    return pd.DataFrame(
        {
            "value": series,
            "mean": limits.mean,
            "lpl": limits.lpl,
            "upl": limits.upl,
            "near_lpl": limits.near_lpl,
            "near_upl": limits.near_upl,
            "rule": find_rules(known, limits=limits, run_length=run_length),
        },
        index=series.index,
    )


def process_limits(values: Floats, *, screen: bool = True) -> Limits:
    """Mean and limits of a series in order of months, NaN for a missing one.

    >>> process_limits(np.array([1.0, 3.0, np.nan, 3.0, 1.0])).upl   # 2 + 2.66 · 2
    7.32
    """
    ranges = np.abs(np.diff(values))
    ranges = ranges[~np.isnan(ranges)]
    if not len(ranges):
        return Limits(*[np.nan] * 5)
    mean_range = float(ranges.mean())
    if screen and mean_range > 0:
        mean_range = float(ranges[ranges < SCREEN * mean_range].mean())
    mean, far, near = float(np.nanmean(values)), LIMIT * mean_range, NEAR_LIMIT * mean_range
    return Limits(mean, mean - far, mean + far, mean - near, mean + near)


def find_rules(values: Floats, *, limits: Limits, run_length: int = 7) -> Ints:
    """Rule (1 to 4, 0 for none) of each month, against limits that may come from elsewhere.

    >>> find_rules(np.array([0.0, 9.0]), limits=Limits(0.0, -3.0, 3.0, -2.0, 2.0)).tolist()
    [0, 1]
    """
    known = values[~np.isnan(values)]
    if np.isnan(limits.mean) or not len(known):
        return np.zeros(len(values), dtype=int)
    rounding = ROUNDING * max(np.abs(known).max(), abs(limits.mean))
    side = _direction(values - limits.mean, rounding)
    outside = mark_outside(values, lower=limits.lpl - rounding, upper=limits.upl + rounding)
    near = mark_outside(values, lower=limits.near_lpl, upper=limits.near_upl) & ~outside
    return np.select(
        [
            outside,
            mark_trend(_direction(np.diff(values), rounding), length=run_length),
            mark_two_of_three(side, near=near),
            mark_runs(side, length=run_length),
        ],
        [OUTSIDE, TREND, TWO_OF_THREE, SHIFT],
        default=NO_RULE,
    )


def _direction(differences: Floats, rounding: float) -> Ints:
    """1 for up, −1 for down, 0 for equal (but for rounding) and for missing."""
    up: Ints = (differences > rounding).astype(int) - (differences < -rounding).astype(int)
    return up

"""From marked months to signals: which side, since when, how far from what was usual."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.indicators.rules import Floats, Ints, Marks
from balanse_lib.indicators.xmr import NO_RULE, TREND, TWO_OF_THREE

MIN_BEFORE = 12  # months that a usual level is taken from; fewer: the whole chart's mean


@dataclass(frozen=True)
class Episode:
    """Months in a row marked on one side; `rule` is the first of those that mark them.

    `usual` is the mean of the months before; of the whole chart when these are fewer than twelve.
    """

    rule: int
    rising: bool
    since: str
    until: str
    level: float
    usual: float
    months: int  # that are marked

    @property
    def change(self) -> float:
        """Mean of the marked months less the usual level."""
        return self.level - self.usual


def find_episodes(chart: pd.DataFrame) -> Iterator[Episode]:
    """Signals of an XmR chart (of `xmr`, months as index), in order of time.

    Marks of several rules in a row on one side are one signal. Two of three may leave an unmarked
    month between.

    >>> from balanse_lib import periods
    >>> from balanse_lib.indicators.xmr import xmr
    >>> months = periods.month_range("2024-01", "2025-01")
    >>> chart = xmr(pd.Series([1.0, 3.0] * 6 + [9.0], months))
    >>> [(found.rule, found.since, found.change) for found in find_episodes(chart)]   # 9 − 2
    [(1, '2025-01', 7.0)]
    """
    value, rules = chart["value"].to_numpy(), chart["rule"].to_numpy()
    rising = _is_rising(value, rules, mean=chart["mean"].to_numpy())
    for places in _group(rules, rising):
        before = value[: places[0]]
        before = before[~np.isnan(before)]
        mean = float(chart["mean"].iloc[int(places[0])])
        yield Episode(
            rule=int(rules[places].min()),
            rising=bool(rising[places[0]]),
            since=str(chart.index[places[0]]),
            until=str(chart.index[places[-1]]),
            level=float(value[places].mean()),
            usual=float(before.mean()) if len(before) >= MIN_BEFORE else mean,
            months=len(places),
        )


def _group(rules: Ints, rising: Marks) -> list[Ints]:
    """Places of the marked months of each signal."""
    marked = np.flatnonzero(rules != NO_RULE)
    near = np.diff(marked) <= np.where(rules[marked[1:]] == TWO_OF_THREE, 2, 1)
    same = rising[marked[1:]] == rising[marked[:-1]]
    return [part for part in np.split(marked, np.flatnonzero(~(near & same)) + 1) if len(part)]


def _is_rising(value: Floats, rules: Ints, *, mean: Floats) -> Marks:
    """High or, in a trend, going up; a month in two trends goes the way of the later one."""
    trend = rules == TREND
    ahead = np.append(value[1:] - value[:-1], np.nan)
    behind = np.append(np.nan, ahead[:-1])
    onward = (trend & np.append(trend[1:], False)) | np.isnan(behind)
    rising: Marks = np.where(trend, np.where(onward, ahead, behind) > 0, value > mean)
    return rising

"""From marked months to signals: which side, since when, how far from what was usual."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

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
    marked = chart.assign(rising=_is_rising(chart))[chart["rule"] != NO_RULE]
    place = pd.Series(range(len(chart)), chart.index)[marked.index]
    near = place.diff() <= np.where(marked["rule"] == TWO_OF_THREE, 2, 1)
    same = marked["rising"] == marked["rising"].shift()
    for _, months in marked.groupby((~(near & same)).cumsum()):
        first = chart.index.get_loc(months.index[0])
        before = chart["value"].iloc[:first].dropna()
        usual = before if len(before) >= MIN_BEFORE else chart.loc[months.index[:1], "mean"]
        yield Episode(
            rule=int(months["rule"].min()),
            rising=bool(months["rising"].iloc[0]),
            since=str(months.index[0]),
            until=str(months.index[-1]),
            level=float(months["value"].mean()),
            usual=float(usual.mean()),
            months=len(months),
        )


def _is_rising(chart: pd.DataFrame) -> pd.Series:
    """High or, in a trend, going up; a month in two trends goes the way of the later one."""
    value, trend = chart["value"], chart["rule"] == TREND
    ahead = value.shift(-1) - value
    onward = (trend & trend.shift(-1, fill_value=False)) | value.diff().isna()
    step = value.diff().where(~onward, ahead)
    return (value > chart["mean"]).where(~trend, step > 0)

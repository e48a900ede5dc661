"""The XmR chart: limits from the month-to-month moving range, and the rules for special causes."""

from collections.abc import Mapping, Sequence
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
LOCKED = 12  # months with values that make limits more than trial ones
NO_RULE, OUTSIDE, TREND, TWO_OF_THREE, SHIFT = range(5)


@dataclass(frozen=True)
class Limits:
    """Mean and process limits of a chart (or of charts side by side).

    NaN when no two months in a row have values.
    """

    mean: Floats | float
    lpl: Floats | float
    upl: Floats | float
    near_lpl: Floats | float
    near_upl: Floats | float


def xmr(
    values: Sequence[float] | Floats | pd.Series,
    *,
    screen: bool = True,
    run_length: int = 7,
    baseline: int | None = None,
    rebase: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Each month's value with the process limits and the rule that marks it as special cause.

    UPL, LPL = mean ± 2.66 · mean moving range; near limits at two thirds of that. With `screen`,
    moving ranges of 3.267 times their mean and more are left out and the mean taken again (without
    it: the limits of the NHS Excel tool). `rule`: 1 outside the limits; 2 trend (`run_length`
    values in a row, each above or each below the one before); 3 two of three near the same limit,
    all three on one side of the mean; 4 shift (`run_length` values in a row on one side); 0 none.
    Where several hold, the first counts. Months in order; a missing one stays missing, gives no
    moving range and breaks every run. An index is kept.

    `baseline` fixes the limits by that many months from the first. `rebase` names months from
    which new limits hold, each with its reason; runs do not cross them, and a baseline counts
    from each.

    False alarms: of 24 stable independent normal months, screened, 20 % of charts mark something
    (rule 1 10 %, rule 2 1 %, rule 3 4 %, rule 4 9 %), of 36 months 30 %; without the screen 17 %
    and 26 %. Of the single months 4 to 5 % are marked. `tests/indicators/test_false_alarms.py`
    measures it.

    >>> chart = xmr([10.0, 12.0, 10.0, 12.0, 20.0], screen=False)   # ranges 2, 2, 2, 8: mean 3.5
    >>> chart[["mean", "upl", "rule"]].iloc[-1].round(2).to_dict()   # 12.8 + 2.66 · 3.5
    {'mean': 12.8, 'upl': 22.11, 'rule': 0.0}
    """
    series = pd.Series(values, dtype="float64")
    _check(series, run_length=run_length, baseline=baseline)
    parts = [
        _chart(part, screen=screen, run_length=run_length, baseline=baseline)
        for part in _split(series, rebase or {})
    ]
    return parts[0] if len(parts) == 1 else pd.concat(parts)


def mark_charts(
    wide: pd.DataFrame, *, screen: bool = True, run_length: int = 7
) -> tuple[Limits, pd.DataFrame]:
    """Limits and rules of many charts at once, months × charts; each as by `xmr`.

    >>> limits, rules = mark_charts(pd.DataFrame({"a": [1.0, 3.0] * 6 + [9.0], "b": 2.0}))
    >>> rules.iloc[-1].to_dict(), limits.upl.round(2).tolist()   # a: 33 / 13 + 2.66 · 28 / 12
    ({'a': 1, 'b': 0}, [8.75, 2.0])
    """
    values = wide.to_numpy(dtype="float64")
    limits = process_limits(values, screen=screen)
    rules = find_rules(values, limits=limits, run_length=run_length)
    return limits, pd.DataFrame(rules, wide.index, wide.columns)


def process_limits(values: Floats, *, screen: bool = True) -> Limits:
    """Mean and limits of months in order (first axis), NaN for a missing one.

    >>> float(process_limits(np.array([1.0, 3.0, np.nan, 3.0, 1.0])).upl)   # 2 + 2.66 · 2
    7.32
    """
    ranges = np.abs(np.diff(values, axis=0))
    mean_range = _known_mean(ranges)
    if screen:
        kept = np.where((ranges < SCREEN * mean_range) | (mean_range == 0), ranges, np.nan)
        mean_range = _known_mean(kept)
    mean = np.where(np.isnan(mean_range), np.nan, _known_mean(values))
    far, near = LIMIT * mean_range, NEAR_LIMIT * mean_range
    return Limits(mean, mean - far, mean + far, mean - near, mean + near)


def find_rules(values: Floats, *, limits: Limits, run_length: int = 7) -> Ints:
    """Rule (1 to 4, 0 for none) of each month, against limits that may come from elsewhere.

    >>> find_rules(np.array([0.0, 9.0]), limits=Limits(0.0, -3.0, 3.0, -2.0, 2.0)).tolist()
    [0, 1]
    """
    if not len(values):
        return np.zeros(values.shape, dtype=int)
    largest = np.max(np.abs(np.where(np.isnan(values), 0.0, values)), axis=0)
    rounding = ROUNDING * np.fmax(largest, np.abs(limits.mean))
    side = _direction(values - limits.mean, rounding)
    outside = mark_outside(values, lower=limits.lpl - rounding, upper=limits.upl + rounding)
    near = mark_outside(values, lower=limits.near_lpl, upper=limits.near_upl) & ~outside
    rules: Ints = np.select(
        [
            outside,
            mark_trend(_direction(np.diff(values, axis=0), rounding), length=run_length),
            mark_two_of_three(side, near=near),
            mark_runs(side, length=run_length),
        ],
        [OUTSIDE, TREND, TWO_OF_THREE, SHIFT],
        default=NO_RULE,
    )
    return np.where(np.isnan(limits.mean), NO_RULE, rules)


def _check(series: pd.Series, *, run_length: int, baseline: int | None) -> None:
    if np.isinf(series).any() or run_length < 3:
        raise ValueError(f"run_length {run_length}: give at least 3, and values that are finite")
    if baseline is not None and baseline < LOCKED:
        raise ValueError(f"baseline {baseline}: give at least {LOCKED} months, or none")


def _split(series: pd.Series, rebase: Mapping[str, str]) -> list[pd.Series]:
    """Parts of the series from each month with new limits."""
    for month, reason in rebase.items():
        if month not in series.index or not reason.strip():
            raise ValueError(f"rebase at {month!r}: give a month of the chart and the reason")
    places = sorted({0, *(list(series.index).index(month) for month in rebase)})
    ends = [*places[1:], len(series)]
    return [series.iloc[first:last] for first, last in zip(places, ends, strict=True)]


def _chart(
    series: pd.Series, *, screen: bool, run_length: int, baseline: int | None
) -> pd.DataFrame:
    known = series.to_numpy()
    limits = process_limits(known[:baseline], screen=screen)
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


def _known_mean(values: Floats) -> Floats:
    """Mean of what is known along the months; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(total / np.where(count, count, np.nan))


def _direction(differences: Floats, rounding: Floats) -> Ints:
    """1 for up, −1 for down, 0 for equal (but for rounding) and for missing."""
    up: Ints = (differences > rounding).astype(int) - (differences < -rounding).astype(int)
    return up

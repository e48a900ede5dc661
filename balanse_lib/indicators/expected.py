"""What a year is expected to be: its months so far, and those left with their season."""

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.season import find_season, take_out_season


def expect_year(
    cells: pd.Series, *, months: list[str], seasonal: bool, sigma: float = np.nan
) -> tuple[float, float, float]:
    """Mean of the year's months so far, the mean expected of all of them, and its sd.

    Expected: months so far, and for those left the mean of the last twelve, with the yearly
    pattern of each month where `seasonal`. The pattern of the months left is what a whole year's
    zero leaves when the others are taken. `sigma` is the sd of one month.

    >>> cells = pd.Series([10.0, 10.0, 16.0], ["2023-11", "2023-12", "2024-01"])
    >>> year = periods.month_range("2024-01", "2024-12")
    >>> expect_year(cells, months=year, seasonal=False)[:2]   # 16, and eleven months of 12
    (16.0, 12.333333333333334)
    """
    known = cells.dropna()
    calm = (cells - (_pattern(cells) if seasonal else 0.0)).dropna()
    inside = known[known.index.isin(months)]
    left, recent = len(months) - len(inside), calm.tail(periods.MONTHS_IN_YEAR)
    if not len(recent):
        return np.nan, np.nan, np.nan
    pattern = (known - calm)[inside.index].sum()
    expected = (inside.sum() - pattern + left * recent.mean()) / len(months)
    sd = sigma * np.sqrt(left + left**2 / len(recent)) / len(months)
    return float(inside.mean()), float(expected), float(sd)


def expect_total(done: pd.Series, *, months: list[str]) -> float:
    """Sum expected of a year's months as `expect_year` has it, with season where three years tell.

    >>> cells = pd.Series([10.0, 10.0, 16.0], ["2023-11", "2023-12", "2024-01"])
    >>> expect_total(cells, months=periods.month_range("2024-01", "2024-12"))
    148.0
    """
    known = done.dropna()
    if known.empty:
        return np.nan
    whole = done.reindex(periods.month_range(min(known.index), max(known.index)))
    seasonal = take_out_season(whole) is not None
    return len(months) * expect_year(whole, months=months, seasonal=seasonal)[1]


def _pattern(cells: pd.Series) -> pd.Series:
    """Yearly pattern of a series by the months it has."""
    whole = periods.month_range(min(cells.index), max(cells.index))
    return find_season(cells.reindex(whole).to_frame()).iloc[:, 0]

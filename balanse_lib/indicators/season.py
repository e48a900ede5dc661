"""The yearly pattern of an indicator, taken out before it is charted."""

import numpy as np
import pandas as pd

from balanse_lib import periods

MIN_YEARS = 2  # in which each calendar month can be held against the twelve months around it


def take_out_season(values: pd.Series) -> pd.Series | None:
    """Values by month without their yearly pattern; None when it cannot be told (under 3 years).

    A month's pattern is the mean over the years of its difference from the level around it (the
    centred mean of twelve months, half of each end month), made to sum to 0 over the year. Steady
    growth leaves no pattern; a step leaves half of itself beside it, thinned by the years.

    >>> months = periods.month_range("2022-01", "2024-12")
    >>> values = pd.Series([10.0 if month.endswith("07") else 22.0 for month in months], months)
    >>> take_out_season(values).unique().tolist()   # eleven of 22 and one of 10: mean 21
    [21.0]
    """
    pattern = find_season(values.to_frame()).iloc[:, 0]
    return None if pattern.isna().all() else values - pattern


def find_season(wide: pd.DataFrame) -> pd.DataFrame:
    """Yearly pattern of series side by side, months in a row as index; missing: cannot be told."""
    months = pd.Series(wide.index.str[5:], wide.index)
    year = periods.MONTHS_IN_YEAR
    around = wide.rolling(year).mean().rolling(2).mean().shift(-year // 2)
    by_month = (wide - around).groupby(months)
    pattern = by_month.mean()
    told = (by_month.count() >= MIN_YEARS).all() & (len(pattern) == year)
    levelled = (pattern - pattern.mean()).where(np.broadcast_to(told, pattern.shape))
    return levelled.reindex(months).set_axis(wide.index)

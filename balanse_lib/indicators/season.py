"""The yearly pattern of an indicator, taken out before it is charted."""

import pandas as pd

from balanse_lib import periods

MIN_YEARS = 3


def take_out_season(values: pd.Series) -> pd.Series | None:
    """Values by month without the mean pattern of the complete calendar years; None if under three.

    A month's pattern is the mean of its differences from its year's mean. A level that shifts
    within one of the years leaks into the pattern, thinned by their number.

    >>> months = periods.month_range("2022-01", "2024-12")
    >>> values = pd.Series([10.0 if month.endswith("07") else 22.0 for month in months], months)
    >>> take_out_season(values).unique().tolist()   # eleven of 22 and one of 10: mean 21
    [21.0]
    """
    year = values.index.str[:4]
    month = values.index.str[5:]
    complete = values.groupby(year).transform("count") == periods.MONTHS_IN_YEAR
    if complete.sum() < MIN_YEARS * periods.MONTHS_IN_YEAR:
        return None
    differences = (values - values.groupby(year).transform("mean"))[complete]
    pattern = differences.groupby(month[complete]).mean()
    calm: pd.Series = values - pattern.reindex(month).to_numpy()
    return calm

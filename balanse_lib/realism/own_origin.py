"""What was known when a forecast was reported, and whether that is enough to judge it."""

import numpy as np
import pandas as pd

from balanse_lib import periods

MIN_HISTORY = 24  # assumption: two whole years are the least that season can be told from noise by


def place_reports(rows: pd.DataFrame, result: pd.Series, *, start: int) -> pd.DataFrame:
    """Reports with the count of months `known`, the result `to_date`, and the year's `outcome`.

    `result` is indexed by every month from the first to the last (NaN: not booked). `outcome` is
    NaN for a year that is not complete. `reason` is empty, or names what stands in the way of a
    judgement; `value` goes with it.
    """
    found = [
        _look_up(result, year=int(year), month=int(month), start=start)
        for year, month in zip(rows["fiscal_year"], rows["through_month"], strict=True)
    ]
    names = ["known", "to_date", "outcome", "reason", "value"]
    placed = rows.join(pd.DataFrame(found, index=rows.index, columns=names))
    silent = placed["reported_forecast"].isna() & (placed["reason"] == "")
    return placed.assign(reason=placed["reason"].mask(silent, "no_report"))


def _look_up(
    result: pd.Series, *, year: int, month: int, start: int
) -> tuple[int, float, float, str, str]:
    if not 1 <= month < periods.MONTHS_IN_YEAR:
        return 0, np.nan, np.nan, "month_outside", str(month)
    calendar = periods.months_of_year(year, start=start)
    this_year = result.reindex(calendar)
    so_far, before = this_year.iloc[:month], result[result.index <= calendar[month - 1]]
    to_date, outcome = float(so_far.sum(skipna=False)), float(this_year.sum(skipna=False))
    known = len(before)
    if so_far.isna().any():
        return known, to_date, outcome, "month_missing", str(so_far.index[so_far.isna()][0])
    if before.count() < MIN_HISTORY:
        return known, to_date, outcome, "too_little_history", str(before.count())
    if before.max() == before.min():
        return known, to_date, outcome, "no_spread", ""
    return known, to_date, outcome, "", ""

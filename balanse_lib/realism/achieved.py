"""What must be true: how often this unit has managed the run rate that its forecast needs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.realism import require


@dataclass(frozen=True)
class Achieved:
    """How often the required run rate was reached in complete earlier years.

    `reached` of `windows` with the same number of months, any start month within a year;
    `reached_calendar` of `windows_calendar` with the very same calendar months. `best_per_month` is
    the best of all windows, None when there is no complete earlier year.
    """

    required_per_month: float
    months: int
    years: tuple[int, ...]
    reached: int
    windows: int
    reached_calendar: int
    windows_calendar: int
    best_per_month: float | None


def achieved_run_rate(
    monthly_results: pd.Series,
    *,
    required_per_month: float,
    months_left: int,
    year: int,
    start: int = 1,
) -> Achieved:
    """Count the windows of earlier years that reached the required monthly result.

    `monthly_results` is one unit's result by month (index YYYY-MM, million); one-offs are best
    taken out beforehand. Only fiscal years before `year` with all twelve months count, and a window
    lies within one year, so that six years have 60 windows of three months, 6 of them at the end.

    >>> months = periods.months_of_year(2023) + periods.months_of_year(2024)
    >>> results = pd.Series([0.0] * 21 + [4.0, 8.0, 6.0], index=months)
    >>> found = achieved_run_rate(results, required_per_month=5.0, months_left=3, year=2025)
    >>> (found.reached, found.windows), (found.reached_calendar, found.windows_calendar)
    ((1, 20), (1, 2))
    """
    require.finite(required_per_month=required_per_month)
    if not 1 <= months_left <= periods.MONTHS_IN_YEAR:
        raise ValueError(f"months_left is {months_left}: give 1 to {periods.MONTHS_IN_YEAR}")
    years = _complete_years(monthly_results, before=year, start=start)
    table = np.array([monthly_results[periods.months_of_year(y, start=start)] for y in years])
    table = table.reshape(len(years), periods.MONTHS_IN_YEAR)
    windows = np.lib.stride_tricks.sliding_window_view(table, months_left, axis=1).mean(axis=2)
    reached = windows >= required_per_month
    return Achieved(
        required_per_month=required_per_month,
        months=months_left,
        years=tuple(years),
        reached=int(reached.sum()),
        windows=reached.size,
        reached_calendar=int(reached[:, -1].sum()),
        windows_calendar=len(years),
        best_per_month=float(windows.max()) if windows.size else None,
    )


def _complete_years(results: pd.Series, *, before: int, start: int) -> list[int]:
    known = set(results.dropna().index)
    years = sorted({periods.fiscal_year(str(month), start=start) for month in known})
    return [
        year for year in years
        if year < before and set(periods.months_of_year(year, start=start)) <= known
    ]  # fmt: skip

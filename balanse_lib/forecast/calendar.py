"""Working days and moving holidays of Norway and Sweden, as regressors common to a panel."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import holidays
import numpy as np
import pandas as pd

from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.periods import to_month_index

Country = Literal["NO", "SE"]
# A holiday that keeps its date for this many years is a fixed one.
YEARS_TO_TELL = 6


def count_days(months: pd.PeriodIndex, *, country: Country) -> pd.DataFrame:
    """Working days of each month, and the weekdays it loses to holidays that move with Easter.

    >>> months = pd.period_range("2024-03", "2024-05", freq="M")
    >>> count_days(months, country="NO")["working_days"].tolist()   # Easter was 31 March
    [19, 21, 19]
    """
    days = pd.date_range(months.min().start_time, months.max().end_time, freq="D")
    days = days[days.day_of_week < 5]
    years = range(days[0].year, max(days[-1].year, days[0].year + YEARS_TO_TELL) + 1)
    calendar = holidays.country_holidays(country, years=years, language="en_US")
    free = np.array([day.date() in calendar for day in days])
    moving_dates = _moving_dates(calendar)
    moving = free & np.array([day.date() in moving_dates for day in days])
    counts = pd.DataFrame(
        {"working_days": (~free).astype(int), "moving_holidays": moving.astype(int)},
        index=days.to_period("M"),
    )
    return counts.groupby(level=0).sum().reindex(months)


def _moving_dates(calendar: holidays.HolidayBase) -> set[date]:
    """Dates of the holidays that do not fall on the same day and month every year."""
    dates = defaultdict(set)
    for day, names in calendar.items():
        for name in names.split("; "):
            dates[name].add(day)
    moving = [days for days in dates.values() if len({(d.month, d.day) for d in days}) > 1]
    return set().union(*moving)


def calendar_regressors(months: pd.PeriodIndex, *, country: Country) -> FloatArray:
    """Calendar columns (months × 2) for the panel: history and horizon in one array."""
    return count_days(months, country=country).to_numpy(dtype=float)


@dataclass(frozen=True)
class Common:
    """What moves every line of a trust at once: its country's calendar, and marked months.

    `marks` is months (`YYYY-MM`) × columns; a month that is not given counts 0.
    """

    country: Country | None = None
    marks: pd.DataFrame | None = None

    def columns(self, months: Sequence[str]) -> FloatArray | None:
        """Regressors (months × columns); None where nothing is common."""
        parts = []
        if self.country is not None:
            parts.append(calendar_regressors(to_month_index(months), country=self.country))
        if self.marks is not None and not self.marks.empty:
            parts.append(self.marks.reindex(list(months)).fillna(0.0).to_numpy(dtype=float))
        return np.concatenate(parts, axis=1) if parts else None

"""Months, the thirteenth period, tertials and fiscal years.

A period is text: ``2025-09`` for a month, ``2025-13`` for the thirteenth period (year-end
entries) of fiscal year 2025. Text sorts in time order, survives Excel and YAML, and can carry
period 13, which no calendar type can. ``start`` is the first calendar month of the fiscal year;
a fiscal year bears the number of the calendar year in which it ends. ``2025-00`` is the moment
before fiscal year 2025 begins, when its budget can be tested: a run can be made for it, nothing
is booked on it.
"""

import calendar
import re
from collections.abc import Iterable
from datetime import date

import pandas as pd

_PERIOD = re.compile(r"([0-9]{4})-(0[0-9]|1[0-3])")
MONTHS_IN_YEAR = 12
MONTH_0 = 0
PERIOD_13 = 13


def parse_period(text: str) -> tuple[int, int]:
    """Year and month (13 for the thirteenth period, 0 for before the year) of a period.

    >>> parse_period("2025-09")
    (2025, 9)
    """
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a period: write YYYY-MM, or YYYY-13 for period 13")
    return int(found[1]), int(found[2])


def is_period(text: object) -> bool:
    """Whether a value is a well-formed period that amounts can be booked on.

    >>> is_period("2025-13"), is_period("2025-14"), is_period("2025-00")
    (True, False, False)
    """
    if not isinstance(text, str) or _PERIOD.fullmatch(text) is None:
        return False
    return parse_period(text)[1] != MONTH_0


def is_month_0(text: object) -> bool:
    """Whether a value is the moment before a fiscal year begins.

    >>> is_month_0("2025-00"), is_month_0("2025-01")
    (True, False)
    """
    if not isinstance(text, str) or _PERIOD.fullmatch(text) is None:
        return False
    return parse_period(text)[1] == MONTH_0


def is_period_13(period: str) -> bool:
    """Whether a period is the thirteenth (year-end entries), which is no month.

    >>> is_period_13("2025-13")
    True
    """
    return parse_period(period)[1] == PERIOD_13


def fiscal_year(period: str, *, start: int = 1) -> int:
    """Fiscal year that a period belongs to, numbered by the year in which it ends.

    >>> fiscal_year("2003-10", start=10)
    2004
    """
    year, month = parse_period(period)
    if month in (MONTH_0, PERIOD_13) or start == 1:
        return year
    return year + (month >= start)


def month_of_year(period: str, *, start: int = 1) -> int:
    """Number of the month within its fiscal year, 1 to 12 (13 for period 13, 0 for before it).

    >>> month_of_year("2004-06", start=10)
    9
    """
    month = parse_period(period)[1]
    if month in (MONTH_0, PERIOD_13):
        return month
    return (month - start) % MONTHS_IN_YEAR + 1


def months_left(period: str, *, start: int = 1) -> int:
    """Months of the fiscal year that come after a period.

    >>> months_left("2025-09")
    3
    """
    return max(MONTHS_IN_YEAR - month_of_year(period, start=start), 0)


def shift(period: str, months: int) -> str:
    """Return the period that lies a number of months later (earlier when negative).

    >>> shift("2025-11", 3)
    '2026-02'
    """
    year, month = parse_period(period)
    if month == PERIOD_13:
        raise ValueError(f"{period} is the thirteenth period: it has no next month")
    count = year * MONTHS_IN_YEAR + month - 1 + months
    return f"{count // MONTHS_IN_YEAR:04d}-{count % MONTHS_IN_YEAR + 1:02d}"


def month_range(first: str, last: str) -> list[str]:
    """All months from the first to the last, both included.

    >>> month_range("2024-11", "2025-01")
    ['2024-11', '2024-12', '2025-01']
    """
    (y0, m0), (y1, m1) = parse_period(first), parse_period(last)
    if PERIOD_13 in (m0, m1):
        raise ValueError(f"{first} – {last}: the thirteenth period is no month to count to or from")
    return [shift(first, k) for k in range((y1 - y0) * MONTHS_IN_YEAR + m1 - m0 + 1)]


def last_day(month: str) -> date:
    """Return the day on which a month ends.

    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    year, number = parse_period(month)
    return date(year, number, calendar.monthrange(year, number)[1])


def months_of_year(year: int, *, start: int = 1) -> list[str]:
    """Return the twelve months of a fiscal year in order.

    >>> months_of_year(2004, start=10)[:2]
    ['2003-10', '2003-11']
    """
    first = f"{year - (start > 1):04d}-{start:02d}"
    return month_range(first, shift(first, MONTHS_IN_YEAR - 1))


def calendar_month(period: str, *, start: int = 1) -> str:
    """Return the last month that is over at a period: of period 13, the last of its fiscal year.

    >>> calendar_month("2025-09"), calendar_month("2025-13"), calendar_month("2004-13", start=10)
    ('2025-09', '2025-12', '2004-09')
    >>> calendar_month("2025-00"), calendar_month("2004-00", start=10)
    ('2024-12', '2003-09')
    """
    year, month = parse_period(period)
    if month == MONTH_0:
        return shift(months_of_year(year, start=start)[0], -1)
    return months_of_year(year, start=start)[-1] if month == PERIOD_13 else period


def month_in_force(period: str, *, start: int = 1) -> str:
    """Return the month whose decisions hold: before a fiscal year, those of its first month.

    >>> month_in_force("2025-05"), month_in_force("2004-00", start=10)
    ('2025-05', '2003-10')
    >>> month_in_force("2004-13", start=10)
    '2004-09'
    """
    if is_month_0(period):
        return months_of_year(int(period[:4]), start=start)[0]
    return calendar_month(period, start=start)


def tertial(period: str, *, start: int = 1) -> int:
    """Tertial (four months) that a period lies in: 1, 2 or 3; period 13 counts to the third.

    >>> tertial("2025-04"), tertial("2025-05")
    (1, 2)
    """
    return (min(month_of_year(period, start=start), MONTHS_IN_YEAR) - 1) // 4 + 1


def to_month_index(periods: Iterable[str]) -> pd.PeriodIndex:
    """Calendar index of months, for statsmodels and for dates on an axis (no period 13).

    >>> to_month_index(["2025-09"])[0].days_in_month
    30
    """
    return pd.PeriodIndex(list(periods), freq="M", name="period")

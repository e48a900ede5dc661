"""Months and fiscal years, held against Python's own calendar and days counted by hand."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balanse_lib import periods

DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))
STARTS = st.integers(1, 12)
checked = settings(max_examples=50, deadline=None)


def month_of(day: date) -> str:
    return f"{day.year}-{day.month:02d}"


def day_in_next_month(day: date) -> date:
    return day.replace(day=28) + timedelta(days=4)


def fiscal_year_by_days(day: date, start: int) -> int:
    """Walk month by month to the end of the fiscal year: it bears that year's number."""
    last_month = 12 if start == 1 else start - 1
    while day.month != last_month:
        day = day_in_next_month(day)
    return day.year


@pytest.mark.parametrize("text", ["2025-09", "2025-01", "2025-12", "2025-13", "1980-10"])
def test_well_formed(text: str) -> None:
    assert periods.is_period(text)
    year, month = periods.parse_period(text)
    assert f"{year}-{month:02d}" == text


@pytest.mark.parametrize(
    "text",
    [
        *("2025-14", "2025-9", "202509", "25-09", "2025-09-30", "2025-09\n", " 2025-09"),
        *("", "٢٠٢٥-٠٩", "2025−09"),
    ],
)
def test_not_well_formed(text: str) -> None:
    assert not periods.is_period(text)
    with pytest.raises(ValueError, match="write YYYY-MM"):
        periods.parse_period(text)


def test_only_text_is_a_period() -> None:
    assert not periods.is_period(202509)
    assert not periods.is_period(None)
    assert not periods.is_period(date(2025, 9, 1))


@checked
@given(day=DAYS)
def test_the_next_month_is_the_calendars(day: date) -> None:
    later = day_in_next_month(day)
    assert periods.shift(month_of(day), 1) == month_of(later)
    assert periods.shift(month_of(later), -1) == month_of(day)


@checked
@given(day=DAYS, one=st.integers(-40, 40), other=st.integers(-40, 40))
def test_shifts_add_up(day: date, one: int, other: int) -> None:
    start = month_of(day)
    assert periods.shift(periods.shift(start, one), other) == periods.shift(start, one + other)
    assert periods.shift(start, 12) == f"{day.year + 1}{start[4:]}"


@checked
@given(day=DAYS, start=STARTS)
def test_fiscal_year_is_the_year_it_ends_in(day: date, start: int) -> None:
    assert periods.fiscal_year(month_of(day), start=start) == fiscal_year_by_days(day, start)


@checked
@given(day=DAYS, start=STARTS)
def test_month_of_year_and_months_left_make_twelve(day: date, start: int) -> None:
    month = month_of(day)
    number = periods.month_of_year(month, start=start)
    year = periods.months_of_year(periods.fiscal_year(month, start=start), start=start)
    assert len(year) == 12
    assert year[number - 1] == month
    assert periods.months_left(month, start=start) == 12 - number
    assert int(year[0][5:]) == start
    assert year == sorted(year)


def test_us_fiscal_year_2004_runs_from_october_2003() -> None:
    year = periods.months_of_year(2004, start=10)
    assert (year[0], year[3], year[-1]) == ("2003-10", "2004-01", "2004-09")
    assert periods.month_of_year("2004-06", start=10) == 9
    assert periods.months_left("2004-06", start=10) == 3


def test_period_13_belongs_to_the_year_it_names() -> None:
    assert periods.fiscal_year("2004-13") == 2004
    assert periods.fiscal_year("2004-13", start=10) == 2004
    assert periods.month_of_year("2004-13", start=10) == 13
    assert periods.months_left("2004-13") == 0
    assert periods.tertial("2004-13") == 3
    assert periods.calendar_month("2004-13", start=7) == "2004-06"


def test_period_13_is_no_month_to_count_with() -> None:
    assert periods.is_period_13("2025-13")
    assert not periods.is_period_13("2025-12")
    with pytest.raises(ValueError, match="thirteenth"):
        periods.shift("2025-13", 1)
    with pytest.raises(ValueError, match="thirteenth"):
        periods.month_range("2025-01", "2025-13")
    with pytest.raises(ValueError, match="thirteenth"):
        periods.month_range("2024-13", "2025-02")


@checked
@given(first=DAYS, months=st.integers(0, 60))
def test_month_range_has_both_ends_and_no_hole(first: date, months: int) -> None:
    found = periods.month_range(month_of(first), periods.shift(month_of(first), months))
    assert len(found) == months + 1
    assert found[0] == month_of(first)
    assert all(periods.shift(a, 1) == b for a, b in pairwise(found))


def test_month_range_backwards_is_empty() -> None:
    assert periods.month_range("2025-02", "2025-01") == []


def test_tertials_are_four_months_each() -> None:
    found = [periods.tertial(f"2025-{month:02d}") for month in range(1, 13)]
    assert found == [1] * 4 + [2] * 4 + [3] * 4
    assert periods.tertial("2003-10", start=10) == 1
    assert periods.tertial("2004-09", start=10) == 3


@checked
@given(day=DAYS)
def test_month_index_knows_the_days_of_the_month(day: date) -> None:
    index = periods.to_month_index([month_of(day)])
    assert index[0].days_in_month == calendar.monthrange(day.year, day.month)[1]
    assert index.name == "period"


def test_text_order_is_time_order() -> None:
    year = [*periods.months_of_year(2024), "2024-13", *periods.months_of_year(2025)]
    assert sorted(year) == year


def test_the_moment_before_a_year_is_a_period_of_a_run_and_not_of_the_accounts() -> None:
    assert periods.parse_period("2025-00") == (2025, 0)
    assert not periods.is_period("2025-00")
    assert periods.fiscal_year("2025-00", start=10) == 2025
    assert periods.month_of_year("2025-00", start=10) == 0
    assert periods.months_left("2025-00") == 12

"""What a finance department does by hand: four rules of thumb, shown beside the model."""

from collections.abc import Sequence

import pandas as pd

from balanse_lib import periods
from balanse_lib.forecast.history import monthly_series
from balanse_lib.ledger import Ledger

RULES = ("run_rate", "last_year_rest", "last_year_scaled", "budget_rest")


def run_rate(ytd: float, *, month: int) -> float:
    """The year at the pace so far.

    >>> run_rate(-30.0, month=6)
    -60.0
    """
    return ytd / month * periods.MONTHS_IN_YEAR


def last_year_rest(ytd: float, *, rest_last_year: float) -> float:
    """Year to date and, for the rest, what the same months gave last year.

    >>> last_year_rest(-30.0, rest_last_year=12.0)
    -18.0
    """
    return ytd + rest_last_year


def last_year_scaled(ytd: pd.Series, *, ytd_last: pd.Series, rest_last: pd.Series) -> float:
    """Year to date and last year's remaining months, each line scaled by its own growth so far.

    >>> last_year_scaled(pd.Series([110.0, -105.0]), ytd_last=pd.Series([100.0, -100.0]),
    ...                  rest_last=pd.Series([100.0, -100.0]))
    10.0
    """
    growth = (ytd / ytd_last).where(ytd_last != 0, 1.0)
    return float((ytd + rest_last * growth).sum())


def finance_rules(ledger: Ledger, *, period: str) -> pd.Series:
    """Year-end result by each rule, in million; a rule that lacks its data is left out.

    The index holds those of `RULES`.
    """
    booked = monthly_series(ledger.until(period), without_events=False)
    return apply_rules(_by_line(booked), book=ledger, period=period)


def rules_record(ledger: Ledger, *, origins: Sequence[str]) -> pd.DataFrame:
    """Rest of the year by each rule at earlier origins (rows), without one-offs, in million."""
    months = _by_line(monthly_series(ledger))
    found = {}
    for origin in origins:
        known = months.loc[:origin]
        ytd = known.reindex(ledger.year_so_far(origin)).sum().sum()
        found[origin] = apply_rules(known, book=ledger, period=origin) - ytd
    return pd.DataFrame(found).T


def apply_rules(months: pd.DataFrame, *, book: Ledger, period: str) -> pd.Series:
    """Year-end result by each rule from months × lines up to `period`; `book` has the budget."""
    year, month = book.year_of(period), periods.month_of_year(period, start=book.start)
    this, last = (periods.months_of_year(y, start=book.start) for y in (year, year - 1))
    ytd = months.reindex(this[:month]).sum()
    found = {"run_rate": run_rate(float(ytd.sum()), month=month)} if month else {}
    if set(last) <= set(months.dropna().index):
        rest = months.loc[last[month:]].sum()
        found["last_year_rest"] = last_year_rest(float(ytd.sum()), rest_last_year=float(rest.sum()))
        found["last_year_scaled"] = last_year_scaled(
            ytd, ytd_last=months.loc[last[:month]].sum(), rest_last=rest
        )
    budget = book.budget[book.budget["period"].isin(this[month:])]
    if set(this[month:]) <= set(budget["period"]):
        found["budget_rest"] = float(ytd.sum() + budget["amount"].sum())
    return pd.Series(found, name="year_end", dtype=float)


def _by_line(months: pd.DataFrame) -> pd.DataFrame:
    return months.T.groupby(level="line").sum(min_count=1).T

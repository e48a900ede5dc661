"""Rows of the accounts and the budget that a booking check asks about."""

import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger import Ledger
from balanse_lib.terms import STATEMENT_LINES

COSTS = [line.code for line in STATEMENT_LINES if line.kind == "cost"]
_KEY = ["unit", "account"]


def balancing_lines(ledger: Ledger, *, months: list[str], smallest: float) -> pd.DataFrame:
    """Accounts of a unit with a budgeted improvement this year and no booking for two years."""
    year = ledger.year_of(months[0])
    calendar = periods.months_of_year(year, start=ledger.start)
    since = [*(periods.shift(m, -periods.MONTHS_IN_YEAR) for m in calendar), *months]
    budget = _sum(ledger.budget[ledger.budget["period"].isin(calendar)])
    booked = ledger.ledger_month
    moved = booked[booked["period"].isin(since) & (booked["amount"] != 0)]
    without = ~budget.index.isin(pd.MultiIndex.from_frame(moved[_KEY]))
    return _rows(budget[without & (budget > smallest)])


def reversals_without_cost(
    ledger: Ledger, *, months: list[str], window: int, smallest: float
) -> pd.DataFrame:
    """Cost accounts credited in the first month and still in credit after `window` months."""
    accounts = _cost_accounts(ledger, months)
    first = _sum(accounts[accounts["period"] == months[0]])
    since = _sum(accounts[accounts["period"].isin(months[:window])])
    credited = first[first > smallest].index
    left = since.reindex(credited)
    return _rows(left[left > smallest])


def credits_on_costs(ledger: Ledger, *, months: list[str], smallest: float) -> pd.DataFrame:
    """Months after the first in which a cost account is in credit, without an event on it."""
    accounts = _cost_accounts(ledger, months)
    later = accounts[accounts["period"].isin(months[1:])]
    net = later.groupby([*_KEY, "period"])["amount"].sum()
    explained = pd.MultiIndex.from_frame(ledger.event[[*_KEY, "period"]])
    return _rows(net[(net > smallest) & ~net.index.isin(explained)])


def _cost_accounts(ledger: Ledger, months: list[str]) -> pd.DataFrame:
    """Rows of cost accounts that were a cost in every one of the twelve months before the year.

    Accounts that are used to being in credit now and then (refunds of sick pay, say) are left out.
    """
    rows = ledger.ledger_month
    costs = rows[rows["line"].isin(COSTS)]
    before = [periods.shift(months[0], -k) for k in range(1, periods.MONTHS_IN_YEAR + 1)]
    past = costs[costs["period"].isin(before)]
    monthly = past.groupby([*_KEY, "period"])["amount"].sum().groupby(level=_KEY)
    usual = monthly.max()[(monthly.max() <= 0) & (monthly.sum() < 0)].index
    return costs[pd.MultiIndex.from_frame(costs[_KEY]).isin(usual)]


def _sum(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby(_KEY)["amount"].sum()


def _rows(amounts: pd.Series) -> pd.DataFrame:
    return amounts.rename("amount").reset_index()

"""Booking checks B1–B10: known losses missing, income too early. They ask for best estimates.

The canonical tables hold result accounts by month. What needs balance accounts, projects or the
actuary's letter is not checked, and says so.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from balanse_lib import params, periods
from balanse_lib.errors import InputError
from balanse_lib.ledger import Ledger, budget_by_month
from balanse_lib.realism.booking_lines import (
    COSTS,
    balancing_lines,
    credits_on_costs,
    reversals_without_cost,
)

CODES = tuple(f"B{number}" for number in range(1, 11))
CheckState = Literal["open", "clear", "not checked"]


@dataclass(frozen=True)
class BookingCheck:
    """One check. `amount` is what putting it right would do to the result, million.

    `amount` is None unless the check was made; `reason` says why it was not. `evidence` holds the
    rows or figures behind it.
    """

    code: str
    state: CheckState
    amount: float | None = None
    reason: str = ""
    evidence: pd.DataFrame = field(default_factory=pd.DataFrame)


def booking_checks(
    ledger: Ledger,
    *,
    period: str,
    thresholds: params.Thresholds | None = None,
    points_accounts: Collection[str] = (),
) -> tuple[BookingCheck, ...]:
    """Make all ten checks with what was known when a month was closed.

    `points_accounts` are the accounts that activity income by DRG points is booked on, which no
    account map can tell.
    """
    limits = thresholds or params.standard_thresholds()
    known = ledger.until(period)
    year = known.year_of(period)
    months = [month for month in periods.months_of_year(year, start=known.start) if month <= period]
    if not months:
        return tuple(BookingCheck(code, "not checked", reason="nothing_booked") for code in CODES)
    return (
        check_hire_in(known, period=period, thresholds=limits),
        BookingCheck("B2", "not checked", reason="needs_balance_accounts"),
        check_activity_income(
            known, period=period, thresholds=limits, points_accounts=points_accounts
        ),
        BookingCheck("B4", "not checked", reason="needs_projects"),
        check_balancing_lines(known, months=months, thresholds=limits),
        check_reversals(known, months=months, thresholds=limits),
        check_credits(known, months=months, thresholds=limits),
        check_events(known, period=period),
        check_pension(known, months=months, thresholds=limits),
        list_judgement_items(known, year=year),
    )


def check_hire_in(ledger: Ledger, *, period: str, thresholds: params.Thresholds) -> BookingCheck:
    """B1: hire-in booked in the month against hours × mean price of the twelve months before."""
    hours = ledger.staffing.groupby("period")["hired_in_hours"].sum(min_count=1)
    booked = _line_by_month(ledger, "hire_in")
    before = [periods.shift(period, -k) for k in range(1, periods.MONTHS_IN_YEAR + 1)]
    both = [month for month in before if hours.get(month, 0) > 0 and month in booked.index]
    if pd.isna(hours.get(period)) or len(both) < len(before):
        return BookingCheck("B1", "not checked", reason="no_hours")
    price = float(booked[both].sum() / hours[both].sum())
    expected, found = float(hours[period]) * price, float(booked.get(period, 0.0))
    evidence = pd.DataFrame([{"hours": hours[period], "price": price, "expected": expected,
                              "booked": found}], index=[period])  # fmt: skip
    missing = expected < 0 and found > thresholds.hire_in_booked_share * expected
    amount = expected - found if missing else 0.0
    return BookingCheck("B1", "open" if missing else "clear", amount, evidence=evidence)


def check_activity_income(
    ledger: Ledger,
    *,
    period: str,
    thresholds: params.Thresholds,
    points_accounts: Collection[str],
) -> BookingCheck:
    """B3: booked activity income against DRG points × unit price × share, in the month.

    The rates are those of Norway's activity-based funding, which are set anew each year.
    """
    points = ledger.activity[ledger.activity["type"] == "drg_points"]
    points = points[points["period"] == period]
    rows = ledger.ledger_month[ledger.ledger_month["account"].isin(points_accounts)]
    rows = rows[rows["period"] == period]
    if points.empty or rows.empty:
        return BookingCheck("B3", "not checked", reason="no_points")
    price = _rate_of_year("isf_unit_price_nok_per_point", period)
    share = _rate_of_year("isf_share_pct", period)
    if price is None or share is None:
        return BookingCheck("B3", "not checked", reason="no_rate")
    share = share / 100
    due, booked = float(points["value"].sum()) * price * share / 1e6, float(rows["amount"].sum())
    evidence = pd.DataFrame([{"points": points["value"].sum(), "unit_price": price,
                              "share": share, "due": due, "booked": booked}],
                            index=[period])  # fmt: skip
    off = abs(booked - due) > thresholds.activity_income_share * abs(due)
    amount = due - booked if off else 0.0
    return BookingCheck("B3", "open" if off else "clear", amount, evidence=evidence)


def _rate_of_year(name: str, month: str) -> float | None:
    """Rate set for the calendar year of a month; an older one is not this year's."""
    try:
        rate = params.rate_on(name, month)
    except InputError:
        return None
    return rate.value if rate.valid_from[:4] == month[:4] else None


def check_balancing_lines(
    ledger: Ledger, *, months: list[str], thresholds: params.Thresholds
) -> BookingCheck:
    """B5: budgeted improvement on accounts where nothing is booked, this year or the year before.

    The amount is the year's budget that would be lost, were nothing put in its place.
    """
    if len(months) < thresholds.balancing_from_month:
        return BookingCheck("B5", "not checked", reason="too_early")
    year = ledger.year_of(months[0])
    if budget_by_month(ledger, year=year).empty:
        return BookingCheck("B5", "not checked", reason="no_budget")
    lines = balancing_lines(ledger, months=months, smallest=thresholds.booking_smallest)
    return _opened("B5", lines, 0.0 - float(lines["amount"].sum()))


def check_reversals(
    ledger: Ledger, *, months: list[str], thresholds: params.Thresholds
) -> BookingCheck:
    """B6: last year's accruals reversed in the first month, and no cost booked against them.

    The amount is the net credit that is left after the first months (three by default).
    """
    reason = _cost_reason(ledger, months)
    if reason:
        return BookingCheck("B6", "not checked", reason=reason)
    left = reversals_without_cost(
        ledger,
        months=months,
        window=thresholds.reversal_months,
        smallest=thresholds.booking_smallest,
    )
    return _opened("B6", left, 0.0 - float(left["amount"].sum()))


def check_credits(
    ledger: Ledger, *, months: list[str], thresholds: params.Thresholds
) -> BookingCheck:
    """B7: credit on a cost account after the first month, with no event that explains it."""
    reason = _cost_reason(ledger, months)
    if reason:
        return BookingCheck("B7", "not checked", reason=reason)
    found = credits_on_costs(ledger, months=months, smallest=thresholds.booking_smallest)
    return _opened("B7", found, 0.0 - float(found["amount"].sum()))


def check_events(ledger: Ledger, *, period: str) -> BookingCheck:
    """B8: uncertain events to come stand in the list with amount, probability and evidence.

    Open where evidence is missing; the amount is the expected gain that nothing on paper covers.
    """
    last = periods.months_of_year(ledger.year_of(period), start=ledger.start)[-1]
    events = ledger.event
    ahead = events[(events["period"] > period) & (events["period"] <= last)]
    ahead = ahead[ahead["probability"] < 1]
    if ahead.empty:
        return BookingCheck("B8", "not checked", reason="no_events")
    bare = ahead[ahead["evidence"].fillna("") == ""]
    gains = (bare["amount"] * bare["probability"]).clip(lower=0.0).sum()
    state: CheckState = "clear" if bare.empty else "open"
    return BookingCheck("B8", state, 0.0 - float(gains), evidence=ahead.reset_index(drop=True))


def check_pension(
    ledger: Ledger, *, months: list[str], thresholds: params.Thresholds
) -> BookingCheck:
    """B9: pension cost of the last month against the median of the year's months before it.

    The amount brings the month back to the median; a new figure from the actuary explains it.
    """
    cost = _line_by_month(ledger, "pension_cost").reindex(months)
    before = cost.iloc[:-1].dropna()
    if len(before) < 2 or pd.isna(cost.iloc[-1]):
        return BookingCheck("B9", "not checked", reason="no_pension")
    usual, last = float(before.median()), float(cost.iloc[-1])
    off = abs(last - usual) > thresholds.pension_uneven_share * abs(usual)
    evidence = cost.rename("pension_cost").to_frame()
    amount = usual - last if off else 0.0
    return BookingCheck("B9", "open" if off else "clear", amount, evidence=evidence)


def list_judgement_items(ledger: Ledger, *, year: int) -> BookingCheck:
    """B10: last year's year-end entries by line, for the talk about accruals with discretion.

    Which accounts hold them is not in the tables, so nothing is checked.
    """
    entries = ledger.ledger_month[ledger.ledger_month["period"] == f"{year - 1}-13"]
    evidence = entries.groupby("line")[["amount"]].sum().reset_index()
    return BookingCheck("B10", "not checked", reason="needs_balance_accounts", evidence=evidence)


def _opened(code: str, rows: pd.DataFrame, amount: float) -> BookingCheck:
    if rows.empty:
        return BookingCheck(code, "clear", 0.0, evidence=rows)
    return BookingCheck(code, "open", amount, evidence=rows)


def _line_by_month(ledger: Ledger, line: str) -> pd.Series:
    rows = ledger.ledger_month[ledger.ledger_month["line"] == line]
    by_month: pd.Series[float] = rows.groupby("period")["amount"].sum()
    return by_month


def _cost_reason(ledger: Ledger, months: list[str]) -> str:
    """Why unusual credits on cost accounts cannot be looked for; empty when they can."""
    if not ledger.ledger_month["line"].isin(COSTS).any():
        return "no_costs"
    before = {periods.shift(month, -periods.MONTHS_IN_YEAR) for month in months}
    return "" if before <= set(ledger.months) else "no_year_before"

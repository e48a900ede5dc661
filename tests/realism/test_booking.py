"""Booking checks on accounts made by hand: what opens each, what leaves it clear or unchecked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from balanse_lib import terms
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.realism import booking_checks, explain_reason
from balanse_lib.realism.booking import BookingCheck

if TYPE_CHECKING:
    from tests.realism.conftest import MakeLedger

PAY, GRANT = ("5000", "pay_cost"), ("3400", "basic_grant")
HIRE, PENSION = ("6740", "hire_in"), ("5420", "pension_cost")
YEARS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)][:18]
NOW = "2025-06"


def steady(amount: float, **changes: float) -> dict[str, float]:
    """The same amount in every month to June 2025; changes as m2025_06=…."""
    named = {month.removeprefix("m").replace("_", "-"): value for month, value in changes.items()}
    return dict.fromkeys(YEARS, amount) | named


def check(ledger: Ledger, code: str, **options: object) -> BookingCheck:
    found = {c.code: c for c in booking_checks(ledger, period=NOW, **options)}  # type: ignore[arg-type]
    assert list(found) == [f"B{k}" for k in range(1, 11)]
    return found[code]


def staffing(hours: float) -> pd.DataFrame:
    rows = [{"trust": "t", "unit": "u", "category": "c", "period": month, "paid": 1.0,
             "hired_in_hours": hours if month == NOW else 100.0} for month in YEARS]  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=empty_table("staffing").columns)


@pytest.mark.parametrize(
    ("booked", "hours", "state", "amount"),
    [
        (-1.0, 100.0, "clear", 0.0),
        (-0.8, 100.0, "clear", 0.0),  # exactly 80 %
        (-0.7, 100.0, "open", -0.3),
        (-1.0, 200.0, "open", -1.0),  # 200 hours at 0.01 are 2.0
        (-3.0, 100.0, "clear", 0.0),
        (0.0, 0.0, "clear", 0.0),
    ],
)
def test_b1_hire_in(
    make_ledger: MakeLedger, booked: float, hours: float, state: str, amount: float
) -> None:
    ledger = make_ledger({HIRE: steady(-1.0, m2025_06=booked)}, staffing=staffing(hours))
    found = check(ledger, "B1")
    assert (found.state, found.amount) == (state, pytest.approx(amount))


def test_b1_without_hours(make_ledger: MakeLedger) -> None:
    found = check(make_ledger({HIRE: steady(-1.0)}), "B1")
    assert (found.state, found.amount, found.reason) == ("not checked", None, "no_hours")


def activity(points: float) -> pd.DataFrame:
    row = {"trust": "t", "unit": "u", "period": "2024-06", "type": "drg_points", "value": points}
    return pd.DataFrame([row]).reindex(columns=empty_table("activity").columns)


@pytest.mark.parametrize(("booked", "state"), [(20.9, "clear"), (21.2, "open"), (20.6, "open")])
def test_b3_activity_income(make_ledger: MakeLedger, booked: float, state: str) -> None:
    """1000 points × 52 248 kr × 40 % = 20.90 million in 2024."""
    amounts = {("3200", "activity_based_income"): steady(1.0, **{"m2024_06": booked})}
    ledger = make_ledger(amounts, activity=activity(1000.0))
    found = {
        c.code: c for c in booking_checks(ledger, period="2024-06", points_accounts=["3200"])
    }["B3"]  # fmt: skip
    assert found.state == state
    due = 1000 * 52_248 * 0.40 / 1e6
    assert found.amount == pytest.approx(due - booked if state == "open" else 0.0)


def test_b3_is_not_guessed_without_its_accounts(make_ledger: MakeLedger) -> None:
    amounts = {("3200", "activity_based_income"): steady(1.0)}
    found = check(make_ledger(amounts, activity=activity(1000.0)), "B3")
    assert (found.state, found.reason) == ("not checked", "no_points")


def test_b5_balancing_line(make_ledger: MakeLedger) -> None:
    year = dict.fromkeys([f"2025-{month:02d}" for month in range(1, 13)], 1.0)
    spread = ("9000", "other_cost")
    reserve = ("9100", "other_cost")
    budget = {PAY: {m: -10.0 for m in year}, spread: year, reserve: {m: -0.5 for m in year}}
    ledger = make_ledger({PAY: steady(-10.0)}, budget=budget)
    found = check(ledger, "B5")
    assert (found.state, found.amount) == ("open", -12.0)
    assert found.evidence["account"].tolist() == ["9000"]
    used = make_ledger({PAY: steady(-10.0), spread: {"2024-09": -0.1}}, budget=budget)
    assert check(used, "B5").state == "clear"
    without = check(make_ledger({PAY: steady(-10.0)}), "B5")
    assert (without.state, without.reason) == ("not checked", "no_budget")


def test_b6_reversal_without_cost(make_ledger: MakeLedger) -> None:
    matched = steady(-2.0, m2025_01=3.0, m2025_02=-4.0, m2025_03=-4.0)
    assert check(make_ledger({PAY: matched}), "B6").state == "clear"
    open_ = steady(-2.0, m2025_01=6.0, m2025_02=-1.0, m2025_03=-2.0)
    found = check(make_ledger({PAY: open_}), "B6")
    assert (found.state, found.amount) == ("open", -3.0)


def test_b7_credit_on_a_cost_account(make_ledger: MakeLedger) -> None:
    credited = make_ledger({PAY: steady(-2.0, m2025_04=1.5)})
    found = check(credited, "B7")
    assert (found.state, found.amount) == ("open", -1.5)
    assert found.evidence["period"].tolist() == ["2025-04"]
    event = {"id": "e", "trust": "t", "unit": "u", "account": "5000", "period": "2025-04",
             "type": "one-off", "amount": 3.5, "probability": 1.0, "line": "pay_cost"}  # fmt: skip
    told = make_ledger({PAY: steady(-2.0, m2025_04=1.5)}, event=pd.DataFrame([event]))
    assert check(told, "B7").state == "clear"


def test_b7_leaves_accounts_that_are_used_to_credits(make_ledger: MakeLedger) -> None:
    refunds = make_ledger({("5800", "pay_cost"): steady(-0.5, m2024_03=1.0, m2025_04=1.0)})
    assert check(refunds, "B7").state == "clear"


def test_b6_and_b7_need_costs_and_a_year_before(make_ledger: MakeLedger) -> None:
    undivided = make_ledger({("1", "undivided"): steady(-2.0)})
    short = make_ledger({PAY: {month: -1.0 for month in YEARS[8:]}})
    for code in ("B6", "B7"):
        assert check(undivided, code).reason == "no_costs"
        assert check(short, code).reason == "no_year_before"


def event(evidence: str | None, **change: object) -> dict[str, object]:
    return {"id": str(evidence), "trust": "t", "unit": "t", "account": "3900", "line": "other",
            "period": "2025-10", "type": "uncertain", "amount": 10.0, "probability": 0.4,
            "evidence": evidence} | change  # fmt: skip


def test_b8_uncertain_events_need_evidence(make_ledger: MakeLedger) -> None:
    def found(*events: dict[str, object]) -> BookingCheck:
        return check(make_ledger({PAY: steady(-1.0)}, event=pd.DataFrame(list(events))), "B8")

    assert found(event("case 12")).state == "clear"
    bare = found(event(None), event("case 12"))
    assert (bare.state, bare.amount) == ("open", pytest.approx(-4.0))
    assert len(bare.evidence) == 2
    assert found(event(None, amount=-10.0)).amount == 0.0
    for other in ({"period": "2025-05"}, {"period": "2026-01"}, {"probability": 1.0}):
        assert found(event(None, **other)).reason == "no_events"


@pytest.mark.parametrize(("june", "state", "amount"), [(-10.4, "clear", 0.0), (-8, "open", -2.0)])
def test_b9_pension(make_ledger: MakeLedger, june: float, state: str, amount: float) -> None:
    found = check(make_ledger({PENSION: steady(-10.0, m2025_06=june)}), "B9")
    assert (found.state, found.amount) == (state, pytest.approx(amount))


def test_b10_lists_year_end_entries(make_ledger: MakeLedger) -> None:
    found = check(make_ledger({PAY: steady(-1.0, **{"m2024_13": -4.0})}), "B10")
    assert found.state == "not checked"
    assert found.evidence["amount"].tolist() == [-4.0]


def test_what_needs_other_data_says_so_in_every_language(make_ledger: MakeLedger) -> None:
    for found in booking_checks(make_ledger({PAY: steady(-1.0)}), period=NOW):
        assert (found.state == "not checked") == bool(found.reason) == (found.amount is None)
        if found.reason:
            told = {explain_reason(found.reason, language=lang) for lang in terms.LANGUAGES}
            assert len(told) >= 3


def test_honest_synthetic_accounts_open_nothing(granvik: Ledger) -> None:
    found = booking_checks(granvik, period="2024-06", points_accounts=["3200"])
    assert {c.code for c in found if c.state == "open"} == set()
    checked = {c.code for c in found if c.state == "clear"}
    assert checked == {
        "B1",
        "B3",
        "B5",
        "B6",
        "B7",
        "B9",
    }  # the events of 2024 are no longer uncertain


def test_b3_does_not_take_last_years_price_for_this_years(granvik: Ledger) -> None:
    found = booking_checks(granvik, period="2025-06", points_accounts=["3200"])
    assert {c.code: c.reason for c in found}["B3"] == "no_rate"

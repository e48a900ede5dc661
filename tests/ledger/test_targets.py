"""Requirement, budget and reported forecast are four different series, and never mixed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from balanse_lib.ledger import budget_by_month, targets
from balanse_lib.ledger.targets import budget_of_year

if TYPE_CHECKING:
    from balanse_lib.ledger import Ledger
    from tests.ledger.conftest import Delivery

TRUST = "helse-prove"


@pytest.fixture
def ledger(delivery: Delivery) -> Ledger:
    """Budget of −18 a month in 30 months; two requirements; forecasts on both bases."""
    made = delivery.read()
    asked = pd.DataFrame(
        [
            (TRUST, TRUST, 2024, "owner", "2024-01", 40.0, "Letter 1"),
            (TRUST, TRUST, 2024, "owner", "2024-09", 25.0, None),
            (TRUST, TRUST, 2024, "balance", "2024-01", 0.0, "Act"),
            (TRUST, "kirurgi", 2024, "owner", "2024-02", 5.0, "Letter 2"),
        ],
        columns=["trust", "unit", "year", "type", "valid_from", "amount", "document_ref"],
    )
    return replace(made, requirement=asked, forecast_log=told())


def told(*changes: dict[str, Any]) -> pd.DataFrame:
    first = {
        "unit": TRUST,
        "period_of_data": "2024-03",
        "target_year": 2024,
        "basis": "result",
        "basis_from": None,
        "forecast": 30.0,
    }
    return pd.DataFrame([first, *(first | change for change in changes)])


@pytest.mark.parametrize(
    ("period", "requirement", "ref"),
    [("2024-03", 40.0, "Letter 1"), ("2024-08", 40.0, "Letter 1"), ("2024-09", 25.0, "")],
)
def test_the_requirement_is_the_one_that_holds_in_the_month(
    ledger: Ledger, period: str, requirement: float, ref: str
) -> None:
    found = targets(ledger, period=period)
    assert (found.year, found.requirement, found.requirement_ref) == (2024, requirement, ref)


def test_another_type_of_requirement_is_another_series(ledger: Ledger) -> None:
    assert targets(ledger, period="2024-12", requirement_type="balance").requirement == 0.0
    assert targets(ledger, period="2024-12", requirement_type="frame").requirement is None


def test_what_is_not_known_is_none_and_not_zero(ledger: Ledger) -> None:
    found = targets(ledger, period="2023-06")
    assert (found.requirement, found.reported, found.reported_raw) == (None, None, None)
    assert (found.requirement_ref, found.reported_basis, found.reported_period) == ("", "", "")


def test_a_budget_needs_all_its_months(ledger: Ledger) -> None:
    assert budget_of_year(ledger, year=2024) == 12 * 2 * -9.0
    assert budget_of_year(ledger, year=2025) is None  # only six months
    assert budget_by_month(ledger, year=2025).empty
    assert budget_by_month(ledger, year=2024).to_dict() == dict.fromkeys(
        [f"2024-{month:02d}" for month in range(1, 13)], -18.0
    )


def test_a_budget_follows_the_fiscal_year(ledger: Ledger) -> None:
    broken_year = replace(ledger, start=7)
    found = budget_by_month(broken_year, year=2025)
    assert (found.index[0], found.index[-1], found.sum()) == ("2024-07", "2025-06", -216.0)


def test_a_forecast_given_as_a_result_is_the_result(ledger: Ledger) -> None:
    found = targets(ledger, period="2024-03")
    assert (found.reported, found.reported_raw, found.reported_basis) == (30.0, 30.0, "result")


@pytest.mark.parametrize(
    ("basis_from", "reported"),
    [("budget", -216.0 - 10.0), ("requirement", 40.0 - 10.0), (None, None), ("plan", None)],
)
def test_a_deviation_becomes_a_result_only_from_what_it_names(
    ledger: Ledger, basis_from: str | None, reported: float | None
) -> None:
    later = {"period_of_data": "2024-04", "basis": "deviation", "forecast": -10.0}
    log = told(later | {"basis_from": basis_from})
    found = targets(replace(ledger, forecast_log=log), period="2024-05")
    assert found.reported == reported
    assert (found.reported_raw, found.reported_basis) == (-10.0, "deviation")
    assert found.reported_period == "2024-04"


@pytest.mark.parametrize(("month", "reported"), [("2024-08", 40.0), ("2024-09", 25.0)])
def test_a_deviation_is_from_the_requirement_that_held_when_it_was_given(
    ledger: Ledger, month: str, reported: float
) -> None:
    """The requirement goes from 40 to 25 in September; what was said in August stays as it was."""
    given = {"period_of_data": month, "basis": "deviation", "basis_from": "requirement"}
    log = told(given | {"forecast": 0.0})
    found = targets(replace(ledger, forecast_log=log), period="2024-10")
    assert (found.reported, found.requirement) == (reported, 25.0)


def test_the_last_forecast_before_the_month_holds(ledger: Ledger) -> None:
    log = told(
        {"period_of_data": "2024-05", "forecast": 22.0},
        {"period_of_data": "2024-04", "forecast": 25.0},
        {"period_of_data": "2024-04", "target_year": 2025, "forecast": 99.0},
        {"period_of_data": "2024-04", "unit": "kirurgi", "forecast": 98.0},
    )
    holds = replace(ledger, forecast_log=log)
    assert targets(holds, period="2024-04").reported == 25.0
    assert targets(holds, period="2024-12").reported == 22.0
    assert targets(holds, period="2024-12").reported_period == "2024-05"


def test_targets_change_nothing(ledger: Ledger) -> None:
    kept = [ledger.requirement.copy(), ledger.forecast_log.copy(), ledger.budget.copy()]
    targets(ledger, period="2024-06")
    for now, before in zip(
        (ledger.requirement, ledger.forecast_log, ledger.budget), kept, strict=True
    ):
        pd.testing.assert_frame_equal(now, before)

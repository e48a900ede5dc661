"""The bundle: what was known when a month was closed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from balanse_lib.ledger import empty_table

if TYPE_CHECKING:
    from balanse_lib.ledger import Ledger
    from tests.ledger.conftest import Delivery


@pytest.fixture
def ledger(delivery: Delivery) -> Ledger:
    rows = delivery.tables["ledger"]
    rows += [["kirurgi", "5000", f"{year}-13", "−0,50"] for year in (2023, 2024)]
    return delivery.read()


def test_period_13_is_no_month(ledger: Ledger) -> None:
    assert len(ledger.months) == 30
    assert (ledger.months[0], ledger.last) == ("2023-01", "2025-06")
    assert (ledger.ledger_month["period"] == "2024-13").sum() == 1


@pytest.mark.parametrize(
    ("period", "months", "year_end_entries"),
    [
        ("2025-06", 30, ["2023-13", "2024-13"]),
        ("2025-01", 25, ["2023-13", "2024-13"]),
        ("2024-12", 24, ["2023-13"]),  # the books of 2024 are not closed in December
        ("2023-12", 12, []),
    ],
)
def test_nothing_later_is_left(
    ledger: Ledger, period: str, months: int, year_end_entries: list[str]
) -> None:
    known = ledger.until(period)
    assert len(known.months) == months
    found = known.ledger_month["period"]
    assert sorted(found[found.str.endswith("-13")]) == year_end_entries
    assert known.last == period


def test_until_leaves_the_ledger_as_it_was(ledger: Ledger) -> None:
    before = ledger.ledger_month.copy(deep=True)
    ledger.until("2024-01")
    pd.testing.assert_frame_equal(ledger.ledger_month, before)
    with pytest.raises(FrozenInstanceError):
        ledger.trust = "another"  # type: ignore[misc]


def test_until_twice_is_the_earlier_of_the_two(ledger: Ledger) -> None:
    twice = ledger.until("2025-01").until("2024-03").ledger_month
    pd.testing.assert_frame_equal(twice, ledger.until("2024-03").ledger_month)


def test_forecasts_and_requirements_given_later_are_not_known(ledger: Ledger) -> None:
    log = pd.DataFrame({"period_of_data": ["2024-03", "2024-04"], "forecast": [1.0, 2.0]})
    asked = pd.DataFrame({"valid_from": ["2024-01", "2024-09"], "amount": [3.0, 4.0]})
    known = replace(ledger, forecast_log=log, requirement=asked).until("2024-03")
    assert known.forecast_log["forecast"].tolist() == [1.0]
    assert known.requirement["amount"].tolist() == [3.0]


def test_the_latest_name_of_a_unit_holds(ledger: Ledger) -> None:
    org = pd.DataFrame(
        {
            "unit": ["kirurgi", "kirurgi"],
            "valid_from": ["2024-01", "2020-01"],
            "name": ["Kirurgi og ortopedi", "Kirurgisk klinikk"],
        }
    )
    assert replace(ledger, org=org).name_of("kirurgi") == "Kirurgi og ortopedi"
    assert ledger.name_of("kirurgi") == "Kirurgisk klinikk"
    assert ledger.name_of("not-in-org") == "not-in-org"


def test_the_fiscal_year_is_the_trusts_own(ledger: Ledger) -> None:
    assert ledger.year_of("2024-10") == 2024
    assert replace(ledger, start=10).year_of("2024-10") == 2025


def test_before_the_year_what_holds_from_its_first_month_is_known(ledger: Ledger) -> None:
    """A goal, a requirement and a risk of January stand; its accounts and decisions do not."""
    goal = empty_table("goal").reindex(range(2)).assign(valid_from=["2025-01", "2025-02"])
    risk = empty_table("risk").reindex(range(2)).assign(valid_from=["2025-01", "2025-02"])
    decision = empty_table("decision").reindex(range(2)).assign(decided=["2024-12", "2025-01"])
    known = replace(ledger, goal=goal, risk=risk, decision=decision).until("2025-00")
    assert known.goal["valid_from"].tolist() == ["2025-01"]
    assert known.risk["valid_from"].tolist() == ["2025-01"]
    assert known.decision["decided"].tolist() == ["2024-12"]


def test_a_year_that_ends_in_september_knows_nothing_of_october(ledger: Ledger) -> None:
    staff = empty_table("staffing").reindex(range(3)).assign(
        period=["2003-09", "2003-10", "2004-10"]
    )  # fmt: skip
    american = replace(ledger, start=10, staffing=staff)
    assert american.until("2004-13").staffing["period"].tolist() == ["2003-09", "2003-10"]
    assert american.until("2004-00").staffing["period"].tolist() == ["2003-09"]


def test_the_year_so_far_has_no_month_before_it_begins(ledger: Ledger) -> None:
    american = replace(ledger, start=10)
    assert american.year_so_far("2004-00") == []
    assert american.year_so_far("2003-11") == ["2003-10", "2003-11"]
    assert len(american.year_so_far("2004-13")) == 12

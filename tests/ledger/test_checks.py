"""Gaps are shown, never filled, and a month that cannot be run is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from balanse_lib.errors import InputError
from balanse_lib.ledger import check_period, months_present, unit_gaps
from balanse_lib.ledger.checks import missing_months, unknown_units

if TYPE_CHECKING:
    from balanse_lib.ledger import Ledger
    from tests.ledger.conftest import Delivery


@pytest.fixture
def ledger(delivery: Delivery) -> Ledger:
    return delivery.read()


def without(ledger: Ledger, *periods: str, unit: str = "") -> Ledger:
    rows = ledger.ledger_month
    gone = rows["period"].isin(periods) & (rows["unit"].eq(unit) | (unit == ""))
    return replace(ledger, ledger_month=rows[~gone])


def test_no_month_is_missing(ledger: Ledger) -> None:
    assert missing_months(ledger) == []


def test_missing_months_between_the_first_and_the_last(ledger: Ledger) -> None:
    holed = without(ledger, "2024-12", "2025-01", "2025-06")
    assert [failure.value for failure in missing_months(holed)] == ["2024-12", "2025-01"]
    told = replace(holed, known_gaps={"2024-12": "moved to another system"})
    assert [failure.value for failure in missing_months(told)] == ["2025-01"]


def test_the_gap_map_counts_rows_and_leaves_the_future_blank(ledger: Ledger) -> None:
    found = months_present(without(ledger, "2024-05"))
    assert found.index.tolist() == [2023, 2024, 2025]
    assert found.columns.tolist() == list(range(1, 14))
    assert found.loc[2024, 4] == 4  # two units, two accounts
    assert found.loc[2024, 5] == 0
    assert found.loc[2025, 6] == 4
    assert found.loc[2025, list(range(7, 14))].isna().all()
    assert found.sum().sum() == 29 * 4


def test_a_whole_year_without_rows_is_in_the_gap_map(ledger: Ledger) -> None:
    holed = without(ledger, *(f"2024-{month:02d}" for month in range(1, 13)))
    found = months_present(holed)
    assert found.index.tolist() == [2023, 2024, 2025]
    assert (found.loc[2024] == 0).all()


def test_the_gap_map_follows_the_fiscal_year(ledger: Ledger) -> None:
    found = months_present(replace(ledger, start=10))
    assert found.index.tolist() == [2023, 2024, 2025]
    assert found.loc[2023, [1, 2, 3]].tolist() == [0, 0, 0]  # October to December 2022
    assert found.loc[2025, 9] == 4  # June
    assert found.loc[2025, [10, 11, 12]].isna().all()


def test_a_unit_without_rows_in_a_month_is_shown(ledger: Ledger) -> None:
    holed = without(ledger, "2024-05", "2025-06", unit="kirurgi")
    assert unit_gaps(holed).to_dict("records") == [{"unit": "kirurgi", "period": "2024-05"}]
    assert unit_gaps(ledger).empty
    assert list(unit_gaps(ledger).columns) == ["unit", "period"]


def test_unknown_units_are_told_once_at_their_first_row() -> None:
    table = pd.DataFrame({"unit": ["a", "x", "b", "x", "y"]}, index=[2, 3, 4, 5, 6])
    found = unknown_units(table, known={"b", "a"})
    assert [(f.row, f.value, f.allowed) for f in found] == [(3, "x", "a, b"), (6, "y", "a, b")]


def test_checks_change_nothing(ledger: Ledger) -> None:
    kept = ledger.ledger_month.copy(deep=True)
    for check in (missing_months, months_present, unit_gaps):
        check(ledger)
    pd.testing.assert_frame_equal(ledger.ledger_month, kept)


@pytest.mark.parametrize(
    ("period", "min_months", "rule", "allowed"),
    [
        ("2025-07", 24, "period_in_future", "2023-01 – 2025-06"),
        ("2022-12", 24, "period_before_data", "2023-01 – 2025-06"),
        ("2024-13", 24, "not_a_month", ""),
        ("2024-1", 24, "not_a_month", ""),
        ("juni", 24, "not_a_month", ""),
        ("2024-11", 24, "too_few_months", "24"),
    ],
)
def test_a_period_that_cannot_be_run(
    delivery: Delivery, period: str, min_months: int, rule: str, allowed: str
) -> None:
    ledger = delivery.read()
    with pytest.raises(InputError) as caught:
        check_period(ledger, period=period, min_months=min_months)
    (found,) = caught.value.failures
    assert (found.rule, found.file, found.column, found.value) == (
        rule,
        "ledger.csv",
        "period",
        period,
    )
    assert allowed in found.allowed
    assert period in found.explain("nn")


def test_the_first_month_with_enough_before_it_can_be_run(delivery: Delivery) -> None:
    check_period(delivery.read(), period="2024-12", min_months=24)

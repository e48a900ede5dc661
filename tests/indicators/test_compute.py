"""Indicators of a small trust, worked out by head, and why some have no value."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from balanse_lib import params, terms
from balanse_lib.indicators import compute_indicators, explain_missing, indicator_name
from balanse_lib.indicators.catalogue import indicators_of
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.params.formulas import read_parts

MakeLedger = Callable[..., Ledger]
JAN, FEB, MAR = "2025-01", "2025-02", "2025-03"
KEYS = params.indicator_catalogue()["indicator"].tolist()


def counts(kind: str, values: dict[tuple[str, str], float]) -> list[dict[str, object]]:
    return [
        {"unit": unit, "period": month, "type": kind, "value": value}
        for (unit, month), value in values.items()
    ]


def values_of(table: pd.DataFrame, indicator: str, unit: str) -> dict[str, float]:
    rows = table[(table["indicator"] == indicator) & (table["unit"] == unit)]
    return dict(zip(rows["month"], rows["value"], strict=True))


@pytest.fixture
def ledger(make_ledger: MakeLedger) -> Ledger:
    accounts = [
        *[("med", "pay_cost", month, -90.0) for month in (JAN, FEB, MAR)],
        *[("med", "hire_in", month, -10.0) for month in (JAN, MAR)],
        *[("kir", "pay_cost", month, -100.0) for month in (JAN, FEB, MAR)],
    ]
    days = {("med", JAN): 60.0, ("med", FEB): 80.0, ("kir", JAN): 30.0, ("kir", FEB): 20.0}
    stays = {("med", JAN): 20.0, ("med", FEB): 20.0, ("kir", JAN): 10.0, ("kir", FEB): 0.0}
    staff = [
        {"unit": "med", "category": name, "period": month, "paid": paid, "agreed": agreed,
         "sick": 5.0}
        for name, month, paid, agreed in (
            ("a", JAN, 100.0, 95.0), ("b", JAN, 50.0, 30.0), ("a", FEB, 100.0, 95.0),
            ("b", FEB, 50.0, None),
        )
    ]  # fmt: skip
    return make_ledger(
        accounts,
        budget=[("med", "pay_cost", month, -88.0) for month in (JAN, FEB, MAR, "2025-04")],
        activity=[
            *counts("patient_days", days),
            *counts("stays", stays),
            *counts("drg_points", {("kir", JAN): 7.0, ("kir", MAR): 9.0, ("kir", "2024-12"): 5.0}),
        ],
        staffing=staff,
    )


def test_ratio_of_units_and_of_the_trust(ledger: Ledger) -> None:
    found = compute_indicators(ledger, period=FEB)
    assert values_of(found, "length_of_stay_days", "med") == {JAN: 3.0, FEB: 4.0}
    assert values_of(found, "length_of_stay_days", "t") == {JAN: 3.0, FEB: 5.0}  # 90/30, 100/20
    kir = found[(found["indicator"] == "length_of_stay_days") & (found["unit"] == "kir")]
    assert kir["reason"].tolist() == ["", "gap"]  # no stays in February
    assert kir["denominator"].tolist() == [10.0, 0.0]


def test_a_line_that_is_not_booked_is_zero_and_a_cost_is_turned_round(ledger: Ledger) -> None:
    found = compute_indicators(ledger, period=MAR)
    assert values_of(found, "hire_in_cost", "med") == {JAN: 10.0, FEB: 0.0, MAR: 10.0}
    share = values_of(found, "hire_in_share_pct", "t")
    assert share == pytest.approx({JAN: 5.0, FEB: 0.0, MAR: 5.0})  # 10 of 200


def test_deviation_stops_at_the_last_month_and_counts_unbudgeted_units(ledger: Ledger) -> None:
    found = compute_indicators(ledger, period=MAR)
    assert values_of(found, "deviation_pay_cost", "med") == {JAN: -2.0, FEB: -2.0, MAR: -2.0}
    assert values_of(found, "deviation", "t") == {JAN: -112.0, FEB: -102.0, MAR: -112.0}


def test_sums_so_far_this_year_begin_anew_and_stop_at_a_gap(ledger: Ledger) -> None:
    found = compute_indicators(ledger, period=MAR)
    assert values_of(found, "drg_points_ytd", "kir") == pytest.approx(
        {"2024-12": 5.0, JAN: 7.0, FEB: float("nan"), MAR: float("nan")}, nan_ok=True
    )
    assert values_of(found, "drg_points", "t")[MAR] == 9.0


def test_missing_is_not_zero(ledger: Ledger) -> None:
    found = compute_indicators(ledger, period=MAR).set_index(["indicator", "unit", "month"])
    assert found.loc[("gross_monthly_fte", "med", FEB), "value"] == 150.0
    assert found.loc[("gross_monthly_fte", "med", MAR), "reason"] == "gap"
    assert found.loc[("sick_leave_pct", "med", JAN), "value"] == 8.0  # 10 of 125
    assert found.loc[("sick_leave_pct", "med", FEB), "reason"] == "gap"  # agreed of b not told


def test_what_is_not_delivered_is_told(ledger: Ledger) -> None:
    found = compute_indicators(ledger, period=MAR).set_index("indicator")
    beds = found.loc["beds_closed"]
    assert (beds["unit"], beds["month"], beds["reason"]) == ("t", MAR, "no_data")
    assert beds["missing"] == "activity:beds_budgeted, activity:beds_open"
    assert "norm:needed" in found.loc["norm_fte_gap", "missing"]
    assert found.loc["hire_in_office", "reason"] == "no_source"
    assert set(found.index) == set(KEYS)
    assert found[found["reason"] == ""]["value"].notna().all()
    assert found[found["reason"] != ""]["value"].isna().all()


def test_nothing_later_than_the_period_is_looked_at(ledger: Ledger) -> None:
    both = (
        compute_indicators(ledger, period=FEB),
        compute_indicators(ledger.until(FEB), period=FEB),
    )
    pd.testing.assert_frame_equal(*both)
    assert both[0]["month"].max() == FEB


def test_a_unit_that_stops_delivering_makes_the_trust_unknown(make_ledger: MakeLedger) -> None:
    values = {("a", JAN): 1.0, ("a", FEB): 1.0, ("a", MAR): 1.0, ("b", FEB): 2.0}
    ledger = make_ledger([("a", "pay_cost", JAN, -1.0)], activity=counts("visits", values))
    found = compute_indicators(ledger, period=MAR)
    assert values_of(found, "visits", "t") == pytest.approx(
        {JAN: 1.0, FEB: 3.0, MAR: float("nan")}, nan_ok=True
    )
    closed = {"unit": "b", "parent": "t", "valid_from": JAN, "valid_to": FEB, "name": "B"}
    org = [{"unit": "t", "parent": None, "valid_from": JAN, "valid_to": None, "name": "T"}, closed]
    ledger = make_ledger(
        [("a", "pay_cost", month, -1.0) for month in (JAN, FEB, MAR)],
        activity=counts("visits", values),
        org=org,
    )
    found = compute_indicators(ledger, period=MAR)
    assert "b" not in set(found["unit"])


@pytest.mark.parametrize("key", KEYS)
def test_every_indicator_has_a_name_and_a_definition(key: str) -> None:
    row = params.indicator_catalogue().set_index("indicator").loc[key]
    assert all(indicator_name(key, language) for language in terms.LANGUAGES)
    assert row["direction"] in {"higher", "lower", "neutral"}
    assert row["kind"] in {"volume", "amount", "ratio", "share", "stock", "accumulated"}
    assert row["line"] in {*terms.LINE_CODES, ""}
    assert row["worth"] in {"amount", "-amount", "isf", "discharge_ready", "line", ""}
    assert row["source"]
    assert row["requirements"]
    delivered = row["numerator"].startswith("value:")  # divided already
    assert bool(row["denominator"]) == (row["kind"] in {"ratio", "share"} and not delivered)
    for _, table, name in read_parts(row["numerator"]) + read_parts(row["denominator"]):
        if table in {"ledger", "budget"}:
            assert name in {*terms.LINE_CODES, "*"}


def test_the_catalogue_holds_the_ten_of_the_mandate() -> None:
    told = "; ".join(params.indicator_catalogue()["requirements"]).split("; ")
    assert {str(number) for number in range(19, 29)} <= set(told)
    assert len(KEYS) == len(set(KEYS))


def test_a_reason_is_told_in_every_language() -> None:
    for reason in ("no_source", "no_data", "gap"):
        assert len({explain_missing(reason, language) for language in ("en", "nn", "sv")}) == 3


def test_a_formula_that_cannot_be_read_names_the_part() -> None:
    with pytest.raises(ValueError, match="'beds:open'"):
        read_parts("activity:beds_budgeted - beds:open")


def test_a_trust_tells_which_accounts_are_hire_in_of_office_staff(make_ledger: MakeLedger) -> None:
    """Accounts 6741 and 6749 begin with 674; 6740 does too, 6750 does not; March has none."""
    accounts = [
        ("med", "6741", JAN, -2.0), ("med", "6749", JAN, -0.5), ("med", "6750", JAN, -9.0),
        ("kir", "6741", FEB, -1.0), ("med", "6750", MAR, -9.0),
    ]  # fmt: skip
    ledger = make_ledger(accounts)
    own = {"indicator": "hire_in_office", "name": "Kontor", "numerator": "-account:674",
           "measured_in": "million", "direction": "lower", "season": "no", "kind": "amount",
           "source": "chart of accounts", "assumptions": "1"}  # fmt: skip
    empty = empty_table("indicator_def")
    row = pd.DataFrame([own]).reindex(columns=empty.columns).astype(dict(empty.dtypes))
    known = replace(ledger, indicator_def=row)
    catalogue = indicators_of(known)
    assert (catalogue["indicator"] == "hire_in_office").sum() == 1
    asked = catalogue.set_index("indicator").loc["hire_in_office", "requirements"]
    assert asked == "20"  # what the mandate asks for, as in the package
    found = compute_indicators(known, period=MAR, catalogue=catalogue)
    values = found[found["indicator"] == "hire_in_office"].set_index(["unit", "month"])["value"]
    assert values.to_dict() == {
        ("med", JAN): 2.5, ("med", FEB): 0.0, ("med", MAR): 0.0,
        ("kir", JAN): 0.0, ("kir", FEB): 1.0, ("kir", MAR): 0.0,
        ("t", JAN): 2.5, ("t", FEB): 1.0, ("t", MAR): 0.0,
    }  # fmt: skip

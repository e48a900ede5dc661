"""A whole delivery in: scale, sign, constants, rows of others, what was used and what was not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.ledger import read_ledger

if TYPE_CHECKING:
    from tests.ledger.conftest import Delivery


def in_ledger(delivery: Delivery, more: str) -> None:
    delivery.yml = delivery.yml.replace("path: ledger.csv", f"path: ledger.csv\n    {more}")


@pytest.mark.parametrize(
    ("more", "total"),
    [
        ("scale: 1.0", 75.0),  # 60 × (10.5 − 9.25)
        ("scale: 0.001", 0.075),
        ("sign: -1", -75.0),
        ("scale: 1000.0\n    sign: -1", -75_000.0),
    ],
)
def test_scale_and_sign_are_put_on_once_in_the_reader(
    delivery: Delivery, more: str, total: float
) -> None:
    in_ledger(delivery, more)
    assert delivery.read().ledger_month["amount"].sum() == pytest.approx(total, rel=1e-12)


def test_tables_not_delivered_are_empty_with_their_columns(delivery: Delivery) -> None:
    ledger = delivery.read()
    assert ledger.measure.empty
    assert {"measure_id", "full_year_effect"} <= set(ledger.measure.columns)
    assert ledger.event.empty
    assert "line" in ledger.event.columns


def test_the_trust_is_filled_in_where_the_file_has_no_column_for_it(delivery: Delivery) -> None:
    assert set(delivery.read().ledger_month["trust"]) == {"helse-prove"}


def test_rows_of_other_trusts_are_counted_and_left_out(delivery: Delivery) -> None:
    rows = delivery.tables["ledger"]
    rows[0].append("trust")
    for row in rows[1:]:
        row.append("helse-prove")
    rows += [["laboratorium", "3400", "2023-01", "1000,00", "helse-anna"] for _ in range(3)]
    ledger = delivery.read()
    assert ledger.ledger_month["amount"].sum() == 75.0
    assert (ledger.inputs[0].rows, ledger.inputs[0].rows_of_others) == (120, 3)


def test_every_file_is_named_with_its_hash_and_what_was_not_used(delivery: Delivery) -> None:
    for number, row in enumerate(delivery.tables["ledger"]):
        row.insert(2, "Bilag" if number == 0 else f"B{number}")
    source = delivery.read().inputs[0]
    content = (delivery.folder / "ledger.csv").read_bytes()
    assert source.file == "ledger.csv"
    assert source.sha256 == hashlib.sha256(content).hexdigest()
    assert source.columns_not_used == ("Bilag",)
    assert source.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_parquet_and_encodings_give_the_same_ledger(
    delivery: Delivery, encoding: str, tmp_path: Path
) -> None:
    delivery.encoding = encoding
    if encoding == "utf-16":
        delivery.yml = delivery.yml.replace(".csv}", ".csv, encoding: utf-16}")
        delivery.yml = delivery.yml.replace("org.csv,", "org.csv, encoding: utf-16,")
        in_ledger(delivery, "encoding: utf-16")
    from_text = delivery.read().ledger_month
    delivery.as_frame().to_parquet(tmp_path / "ledger.parquet")
    pd.testing.assert_frame_equal(delivery.read().ledger_month, from_text)


def test_own_account_map_is_used_instead_of_the_standard(delivery: Delivery) -> None:
    delivery.tables["map"] = [
        ["chart", "account_from", "account_to", "valid_from", "line"],
        ["own", "3", "3", "2020-01", "other_income"],
        ["own", "50", "50", "2020-01", "hire_in"],
    ]
    delivery.yml += "  account_map: {path: map.csv}\nchart: own\n"
    assert set(delivery.read().ledger_month["line"]) == {"other_income", "hire_in"}


def test_a_line_the_statement_does_not_have_is_refused(delivery: Delivery) -> None:
    delivery.tables["map"] = [
        ["chart", "account_from", "account_to", "valid_from", "line"],
        ["own", "3", "5", "2020-01", "pay_costs"],
    ]
    delivery.yml += "  account_map: {path: map.csv}\nchart: own\n"
    (found,) = delivery.failures()
    assert (found.rule, found.file, found.row, found.column, found.value) == (
        "not_allowed",
        "map.csv",
        2,
        "line",
        "pay_costs",
    )
    assert "pay_cost, hire_in" in found.allowed


def test_period_13_is_mapped_as_the_last_month_of_its_year(delivery: Delivery) -> None:
    delivery.tables["map"] = [
        ["chart", "account_from", "account_to", "valid_from", "valid_to", "line"],
        ["own", "3", "5", "2020-01", "2024-12", "other_income"],
        ["own", "3", "5", "2025-01", "", "other_cost"],
    ]
    delivery.tables["ledger"].append(["kirurgi", "5000", "2024-13", "−1,00"])
    delivery.yml += "  account_map: {path: map.csv}\nchart: own\n"
    rows = delivery.read().ledger_month
    assert rows.loc[rows["period"] == "2024-13", "line"].tolist() == ["other_income"]
    assert set(rows.loc[rows["period"] >= "2025", "line"]) == {"other_cost"}


@pytest.mark.parametrize(
    ("value", "rule", "allowed"),
    [("1,2", "too_large", "≤ 1"), ("−0,1", "too_small", "≥ 0"), ("1", "", ""), ("0", "", "")],
)
def test_a_probability_lies_between_zero_and_one(
    delivery: Delivery, value: str, rule: str, allowed: str
) -> None:
    delivery.tables["event"] = [
        ["id", "unit", "account", "period", "type", "amount", "probability"],
        ["e1", "kirurgi", "5000", "2024-05", "one-off", "−3,5", value],
    ]
    delivery.yml += "  event: {path: event.csv}\n"
    found = delivery.failures()
    assert [failure.rule for failure in found] == ([rule] if rule else [])
    assert all((f.row, f.column) == (2, "probability") and allowed in f.allowed for f in found)


def test_the_same_seed_gives_the_same_synthetic_ledger_and_another_does_not() -> None:
    trust = params.Trust.model_validate(
        {
            "trust": "helse-granvik",
            "name": "x",
            "country": "NO",
            "currency": "NOK",
            "region": "x",
            "synthetic": {},
            "thresholds": params.packaged.default_thresholds(),
        }
    )
    other = trust.model_copy(update={"synthetic": params.Synthetic(seed=1)})
    first, again, another = (read_ledger(t, folder=Path()) for t in (trust, trust, other))
    assert first.inputs == again.inputs
    pd.testing.assert_frame_equal(first.ledger_month, again.ledger_month)
    assert first.inputs[0].sha256 != another.inputs[0].sha256
    assert first.inputs[0].file == "synthetic(seed=2009)"

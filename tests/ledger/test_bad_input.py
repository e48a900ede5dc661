"""A good delivery broken in one way at a time: the exact rule, row, column and value.

Row 2 is the first row of data. The ledger's rows go month by month: kirurgi 3400, kirurgi 5000,
medisin 3400, medisin 5000.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from balanse_lib.periods import months_of_year
from tests.ledger.conftest import ACCOUNT, AMOUNT, PERIOD, UNIT, cell

if TYPE_CHECKING:
    from tests.ledger.conftest import Delivery

FIRST, LAST = 1, 120  # in tables["ledger"], whose row 0 is the header


def test_the_good_delivery_is_good(delivery: Delivery) -> None:
    ledger = delivery.read()
    assert ledger.months == months_of_year(2023) + months_of_year(2024) + months_of_year(2025)[:6]
    assert len(ledger.ledger_month) == 120
    assert ledger.ledger_month["amount"].sum() == 30 * 2 * 1.25
    assert set(ledger.ledger_month["line"]) == {"basic_grant", "pay_cost"}
    assert ledger.budget["amount"].sum() == 30 * 2 * -9.0
    assert [(source.table, source.rows) for source in ledger.inputs] == [
        ("ledger_month", 120),
        ("budget", 60),
        ("org", 2),
    ]


def in_params(old: str, new: str) -> Callable[[Delivery], None]:
    def put(delivery: Delivery) -> None:
        assert delivery.yml.count(old) == 1
        delivery.yml = delivery.yml.replace(old, new)

    return put


def raw(content: bytes | None = None, *, encoding: str = "") -> Callable[[Delivery], None]:
    """Write the ledger's bytes as they are given, or its text in another encoding."""

    def put(delivery: Delivery) -> None:
        text = delivery.source("ledger").replace("−", "-")
        found = text.encode(encoding) if encoding else content
        assert found is not None
        (delivery.folder / "ledger.csv").write_bytes(found)

    return put


def both(*steps: Callable[[Delivery], None]) -> Callable[[Delivery], None]:
    def put(delivery: Delivery) -> None:
        for step in steps:
            step(delivery)

    return put


def a_folder(delivery: Delivery) -> None:
    (delivery.folder / "ledger.csv").mkdir()


def without_month(delivery: Delivery) -> None:
    rows = delivery.tables["ledger"]
    delivery.tables["ledger"] = [row for row in rows if row[PERIOD] != "2024-05"]


def first_row_again(delivery: Delivery) -> None:
    rows = delivery.tables["ledger"]
    rows.append(list(rows[FIRST]))


def only_period_13(delivery: Delivery) -> None:
    header, *rows = delivery.tables["ledger"]
    delivery.tables["ledger"] = [header, [*rows[0][:2], "2024-13", "1,00"]]


def a_semicolon_more(delivery: Delivery) -> None:
    delivery.tables["ledger"][4].append("rest")


def a_quote_never_closed(delivery: Delivery) -> None:
    delivery.tables["ledger"][9][AMOUNT] = '"−9,25'


def blank_rows_above(delivery: Delivery) -> None:
    for _ in range(3):
        delivery.tables["ledger"].insert(1, ["", "", "", ""])
    delivery.tables["ledger"][7][AMOUNT] = "x"


def another_trust_in_one_row(delivery: Delivery) -> None:
    rows = delivery.tables["ledger"]
    rows[0].append("trust")
    for row in rows[1:]:
        row.append("helse-prove")
    rows[1][-1] = ""


KEY = "trust + unit + account + period"
UTF_8_BUT_CP1252 = in_params("path: ledger.csv", "path: ledger.csv\n    encoding: cp1252")


@dataclass(frozen=True)
class Case:
    """One way to break the delivery, and the one thing that must be said."""

    broken: Callable[[Delivery], None]
    rule: str
    row: int | None = None
    column: str = ""
    value: str = ""
    allowed: str = ""  # a part of what is said to be allowed
    file: str = "ledger.csv"


def only_points(delivery: Delivery) -> None:
    """Every amount is written 12.345: thousands in a Nordic export, millions in an English one."""
    for row in delivery.tables["ledger"][1:]:
        row[AMOUNT] = "12.345"


def two_budget_versions(delivery: Delivery) -> None:
    """The original and the revised budget of the same months in one file."""
    header, *rows = delivery.tables["budget"]
    delivery.tables["budget"] = [
        [*header, "version"],
        *([*row, "original"] for row in rows),
        [*rows[0], "revised"],
    ]


CASES = {
    "thousands or decimals": Case(only_points, "ambiguous_number", 2, "amount", "12.345"),
    "two versions of a budget": Case(
        two_budget_versions,
        "duplicate_key",
        62,
        "trust + unit + account + period",
        "helse-prove + kirurgi + 5000 + 2023-01",
        file="budget.csv",
    ),
    "text in a number": Case(
        cell("ledger", 6, AMOUNT, "ca. 10"), "not_a_number", 6, "amount", "ca. 10"
    ),
    "two decimal commas": Case(
        cell("ledger", 6, AMOUNT, "1,2,3"), "not_a_number", 6, "amount", "1,2,3"
    ),
    "broken thousands": Case(
        cell("ledger", 6, AMOUNT, "1 23,0"), "not_a_number", 6, "amount", "1 23,0"
    ),
    "nan as text": Case(cell("ledger", 6, AMOUNT, "NaN"), "not_a_number", 6, "amount", "NaN"),
    "inf as text": Case(cell("ledger", 6, AMOUNT, "inf"), "not_a_number", 6, "amount", "inf"),
    "exponent": Case(cell("ledger", 6, AMOUNT, "1e3"), "not_a_number", 6, "amount", "1e3"),
    "no amount": Case(cell("ledger", 6, AMOUNT, " "), "empty_cell", 6, "amount"),
    "no unit": Case(cell("ledger", 6, UNIT, ""), "empty_cell", 6, "unit"),
    "row without trust": Case(another_trust_in_one_row, "empty_cell", 2, "trust"),
    "month 14": Case(cell("ledger", 5, PERIOD, "2023-14"), "not_a_period", 5, "period", "2023-14"),
    "date in month 13": Case(
        cell("ledger", 5, PERIOD, "09.13.2023"), "not_a_period", 5, "period", "09.13.2023"
    ),
    "no such day": Case(
        cell("ledger", 5, PERIOD, "31.02.2023"), "not_a_period", 5, "period", "31.02.2023"
    ),
    "period 13 where a month is due": Case(
        both(
            in_params("valid_from: 2020-01", "valid_from: 2020-13"), lambda d: d.tables["org"].pop()
        ),
        "not_a_month",
        2,
        "valid_from",
        "2020-13",
        file="org.csv",
    ),
    "duplicate key": Case(
        first_row_again, "duplicate_key", 122, KEY, "helse-prove + kirurgi + 3400 + 2023-01"
    ),
    "unknown account": Case(
        cell("ledger", 4, ACCOUNT, "9999"), "unknown_account", 4, "account", "9999", "1 ×, Σ 10.500"
    ),
    "unknown unit": Case(
        cell("budget", 3, UNIT, "medisn"),
        "unknown_unit",
        3,
        "unit",
        "medisn",
        "medisin",
        "budget.csv",
    ),
    "missing month": Case(without_month, "missing_month", None, "period", "2024-05"),
    "year-end entries only": Case(only_period_13, "no_months", None, "period"),
    "empty file": Case(raw(b""), "empty_file"),
    "blank file": Case(raw(b"\n \n"), "empty_file"),
    "header only": Case(raw("Eining;Konto;Periode;Beløp\n".encode()), "empty_file"),
    "a folder": Case(a_folder, "is_a_folder"),
    "missing file": Case(
        in_params("path: org.csv", "path: organ.csv"),
        "missing_file",
        allowed="org.csv",
        file="organ.csv",
    ),
    "missing folder": Case(
        in_params("path: org.csv", "path: no/org.csv"),
        "missing_file",
        allowed="–",
        file="no/org.csv",
    ),
    "unknown type of file": Case(
        both(
            in_params("path: org.csv", "path: org.pdf"),
            lambda d: (d.folder / "org.pdf").write_text("x"),
        ),
        "unknown_file_type",
        value=".pdf",
        allowed=".parquet",
        file="org.pdf",
    ),
    "cp1252 declared utf-8": Case(
        raw(encoding="cp1252"), "wrong_encoding", value="utf-8", allowed="cp1252"
    ),
    "utf-8 declared cp1252": Case(
        UTF_8_BUT_CP1252, "wrong_encoding", value="cp1252", allowed="utf-8"
    ),
    "utf-16 declared utf-8": Case(
        raw(encoding="utf-16"), "wrong_encoding", value="utf-8", allowed="utf-16"
    ),
    "utf-16 declared cp1252": Case(
        both(raw(encoding="utf-16"), UTF_8_BUT_CP1252),
        "wrong_encoding",
        value="cp1252",
        allowed="utf-16",
    ),
    "utf-8 declared utf-16": Case(
        in_params("path: ledger.csv", "path: ledger.csv\n    encoding: utf-16"),
        "wrong_encoding",
        value="utf-16",
        allowed="utf-8",
    ),
    "no such encoding": Case(
        in_params("path: ledger.csv", "path: ledger.csv\n    encoding: cp-norsk"),
        "wrong_encoding",
        value="cp-norsk",
        allowed="utf-8",
    ),
    "ragged row": Case(a_semicolon_more, "ragged_row", 5, "", "5", "4"),
    "quote never closed": Case(a_quote_never_closed, "broken_quotes", 10),
    "blank rows are counted": Case(blank_rows_above, "not_a_number", 8, "amount", "x"),
    "column twice": Case(
        cell("budget", 1, 1, "unit"), "column_twice", 1, "unit", "unit", file="budget.csv"
    ),
    "column not in the file": Case(
        in_params("amount: Beløp", "amount: Sum"), "missing_column", 1, "amount", "Sum", "Beløp"
    ),
    "required column not mapped": Case(
        cell("budget", 1, 3, "belop"),
        "missing_column",
        1,
        "amount",
        "amount",
        "belop",
        "budget.csv",
    ),
    "unknown column in map": Case(
        in_params("amount: Beløp", "amount: Beløp, amont: Beløp"),
        "unknown_key",
        None,
        "amont",
        "amont",
        "amount",
    ),
    "unknown column in constants": Case(
        in_params("valid_from: 2020-01", "valid_from: 2020-01, nmae: x"),
        "unknown_key",
        None,
        "nmae",
        "nmae",
        "name",
        "org.csv",
    ),
    "no row of this trust": Case(
        in_params("amount: Beløp}", "amount: Beløp}\n    constants: {trust: helse-anna}"),
        "no_rows_for_trust",
        None,
        "trust",
    ),
    "no ledger at all": Case(
        lambda d: setattr(
            d,
            "yml",
            d.yml.replace("ledger_month:", "staffing:")
            .replace("ledger.csv", "org.csv")
            .replace(
                "columns: {unit: Eining, account: Konto, period: Periode, amount: Beløp}",
                "constants: {category: x, period: 2025-01, paid: '1'}",
            ),
        ),
        "missing_key",
        None,
        "sources.ledger_month",
        file="helse-prove.yml",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_thing_wrong(delivery: Delivery, name: str) -> None:
    case = CASES[name]
    case.broken(delivery)
    (found,) = delivery.failures()
    assert (found.rule, found.file, found.row, found.column, found.value) == (
        case.rule,
        case.file,
        case.row,
        case.column,
        case.value,
    )
    assert case.allowed in found.allowed


def test_everything_wrong_in_every_file_is_told_at_once(delivery: Delivery) -> None:
    both(
        cell("ledger", 2, AMOUNT, "x"),
        cell("ledger", 3, PERIOD, "mai"),
        cell("ledger", 4, UNIT, ""),
        cell("budget", 61, AMOUNT, "y"),
        in_params("path: org.csv", "path: og.csv"),
    )(delivery)
    found = {(f.file, f.row, f.column, f.value, f.rule) for f in delivery.failures()}
    assert found == {
        ("ledger.csv", 2, "amount", "x", "not_a_number"),
        ("ledger.csv", 3, "period", "mai", "not_a_period"),
        ("ledger.csv", 4, "unit", "", "empty_cell"),
        ("budget.csv", 61, "amount", "y", "not_a_number"),
        ("og.csv", None, "", "", "missing_file"),
    }
    assert len(delivery.failures()) == 5


def test_unknown_accounts_and_missing_months_are_told_together(delivery: Delivery) -> None:
    without_month(delivery)
    both(cell("ledger", 4, ACCOUNT, "9999"), cell("budget", 2, UNIT, "x"))(delivery)
    rules = sorted(failure.rule for failure in delivery.failures())
    assert rules == ["missing_month", "unknown_account", "unknown_unit"]


def test_a_gap_with_its_reason_is_no_failure_and_no_zero(delivery: Delivery) -> None:
    without_month(delivery)
    delivery.yml += "known_gaps: {2024-05: moved to a new ledger system}\n"
    ledger = delivery.read()
    assert "2024-05" not in ledger.months
    assert len(ledger.months) == 29


def test_thousands_of_wrong_cells_are_told_at_once(delivery: Delivery) -> None:
    header = delivery.tables["ledger"][0]
    rows = [["kirurgi", str(3400 + k), "2024-01", f"{k}.5"] for k in range(5_000)]
    delivery.tables["ledger"] = [header, *rows]
    assert sum(failure.rule == "not_a_number" for failure in delivery.failures()) == 5_000


def test_what_is_wrong_leaves_the_files_as_they_were(tmp_path: Path, delivery: Delivery) -> None:
    cell("ledger", 6, AMOUNT, "x")(delivery)
    delivery.write()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert delivery.failures()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_frame_itself_is_not_changed_by_reading(tmp_path: Path, delivery: Delivery) -> None:
    frame = delivery.as_frame()
    kept = frame.copy(deep=True)
    frame.to_parquet(tmp_path / "ledger.parquet")
    delivery.read()
    pd.testing.assert_frame_equal(frame, kept)

"""Excel and Parquet deliveries with one thing wrong: typed cells, damaged files."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from balanse_lib.errors import Failure
from balanse_lib.periods import months_of_year

if TYPE_CHECKING:
    from tests.ledger.conftest import Delivery

FIRST, LAST = 1, 120  # in tables["ledger"], whose row 0 is the header
AMOUNT, PERIOD, ACCOUNT, UNIT = 3, 2, 1, 0


def save(delivery: Delivery, rows: list[list[object]], *, sheet: str = "Data") -> None:
    book = openpyxl.Workbook()
    book.active.title = "Forside"
    book.active.append(["Rekneskap", None, "2025"])
    for row in rows:
        book.create_sheet(sheet) if sheet not in book.sheetnames else None
        book[sheet].append(row)
    book.save(delivery.folder / "ledger.xlsx")


def test_a_workbook_with_typed_cells_gives_the_same_ledger(delivery: Delivery) -> None:
    rows = delivery.as_workbook()
    for row in rows[1:]:
        row[PERIOD] = datetime(int(str(row[PERIOD])[:4]), int(str(row[PERIOD])[5:]), 28)
    save(delivery, rows)
    ledger = delivery.read()
    assert ledger.months == months_of_year(2023) + months_of_year(2024) + months_of_year(2025)[:6]
    assert ledger.ledger_month["amount"].sum() == 30 * 2 * 1.25
    assert set(ledger.ledger_month["account"]) == {"3400", "5000"}


@pytest.mark.parametrize(
    ("column", "value", "rule", "name", "told"),
    [
        (AMOUNT, True, "not_a_number", "amount", "True"),
        (AMOUNT, date(2025, 1, 1), "not_a_number", "amount", "2025-01-01 00:00:00"),
        (AMOUNT, "'=1+1", "not_a_number", "amount", "'=1+1"),
        (AMOUNT, "#REF!", "not_a_number", "amount", "#REF!"),
        (AMOUNT, "=1+1", "empty_cell", "amount", ""),  # a formula that was never calculated
        (AMOUNT, None, "empty_cell", "amount", ""),
        (AMOUNT, "10,5", "not_a_number", "amount", "10,5"),  # text; a workbook holds numbers
        (PERIOD, 2025, "not_a_period", "period", "2025"),
        (PERIOD, True, "not_a_period", "period", "True"),
        (PERIOD, 12.5, "not_a_period", "period", "12.5"),
    ],
)
def test_one_cell_of_a_workbook_wrong(
    delivery: Delivery, column: int, value: object, rule: str, name: str, told: str
) -> None:
    rows = delivery.as_workbook()
    rows[10][column] = value
    save(delivery, rows)
    (found,) = delivery.failures()
    assert found == Failure(rule, "ledger.xlsx", "Data", 11, name, told)


def test_true_is_not_read_as_the_one_above_it(delivery: Delivery) -> None:
    rows = delivery.as_workbook()
    rows[10][AMOUNT], rows[11][AMOUNT] = 1, True
    save(delivery, rows)
    assert [failure.row for failure in delivery.failures()] == [12]


def test_unknown_sheet(delivery: Delivery) -> None:
    save(delivery, delivery.as_workbook(sheet="Dta"), sheet="Data")
    (found,) = delivery.failures()
    assert (found.rule, found.value, found.allowed) == ("unknown_sheet", "Dta", "Forside, Data")


def damage(file: Path) -> None:
    """Keep the zip whole but break the sheet's XML."""
    with zipfile.ZipFile(file) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(file, "w") as broken:
        for name, content in parts.items():
            broken.writestr(name, content[: len(content) // 2] if "sheet2" in name else content)


@pytest.mark.parametrize("how", ["no zip", "cut off", "broken xml", "zip of something else"])
def test_a_corrupt_workbook(tmp_path: Path, delivery: Delivery, how: str) -> None:
    save(delivery, delivery.as_workbook())
    file = tmp_path / "ledger.xlsx"
    if how == "no zip":
        file.write_bytes(b"this is not a workbook")
    elif how == "cut off":
        file.write_bytes(file.read_bytes()[:-500])
    elif how == "broken xml":
        damage(file)
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", "text")
    (found,) = delivery.failures()
    assert (found.rule, found.file, found.value) == ("unreadable_file", "ledger.xlsx", ".xlsx")


# Parquet


@pytest.mark.parametrize(
    ("value", "rule", "told"),
    [(float("nan"), "empty_cell", ""), (float("inf"), "not_a_number", "inf")],
)
def test_no_number_in_parquet(
    tmp_path: Path, delivery: Delivery, value: float, rule: str, told: str
) -> None:
    frame = delivery.as_frame()
    frame.loc[7, "Beløp"] = value
    frame.to_parquet(tmp_path / "ledger.parquet")
    (found,) = delivery.failures()
    assert found == Failure(rule, "ledger.parquet", "", 9, "amount", told)


def test_blank_text_in_parquet_is_an_empty_cell(tmp_path: Path, delivery: Delivery) -> None:
    frame = delivery.as_frame()
    frame.loc[7, "Eining"] = " "
    frame.to_parquet(tmp_path / "ledger.parquet")
    (found,) = delivery.failures()
    assert (found.rule, found.row, found.column) == ("empty_cell", 9, "unit")


def test_corrupt_parquet(tmp_path: Path, delivery: Delivery) -> None:
    delivery.as_frame()
    (tmp_path / "ledger.parquet").write_bytes(b"PAR1 but not really PAR1")
    (found,) = delivery.failures()
    assert (found.rule, found.value) == ("unreadable_file", ".parquet")


# National identity numbers

"""Cells to values: read as a Nordic finance system writes them, or refused, never guessed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balanse_lib.ledger.convert import (
    convert_column,
    parse_date,
    parse_flag,
    parse_number,
    parse_period_cell,
    parse_text,
    parse_year,
)
from balanse_lib.ledger.tables import DTYPES

checked = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1234,5", ",", 1234.5),
        ("1 234,5", ",", 1234.5),
        ("1\u00a0234\u202f567,25", ",", 1234567.25),
        ("1.234.567,25", ",", 1234567.25),
        ("-12", ",", -12.0),
        ("−12,75", ",", -12.75),
        ("+3", ",", 3.0),
        (" 0,001 ", ",", 0.001),
        ("1,234.5", ".", 1234.5),
        ("1234.5", ".", 1234.5),
        (7, ",", 7.0),
        (-0.25, ",", -0.25),
        (np.int64(9), ".", 9.0),
        (np.float32(0.5), ".", 0.5),
        (Decimal("1234.500"), ",", 1234.5),
    ],
)
def test_numbers(cell: Any, decimal: str, value: float) -> None:
    assert parse_number(cell, decimal=decimal) == value


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "12,x",
        "1,2,3",
        "1 23",
        "12 34",
        "1e3",
        "0x10",
        "1_000",
        "nan",
        "inf",
        "--1",
        "- 1",
        "(12)",
        "12-",
        "12 %",
        "kr 12",
        "12.5",
        "=1+1",
        True,
        False,
        float("inf"),
        float("nan"),
        Decimal("NaN"),
        np.inf,
        None,
        date(2025, 1, 1),
    ],
)
def test_no_number(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_number(cell, decimal=",")


def as_written(cents: int, *, decimal: str, group: str, minus: str) -> str:
    """Cents as text, grouped digit by digit (no number formatting is used)."""
    whole, rest = divmod(abs(cents), 100)
    digits = str(whole)
    groups = [digits[max(end - 3, 0) : end] for end in range(len(digits), 0, -3)][::-1]
    return (minus if cents < 0 else "") + group.join(groups) + f"{decimal}{rest:02d}"


@checked
@given(
    cents=st.integers(-(10**14), 10**14),
    marks=st.sampled_from(
        [(",", " "), (",", "\u00a0"), (",", "\u202f"), (",", "."), (",", ""), (".", ","), (".", "")]
    ),
    minus=st.sampled_from(["-", "−"]),
)
def test_a_number_comes_back_from_nordic_writing(
    cents: int, marks: tuple[str, str], minus: str
) -> None:
    decimal, group = marks
    text = as_written(cents, decimal=decimal, group=group, minus=minus)
    assert parse_number(text, decimal=decimal) == cents / 100


@pytest.mark.parametrize(
    "cell",
    [
        "2025-09",
        "202509",
        "2025/09",
        "2025 09",
        "09.2025",
        "9.2025",
        "09/2025",
        "9-2025",
        "2025-09-30",
        "2025-09-30 00:00:00",
        "30.09.2025",
        "1.9.2025",
        "20250930",
        " 2025-09 ",
        202509,
        202509.0,
        np.int64(202509),
        date(2025, 9, 1),
        datetime(2025, 9, 30),
        pd.Timestamp("2025-09-15"),
    ],
)
def test_september_2025(cell: Any) -> None:
    assert parse_period_cell(cell) == "2025-09"


@pytest.mark.parametrize("cell", ["2025-13", "202513", 202513, "13.2025", "13/2025"])
def test_period_13(cell: Any) -> None:
    assert parse_period_cell(cell) == "2025-13"


@pytest.mark.parametrize(
    "cell",
    [
        "2025",
        "2025-9",
        "25-09",
        "2025-00",
        "2025-14",
        "202514",
        "00.2025",
        "14.2025",
        "sep 2025",
        "2025-02-30",
        "31.02.2025",
        "2025-13-01",
        "09.13.2025",
        "20251301",
        "20250931",
        "2025Q3",
        "T2 2025",
        "2025-09-30 12:00:00",
        "",
        True,
        2025.5,
        45901,
    ],
)
def test_no_period(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_period_cell(cell)


@checked
@given(day=st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_every_day_is_read_in_every_writing(day: date) -> None:
    iso = day.isoformat()
    year, month, number = iso.split("-")
    for written in (iso, f"{number}.{month}.{year}", f"{day.day}.{day.month}.{year}"):
        assert parse_date(written) == iso
        assert parse_period_cell(written) == iso[:7]
    assert parse_date(f"{year}{month}{number}") == iso


@pytest.mark.parametrize(
    "cell", ["2025-02-29", "202511", "2025-09", "31.04.2025", "15/10/2025", ""]
)
def test_no_date(cell: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_date(cell)


@pytest.mark.parametrize("cell", ["2025", 2025, 2025.0, " 2025 ", np.int64(2025)])
def test_year(cell: Any) -> None:
    assert parse_year(cell) == 2025


@pytest.mark.parametrize("cell", ["25", "20_25", "2025.5", "2.025e3", "1066", "nan", True, "2 025"])
def test_no_year(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_year(cell)


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("ja", "nei"),
        ("JA", "nej"),
        ("yes", "no"),
        ("sann", "usann"),
        (True, False),
        (1, 0),
        (1.0, 0.0),
        (" true ", "FALSE"),
    ],
)
def test_flags(yes: Any, no: Any) -> None:
    assert parse_flag(yes) is True
    assert parse_flag(no) is False


@pytest.mark.parametrize("cell", ["", "2", "kanskje", "x", 0.5])
def test_no_flag(cell: Any) -> None:
    with pytest.raises(KeyError):
        parse_flag(cell)


def test_text_of_a_whole_number_has_no_decimals() -> None:
    assert [parse_text(cell) for cell in (3400.0, 3400, "3400", "0340", 3400.5)] == [
        "3400",
        "3400",
        "3400",
        "0340",
        "3400.5",
    ]


def test_a_column_says_which_cells_cannot_be_read() -> None:
    cells = pd.Series(["1,5", None, "x", "−2"], index=[2, 3, 4, 9], dtype="object")
    values, bad = convert_column(cells, kind="amount", decimal=",")
    assert values.loc[[2, 9]].tolist() == [1.5, -2.0]
    assert values.isna().tolist() == [False, True, True, False]
    assert bad.to_dict() == {2: False, 3: False, 4: True, 9: False}


@pytest.mark.parametrize("order", [(1, True), (True, 1)])
def test_true_and_one_are_told_apart(order: tuple[Any, Any]) -> None:
    values, bad = convert_column(pd.Series(order, dtype="object"), kind="amount")
    assert bad.tolist() == [cell is True for cell in order]
    assert values.dropna().tolist() == [1.0]


@pytest.mark.parametrize("kind", sorted(DTYPES))
def test_an_empty_column_keeps_the_type_of_its_kind(kind: Any) -> None:
    for cells in (pd.Series([], dtype="object"), pd.Series([None, None], dtype="object")):
        values, bad = convert_column(cells, kind=kind)
        assert values.dtype == pd.api.types.pandas_dtype(DTYPES[kind])
        assert not bad.any()


def test_cells_are_not_changed() -> None:
    cells = pd.Series(["1,5", 2.0, None], dtype="object")
    kept = cells.copy(deep=True)
    convert_column(cells, kind="amount", decimal=",")
    pd.testing.assert_series_equal(cells, kept)

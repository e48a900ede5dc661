"""Errors say what was found, where, what is allowed, what to do."""

import pytest

from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.terms import LANGUAGES

TWO = (
    Failure(rule="not_a_number", file="a.xlsx", sheet="Ark1", row=7, column="amount", value="12,x"),
    Failure(rule="missing_month", file="b.csv", column="period", value="2024-05"),
)


def test_where_names_only_what_is_known() -> None:
    assert TWO[0].where == "a.xlsx, Ark1, row 7, amount"
    assert TWO[1].where == "b.csv, period"
    assert Failure(rule="empty_file").where == ""


def test_row_zero_is_a_row() -> None:
    assert Failure(rule="empty_file", row=0).where == "row 0"


def test_the_table_has_one_row_for_each_failure() -> None:
    table = InputError(TWO).table("nb")
    columns = ["rule", "file", "sheet", "row", "column", "value", "allowed", "explanation"]
    assert list(table.columns) == columns
    assert table["value"].tolist() == ["12,x", "2024-05"]
    assert table["row"].iloc[0] == 7
    assert table["explanation"].iloc[0] == (
        "«12,x» er ikke et tall. Kontroller cellen og desimaltegnet."
    )


def test_the_message_has_one_line_for_each_failure() -> None:
    lines = str(InputError(TWO)).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("a.xlsx, Ark1, row 7, amount: «12,x» is not a number.")
    assert "2024-05" in lines[1]


def test_a_failure_without_a_place_has_no_colon_before_it() -> None:
    assert str(InputError([Failure(rule="empty_file")])).startswith("the file is empty")


def test_the_four_languages_differ() -> None:
    assert len({TWO[1].explain(language) for language in LANGUAGES}) == 4


def test_failures_may_come_from_a_generator() -> None:
    error = InputError(failure for failure in TWO)
    assert error.failures == TWO
    assert len(error.table()) == 2


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("helse-granvk", ["us-treasury", "helse-granvik"], "helse-granvik"),
        ("qqq", ["b", "a"], "a, b"),
        ("anything", [], "–"),
    ],
)
def test_nearest(name: str, known: list[str], expected: str) -> None:
    assert nearest(name, known) == expected
    assert nearest(name, iter(known)) == expected

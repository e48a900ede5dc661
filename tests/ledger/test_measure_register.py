"""A measure register is read with everything that is wrong in it; YAML is one of its forms."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from balanse_lib.errors import Failure, InputError
from balanse_lib.ledger.raw import read_raw
from balanse_lib.params import Source
from tests.ledger.conftest import Delivery

HEAD = ["measure_id", "title", "unit", "stage", "full_year_effect", "start_plan"]
GOOD = ["T1", "Innkjøp", "kirurgi", "decided", "3,5", "2025-04"]
SOURCE = "  measure: {path: measure.csv}\n"


def with_register(delivery: Delivery, rows: list[list[str]], head: list[str]) -> Delivery:
    delivery.yml += SOURCE
    delivery.tables["measure"] = [head, *rows]
    return delivery


def register_failures(delivery: Delivery, **cells: str) -> list[Failure]:
    head = HEAD + [name for name in cells if name not in HEAD]
    told = dict(zip(HEAD, GOOD, strict=True)) | cells
    return list(with_register(delivery, [[told[n] for n in head]], head).failures())


def test_a_register_of_the_fewest_columns_is_read(delivery: Delivery) -> None:
    found = with_register(delivery, [GOOD], HEAD).read().measure
    assert found["full_year_effect"].tolist() == [3.5]
    assert found["owner"].isna().all()


@pytest.mark.parametrize(
    ("cells", "rule", "column"),
    [
        ({"full_year_effect": "om lag 3"}, "not_a_number", "full_year_effect"),
        ({"unit": "kirugi"}, "unknown_unit", "unit"),
        ({"depends_on": "T1"}, "circular_dependence", "depends_on"),
        ({"depends_on": "T9"}, "unknown_measure", "depends_on"),
        ({"excludes": "T9, T1"}, "unknown_measure", "excludes"),
        ({"year": "2025", "start_plan": "2026-01"}, "start_after_year_end", "start_plan"),
        ({"ramp_len": "-3"}, "too_small", "ramp_len"),
        ({"ramp": "bratt"}, "not_allowed", "ramp"),
        ({"class": "anna"}, "not_allowed", "class"),
        ({"pause_from": "2025-05", "pause_to": "2025-04"}, "pause_ends_before_it_starts",
         "pause_from"),
        ({"low": "4"}, "effects_not_in_order", "low"),
        ({"high": "3"}, "effects_not_in_order", "full_year_effect"),
        ({"base_amount": "−3"}, "effect_above_base", "full_year_effect"),
        ({"season_months": "juli"}, "not_a_calendar_month", "season_months"),
        ({"season_months": "7, 13"}, "not_a_calendar_month", "season_months"),
        ({"one_off_cost": "2"}, "too_large", "one_off_cost"),
        ({"budget_taken_out": "kanskje"}, "not_a_flag", "budget_taken_out"),
    ],
)  # fmt: skip
def test_each_error_is_named_where_it_stands(
    delivery: Delivery, cells: dict[str, str], rule: str, column: str
) -> None:
    found = register_failures(delivery, **cells)
    assert [(f.rule, f.column, f.row, f.file) for f in found] == [(rule, column, 2, "measure.csv")]


@pytest.mark.parametrize(
    "cells",
    [
        {"low": "3,5", "high": "3,5", "base_amount": "−3,5"},
        {"year": "2025", "start_plan": "2025-12"},
        {"pause_from": "2025-05", "pause_to": "2025-05"},
        {"season_months": "1, 12"},
        {"ramp_len": "1", "one_off_cost": "0"},
    ],
)
def test_what_lies_at_the_limit_is_right(delivery: Delivery, cells: dict[str, str]) -> None:
    assert register_failures(delivery, **cells) == []


def test_circles_are_told_apart_from_chains(delivery: Delivery) -> None:
    waits = {"T1": "T2", "T2": "T3", "T3": "T1", "T4": "T1", "T5": "", "T6": "T5"}
    rows = [[name, *GOOD[1:], other] for name, other in waits.items()]
    found = with_register(delivery, rows, [*HEAD, "depends_on"]).failures()
    assert [(f.rule, f.value, f.allowed) for f in found] == [
        ("circular_dependence", name, "T1, T2, T3") for name in ("T1", "T2", "T3")
    ]


def broken_register() -> tuple[list[str], list[list[str]], dict[str, int]]:
    """Header, 5 000 rows with every kind of error in turn, and how often each rule is broken."""
    head = [*HEAD, "year", "ramp_len", "depends_on", "excludes"]
    wrong = {
        "not_a_number": {"full_year_effect": "tre"},
        "unknown_unit": {"unit": "ukjend"},
        "circular_dependence": {"depends_on": "self"},
        "start_after_year_end": {"year": "2025", "start_plan": "2026-02"},
        "too_small": {"ramp_len": "−2"},
        "unknown_measure": {"excludes": "X1"},
        "not_allowed": {"stage": "ferdig"},
        "": {},
    }
    rows = []
    for k in range(5000):
        told = dict(zip(HEAD, GOOD, strict=True)) | {"measure_id": f"T{k}"}
        told |= list(wrong.values())[k % len(wrong)]
        told["depends_on"] = f"T{k}" if told.get("depends_on") else ""
        rows.append([told.get(name, "") for name in head])
    expected = {rule: 625 for rule in wrong if rule}
    return head, rows, expected | {"unknown_unit": 1}  # a unit is named once, at its first row


def test_five_thousand_rows_with_every_kind_of_error_give_one_list(delivery: Delivery) -> None:
    head, rows, expected = broken_register()
    found = Counter(failure.rule for failure in with_register(delivery, rows, head).failures())
    assert found == expected


def check_params(folder: Path) -> subprocess.CompletedProcess[str]:
    """`balanse params check`, as it is typed."""
    return subprocess.run(
        [sys.executable, "-c", "from balanse_lib.cli import main; main()", "params", "check"],
        capture_output=True,
        text=True,
        check=False,
        env={"BALANSE_PARAMS": str(folder), "PATH": "", "COLUMNS": "200"},
    )


def test_the_command_line_gives_one_readable_list_and_code_1(delivery: Delivery) -> None:
    """One line for each thing that is wrong, with file, row, column and value; no traceback."""
    head, rows, expected = broken_register()
    done = check_params(with_register(delivery, rows, head).write())
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    places = re.findall(r"measure\.csv, row (\d+), (\w+)", done.stderr)
    assert len(places) == sum(expected.values())
    assert ("2", "full_year_effect") in places  # the first row is the one with a text for an amount
    assert "tre" in done.stderr
    assert "ukjend" in done.stderr


def test_a_bad_register_stops_the_check_with_code_1(delivery: Delivery) -> None:
    register = with_register(delivery, [[*GOOD, "T7"]], [*HEAD, "depends_on"])
    done = check_params(register.write())
    assert done.returncode == 1
    assert "T7" in done.stderr
    assert "not in the register" in done.stderr


YAML = """\
- measure_id: T1
  title: Innkjøp
  unit: kirurgi
  stage: decided
  full_year_effect: 3.5
  start_plan: 2025-04
  depends_on: [T2]
- measure_id: T2
  title: "null"
  unit: medisin
  stage: planned
  full_year_effect: 12
  start_plan: 2025-05
  owner: NO
  low: null
  budget_taken_out: true
"""


def test_a_register_in_yaml(delivery: Delivery) -> None:
    delivery.yml += "  measure: {path: measure.yml}\n"
    (delivery.folder / "measure.yml").write_text(YAML, encoding="utf-8")
    found = delivery.read().measure.set_index("measure_id")
    assert found["full_year_effect"].tolist() == [3.5, 12.0]
    assert found.loc["T1", "depends_on"] == "T2"
    assert found.loc["T2", ["title", "owner", "start_plan"]].tolist() == ["null", "NO", "2025-05"]
    assert found["low"].isna().all()
    assert found.loc["T2", "budget_taken_out"]


def test_errors_in_yaml_name_the_line_of_the_row(delivery: Delivery) -> None:
    delivery.yml += "  measure: {path: measure.yml}\n"
    content = YAML.replace("stage: planned", "stage: ferdig")
    (delivery.folder / "measure.yml").write_text(content, encoding="utf-8")
    assert [(f.rule, f.row) for f in delivery.failures()] == [("not_allowed", 8)]


@pytest.mark.parametrize(
    ("content", "rule", "row"),
    [
        ("measure_id: T1\n", "not_a_list_of_rows", 1),
        ("- T1\n- measure_id: T2\n", "not_a_list_of_rows", 1),
        ("- measure_id: T1\n  title: {a: b}\n", "not_a_list_of_rows", 1),
        ("- measure_id: T1\n\n- title: a\n  title: b\n", "column_twice", 3),
        ("- measure_id: [T1\n", "unreadable_file", None),
        ("# nothing\n", "empty_file", None),
    ],
)
def test_yaml_that_is_no_table_is_refused(
    tmp_path: Path, content: str, rule: str, row: int | None
) -> None:
    file = tmp_path / "measure.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_raw(file, source=Source.model_validate({"path": "x"}))
    assert [(failure.rule, failure.row) for failure in error.value.failures] == [(rule, row)]

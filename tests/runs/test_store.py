"""What the notebooks of one run leave for each other and for the reader."""

import pandas as pd
import pytest

from balanse_lib import report
from balanse_lib.runs.store import Store, make_inert


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "run")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe(start):
    assert make_inert(f"{start}cmd()") == f"'{start}cmd()"


@pytest.mark.parametrize("cell", ["Seng = plass", "", -1.5, 0, None, True])
def test_other_cells_stay_as_they_are(cell):
    assert make_inert(cell) is cell


def test_tables_are_kept_with_full_precision_and_inert_text(store):
    frame = pd.DataFrame({"unit": ["=cmd()", "Kirurgi"], "amount": [-1 / 3, 2.0]})
    store.keep_table("units", frame)
    kept = (store.folder / "data" / "units.csv").read_bytes()
    assert kept == b"unit,amount\n'=cmd(),-0.3333333333333333\nKirurgi,2.0\n"
    assert frame["unit"][0] == "=cmd()"


def test_column_names_are_inert_too(store):
    store.keep_table("units", pd.DataFrame({"=cmd()": [1.0]}))
    assert (store.folder / "data" / "units.csv").read_text("utf-8").startswith("'=cmd()\n")


def test_findings_come_back_as_they_were_kept(store):
    kept = [
        report.Finding("expected", {"p50": -1 / 3, "year": "2025"}, "alarm", {"p50": "year_end"}),
        report.Finding("gap", {"month": "2024-05", "reason": "ny økonomimodell <b>"}),
    ]
    store.keep_findings("20_forecast", kept)
    assert store.findings("20_forecast") == kept


def test_nothing_kept_is_none_not_empty(store):
    assert store.findings("20_forecast") is None
    assert store.handed_on("year_end") is None
    store.keep_findings("20_forecast", [])
    assert store.findings("20_forecast") == []


def test_what_is_handed_on_is_dropped_before_readers_come(store):
    store.hand_on("year_end", {"paths": [1.0, 2.0]})
    assert store.handed_on("year_end") == {"paths": [1.0, 2.0]}
    store.drop_handed_on()
    store.drop_handed_on()
    assert list(store.folder.iterdir()) == []

"""The Excel template of the register: what it offers, and that it is read back as filled in."""

import datetime
from pathlib import Path

import openpyxl
import pytest

from balanse_lib.errors import InputError
from balanse_lib.ledger.measure_columns import MEASURE_CLASSES, RAMPS
from balanse_lib.ledger.tables import TABLES
from balanse_lib.runs import write_template
from balanse_lib.terms import LANGUAGES
from tests.ledger.conftest import TRUST_FILE, Delivery

COLUMNS = list(TABLES["measure"].columns)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_explained_in_the_reader_s_language(tmp_path: Path, language: str) -> None:
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", language=language))
    fill_in, columns, example = book.worksheets
    assert [cell.value for cell in fill_in[1]] == COLUMNS
    assert fill_in.max_row == 1 or not any(cell.value for cell in fill_in[2])
    explained = {row[0]: row[2] for row in columns.iter_rows(min_row=2, values_only=True)}
    assert list(explained) == COLUMNS
    prompts = {rule.promptTitle: rule.prompt for rule in fill_in.data_validations.dataValidation}
    assert {name: text[:255] for name, text in explained.items()} == prompts
    assert len(set(explained.values())) == len(COLUMNS)
    marks = {"en": "Made up", "nn": "Oppdikta", "nb": "Oppdiktet", "sv": "Påhittat"}
    assert str(example["A1"].value).startswith(marks[language])


def test_drop_downs_offer_what_the_reader_allows(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx", language="nn"))
    offered = {
        rule.promptTitle: rule.formula1
        for rule in book.worksheets[0].data_validations.dataValidation
        if rule.type == "list"
    }
    assert offered["class"] == f'"{",".join(MEASURE_CLASSES)}"'
    assert offered["ramp"] == f'"{",".join(RAMPS)}"'
    assert offered["budget_taken_out"] == '"yes,no"'
    assert set(offered) == {"level", "class", "kind", "stage", "ramp", "budget_taken_out"}
    assert all(len(choices) <= 257 for choices in offered.values()), "Excel allows 255 letters"


def test_the_filled_template_is_read(tmp_path: Path) -> None:
    """Filled in with its own example, and a month that Excel made into a date."""
    file = write_template(tmp_path / "measure.xlsx", language="nb")
    book = openpyxl.load_workbook(file)
    sheet, example = book.worksheets[0], book.worksheets[2]
    for at, cells in enumerate(example.iter_rows(min_row=3, values_only=True), start=2):
        told = dict(zip(COLUMNS, cells, strict=True))
        told |= {"trust": "helse-prove", "unit": "kirurgi"}
        for number, name in enumerate(COLUMNS, start=1):
            sheet.cell(at, number, told[name])
    sheet.cell(2, COLUMNS.index("start_actual") + 1, datetime.datetime(2026, 3, 1))
    book.save(file)
    yml = TRUST_FILE + "  measure: {path: measure.xlsx}\n"
    found = Delivery(tmp_path, yml=yml).read().measure.set_index("measure_id")
    assert found.index.tolist() == ["T-01", "T-02"]
    assert found["full_year_effect"].tolist() == [3.0, 4.0]
    assert found.loc["T-01", ["start_actual", "base_account"]].tolist() == ["2026-03", "4300"]
    assert found["budget_taken_out"].tolist() == [True, False]
    assert found.loc["T-02", "season_months"] == "6, 7, 8"


def test_nothing_is_written_over(tmp_path: Path) -> None:
    file = write_template(tmp_path / "t.xlsx", language="en")
    before = file.read_bytes()
    with pytest.raises(InputError, match="exists already"):
        write_template(file, language="en")
    assert file.read_bytes() == before
    with pytest.raises(InputError, match=r"\.xlsx"):
        write_template(tmp_path / "t.csv", language="en")

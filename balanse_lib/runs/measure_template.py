"""An Excel template for the measure register, which the ordinary reader reads back."""

from collections.abc import Mapping
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from balanse_lib.errors import Failure, InputError
from balanse_lib.ledger.columns import Column
from balanse_lib.ledger.tables import TABLES
from balanse_lib.measures.register import ALWAYS
from balanse_lib.terms import text

COLUMNS: Mapping[str, Column] = TABLES["measure"].columns
ROWS = 500  # with drop-downs and explanations
_PROMPT = 255  # letters that Excel shows beside a cell
_FLAG = ("yes", "no")
_HEAD = PatternFill("solid", fgColor="DDE6ED")
_MADE_UP: tuple[Mapping[str, object], ...] = (
    {
        "measure_id": "T-01", "trust": "helse-granvik", "unit": "kir", "class": "purchasing",
        "kind": "recurrent", "stage": "started", "account": "4300", "base_account": "4300",
        "base_amount": -40.0, "full_year_effect": 3.0, "low": 1.5, "high": 3.6, "year": 2026,
        "start_plan": "2026-02", "start_actual": "2026-03", "ramp": "linear", "ramp_len": 3,
        "one_off_cost": -0.2, "running_cost": 0, "displaced_cost": 0, "budget_taken_out": "yes",
        "decision_ref": "12/26", "decision_date": "2025-12-15", "indicators": "goods_cost",
        "guard_indicators": "stock_outs", "level": "local",
    },
    {
        "measure_id": "T-02", "trust": "helse-granvik", "unit": "med", "class": "beds/closing",
        "kind": "recurrent", "stage": "planned", "account": "5000", "base_account": "501, 502",
        "base_amount": -90.0, "full_year_effect": 4.0, "year": 2026, "start_plan": "2026-06",
        "ramp": "season", "season_months": "6, 7, 8", "one_off_cost": 0, "running_cost": 0,
        "displaced_cost": -0.5, "budget_taken_out": "no", "depends_on": "T-01",
        "indicators": "beds", "guard_indicators": "corridor_patients", "level": "local",
    },
)  # fmt: skip


def write_template(file: Path, *, language: str) -> Path:
    """Write the template; a file that exists is left as it is.

    The first sheet is filled in: one column for each field, drop-downs where only certain values
    are allowed, an explanation in `language` at every cell. Then a sheet that explains all
    columns, and an example that says of itself that it is made up.
    """
    if file.suffix.lower() != ".xlsx":
        raise InputError(
            [Failure(rule="unknown_file_type", file=str(file), value=file.suffix, allowed=".xlsx")]
        )
    if file.exists():
        raise InputError([Failure(rule="file_exists", file=str(file))])
    book = openpyxl.Workbook()
    _fill_in(book.active, language)
    _explain(book.create_sheet(text("template.sheet_columns", language)), language)
    _show_example(book.create_sheet(text("template.sheet_example", language)), language)
    book.save(file)
    return file


def _fill_in(sheet: Worksheet, language: str) -> None:
    """Header, drop-downs and explanations of the sheet that is filled in and read back."""
    sheet.title = "measure"
    _write_header(sheet, row=1)
    sheet.freeze_panes = "C2"
    for number, (name, column) in enumerate(COLUMNS.items(), start=1):
        letter = get_column_letter(number)
        cells = f"{letter}2:{letter}{ROWS + 1}"
        told = explain_column(name, language)
        sheet[f"{letter}1"].comment = Comment(told, "Balanse", height=120, width=320)
        choice = _choices(column)
        drop_down = DataValidation(
            type="list" if choice else None,
            formula1=f'"{",".join(choice)}"' if choice else None,
            allow_blank=True,
            showErrorMessage=bool(choice),
            showInputMessage=True,
            promptTitle=name,
            prompt=told[:_PROMPT],
        )
        drop_down.add(cells)
        sheet.add_data_validation(drop_down)
        if column.kind in {"text", "month", "period", "date"}:  # else Excel rewrites 2026-02
            for (cell,) in sheet[cells]:
                cell.number_format = "@"


def _explain(sheet: Worksheet, language: str) -> None:
    """One row for each column: its name, whether it is needed, what it means, what is allowed."""
    heads = ("name", "needed", "meaning", "allowed")
    sheet.append([text(f"template.{head}", language) for head in heads])
    for name, column in COLUMNS.items():
        needed = "read" if column.required else "complete" if name in ALWAYS else "optional"
        told = text(f"template.needed_{needed}", language)
        allowed = ", ".join(_choices(column))
        sheet.append([name, told, explain_column(name, language), allowed])
    for letter, width in zip("ABCD", (20, 24, 90, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(max_col=4):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    _mark_head(sheet, row=1)
    sheet.freeze_panes = "A2"


def _show_example(sheet: Worksheet, language: str) -> None:
    sheet["A1"] = text("template.made_up", language)
    sheet["A1"].font = Font(bold=True, color="B00020")
    _write_header(sheet, row=2)
    for row in _MADE_UP:
        words = {
            name: text(f"template.example_{row['measure_id'][2:]}_{name}", language)  # type: ignore[index]
            for name in ("title", "description", "owner")
        }
        sheet.append([{**row, **words}.get(name) for name in COLUMNS])


def explain_column(name: str, language: str) -> str:
    """What a column of the register holds, in the reader's language."""
    return text(f"template.column.{name}", language)


def _choices(column: Column) -> tuple[str, ...]:
    return _FLAG if column.kind == "flag" else column.allowed


def _write_header(sheet: Worksheet, *, row: int) -> None:
    for number, name in enumerate(COLUMNS, start=1):
        sheet.cell(row, number, name)
        sheet.column_dimensions[get_column_letter(number)].width = max(len(name) + 3, 12)
    _mark_head(sheet, row=row)


def _mark_head(sheet: Worksheet, *, row: int) -> None:
    for cell in sheet[row]:
        cell.font, cell.fill = Font(bold=True), _HEAD

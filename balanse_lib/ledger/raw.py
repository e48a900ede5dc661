"""Files in, cells out: a raw frame whose index is the row number in the file.

Text files give text cells; workbooks and Parquet give the types they hold. Nothing is converted
here, so that every later complaint can quote the cell as it stands in the file.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.params import Source

FIRST_ROW = 2  # row 1 holds the column names
_SEPARATORS = (";", "\t", "|", ",")


def read_raw(file: Path, *, source: Source) -> pd.DataFrame:
    """Cells of a file as they stand there; the index is the row number a person sees."""
    _check_readable(file)
    readers: dict[str, Callable[[Path, Source], pd.DataFrame]] = {
        ".csv": _read_text,
        ".txt": _read_text,
        ".tsv": _read_text,
        ".xlsx": _read_workbook,
        ".xlsm": _read_workbook,
        ".parquet": _read_parquet,
    }
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise _error("unknown_file_type", file, value=file.suffix, allowed=", ".join(readers))
    raw = reader(file, source)
    if raw.empty:
        raise _error("empty_file", file)
    return raw


def decimal_mark(file: Path, *, source: Source) -> str:
    """Decimal mark of a text file: as told, else the comma that goes with ``;`` and tab."""
    if source.decimal:
        return source.decimal
    if file.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        return "."
    return "." if _separator(_decode(file, source), source) == "," else ","


def _error(rule: str, file: Path, **found: object) -> InputError:
    return InputError([Failure(rule=rule, file=str(file), **found)])  # type: ignore[arg-type]


def _check_readable(file: Path) -> None:
    if file.is_dir():
        raise _error("is_a_folder", file)
    if not file.is_file():
        folder = file.parent
        near = [item.name for item in folder.iterdir()] if folder.is_dir() else []
        raise _error("missing_file", file, allowed=nearest(file.name, near))
    if file.stat().st_size == 0:
        raise _error("empty_file", file)


def _decode(file: Path, source: Source) -> str:
    content = file.read_bytes()
    declared = source.encoding.lower().replace("_", "-")
    likely = _likely_encoding(content)
    if likely != "utf-8" and declared in {"utf-8", "utf8", "utf-8-sig"}:
        raise _error("wrong_encoding", file, value=source.encoding, allowed=likely)
    if likely == "utf-8" and not content.isascii() and not declared.startswith("utf"):
        raise _error("wrong_encoding", file, value=source.encoding, allowed="utf-8")
    try:
        return content.decode("utf-8-sig" if declared.startswith("utf-8") else declared)
    except (UnicodeDecodeError, LookupError):
        raise _error("wrong_encoding", file, value=source.encoding, allowed=likely) from None


def _likely_encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(text: str, source: Source) -> str:
    header = text.split("\n", 1)[0]
    return source.separator or max(_SEPARATORS, key=header.count)


def _read_text(file: Path, source: Source) -> pd.DataFrame:
    text = _decode(file, source)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, source))
    names = [name.strip() for name in next(reader, [])]
    _check_names(names, file, source)
    rows, numbers, failures = [], [], []
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(names):
            failures.append(
                Failure(
                    rule="ragged_row",
                    file=str(file),
                    row=reader.line_num,
                    value=str(len(row)),
                    allowed=str(len(names)),
                )
            )
        rows.append(row)
        numbers.append(reader.line_num)
    if failures:
        raise InputError(failures)
    cells = pd.DataFrame(rows, columns=names, index=numbers, dtype="object")
    return cells.map(str.strip).replace("", None)


def _check_names(names: list[str], file: Path, source: Source) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise InputError(
            [
                Failure(
                    rule="column_twice",
                    file=str(file),
                    sheet=source.sheet or "",
                    row=1,
                    column=name,
                    value=name,
                )
                for name in twice
            ]
        )


def _read_workbook(file: Path, source: Source) -> pd.DataFrame:
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError, ValueError):
        raise _error("unreadable_file", file, value=file.suffix) from None
    try:
        if source.sheet is not None and source.sheet not in book.sheetnames:
            raise _error(
                "unknown_sheet", file, value=source.sheet, allowed=", ".join(book.sheetnames)
            )
        sheet = book[source.sheet] if source.sheet else book.worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
    finally:
        book.close()
    if not rows:
        raise _error("empty_file", file, sheet=source.sheet or "")
    names = ["" if name is None else str(name).strip() for name in rows[0]]
    _check_names(names, file, source)
    cells = pd.DataFrame(
        rows[1:], columns=names, index=range(FIRST_ROW, FIRST_ROW + len(rows) - 1), dtype="object"
    )
    stripped = cells.map(lambda cell: cell.strip() or None if isinstance(cell, str) else cell)
    return stripped.dropna(how="all")


def _read_parquet(file: Path, source: Source) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pa.parquet.read_table(file).to_pandas()
    except (pa.ArrowInvalid, OSError):
        raise _error("unreadable_file", file, value=file.suffix) from None
    _check_names([str(name) for name in frame.columns], file, source)
    return frame.set_axis(range(FIRST_ROW, FIRST_ROW + len(frame)), axis="index")

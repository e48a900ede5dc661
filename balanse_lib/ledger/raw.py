"""Files in, cells out: a raw frame whose index is the row number in the file.

Text files give text cells; workbooks and Parquet give the types they hold. Nothing is converted
here, so that every later complaint can quote the cell as it stands in the file.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.ledger.raw_yaml import read_yaml
from balanse_lib.params import Source

FIRST_ROW = 2  # row 1 holds the column names
_SEPARATORS = (";", "\t", "|", ",")
_TEXT_FILES = (".csv", ".txt", ".tsv")


def read_raw(file: Path, *, source: Source) -> pd.DataFrame:
    """Cells of a file as they stand there; the index is the row number a person sees.

    Blanks around a text are no part of it, and a blank cell is an empty one (None).
    """
    _check_readable(file)
    readers: dict[str, Callable[[Path, Source], pd.DataFrame]] = {
        **dict.fromkeys(_TEXT_FILES, _read_text),
        ".xlsx": _read_workbook,
        ".xlsm": _read_workbook,
        ".parquet": _read_parquet,
        **dict.fromkeys((".yml", ".yaml"), read_yaml),
    }
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise _error("unknown_file_type", file, value=file.suffix, allowed=", ".join(readers))
    raw = reader(file, source)
    raw = pd.DataFrame(
        [[_strip(cell) for cell in row] for row in raw.itertuples(index=False, name=None)],
        columns=raw.columns,
        index=raw.index,
        dtype="object",
    ).dropna(how="all")
    if raw.empty:
        raise _error("empty_file", file)
    return raw


def decimal_mark(file: Path, *, source: Source) -> str:
    """Decimal mark of a text file: as told, else the comma that goes with ``;`` and tab."""
    if source.decimal:
        return source.decimal
    if file.suffix.lower() not in _TEXT_FILES:
        return "."
    return "." if _separator(_decode(file, source), source) == "," else ","


def _strip(cell: object) -> object:
    return cell.strip() or None if isinstance(cell, str) else cell


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
    likely = _likely_encoding(content)
    try:
        declared = codecs.lookup(source.encoding).name
        fits = _family(declared) == _family(likely) or (
            content.isascii() and likely == "utf-8" and _family(declared) != "utf-16"
        )
        if fits:
            return content.decode(declared).removeprefix("\ufeff")
    except (UnicodeError, LookupError):
        pass
    raise _error("wrong_encoding", file, value=source.encoding, allowed=likely)


def _likely_encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in content:  # no text file of one byte per letter holds it
        return "utf-16-be" if content.startswith(b"\0") else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _family(encoding: str) -> str:
    """Return utf-8, utf-16, or one byte per letter: what can be told apart by looking."""
    return next((name for name in ("utf-8", "utf-16") if encoding.startswith(name)), "one byte")


def _separator(text: str, source: Source) -> str:
    header = text.split("\n", 1)[0]
    return source.separator or max(_SEPARATORS, key=header.count)


def _read_text(file: Path, source: Source) -> pd.DataFrame:
    text = _decode(file, source)
    records = _records(text, file, _separator(text, source))
    names = [name.strip() for name in next(records, (1, []))[1]]
    _check_names(names, file, source)
    filled = {row: cells for row, cells in records if any(cell.strip() for cell in cells)}
    ragged = [
        Failure(
            rule="ragged_row",
            file=str(file),
            row=row,
            value=str(len(cells)),
            allowed=str(len(names)),
        )
        for row, cells in filled.items()
        if len(cells) != len(names)
    ]
    if ragged:
        raise InputError(ragged)
    return pd.DataFrame(list(filled.values()), columns=names, index=list(filled), dtype="object")


def _records(text: str, file: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records of a text file, each with the line it starts on."""
    # not strict, an unclosed quotation mark would swallow the rows after it without a word
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 1
    try:
        for cells in reader:
            yield row, cells
            row = reader.line_num + 1
    except csv.Error:
        raise _error("broken_quotes", file, row=row) from None


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
        rows = _sheet_rows(file, source)
    except InputError:
        raise
    except Exception:  # a damaged workbook can fail anywhere in zip, XML or openpyxl
        raise _error("unreadable_file", file, value=file.suffix) from None
    if not rows:
        raise _error("empty_file", file, sheet=source.sheet or "")
    width = max(len(row) for row in rows)
    rows = [row + (None,) * (width - len(row)) for row in rows]
    names = ["" if name is None else str(name).strip() for name in rows[0]]
    _check_names(names, file, source)
    index = range(FIRST_ROW, FIRST_ROW + len(rows) - 1)
    return pd.DataFrame(rows[1:], columns=names, index=index, dtype="object")


def _sheet_rows(file: Path, source: Source) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        if source.sheet is not None and source.sheet not in book.sheetnames:
            allowed = ", ".join(book.sheetnames)
            raise _error("unknown_sheet", file, value=source.sheet, allowed=allowed)
        sheet = book[source.sheet] if source.sheet else book.worksheets[0]
        return list(sheet.iter_rows(values_only=True))
    finally:
        book.close()


def _read_parquet(file: Path, source: Source) -> pd.DataFrame:
    try:
        with pa.parquet.ParquetFile(file) as opened:
            table = opened.read()
    except (pa.ArrowException, OSError):
        raise _error("unreadable_file", file, value=file.suffix) from None
    _check_names(table.column_names, file, source)
    frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)  # an index is a column like others
    return frame.astype("object").set_axis(range(FIRST_ROW, FIRST_ROW + len(frame)), axis="index")

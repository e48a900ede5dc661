"""One file of a delivery in, one canonical table out, with everything that is wrong in it.

The steps: cells as they stand → columns found → no identity numbers → cells to values → rows of
this trust → the table's schema. A step is skipped when the one before it leaves nothing to check.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from pandera.errors import SchemaErrors

from balanse_lib import params
from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.ledger.book import InputFile
from balanse_lib.ledger.columns import Column, Table
from balanse_lib.ledger.convert import convert_column, find_ambiguous
from balanse_lib.ledger.privacy import check_identity_numbers, mask_identity_numbers
from balanse_lib.ledger.raw import decimal_mark, read_raw
from balanse_lib.ledger.tables import TABLES, empty_table, schema

_AND = " + "  # between columns of the file that make one canonical column
_CELLS_NAMED = 5  # of the cells that look like identity numbers
_UNREADABLE = {
    "amount": "not_a_number",
    "number": "not_a_number",
    "period": "not_a_period",
    "month": "not_a_month",
    "year": "not_a_year",
    "date": "not_a_date",
    "due": "not_a_date",
    "flag": "not_a_flag",
}


@dataclass(frozen=True)
class Delivery:
    """One table as read: the frame by row of the file, its file, what was wrong with it."""

    frame: pd.DataFrame
    source: InputFile | None = None
    sheet: str = ""
    failures: tuple[Failure, ...] = ()

    def place(self, failures: Iterable[Failure]) -> list[Failure]:
        """Failures found in the table, with the file and sheet it came from."""
        file = self.source.file if self.source else ""
        return [replace(failure, file=file, sheet=self.sheet) for failure in failures]


@dataclass(frozen=True)
class _Order:
    """What is to be read: the table that is wanted and where the trust says that it lies."""

    table: Table
    source: params.Source
    trust: params.Trust

    def failure(self, rule: str, **found: object) -> Failure:
        sheet = self.source.sheet or ""
        return Failure(rule=rule, file=self.source.path, sheet=sheet, **found)  # type: ignore[arg-type]

    @property
    def file_columns(self) -> dict[str, str]:
        """Column of the file by canonical column, without those that are given as constants."""
        return {
            name: self.source.columns.get(name, name)
            for name in self.table.columns
            if name not in self.source.constants
        }


def read_delivery(name: params.TableName, *, trust: params.Trust, folder: Path) -> Delivery:
    """Read and check one table; failures are collected in it, not raised."""
    order = _Order(TABLES[name], trust.sources[name], trust)
    file = (folder / order.source.path).resolve()
    try:
        raw = read_raw(file, source=order.source)
        decimal = decimal_mark(file, source=order.source)
    except InputError as error:
        found = (replace(failure, file=order.source.path) for failure in error.failures)
        return Delivery(empty_table(name), failures=tuple(found))
    warnings, refused = _check_identity(raw, order)
    if failures := [*_check_columns(raw, order), *refused]:
        return Delivery(empty_table(name), failures=tuple(failures))
    frame, unreadable = _convert(raw, order, decimal)
    own = _rows_of_trust(frame, trust.trust)
    names = order.file_columns.values()
    used = {part for wanted in names for part in _split_column(wanted, raw.columns)}
    source = InputFile(
        table=name,
        file=order.source.path,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        rows=int(own.sum()),
        rows_of_others=int((~own).sum()),
        columns_not_used=tuple(
            mask_identity_numbers(str(column)) for column in raw.columns if column not in used
        ),
        warnings=warnings,
    )
    failures = [*unreadable, *_validate(frame[own], order, unreadable)]
    return Delivery(frame[own], source, order.source.sheet or "", tuple(failures))


def _check_columns(raw: pd.DataFrame, order: _Order) -> list[Failure]:
    known, header = list(order.table.columns), [str(name) for name in raw.columns]
    failures = [
        order.failure("unknown_key", column=name, value=name, allowed=nearest(name, known))
        for name in (*order.source.columns, *order.source.constants)
        if name not in known
    ]
    for name, wanted in order.file_columns.items():
        required = order.table.columns[name].required and name != "trust"
        for part in _split_column(wanted, header):
            if (required or name in order.source.columns) and part not in header:
                allowed = ", ".join(header)
                failures.append(
                    order.failure("missing_column", row=1, column=name, value=part, allowed=allowed)
                )
    return failures


def _split_column(wanted: str, header: Collection[object]) -> list[str]:
    """Columns that one canonical column is put together of: month + year; most often one."""
    return [wanted] if wanted in header else wanted.split(_AND)


def _check_identity(raw: pd.DataFrame, order: _Order) -> tuple[tuple[str, ...], list[Failure]]:
    amounts = [
        file_column
        for name, file_column in order.file_columns.items()
        if order.table.columns[name].kind in {"amount", "number"}
    ]
    limit = order.trust.thresholds.identity_hits_refuse
    check = check_identity_numbers(raw, skip=amounts, first_row=0, refuse_at=limit)
    rows = [1 if hit.row < 0 else int(raw.index[hit.row]) for hit in check.hits]
    cells = [
        f"{hit.column}, row {row}: {hit.masked}"
        for hit, row in zip(check.hits[:_CELLS_NAMED], rows, strict=False)
    ]
    if check.verdict != "refuse":
        return tuple(cells), []
    number, column = str(len(check.hits)), check.hits[0].column
    allowed = "; ".join(cells)
    return (), [
        order.failure("identity_numbers", row=rows[0], column=column, value=number, allowed=allowed)
    ]


def _convert(raw: pd.DataFrame, order: _Order, decimal: str) -> tuple[pd.DataFrame, list[Failure]]:
    """Values of every column, and the cells that cannot be read."""
    values: dict[str, pd.Series] = {}
    failures: list[Failure] = []
    for name, column in order.table.columns.items():
        cells = _cells(raw, name, order)
        read, bad = convert_column(cells, kind=column.kind, decimal=decimal)
        failures += [
            order.failure(_UNREADABLE[column.kind], row=int(str(row)), column=name, value=str(cell))
            for row, cell in cells[bad].items()
        ]
        if column.kind in {"amount", "number"} and order.source.decimal is None:
            failures += _ambiguous(cells, name, order, decimal)
        factor = order.source.scale * order.source.sign
        values[name] = read * factor if column.kind == "amount" else read
    return pd.DataFrame(values, index=raw.index), failures


def _ambiguous(cells: pd.Series, name: str, order: _Order, decimal: str) -> list[Failure]:
    """The first cell that may be thousands or decimals; the trust must say which mark it uses."""
    doubtful = cells[find_ambiguous(cells, decimal=decimal)]
    return [
        order.failure("ambiguous_number", row=int(str(row)), column=name, value=str(cell))
        for row, cell in doubtful.head(1).items()
    ]


def _cells(raw: pd.DataFrame, name: str, order: _Order) -> pd.Series:
    parts = _split_column(order.file_columns.get(name, ""), raw.columns)
    if parts[0] in raw.columns:
        return raw[parts[0]] if len(parts) == 1 else _join(raw[parts])
    default = order.trust.trust if name == "trust" else None
    constant = order.source.constants.get(name, default)
    return pd.Series(constant, index=raw.index, dtype="object")


def _join(cells: pd.DataFrame) -> pd.Series:
    """Cells of one row with a dash between, as months are written; empty with one of them."""
    text = cells.map(lambda cell: f"{cell:g}" if isinstance(cell, float) else str(cell))
    return text.agg("-".join, axis=1).where(cells.notna().all(axis=1), None)


def _rows_of_trust(frame: pd.DataFrame, trust: str) -> pd.Series:
    """Rows of this trust; a row that names no trust is not passed over as somebody else's."""
    if "trust" not in frame:
        return pd.Series(True, index=frame.index)
    return (frame["trust"] == trust) | frame["trust"].isna()


def _validate(frame: pd.DataFrame, order: _Order, unreadable: Iterable[Failure]) -> list[Failure]:
    """Hold a table against its schema; cells already found unreadable are not named again."""
    if frame.empty:
        return [order.failure("no_rows_for_trust", column="trust")]
    named = {(failure.row, failure.column) for failure in unreadable}
    try:
        schema(order.table).validate(frame, lazy=True)
    except SchemaErrors as error:
        found = [*_cell_failures(error.failure_cases, order), *_duplicates(frame, order, named)]
        return [failure for failure in found if (failure.row, failure.column) not in named]
    return []


def _cell_failures(cases: pd.DataFrame, order: _Order) -> list[Failure]:
    cells = cases[cases["schema_context"] == "Column"]
    return [
        order.failure(
            "empty_cell" if check == "not_nullable" else str(check),
            row=int(row),
            column=str(column),
            value="" if pd.isna(value) else str(value),
            allowed=_allowed(order.table.columns[str(column)]),
        )
        for check, column, value, row in zip(
            cells["check"], cells["column"], cells["failure_case"], cells["index"], strict=True
        )
    ]


def _duplicates(
    frame: pd.DataFrame, order: _Order, named: set[tuple[int | None, str]]
) -> list[Failure]:
    key = list(order.table.key)
    unknown = [row for row, column in named if column in key]
    twice = frame[frame.duplicated(key, keep="first")].drop(index=unknown, errors="ignore")
    return [
        order.failure(
            "duplicate_key",
            row=int(str(row)),
            column=" + ".join(key),
            value=" + ".join(str(cell) for cell in cells if pd.notna(cell)),
        )
        for row, *cells in twice[key].itertuples()
    ]


def _allowed(column: Column) -> str:
    bounds = [
        f"≥ {column.at_least:g}" if column.at_least is not None else "",
        f"≤ {column.at_most:g}" if column.at_most is not None else "",
    ]
    return ", ".join(column.allowed) or " ".join(bound for bound in bounds if bound)

"""A trust's files in, one checked `Ledger` out; everything that is wrong comes in one error."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pandera.errors import SchemaErrors

from balanse_lib import params
from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.ledger import checks
from balanse_lib.ledger.account_map import map_accounts, unmapped_accounts
from balanse_lib.ledger.book import InputFile, Ledger
from balanse_lib.ledger.convert import convert_column
from balanse_lib.ledger.privacy import check_identity_numbers, mask_identity_numbers
from balanse_lib.ledger.raw import FIRST_ROW, decimal_mark, read_raw
from balanse_lib.ledger.synthetic import synthetic_trust
from balanse_lib.ledger.tables import TABLES, Column, Table, empty_table, schema

_LEDGER_TABLES = tuple(name for name in TABLES if name != "account_map")
_MAPPED = ("ledger_month", "budget", "event")
_CELLS_NAMED = 5  # of the cells that look like identity numbers
_UNREADABLE = {
    "amount": "not_a_number",
    "number": "not_a_number",
    "period": "not_a_period",
    "month": "not_a_month",
    "year": "not_a_year",
    "date": "not_a_date",
    "flag": "not_a_flag",
}


@dataclass(frozen=True)
class _Delivery:
    """One table as read: the frame, where it came from, what was wrong with it."""

    frame: pd.DataFrame
    source: InputFile | None = None
    failures: tuple[Failure, ...] = ()


def read_ledger(trust: params.Trust, *, folder: Path) -> Ledger:
    """Read and check every table of a trust; `folder` is where its parameter file lies.

    Raises `InputError` with all failures of all files when anything is wrong.
    """
    if trust.synthetic is not None:
        deliveries = _synthetic_deliveries(trust, trust.synthetic)
    else:
        deliveries = {name: _read_table(name, trust, folder) for name in trust.sources}
    failures = [failure for delivery in deliveries.values() for failure in delivery.failures]
    if "ledger_month" not in deliveries:
        failures.append(
            Failure(
                rule="missing_key",
                file=f"{trust.trust}.yml",
                column="sources.ledger_month",
                allowed="ledger_month",
            )
        )
    if failures:
        raise InputError(failures)
    return _assemble(trust, deliveries)


def _synthetic_deliveries(trust: params.Trust, source: params.Synthetic) -> dict[str, _Delivery]:
    tables, _ = synthetic_trust(trust.trust, seed=source.seed, last=source.last)
    return {
        name: _Delivery(
            frame, InputFile(name, f"synthetic(seed={source.seed})", _frame_hash(frame), len(frame))
        )
        for name, frame in tables.items()
    }


def _frame_hash(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def _read_table(name: str, trust: params.Trust, folder: Path) -> _Delivery:
    source = trust.sources[name]  # type: ignore[index]
    file = (folder / source.path).resolve()
    try:
        raw = read_raw(file, source=source)
        decimal = decimal_mark(file, source=source)
    except InputError as error:
        return _Delivery(empty_table(name), failures=error.failures)
    table, place = TABLES[name], _Place(source.path, source.sheet or "")
    failures = _check_columns(raw, table, source, place)
    warnings, refused = _check_identity(raw, table, source, place, trust)
    if failures or refused:
        return _Delivery(empty_table(name), failures=(*failures, *refused))
    frame, failures = _convert(raw, table, source, decimal, place, trust.trust)
    own = frame["trust"] == trust.trust if "trust" in frame else pd.Series(True, frame.index)
    failures += _validate(frame[own], table, place)
    used = set(_file_columns(table, source).values())
    return _Delivery(
        frame[own],
        InputFile(
            name,
            source.path,
            hashlib.sha256(file.read_bytes()).hexdigest(),
            int(own.sum()),
            int((~own).sum()),
            tuple(str(column) for column in raw.columns if column not in used),
            warnings,
        ),
        tuple(failures),
    )


@dataclass(frozen=True)
class _Place:
    file: str
    sheet: str

    def failure(self, rule: str, **found: object) -> Failure:
        return Failure(rule=rule, file=self.file, sheet=self.sheet, **found)  # type: ignore[arg-type]


def _file_columns(table: Table, source: params.Source) -> dict[str, str]:
    return {
        name: source.columns.get(name, name)
        for name in table.columns
        if name not in source.constants
    }


def _check_columns(
    raw: pd.DataFrame, table: Table, source: params.Source, place: _Place
) -> list[Failure]:
    known, header = list(table.columns), [str(name) for name in raw.columns]
    failures = [
        place.failure("unknown_key", column=name, value=name, allowed=nearest(name, known))
        for name in (*source.columns, *source.constants)
        if name not in known
    ]
    for name, column in table.columns.items():
        wanted = source.columns.get(name, name)
        needed = name in source.columns or (column.required and name != "trust")
        if needed and name not in source.constants and wanted not in header:
            failures.append(
                place.failure(
                    "missing_column", row=1, column=name, value=wanted, allowed=", ".join(header)
                )
            )
    return failures


def _check_identity(
    raw: pd.DataFrame, table: Table, source: params.Source, place: _Place, trust: params.Trust
) -> tuple[tuple[str, ...], list[Failure]]:
    amounts = [
        file_column
        for name, file_column in _file_columns(table, source).items()
        if table.columns[name].kind in {"amount", "number"}
    ]
    limit = trust.thresholds.identity_hits_refuse
    check = check_identity_numbers(raw, skip=amounts, first_row=FIRST_ROW, refuse_at=limit)
    cells = [f"{hit.column}, row {hit.row}: {hit.masked}" for hit in check.hits[:_CELLS_NAMED]]
    if check.verdict == "refuse":
        return (), [
            place.failure(
                "identity_numbers",
                row=check.hits[0].row,
                column=check.hits[0].column,
                value=str(len(check.hits)),
                allowed="; ".join(cells),
            )
        ]
    return tuple(cells), []


def _convert(
    raw: pd.DataFrame, table: Table, source: params.Source, decimal: str, place: _Place, trust: str
) -> tuple[pd.DataFrame, list[Failure]]:
    values: dict[str, pd.Series] = {}
    failures: list[Failure] = []
    for name, column in table.columns.items():
        cells = _cells(raw, name, source, trust)
        read, bad = convert_column(cells, kind=column.kind, decimal=decimal)
        failures += [
            place.failure(
                _UNREADABLE[column.kind],
                row=int(str(row)),
                column=name,
                value=mask_identity_numbers(str(cell)),
            )
            for row, cell in cells[bad].items()
        ]
        values[name] = read * source.scale * source.sign if column.kind == "amount" else read
    return pd.DataFrame(values, index=raw.index), failures


def _cells(raw: pd.DataFrame, name: str, source: params.Source, trust: str) -> pd.Series:
    file_column = source.columns.get(name, name)
    if name in source.constants:
        return pd.Series(source.constants[name], index=raw.index, dtype="object")
    if file_column in raw.columns:
        return raw[file_column].astype("object")
    return pd.Series(trust if name == "trust" else None, index=raw.index, dtype="object")


def _validate(frame: pd.DataFrame, table: Table, place: _Place) -> list[Failure]:
    if frame.empty:
        return [place.failure("no_rows_for_trust", column="trust")]
    try:
        schema(table).validate(frame, lazy=True)
    except SchemaErrors as error:
        return _schema_failures(error.failure_cases, frame, table, place)
    return []


def _schema_failures(
    cases: pd.DataFrame, frame: pd.DataFrame, table: Table, place: _Place
) -> list[Failure]:
    by_column = cases[cases["schema_context"] == "Column"]
    failures = [
        place.failure(
            _rule_name(check),
            row=int(row),
            column=str(column),
            value="" if pd.isna(value) else str(value),
            allowed=_allowed(table.columns[str(column)]),
        )
        for check, column, value, row in zip(
            by_column["check"],
            by_column["column"],
            by_column["failure_case"],
            by_column["index"],
            strict=True,
        )
    ]
    twice = frame[frame.duplicated(list(table.key), keep="first")]
    failures += [
        place.failure(
            "duplicate_key",
            row=int(str(row)),
            column=" + ".join(table.key),
            value=" + ".join(str(cell) for cell in key),
        )
        for row, *key in twice[list(table.key)].itertuples()
    ]
    return failures


def _rule_name(check: object) -> str:
    return "empty_cell" if check == "not_nullable" else str(check)


def _allowed(column: Column) -> str:
    bounds = [
        f"≥ {column.at_least:g}" if column.at_least is not None else "",
        f"≤ {column.at_most:g}" if column.at_most is not None else "",
    ]
    return ", ".join(column.allowed) or " ".join(bound for bound in bounds if bound)


def _assemble(trust: params.Trust, deliveries: Mapping[str, _Delivery]) -> Ledger:
    given = deliveries.get("account_map")
    table = params.account_map() if given is None else given.frame
    frames, failures = {}, []
    for name in _LEDGER_TABLES:
        delivery = deliveries.get(name, _Delivery(empty_table(name)))
        frame = delivery.frame
        if name in _MAPPED:
            lines = map_accounts(frame["account"], account_map=table, chart=trust.chart)
            frame = frame.assign(line=lines)
            file = delivery.source.file if delivery.source else ""
            failures += unmapped_accounts(frame, file=file)
        frames[name] = frame.reset_index(drop=True)
    inputs = tuple(d.source for d in deliveries.values() if d.source is not None)
    ledger = Ledger(
        trust=trust.trust,
        start=trust.fiscal_year_start,
        inputs=inputs,
        known_gaps=dict(trust.known_gaps),
        **frames,
    )
    failures += checks.missing_months(ledger) + checks.unknown_units(ledger)
    if failures:
        raise InputError(failures)
    return ledger

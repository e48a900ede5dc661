"""The two tables somebody brings: monthly results and reported year-end forecasts, checked."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import periods
from balanse_lib.errors import Failure, InputError

ACTUALS, REPORTED = "actuals", "reported"
NEEDED = {
    ACTUALS: ("month", "result"),
    REPORTED: ("fiscal_year", "through_month", "reported_forecast"),
}
OPTIONAL = {ACTUALS: ("budget",), REPORTED: ("requirement", "plan")}
YEARS = (1000, 9999)


def check_tables(
    actuals: pd.DataFrame, reported: pd.DataFrame, *, start: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables with numbers as numbers; the first is indexed by all months in a row.

    An empty amount, or a month left out, is not known and stays so. What is wrong is listed at
    once; a failure names its table as file, and row 2 is the first, as in a file with headings.
    """
    failures = [
        *_start(start),
        *_columns(actuals, ACTUALS),
        *_columns(reported, REPORTED),
        *_months(actuals),
        *_amounts(actuals, ACTUALS, ("result", "budget")),
        *_amounts(reported, REPORTED, ("reported_forecast", "requirement", "plan")),
        *_whole_numbers(reported, "fiscal_year"),
        *_whole_numbers(reported, "through_month"),
    ]
    if failures:
        raise InputError(failures)
    months = [_write_month(value) for value in actuals["month"]]
    amounts = _numbers(actuals, ("result", "budget")).set_axis(pd.Index(months, name="month"))
    columns = (*NEEDED[REPORTED], *OPTIONAL[REPORTED])
    rows = _numbers(reported, columns).reset_index(drop=True)
    every = periods.month_range(min(months), max(months))
    return amounts.reindex(every), rows.astype({"fiscal_year": int, "through_month": int})


def _start(start: int) -> Iterator[Failure]:
    if start not in range(1, periods.MONTHS_IN_YEAR + 1):
        name, allowed = "fiscal_year_start", f"1–{periods.MONTHS_IN_YEAR}"
        yield Failure(rule="not_allowed", file=name, value=str(start), allowed=allowed)


def _numbers(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: _read(frame[name]) for name in columns if name in frame.columns})


def _read(cells: pd.Series) -> NDArray[np.float64]:
    """Numbers of a column, NaN where a cell holds none; yes and no are no numbers."""
    is_flag = cells.map(lambda cell: isinstance(cell, bool | np.bool_)).astype(bool)
    numbers = pd.to_numeric(cells.astype(object).mask(is_flag), errors="coerce")
    return numbers.to_numpy(dtype=float, na_value=np.nan)


def _columns(frame: pd.DataFrame, table: str) -> Iterator[Failure]:
    found = [str(name) for name in frame.columns]
    for name in NEEDED[table]:
        if name not in found:
            allowed = ", ".join(found)
            yield Failure(rule="missing_column", file=table, row=1, value=name, allowed=allowed)
    for name in (*NEEDED[table], *OPTIONAL[table]):
        if found.count(name) > 1:
            yield Failure(rule="column_twice", file=table, row=1, value=name)
    if not len(frame):
        yield Failure(rule="empty_file", file=table)


def _cells(frame: pd.DataFrame, column: str) -> Iterator[tuple[int, object, float]]:
    """Row as in a spreadsheet, cell (None: empty) and number; nothing without the column."""
    if list(frame.columns).count(column) == 1:
        cells = frame[column]
        found = [None if empty else cell for cell, empty in zip(cells, cells.isna(), strict=True)]
        yield from zip(range(2, len(cells) + 2), found, _read(cells), strict=True)


def _months(frame: pd.DataFrame) -> Iterator[Failure]:
    seen: set[str] = set()
    for row, cell, _ in _cells(frame, "month"):
        month = _write_month(cell)
        if not periods.is_period(month) or periods.is_period_13(month):
            yield _error("not_a_month", table=ACTUALS, row=row, column="month", value=cell)
        elif month in seen:
            yield _error("duplicate_key", table=ACTUALS, row=row, column="month", value=cell)
        seen.add(month)


def _write_month(cell: object) -> str:
    """Month as text, whether it came as text, date or period.

    >>> _write_month(pd.Timestamp("2024-03-01")), _write_month("2024-03")
    ('2024-03', '2024-03')
    """
    if isinstance(cell, date | pd.Period):
        return f"{cell.year:04d}-{cell.month:02d}"
    return str(cell).strip()


def _amounts(frame: pd.DataFrame, table: str, columns: tuple[str, ...]) -> Iterator[Failure]:
    for column in columns:
        for row, cell, number in _cells(frame, column):
            if cell is not None and not np.isfinite(number):
                yield _error("not_a_number", table=table, row=row, column=column, value=cell)


def _whole_numbers(frame: pd.DataFrame, column: str) -> Iterator[Failure]:
    low, high = YEARS
    for row, cell, number in _cells(frame, column):
        if cell is None:
            yield _error("empty_cell", table=REPORTED, row=row, column=column, value="")
        elif not number.is_integer():
            yield _error("not_a_number", table=REPORTED, row=row, column=column, value=cell)
        elif column == "fiscal_year" and not low <= number <= high:
            yield _error("not_a_year", table=REPORTED, row=row, column=column, value=cell)


def _error(rule: str, *, table: str, row: int, column: str, value: object) -> Failure:
    return Failure(rule=rule, file=table, row=row, column=column, value=str(value))

"""Any number of monthly series from a file, forecast and written beside each other."""

from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from balanse_lib import forecast
from balanse_lib.errors import Failure, InputError, nearest

_NEEDED = ("series_id", "month", "value")
_READERS: dict[str, Callable[..., pd.DataFrame]] = {
    ".csv": pd.read_csv,
    ".parquet": pd.read_parquet,
    ".xlsx": pd.read_excel,
}


def forecast_file(
    source: Path, *, horizon: int, out: Path, rng: np.random.Generator, levels: tuple[float, ...]
) -> pd.DataFrame:
    """Forecast a file of `series_id, month, value` and write `series_id, month, level, value`.

    The rows whose month is ``total`` are quantiles of the sum over the horizon. Gives the series
    that could not be forecast, with the reason. Nothing is written when the input is wrong.
    """
    frame = _read(source)
    try:
        made = forecast.forecast_series(frame, horizon=horizon, rng=rng)
    except ValueError as error:
        wrong = Failure(rule="wrong_type", file=str(source), value=source.name, allowed=str(error))
        raise InputError([wrong]) from None
    totals = made.total_quantiles(levels).assign(month="total")
    months = made.quantiles(levels)
    write_table(pd.concat([months.assign(month=months["month"].astype("str")), totals]), out)
    return made.refused


def read_table(source: Path) -> pd.DataFrame:
    """Table of a CSV or Parquet file, or of the first sheet of a workbook."""
    place = str(source)
    if not source.is_file():
        rule = "is_a_folder" if source.is_dir() else "missing_file"
        beside = [item.name for item in source.parent.glob("*") if item.is_file()]
        raise InputError([Failure(rule=rule, file=place, allowed=nearest(source.name, beside))])
    reader = _READERS.get(source.suffix.lower())
    if reader is None:
        allowed = ", ".join(_READERS)
        raise InputError(
            [Failure(rule="unknown_file_type", file=place, value=source.suffix, allowed=allowed)]
        )
    try:
        return reader(source)
    except (ValueError, OSError, BadZipFile, KeyError) as error:
        wrong = Failure(rule="unreadable_file", file=place, value=source.suffix, allowed=str(error))
        raise InputError([wrong]) from None


def write_table(frame: pd.DataFrame, out: Path) -> None:
    """Write CSV or Parquet, with its folder; the file appears when it is whole."""
    if out.is_dir():
        raise InputError([Failure(rule="is_a_folder", file=str(out))])
    out.parent.mkdir(parents=True, exist_ok=True)
    waiting = out.with_name(f".{out.name}.new")
    if out.suffix.lower() == ".parquet":
        frame.to_parquet(waiting, index=False)
    else:
        frame.to_csv(waiting, index=False, lineterminator="\n")
    waiting.replace(out)


def _read(source: Path) -> pd.DataFrame:
    place, frame = str(source), read_table(source)
    found = [str(name) for name in frame.columns]
    failures = [
        Failure(rule="missing_column", file=place, row=1, value=name, allowed=", ".join(found))
        for name in _NEEDED
        if name not in found
    ]
    numbers = pd.to_numeric(frame["value"], errors="coerce") if "value" in found else None
    if numbers is not None:
        wrong = numbers.isna() & frame["value"].notna()
        failures += _cells(frame["value"], wrong, "not_a_number", place)
    if "month" in found:
        wrong = ~forecast.are_months(frame["month"]) & frame["month"].notna()
        failures += _cells(frame["month"], wrong, "not_a_month", place)
    if failures:
        raise InputError(failures)
    return frame.assign(value=numbers)


def _cells(column: pd.Series, wrong: pd.Series, rule: str, place: str) -> list[Failure]:
    """One failure for each wrong cell, at its line of the file (headings are line 1)."""
    return [
        Failure(rule=rule, file=place, row=line, column=str(column.name), value=str(cell))
        for line, cell, bad in zip(range(2, len(column) + 2), column, wrong, strict=True)
        if bad
    ]

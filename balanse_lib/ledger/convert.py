"""Cells to values: numbers, periods, dates and flags as Nordic finance systems write them.

Each function returns the values and a mask of the cells that could not be read; an unreadable
cell is never guessed at.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from balanse_lib.ledger.columns import ColumnKind
from balanse_lib.ledger.tables import DTYPES

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "−": "-"})
_NUMBER = {
    ",": re.compile(r"[+-]?(\d+|\d{1,3}([ .]\d{3})+)(,\d+)?"),
    ".": re.compile(r"[+-]?(\d+|\d{1,3}([ ,]\d{3})+)(\.\d+)?"),
}
_PERIODS = (
    re.compile(r"(?P<year>\d{4})[-/ ]?(?P<month>\d{2})"),
    re.compile(r"(?P<month>\d{1,2})[./-](?P<year>\d{4})"),
)
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})([ T]00:00:00)?"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
)
_YEAR = re.compile(r"(19|20|21)\d{2}")
_FLAGS = {
    **dict.fromkeys(("ja", "yes", "true", "sann", "sant", "1"), True),
    **dict.fromkeys(("nei", "nej", "no", "false", "usann", "falskt", "0"), False),
}


def parse_number(cell: Any, *, decimal: str) -> float:
    """A number as written, with grouping by space (or the other mark) in whole thousands.

    >>> parse_number("−1 234,5", decimal=",")
    -1234.5
    """
    if isinstance(cell, bool | np.bool_):
        raise ValueError(cell)
    if isinstance(cell, int | float | Decimal | np.integer | np.floating):
        if not math.isfinite(cell):
            raise ValueError(cell)
        return float(cell)
    text = str(cell).translate(_SPACES).strip()
    if not _NUMBER[decimal].fullmatch(text):
        raise ValueError(cell)
    grouping = "." if decimal == "," else ","
    return float(text.replace(" ", "").replace(grouping, "").replace(decimal, "."))


def find_ambiguous(cells: pd.Series, *, decimal: str) -> pd.Series:
    """Cells such as 12.345 that may be twelve thousand or twelve point three, as a mask.

    Only where nothing else in the column tells: one mark, three digits after it, and no cell
    that carries the other mark.

    >>> find_ambiguous(pd.Series(["12.345", "7"]), decimal=",").tolist()
    [True, False]
    >>> find_ambiguous(pd.Series(["12.345", "7,5"]), decimal=",").tolist()
    [False, False]
    """
    grouping = "." if decimal == "," else ","
    text = cells.where(cells.map(lambda cell: isinstance(cell, str)), "").astype("str")
    if text.str.contains(decimal, regex=False).any():
        return pd.Series(False, index=cells.index)
    return text.str.fullmatch(rf"[-+−]?\d{{1,3}}{re.escape(grouping)}\d{{3}}")


def parse_period_cell(cell: Any) -> str:
    """A period from the ways months are written: 2025-09, 202509, 09.2025, a date in the month.

    >>> parse_period_cell("202513"), parse_period_cell("30.09.2025")
    ('2025-13', '2025-09')
    """
    if isinstance(cell, date):
        return f"{cell:%Y-%m}"
    text = parse_text(cell).strip()
    for pattern in _PERIODS:
        found = pattern.fullmatch(text)
        if found and 1 <= int(found["month"]) <= 13:
            return f"{found['year']}-{int(found['month']):02d}"
    return parse_date(text)[:7]


def parse_date(cell: Any) -> str:
    """A day as ISO text.

    >>> parse_date("15.10.2025")
    '2025-10-15'
    """
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    text = parse_text(cell).strip()
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            return date(*(int(found[part]) for part in ("year", "month", "day"))).isoformat()
    raise ValueError(cell)


def parse_due(cell: Any) -> str:
    """A day, or a month where no more is known.

    >>> parse_due("13.09.2024"), parse_due("2024-02")
    ('2024-09-13', '2024-02')
    """
    try:
        return parse_date(cell)
    except ValueError:
        return parse_period_cell(cell)


def parse_year(cell: Any) -> int:
    """A four-digit year.

    >>> parse_year("2025")
    2025
    """
    text = parse_text(cell).strip()
    if not _YEAR.fullmatch(text):
        raise ValueError(cell)
    return int(text)


def parse_flag(cell: Any) -> bool:
    """Yes or no, in any of the languages.

    >>> parse_flag("ja"), parse_flag("nej")
    (True, False)
    """
    return _FLAGS[parse_text(cell).strip().lower()]


def parse_text(cell: Any) -> str:
    """Text; a whole number keeps no decimals (an account 3400.0 from a workbook is 3400).

    >>> parse_text(3400.0)
    '3400'
    """
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell)


def convert_column(
    cells: pd.Series, *, kind: ColumnKind, decimal: str = "."
) -> tuple[pd.Series, pd.Series]:
    """Values of one column and a mask of unreadable cells; empty cells stay empty.

    Each distinct cell is read once, since a ledger repeats its periods and units a thousandfold;
    distinct by type as well, because Python holds 1 and TRUE for equal and a ledger must not.
    """
    parse = _parser(kind, decimal)
    filled = cells.notna()
    values: dict[tuple[type, str], Any] = {}
    found = []
    for cell, is_filled in zip(cells, filled, strict=True):
        key = (type(cell), str(cell))
        if key not in values:
            values[key] = _value(cell, parse) if is_filled else None
        found.append(values[key])
    read = pd.Series(found, index=cells.index, dtype="object")
    bad = filled & read.isna()
    return read.astype(pd.api.types.pandas_dtype(DTYPES[kind])), bad


def _value(cell: Any, parse: Callable[[Any], Any]) -> Any:
    try:
        return parse(cell)
    except (ValueError, KeyError):
        return None


def _parser(kind: str, decimal: str) -> Callable[[Any], Any]:
    if kind in {"amount", "number"}:
        return lambda cell: parse_number(cell, decimal=decimal)
    return _PARSERS[kind]


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "text": parse_text,
    "period": parse_period_cell,
    "month": parse_period_cell,
    "date": parse_date,
    "due": parse_due,
    "year": parse_year,
    "flag": parse_flag,
}

"""What a canonical table is made of: columns with type, limits and allowed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["text", "amount", "number", "period", "month", "year", "date", "due", "flag"]


@dataclass(frozen=True)
class Column:
    """One column: what it holds, whether it must be filled, which values are allowed."""

    kind: ColumnKind
    meaning: str
    required: bool = True
    allowed: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns in order and the columns that identify a row."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]


def text_column(meaning: str, *, required: bool = True, allowed: tuple[str, ...] = ()) -> Column:
    """Column of text, which must be filled unless told otherwise."""
    return Column("text", meaning, required, allowed)

"""What a canonical table is made of: columns with type, limits and allowed values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["text", "amount", "number", "period", "month", "year", "date", "due", "flag"]

_WRITTEN: Mapping[ColumnKind, str] = {
    "text": "text",
    "amount": "amount, + improves the result",
    "number": "number",
    "period": "YYYY-MM, 13 for year-end entries",
    "month": "YYYY-MM",
    "year": "YYYY",
    "date": "YYYY-MM-DD",
    "due": "YYYY-MM or YYYY-MM-DD",
    "flag": "yes | no",
}


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


def describe_table(table: Table) -> list[tuple[str, str, str, str]]:
    """What a file must hold: column, how it is written, whether it must be there, its meaning.

    >>> told = {"unit": text_column("clinic"), "paid": Column("number", "FTE", at_least=0.0)}
    >>> describe_table(Table("staffing", told, ("unit",)))   # doctest: +NORMALIZE_WHITESPACE
    [('unit', 'text', 'key', 'clinic'), ('paid', 'number, 0 or more', 'yes', 'FTE')]
    """
    return [
        (name, _written(column), _needed(name, column, table.key), column.meaning)
        for name, column in table.columns.items()
    ]


def _written(column: Column) -> str:
    if column.allowed:
        return " | ".join(column.allowed)
    limits = [
        f"{limit:g} or {word}"
        for limit, word in ((column.at_least, "more"), (column.at_most, "less"))
        if limit is not None
    ]
    return ", ".join([_WRITTEN[column.kind], *limits])


def _needed(name: str, column: Column, key: tuple[str, ...]) -> str:
    return "key" if name in key else "yes" if column.required else "no"

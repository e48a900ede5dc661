"""Failures of a frame that a function of this room is given: missing, outside, unknown, double."""

from collections.abc import Collection, Iterable, Iterator

import numpy as np
import pandas as pd

from balanse_lib.errors import Failure, InputError, nearest


def refuse(failures: Iterable[Failure]) -> None:
    """Raise `InputError` with all failures, when there are any."""
    found = list(failures)
    if found:
        raise InputError(found)


def missing_columns(frame: pd.DataFrame, needed: Iterable[str]) -> list[Failure]:
    """Columns that must be there and are not."""
    have = ", ".join(map(str, frame.columns))
    return [
        Failure(rule="missing_column", column=name, value=name, allowed=have)
        for name in needed
        if name not in frame
    ]


def repeated(frame: pd.DataFrame, column: str) -> Iterator[Failure]:
    """Rows whose key stands above as well."""
    for row in np.flatnonzero(frame[column].duplicated().to_numpy()):
        value = str(frame[column].iloc[row])
        yield Failure(rule="duplicate_key", row=int(row) + 1, column=column, value=value)


def outside(
    frame: pd.DataFrame, column: str, *, low: float = -np.inf, high: float = np.inf
) -> Iterator[Failure]:
    """Cells that are empty or infinite, below `low` or above `high`."""
    for row, value in enumerate(frame[column].to_numpy(dtype=float, na_value=np.nan), start=1):
        if not np.isfinite(value):
            yield Failure(rule="empty_cell", row=row, column=column)
        elif value < low:
            yield Failure(
                rule="too_small", row=row, column=column, value=f"{value:g}", allowed=f"≥ {low:g}"
            )
        elif value > high:
            yield Failure(
                rule="too_large", row=row, column=column, value=f"{value:g}", allowed=f"≤ {high:g}"
            )


def unknown(frame: pd.DataFrame, column: str, *, known: Collection[str]) -> Iterator[Failure]:
    """Names, several in a cell or one, that are not known; an empty cell names nobody."""
    for row, cell in enumerate(frame[column], start=1):
        for name in names(cell):
            if name not in known:
                allowed = nearest(name, known)
                yield Failure(
                    rule="unknown_key", row=row, column=column, value=name, allowed=allowed
                )


def names(cell: object) -> tuple[str, ...]:
    """Names in a cell, separated by comma or semicolon.

    >>> names("T1; T2"), names(None)
    (('T1', 'T2'), ())
    """
    if not isinstance(cell, str):
        return ()
    return tuple(part.strip() for part in cell.replace(";", ",").split(",") if part.strip())


def in_ring(links: dict[str, tuple[str, ...]]) -> list[str]:
    """Names that can never be placed after all they are linked to, since they form a ring.

    >>> in_ring({"a": ("b",), "b": ("a",), "c": ("a",), "d": ()})
    ['a', 'b', 'c']
    """
    left = dict(links)
    while free := [name for name, needed in left.items() if not set(needed) & left.keys()]:
        for name in free:
            del left[name]
    return list(left)

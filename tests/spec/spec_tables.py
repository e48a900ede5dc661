"""Rules as text tables that a controller can read: into test cases, and into a page of the docs."""

from collections.abc import Sequence
from typing import Any

import pytest


def read(table: str) -> list[dict[str, str]]:
    """Rows of a table by column name."""
    header, _, *lines = [line.strip("| ").split("|") for line in table.strip().splitlines()]
    names = [name.strip() for name in header]
    return [dict(zip(names, (cell.strip() for cell in line), strict=True)) for line in lines]


def cases(table: str) -> list[Any]:
    """One test case for each row."""
    rows = read(table)
    return [
        pytest.param(row, id=f"{k + 1} {next(iter(row.values()))}") for k, row in enumerate(rows)
    ]


def make_page(title: str, *, source: str, sections: Sequence[tuple[str, str, str]]) -> str:
    """The rules page, made from the tables of a spec file."""
    made = f"Made from the tables of `tests/spec/{source}`, which the tests assert row by row."
    parts = [f"# {title}", made]
    for heading, text, table in sections:
        parts += [f"## {heading}", text, tidy(table)]
    return "\n\n".join(parts) + "\n"


def tidy(table: str) -> str:
    """A table without the padding that makes it readable in code."""
    rows = read(table)
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

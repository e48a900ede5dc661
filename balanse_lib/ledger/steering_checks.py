"""Checks of the decision basis and of the trust's own indicators: nothing changed, all linked."""

import hashlib

import pandas as pd

from balanse_lib.errors import Failure, nearest
from balanse_lib.ledger.measure_checks import split_names
from balanse_lib.params.formulas import near_parts, wrong_parts

CONTENT = ("number", "text", "line", "amount", "source", "approved")


def hash_assumption(row: pd.Series) -> str:
    """Hash of what was approved: number, text, line, amount (in million), source and day.

    >>> row = pd.Series({"number": "1", "text": "a", "line": None, "amount": -2.0,
    ...                  "source": "sak 3", "approved": "2025-02-01"})
    >>> hash_assumption(row)[:8]
    '9c387be6'
    """
    cells = ["" if pd.isna(row[name]) else _write(row[name]) for name in CONTENT]
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()


def check_basis(basis: pd.DataFrame) -> list[Failure]:
    """Assumptions whose content is no longer what their hash was taken of."""
    hashed = basis[basis["sha256"].notna()]
    return [
        Failure(rule="basis_changed", row=int(str(place)), column="sha256",
                value=str(row["number"]), allowed=found)
        for place, row in hashed.iterrows()
        if (found := hash_assumption(row)) != row["sha256"]
    ]  # fmt: skip


def check_links(own: pd.DataFrame, *, basis: pd.DataFrame) -> list[Failure]:
    """The trust's own indicators that name no assumption of the decision basis."""
    numbers = sorted(basis["number"].dropna().unique())
    return [
        Failure(rule="not_linked", row=int(str(place)), column="assumptions", value=name or "–",
                allowed=nearest(name, numbers) if numbers else "–")
        for place, cell in own["assumptions"].items()
        for name in split_names(cell) or [""]
        if name not in numbers
    ]  # fmt: skip


def check_formulas(own: pd.DataFrame) -> list[Failure]:
    """Parts of the trust's own indicators that no table has.

    >>> own = pd.DataFrame({"numerator": ["-acount:674"], "denominator": [None]}, index=[2])
    >>> [(found.row, found.column, found.value) for found in check_formulas(own)]
    [(2, 'numerator', 'acount:674')]
    """
    return [
        Failure(rule="no_part", row=int(str(place)), column=column, value=word,
                allowed=", ".join(near_parts(word)))
        for column in ("numerator", "denominator")
        for place, formula in own[column].dropna().items()
        for word in wrong_parts(formula)
    ]  # fmt: skip


def _write(cell: object) -> str:
    return f"{cell:.6f}" if isinstance(cell, float) else str(cell)

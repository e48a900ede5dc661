"""What the rows of a measure register say of one another: references, circles, order of months."""

import re
from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from balanse_lib import periods
from balanse_lib.errors import Failure, nearest


def split_names(cell: object) -> list[str]:
    """Names in one cell, separated by comma or semicolon; none in an empty cell.

    >>> split_names("T-01; T-02"), split_names(None)
    (['T-01', 'T-02'], [])
    """
    if not isinstance(cell, str):
        return []
    return [name.strip() for name in re.split("[,;]", cell) if name.strip()]


def check_register(register: pd.DataFrame, *, start: int = 1) -> list[Failure]:
    """Everything in the register that contradicts itself; rows are those of the file.

    `start` is the first calendar month of the fiscal year. Cells that could not be read are
    missing here and are reported where they were read.
    """
    return [
        *_unknown_references(register),
        *_circles(register),
        *_starts_after_year_end(register, start),
        *not_in_order(register, "pause_from", "pause_to", "pause_ends_before_it_starts"),
        *not_in_order(register, "low", "full_year_effect", "effects_not_in_order"),
        *not_in_order(register, "full_year_effect", "high", "effects_not_in_order"),
        *_effects_above_base(register),
        *_bad_season_months(register),
    ]


def _references(register: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row for each reference: row of the file, measure_id, other."""
    rows = register[["measure_id", column]].dropna()
    found = [
        (int(str(row)), measure_id, other)
        for row, measure_id, cell in rows.itertuples()
        for other in split_names(cell)
    ]
    return pd.DataFrame(found, columns=["row", "measure_id", "other"])


def _unknown_references(register: pd.DataFrame) -> list[Failure]:
    known = set(register["measure_id"].dropna())
    failures = []
    for column in ("depends_on", "excludes"):
        found = _references(register, column)
        for row, _, other in found[~found["other"].isin(known)].itertuples(index=False):
            failures.append(
                Failure(
                    rule="unknown_measure",
                    row=row,
                    column=column,
                    value=other,
                    allowed=near_name(other, known),
                )
            )
    return failures


def near_name(name: str, known: Collection[str]) -> str:
    """Nearest known name, not all of them: a register holds thousands."""
    near = nearest(name, known)
    return near if near in known else "–"


def _circles(register: pd.DataFrame) -> list[Failure]:
    """One failure for each measure that waits for itself, through others or at once."""
    waits = _references(register, "depends_on")
    ids = pd.Index(pd.unique(pd.concat([waits["measure_id"], waits["other"]])))
    if ids.empty:
        return []
    child, parent = ids.get_indexer(waits["measure_id"]), ids.get_indexer(waits["other"])
    links = coo_array((np.ones(len(waits)), (child, parent)), shape=(len(ids), len(ids)))
    _, part = connected_components(links, connection="strong")
    within = part[child] == part[parent]  # only links inside a circle are; all others lead out
    return [
        Failure(
            rule="circular_dependence",
            row=row,
            column="depends_on",
            value=measure_id,
            allowed=", ".join(sorted(ids[part == part[child[k]]])),
        )
        for k, (row, measure_id, _) in enumerate(waits.itertuples(index=False))
        if within[k]
    ]


def _starts_after_year_end(register: pd.DataFrame, start: int) -> list[Failure]:
    rows = register[["start_plan", "year"]].dropna()
    return [
        Failure(
            rule="start_after_year_end",
            row=int(str(row)),
            column="start_plan",
            value=month,
            allowed=periods.months_of_year(int(year), start=start)[-1],
        )
        for row, month, year in rows.itertuples()
        if _is_month(month) and periods.fiscal_year(month, start=start) > year
    ]


def _is_month(cell: object) -> bool:
    return periods.is_period(cell) and not periods.is_period_13(str(cell))


def not_in_order(register: pd.DataFrame, first: str, second: str, broken: str) -> list[Failure]:
    """One failure, of the rule `broken`, for each row in which `first` is above `second`."""
    rows = register[[first, second]].dropna()
    wrong = rows[rows[first] > rows[second]]
    return [
        Failure(rule=broken, row=int(str(row)), column=first, value=str(high), allowed=str(low))
        for row, high, low in wrong.itertuples()
    ]


def _effects_above_base(register: pd.DataFrame) -> list[Failure]:
    rows = register[["full_year_effect", "base_amount"]].dropna().abs()
    return [
        Failure(
            rule="effect_above_base",
            row=int(str(row)),
            column="full_year_effect",
            value=f"{effect:g}",
            allowed=f"{base:g}",
        )
        for row, effect, base in rows[rows["full_year_effect"] > rows["base_amount"]].itertuples()
    ]


def _bad_season_months(register: pd.DataFrame) -> list[Failure]:
    allowed = {str(month) for month in range(1, 13)}
    rows = register["season_months"].dropna()
    return [
        Failure(rule="not_a_calendar_month", row=int(str(row)), column="season_months", value=cell)
        for row, cell in rows.items()
        if not split_names(cell) or not set(split_names(cell)) <= allowed
    ]

"""The requirement on its way from region to unit: what is not distributed, what is not covered."""

import numpy as np
import pandas as pd

from balanse_lib.errors import Failure
from balanse_lib.measures import frame_checks

TOLERANCE = 0.005  # half of the last printed digit, 0.01 million


def cascade_requirement(
    requirement: pd.DataFrame,
    *,
    measures: pd.DataFrame | None = None,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Requirement of every unit beside what its parts got and what its measures are worth.

    `requirement` has unit, parent (empty at the top) and amount: the improvement demanded, million,
    empty where it is unclear; `undistributed`, where the unit says it, must make the parts add up
    to the whole. `measures` has unit, planned and prudent: effects this year.

    Columns: level (0 at the top); amount; distributed (Σ parts); undistributed (amount − Σ parts,
    missing for a unit without parts); unclear (how many parts have no amount); planned and prudent
    (its own and its parts' measures); identified_coverage and prudent_coverage (their share of the
    amount, missing where none is required or it is unclear); uncovered (amount − prudent).

    >>> requirement = pd.DataFrame({"unit": ["trust", "surgery", "medicine"],
    ...     "parent": [None, "trust", "trust"], "amount": [10.0, 4.0, 3.0]})
    >>> measures = pd.DataFrame({"unit": ["surgery"], "planned": [4.0], "prudent": [2.0]})
    >>> found = cascade_requirement(requirement, measures=measures)
    >>> found[["undistributed", "prudent_coverage"]].loc["trust"].to_list()
    [3.0, 0.2]
    """
    frame = _checked(requirement, measures)
    table = frame.set_index("unit")[["parent", "amount"]]
    parts = table.dropna(subset="parent").groupby("parent")["amount"]
    table.insert(0, "level", _levels(table["parent"]))
    table["distributed"] = parts.sum(min_count=1).reindex(table.index)
    table["undistributed"] = table["amount"] - table["distributed"]
    table["unclear"] = parts.apply(lambda amounts: int(amounts.isna().sum())).reindex(
        table.index, fill_value=0
    )
    frame_checks.refuse(_sums_that_differ(frame, table, tolerance))
    own = _own_effects(table.index, measures)
    for name in ("planned", "prudent"):
        table[name] = _with_parts(own[name], table)
    required = table["amount"].where(table["amount"] > 0)
    table["identified_coverage"] = table["planned"] / required
    table["prudent_coverage"] = table["prudent"] / required
    table["uncovered"] = table["amount"] - table["prudent"]
    return table


def _checked(requirement: pd.DataFrame, measures: pd.DataFrame | None) -> pd.DataFrame:
    frame_checks.refuse(frame_checks.missing_columns(requirement, ("unit", "parent", "amount")))
    frame = requirement.reset_index(drop=True)
    if "undistributed" not in frame:
        frame["undistributed"] = np.nan
    units = list(frame["unit"])
    above = frame["parent"].map(frame_checks.names)
    failures = [
        *frame_checks.repeated(frame, "unit"),
        *frame_checks.unknown(frame, "parent", known=units),
        *(
            Failure(rule="ring", column="parent", value=str(unit))
            for unit in frame_checks.in_ring(dict(zip(units, above, strict=True)))
        ),
    ]
    if measures is not None:
        needed = ("unit", "planned", "prudent")
        frame_checks.refuse(frame_checks.missing_columns(measures, needed))
        failures += frame_checks.unknown(measures, "unit", known=units)
        for name in needed[1:]:
            failures += frame_checks.outside(measures, name)
    frame_checks.refuse(failures)
    return frame


def _levels(parent: pd.Series) -> pd.Series:
    """Steps down from the top."""
    level = pd.Series(0, index=parent.index)
    above = parent
    while above.notna().any():
        level += above.notna().astype(int)
        above = above.map(parent)
    return level


def _with_parts(own: pd.Series, table: pd.DataFrame) -> pd.Series:
    """Sum of a unit's own amounts and those of everything below it."""
    total = own.copy()
    for unit in table["level"].sort_values(ascending=False, kind="stable").index:
        above = table.loc[unit, "parent"]
        if pd.notna(above):
            total[above] += total[unit]
    return total


def _own_effects(units: pd.Index, measures: pd.DataFrame | None) -> pd.DataFrame:
    if measures is None:
        return pd.DataFrame(0.0, index=units, columns=["planned", "prudent"])
    sums = measures.groupby("unit")[["planned", "prudent"]].sum()
    return sums.reindex(units, fill_value=0.0).astype(float)


def _sums_that_differ(frame: pd.DataFrame, table: pd.DataFrame, tolerance: float) -> list[Failure]:
    """Units whose parts and stated undistributed amount do not give the whole."""
    stated = frame.set_index("unit")["undistributed"].astype(float)
    whole = table["amount"]
    given = table["distributed"].fillna(0.0) + stated
    wrong = ((given - whole).abs() > tolerance) & (table["unclear"] == 0)
    return [
        Failure(
            rule="parts_do_not_add_up",
            row=row,
            column="undistributed",
            value=f"{given[unit]:.2f}",
            allowed=f"{whole[unit]:.2f}",
        )
        for row, unit in enumerate(table.index, start=1)
        if wrong[unit]
    ]

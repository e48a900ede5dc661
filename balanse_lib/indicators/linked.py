"""Indicators beside the measures that are to move them, or that they guard, and what signals."""

from collections.abc import Hashable, Iterator, Mapping

import pandas as pd

from balanse_lib.indicators.changes import Changes
from balanse_lib.ledger import split_names

MOVES, GUARDS, NOTHING = "moves", "guards", "nothing"
# worst first
STATES = CONCERN, CHANGE, IMPROVEMENT, CALM, NO_VALUES = (
    "concern", "change", "improvement", "calm", "no_values",
)  # fmt: skip
COLUMNS = ["indicator", "link", "measure_id", "title", "unit", "stage"]


def link_measures(measures: pd.DataFrame, *, changes: Changes) -> pd.DataFrame:
    """One row for each measure and indicator that are linked, and for each concern without one.

    `link`: `moves` when the measure names the indicator or is of a class that is to move it,
    `guards` when it must not get worse, `nothing` when it signals for the worse and no measure of
    the register is linked to it. `state` is the current signal in the measure's unit, or in the
    whole trust where the unit has no chart: what it means, `calm`, or `no_values`.
    """
    found = pd.DataFrame(_pairs(measures, changes.catalogue), columns=COLUMNS)
    now = changes.current.drop_duplicates(["indicator", "unit"])
    concerns = now[(now["meaning"] == CONCERN) & ~now["indicator"].isin(found["indicator"])]
    alone = concerns[["indicator", "unit"]].assign(link=NOTHING)
    links = pd.concat([found, alone], ignore_index=True)
    meanings = now.set_index(["indicator", "unit"])["meaning"].to_dict()
    pairs = zip(links["indicator"], links["unit"], strict=True)
    return links.assign(state=[_state(name, unit, meanings, changes) for name, unit in pairs])


def _pairs(measures: pd.DataFrame, catalogue: pd.DataFrame) -> Iterator[list[str]]:
    classes = {
        name: split_names(cell)
        for name, cell in zip(catalogue["indicator"], catalogue["measures"], strict=True)
    }
    for row in measures.to_dict("records"):
        told = [str(row[name]) for name in COLUMNS[2:]]
        by_class = [name for name, kinds in classes.items() if row["class"] in kinds]
        for name in dict.fromkeys([*split_names(row["indicators"]), *by_class]):
            yield [name, MOVES, *told]
        for name in split_names(row["guard_indicators"]):
            yield [name, GUARDS, *told]


def _state(indicator: str, unit: str, meanings: Mapping[Hashable, str], changes: Changes) -> str:
    charted = changes.charts.charted.columns
    for where in (unit, changes.trust):
        if (indicator, where) in charted:
            return meanings.get((indicator, where), CALM)
    return NO_VALUES

"""The measures that stand beside an indicator: by its name, their class, or their line."""

from dataclasses import dataclass

import pandas as pd

from balanse_lib.ledger import Ledger, split_names


@dataclass(frozen=True)
class Begun:
    """One begun measure: its unit, start, line, class, and the indicators that it names."""

    measure_id: str
    unit: str
    start: str
    line: str
    kind: str
    names: frozenset[str]


def begun_measures(ledger: Ledger) -> list[Begun]:
    """Measures with a real start, in order of it."""
    line_of = ledger.ledger_month.drop_duplicates("account").set_index("account")["line"].to_dict()
    begun = ledger.measure.dropna(subset="start_actual").sort_values("start_actual")
    return [
        Begun(
            str(row["measure_id"]),
            str(row["unit"]),
            str(row["start_actual"]),
            str(line_of.get(row["account"], "")),
            str(row["class"]),
            frozenset([*split_names(row["indicators"]), *split_names(row["guard_indicators"])]),
        )
        for row in begun.to_dict("records")
    ]


def stand_beside(begun: list[Begun], row: pd.Series, *, unit: str, trust: str) -> list[Begun]:
    """Measures on an indicator (row of the catalogue) in a unit; the trust sees all units'.

    A measure stands beside it that names it, is of a class that is to move it, or books on its
    line.
    """
    classes = split_names(row["measures"])
    whole = row["line"] == "" and row["worth"] == "amount"  # the whole result
    return [
        measure
        for measure in begun
        if unit == trust or measure.unit in (unit, trust)
        if whole
        or row.name in measure.names
        or measure.kind in classes
        or (row["line"] and measure.line == row["line"])
    ]

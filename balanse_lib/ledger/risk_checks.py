"""What risks and decisions say of measures and events, and whether their amounts are in order."""

from collections.abc import Collection

import pandas as pd

from balanse_lib.errors import Failure
from balanse_lib.ledger.measure_checks import near_name, not_in_order, split_names
from balanse_lib.ledger.tables import COST, FINANCING


def check_risks(
    risks: pd.DataFrame, *, measures: Collection[str], events: Collection[str]
) -> list[Failure]:
    """Measures and events that do not exist, amounts that are not low ≤ amount ≤ high.

    >>> risks = pd.DataFrame({"measure_id": ["T1; T2"], "event_id": [None], "low": [-2.0],
    ...     "amount": [-3.0], "high": [None]}, index=[2])
    >>> [(found.rule, found.value) for found in check_risks(risks, measures=["T1"], events=[])]
    [('unknown_measure', 'T2'), ('amounts_not_in_order', '-2.0')]
    """
    return [
        *unknown_names(risks, "measure_id", known=measures, broken="unknown_measure"),
        *unknown_names(risks, "event_id", known=events, broken="unknown_event"),
        *not_in_order(risks, "low", "amount", "amounts_not_in_order"),
        *not_in_order(risks, "amount", "high", "amounts_not_in_order"),
    ]


def check_decisions(decisions: pd.DataFrame, *, measures: Collection[str]) -> list[Failure]:
    """Measures that do not exist, costs above zero, financing below it."""
    failures = unknown_names(decisions, "measure_id", known=measures, broken="unknown_measure")
    for column in ("this_year", "next_year"):
        rows = decisions[["side", column]].dropna()
        cost, pays = rows["side"] == COST, rows["side"] == FINANCING
        for wrong, rule, allowed in (
            (cost & (rows[column] > 0), "too_large", "≤ 0"),
            (pays & (rows[column] < 0), "too_small", "≥ 0"),
        ):
            failures += [
                Failure(
                    rule=rule, row=int(str(row)), column=column, value=f"{cell:g}", allowed=allowed
                )
                for row, cell in rows.loc[wrong, column].items()
            ]
    return failures


def unknown_names(
    table: pd.DataFrame, column: str, *, known: Collection[str], broken: str
) -> list[Failure]:
    """One failure, of the rule `broken`, for each name in a column of names that is not known."""
    return [
        Failure(
            rule=broken,
            row=int(str(row)),
            column=column,
            value=name,
            allowed=near_name(name, known),
        )
        for row, cell in table[column].dropna().items()
        for name in split_names(cell)
        if name not in known
    ]

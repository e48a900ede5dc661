"""Guard indicators: what must not get worse while a measure saves."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from balanse_lib.ledger import Ledger, split_names

WORSE, CALM, NO_VALUES, NOT_BEGUN = "worse", "calm", "no_values", "not_begun"
COLUMNS = ("measure_id", "title", "unit", "indicator", "start", "state", "since", "until")


def watch_guards(
    ledger: Ledger, *, period: str, values: pd.DataFrame, signals: pd.DataFrame
) -> pd.DataFrame:
    """One row for each measure and guard indicator, with what its chart says since the start.

    `worse`: a signal of concern (or, where neither way is better, of change) in the measure's unit
    that began in the month of its start or later; `calm`: none; `no_values`: the unit does not
    deliver the indicator, so that nothing guards the measure; `not_begun`.
    """
    delivered = set(
        values.loc[values["reason"] == "", ["indicator", "unit"]].itertuples(index=False, name=None)
    )
    bad = signals[signals["meaning"] != "improvement"]
    rows = [
        _state(row, name, period=period, delivered=delivered, bad=bad)
        for row in ledger.measure.to_dict("records")
        for name in split_names(row["guard_indicators"])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _state(
    row: dict[Hashable, Any],
    name: str,
    *,
    period: str,
    delivered: set[tuple[str, str]],
    bad: pd.DataFrame,
) -> tuple[str, str, str, str, str, str, str, str]:
    """State of one guard of one measure."""
    start = row["start_actual"] if isinstance(row["start_actual"], str) else ""
    unit = str(row["unit"])
    about = (str(row["measure_id"]), str(row["title"]), unit, name, start)
    if (name, unit) not in delivered:
        return (*about, NO_VALUES, "", "")
    if not start or start > period:
        return (*about, NOT_BEGUN, "", "")
    here = bad[(bad["indicator"] == name) & (bad["unit"] == unit) & (bad["since"] >= start)]
    if here.empty:
        return (*about, CALM, "", "")
    return (*about, WORSE, str(here["since"].iloc[-1]), str(here["until"].iloc[0]))

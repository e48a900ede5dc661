"""The target of an indicator, month by month: the trust's own goals, else the national one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from balanse_lib.indicators.charts import STOCK


def target_by_month(
    definition: pd.Series, *, goals: pd.DataFrame, unit: str, months: Sequence[str]
) -> pd.Series:
    """Target of an indicator (row of the catalogue) in a unit in each month; missing without one.

    A goal of the unit holds from its first to its last month and comes before the target of the
    catalogue; where two hold, the later one counts. A standing number has none: what is charted
    is its change.

    >>> row = pd.Series({"kind": "share", "target": 70.0, "target_from": "2025-02",
    ...                  "target_to": ""}, name="letters")
    >>> none = pd.DataFrame(columns=["indicator", "unit", "target", "valid_from", "valid_to"])
    >>> target_by_month(row, goals=none, unit="t", months=["2025-01", "2025-02"]).tolist()
    [nan, 70.0]
    """
    found = pd.Series(np.nan, pd.Index(months))
    if definition["kind"] == STOCK:
        return found
    _set(found, definition["target"], definition["target_from"], definition["target_to"])
    own = goals[(goals["indicator"] == definition.name) & (goals["unit"] == unit)]
    for goal in own.sort_values("valid_from").to_dict("records"):
        _set(found, goal["target"], goal["valid_from"], goal["valid_to"])
    return found


def _set(found: pd.Series, target: float, first: object, last: object) -> None:
    """Write a target into the months in which it holds; an empty end is open."""
    told = [month if isinstance(month, str) and month else None for month in (first, last)]
    holds = (found.index >= (told[0] or "")) & (found.index <= (told[1] or "9"))
    found[holds] = target

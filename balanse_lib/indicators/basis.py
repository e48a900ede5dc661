"""The decision basis as the data see it: what holds, and which indicators are not linked."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.catalogue import months_of
from balanse_lib.ledger import Ledger, split_names

HOLDS, BROKEN, UNKNOWN = "holds", "broken", "unknown"


def judge_basis(
    ledger: Ledger, *, period: str, values: pd.DataFrame, catalogue: pd.DataFrame
) -> pd.DataFrame:
    """The latest approved version of each assumption, those in focus first, with its status.

    `found` is told from the first indicator named, for the whole trust: its mean over the last
    twelve months (`level`; of an accumulated indicator the sum of these months, missing with one
    of them) within `low` and `high` holds, outside is broken, without limits or values unknown.
    `status` is what the trust says where it says something, else what is found.
    """
    approved = ledger.assumption[ledger.assumption["approved"].str[:7] <= period]
    latest = approved.sort_values("approved").drop_duplicates("number", keep="last")
    whole = values[(values["unit"] == ledger.trust) & (values["month"] <= period)]
    recent = {
        str(name): cells["value"].tail(periods.MONTHS_IN_YEAR)
        for name, cells in whole.groupby("indicator")
    }
    first = [(*split_names(cell), "")[0] for cell in latest["indicators"]]
    level = np.array([_level(recent, name, months_of(catalogue, name)) for name in first])
    outside = (level < latest["low"].to_numpy()) | (level > latest["high"].to_numpy())
    told = ~np.isnan(level) & latest[["low", "high"]].notna().any(axis=1).to_numpy()
    found = np.where(told, np.where(outside, BROKEN, HOLDS), UNKNOWN)
    table = latest.assign(indicator=first, level=level, found=found)
    table["status"] = latest["status"].fillna(pd.Series(found, latest.index))
    focus = table["focus"].fillna(False)
    return table.assign(focus=focus).sort_values(
        ["focus", "number"], ascending=[False, True], ignore_index=True
    )


def _level(recent: Mapping[str, pd.Series], indicator: str, added: str) -> float:
    """Level of an indicator from the last values of all, `added` the one whose months it sums."""
    if added not in recent:
        return np.nan
    cells = recent[added]
    if added == indicator:
        return float(cells.mean())
    return float(cells.sum(skipna=False)) if len(cells) == periods.MONTHS_IN_YEAR else np.nan


def unlinked_indicators(ledger: Ledger, *, values: pd.DataFrame) -> list[str]:
    """Indicators with values that no assumption names; none is asked for without a basis.

    One of the trust's own names its assumptions itself, or it would not have been read.
    """
    if ledger.assumption.empty:
        return []
    named = {name for cell in ledger.assumption["indicators"] for name in split_names(cell)}
    named |= set(ledger.indicator_def["indicator"])
    with_values = values.loc[values["reason"] == "", "indicator"].unique()
    return [str(name) for name in with_values if name not in named]

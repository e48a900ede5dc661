"""The staff that norms ask for: hours for each of what drives the need, with cover for absence."""

import pandas as pd

from balanse_lib.ledger import Ledger

HOURS_PER_MONTH = 162.5  # of one full-time equivalent, 37.5 hours a week


def needed_by_norm(ledger: Ledger) -> pd.DataFrame:
    """Full-time equivalents that the norms of each month ask for, month × unit.

    Σ driver · hours · (1 + absence cover) / 162.5; missing where one of the unit's drivers is, and
    a unit without norms is left out.
    """
    if ledger.norm.empty or ledger.activity.empty:
        return pd.DataFrame()
    months = ledger.activity[["period"]].drop_duplicates()
    norms = ledger.norm.merge(months, how="cross")
    last = norms["valid_to"].fillna(norms["period"])
    norms = norms[(norms["valid_from"] <= norms["period"]) & (last >= norms["period"])]
    done = ledger.activity[["unit", "period", "type", "value"]]
    found = norms.merge(
        done, how="left", left_on=["unit", "period", "driver"], right_on=["unit", "period", "type"]
    )
    hours = found["value"] * found["hours"] * (1 + found["absence"].fillna(0.0))
    by_unit = hours.groupby([found["period"], found["unit"]])
    needed = by_unit.sum().where(by_unit.count() == by_unit.size()) / HOURS_PER_MONTH
    return (
        needed.rename("needed")
        .reset_index()
        .pivot_table(index="period", columns="unit", values="needed")
    )

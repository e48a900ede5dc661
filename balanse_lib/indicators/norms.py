"""The staff that norms ask for: hours for each of what drives the need, with cover for absence."""

import pandas as pd

from balanse_lib.ledger import Ledger


def needed_by_norm(ledger: Ledger) -> pd.DataFrame:
    """Full-time equivalents that the norms of each month ask for, month × unit.

    Σ driver · hours · (1 + absence cover) / hours of a full-time post; missing where one of the
    unit's drivers is, and a unit without norms is left out.
    """
    rows = hours_by_norm(ledger, counts=ledger.activity)
    if rows.empty:
        return pd.DataFrame()
    by_unit = rows.groupby(["period", "unit"])["needed_hours"]
    needed = by_unit.sum().where(by_unit.count() == by_unit.size()) / ledger.full_time_hours
    return (
        needed.rename("needed")
        .reset_index()
        .pivot_table(index="period", columns="unit", values="needed")
    )


def hours_by_norm(ledger: Ledger, *, counts: pd.DataFrame) -> pd.DataFrame:
    """Hours that the norms ask for of counts done or planned: one row for unit, month and driver.

    `needed_hours` = driver · hours · (1 + absence cover), missing where the driver has no count in
    a month that has any.
    """
    columns = ["unit", "period", "driver", "value", "needed_hours"]
    if ledger.norm.empty or counts.empty:
        return pd.DataFrame(columns=columns)
    norms = ledger.norm.merge(counts[["period"]].drop_duplicates(), how="cross")
    last = norms["valid_to"].fillna(norms["period"])
    norms = norms[(norms["valid_from"] <= norms["period"]) & (last >= norms["period"])]
    found = norms.merge(
        counts[["unit", "period", "type", "value"]],
        how="left",
        left_on=["unit", "period", "driver"],
        right_on=["unit", "period", "type"],
    )
    hours = found["value"] * found["hours"] * (1 + found["absence"].fillna(0.0))
    return found.assign(needed_hours=hours)[columns]

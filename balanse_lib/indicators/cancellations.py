"""Cancelled operations by their cause, this year against last year."""

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.parts import add_parts, read_tables, with_trust
from balanse_lib.ledger import Ledger
from balanse_lib.params.formulas import read_parts

CANCELLED = "operations_cancelled"
OF_CAUSE = f"{CANCELLED}_"
NOT_TOLD, ALL = "not_told", "all"


def cancelled_by_cause(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """The whole trust's cancelled operations by cause, so far and in the same months last year.

    A cause is what stands after `operations_cancelled_` in a type of activity; the most frequent
    comes first. `not_told` = all cancelled − Σ causes, where that is not 0: below 0 the causes tell
    of more than were cancelled. `all` is the count of cancelled operations as it is delivered.
    `share` is of all. Empty for who delivers no causes; missing with a month of the count.
    """
    months = ledger.year_so_far(period)
    before = [periods.shift(month, -periods.MONTHS_IN_YEAR) for month in months]
    known = ledger.until(period)
    tables = read_tables(known)
    kinds = sorted(kind for kind in known.activity["type"].unique() if kind.startswith(OF_CAUSE))
    columns = ["cause", "now", "before", "change", "share"]
    if not kinds:
        return pd.DataFrame(columns=columns)
    series = {kind: _of_trust(tables, kind, ledger.trust) for kind in (CANCELLED, *kinds)}
    wide = pd.DataFrame(
        {
            name: [cells.reindex(chosen).sum(skipna=False) for cells in series.values()]
            for name, chosen in (("now", months), ("before", before))
        },
        index=[ALL, *(kind.removeprefix(OF_CAUSE) for kind in kinds)],
    )
    causes = wide.drop(index=ALL).sort_values("now", ascending=False, kind="stable")
    rest = (wide.loc[[ALL]] - causes.sum(skipna=False)).rename({ALL: NOT_TOLD})
    rest = rest[(rest != 0).any(axis=1)]
    table = pd.concat([causes, rest, wide.loc[[ALL]]]).rename_axis("cause").reset_index()
    table["change"] = table["now"] - table["before"]
    table["share"] = table["now"] / wide["now"].replace(0.0, np.nan)[ALL]
    return pd.DataFrame(table[columns])


def _of_trust(tables: dict[str, pd.DataFrame], kind: str, trust: str) -> pd.Series:
    months = list(tables["activity"].index)
    (wide,) = add_parts(tables, read_parts(f"activity:{kind}"), months=months)
    return with_trust(wide, trust)[trust]

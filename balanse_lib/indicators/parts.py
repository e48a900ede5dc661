"""What an indicator is made of: sums of parts of the canonical tables, month × unit."""

from collections.abc import Mapping
from functools import reduce

import pandas as pd

from balanse_lib import periods
from balanse_lib.forecast.history import monthly_budget, monthly_series, move_to_open_units
from balanse_lib.indicators.norms import needed_by_norm
from balanse_lib.ledger import Ledger
from balanse_lib.params.formulas import ACCOUNT, ALL_LINES, STAFFING, VALUE, Part

MONTHLY = "month"
MONEY = ("ledger", "budget", ACCOUNT)
Tables = Mapping[str, pd.DataFrame]  # month × (unit, name of the part); accounts by row


def read_tables(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """The tables that parts are taken from, closed units counted with the unit above them."""
    return {
        "ledger": monthly_series(ledger, without_events=False),
        ACCOUNT: move_to_open_units(ledger.ledger_month, ledger),
        "budget": pd.DataFrame() if ledger.budget.empty else monthly_budget(ledger),
        "activity": _spread_counts(move_to_open_units(ledger.activity, ledger)),
        "staffing": _spread_staffing(move_to_open_units(ledger.staffing, ledger)),
        "norm": pd.concat({"needed": needed_by_norm(ledger)}, axis=1).swaplevel(axis=1),
        VALUE: _spread_values(ledger.indicator_value),
    }


def missing_parts(tables: Tables, parts: list[Part]) -> list[str]:
    """Names of the parts that the trust does not deliver at all."""
    return [
        f"{table}:{name}"
        for _, table, name in parts
        if _find(tables, table, name).dropna(how="all").empty
    ]


def add_parts(tables: Tables, *formulas: list[Part], months: list[str]) -> list[pd.DataFrame]:
    """Month × unit of each formula, all over the same units; with a part missing it is missing.

    A line that a unit does not book is 0 in a month with accounts. A count that a unit does not
    deliver is missing, and a unit that never delivers one of the parts is left out.
    """
    found = {part: _find(tables, *part[1:]) for formula in formulas for part in formula}
    units = _shared_units(found)
    return [
        reduce(
            pd.DataFrame.add,
            [part[0] * _fill(found[part], part, units).reindex(months) for part in formula],
        )
        for formula in formulas
    ]


def add_units(wide: pd.DataFrame) -> pd.Series:
    """Sum over units; missing when a unit that has begun to deliver is missing.

    >>> wide = pd.DataFrame({"a": [1.0, 1.0, 1.0], "b": [None, 2.0, None]})
    >>> add_units(wide).tolist()   # b came into being in the second month
    [1.0, 3.0, nan]
    """
    begun = wide.mask(wide.ffill().isna(), 0.0)
    return begun.sum(axis=1, skipna=False).mask(wide.isna().all(axis=1))


def with_trust(wide: pd.DataFrame, trust: str) -> pd.DataFrame:
    """The units and their sum; rows on the trust's own code are in the sum alone."""
    units = wide.drop(columns=trust, errors="ignore")
    return units.assign(**{trust: add_units(wide)})


def _shared_units(found: dict[Part, pd.DataFrame]) -> pd.Index:
    """Units of any part when all are money, else units that have all the parts."""
    columns = [wide.columns for wide in found.values()]
    money = all(table in MONEY for _, table, _ in found)
    return reduce(pd.Index.union if money else pd.Index.intersection, columns)


def _fill(wide: pd.DataFrame, part: Part, units: pd.Index) -> pd.DataFrame:
    full = wide.reindex(columns=units)
    if part[1] not in MONEY:
        return full
    return full.mask(full.isna() & wide.notna().any(axis=1).to_numpy()[:, None], 0.0)


def _find(tables: Tables, table: str, name: str) -> pd.DataFrame:
    """One part, month × unit."""
    if table == ACCOUNT:
        return _sum_accounts(tables[ACCOUNT], name)
    wide = tables[table]
    if wide.empty:
        return pd.DataFrame()
    names = wide.columns.get_level_values(1)
    if name == ALL_LINES:
        return wide.T.groupby(level="unit").sum(min_count=1).T
    return wide.loc[:, names == name].droplevel(1, axis=1)


def _sum_accounts(rows: pd.DataFrame, digits: str) -> pd.DataFrame:
    """Month × unit of some accounts; 0 in a month that has accounts, but none of these."""
    monthly = rows[~rows["period"].map(periods.is_period_13)]
    chosen = monthly[monthly["account"].astype(str).str.startswith(digits)]
    wide = chosen.pivot_table(
        index="period", columns="unit", values="amount", aggfunc="sum", fill_value=0.0
    )
    return wide.reindex(sorted(monthly["period"].unique()), fill_value=0.0)


def _spread_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Month × (unit, type); what a unit delivers in parts is added, missing with one of them."""
    if rows.empty:
        return pd.DataFrame()
    keys = ["period", "unit", "type"]
    if rows.duplicated(keys).any():
        rows = rows.groupby(keys, sort=False)["value"].agg(_add_known).reset_index()
    # unstack: pivot_table is ten times slower, and no key is there twice
    wide = pd.DataFrame(rows.set_index(keys)["value"].unstack(keys[1:]))  # noqa: PD010
    return wide.sort_index()


def _spread_values(rows: pd.DataFrame) -> pd.DataFrame:
    """Ready-made monthly values, month × (unit, indicator)."""
    monthly = rows[rows["period_kind"] == MONTHLY].rename(columns={"indicator": "type"})
    return _spread_counts(monthly)


def _add_known(values: pd.Series) -> float:
    return float(values.sum(skipna=False))


def _spread_staffing(rows: pd.DataFrame) -> pd.DataFrame:
    """Month × (unit, column) over all groups of staff."""
    cells = rows.groupby(["period", "unit"])[list(STAFFING)]
    known = cells.count().eq(cells.size(), axis=0)
    groups = cells.sum().where(known).reset_index()
    return _spread_counts(groups.melt(["period", "unit"], var_name="type"))

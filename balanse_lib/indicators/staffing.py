"""Staff side by side: agreed, worked, paid, with pay; lists not signed; who may decide what."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.parts import read_tables
from balanse_lib.ledger import Ledger

COUNTS = ("agreed", "worked", "paid", "sick", "overtime")
SOURCES = ("ledger", "staffing", "activity")
# what is decided → statement line of the money
MONEY_OF = {"posts": "pay_cost", "overtime": "pay_cost", "hire_in": "hire_in"}


@dataclass(frozen=True)
class StarJoin:
    """Everything known of a unit in a month, side by side.

    table : index (unit, period), columns from all sources; orphans : keys that some sources have
    and others lack, with the names of those that lack them.
    """

    table: pd.DataFrame
    orphans: pd.DataFrame


def join_sources(ledger: Ledger, *, period: str) -> StarJoin:
    """Accounts by line, staffing and activity joined on unit and month, with keys that do not meet.

    Closed units count with the unit above them. A key is an orphan where one source that the unit
    delivers in other months has nothing; what a unit never delivers is not missed.
    """
    tables = read_tables(ledger.until(period))
    long = {
        name: tables[name].T.groupby(level=[0, 1]).sum(min_count=1).T.stack(level=0).swaplevel()  # noqa: PD013
        for name in SOURCES
        if not tables[name].empty
    }
    parts = [frame.rename_axis(["unit", "period"]) for frame in long.values()]
    table = pd.concat(parts, axis=1).sort_index()
    present = pd.DataFrame(
        {
            name: pd.DataFrame(frame).notna().any(axis=1).reindex(table.index, fill_value=False)
            for name, frame in zip(long, parts, strict=True)
        }
    )
    delivers = present.groupby(level="unit").transform("any")
    lacking = delivers & ~present
    named = lacking[lacking.any(axis=1)]
    missing = [", ".join(named.columns[row]) for row in named.to_numpy()]
    orphans = named.index.to_frame(index=False).assign(lacking=missing)
    return StarJoin(table, orphans)


def mean_staff(ledger: Ledger, *, months: list[str]) -> pd.DataFrame:
    """Mean full-time equivalents by unit over all groups of staff.

    Missing where a month, or the figure of a group in one of them, is.
    """
    rows = ledger.staffing[ledger.staffing["period"].isin(months)]
    cells = rows.groupby("unit")
    counts = cells[list(COUNTS)]
    whole = cells["period"].nunique() == len(months)
    known = counts.count().eq(counts.size(), axis=0).mul(whole, axis=0)
    return counts.sum().where(known) / len(months)


def bridge_staffing(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Mean full-time equivalents of the year so far by unit, its pay, and the pay not signed for.

    `cost_per_paid`: pay of a month for one paid full-time equivalent, thousand. `unsigned`: pay,
    million, of the months whose pay list is not signed; missing without sign-off data.
    """
    months = ledger.year_so_far(period)
    mean = mean_staff(ledger, months=months)
    pay = _amounts(ledger, "pay_cost", months)
    by_unit = pay.groupby("unit").sum()
    table = mean.assign(pay=by_unit.reindex(mean.index))
    table["cost_per_paid"] = (
        -1000 * table["pay"] / (table["paid"].where(table["paid"] > 0) * len(months))
    )
    table["unsigned"] = unsigned_pay(ledger, period=period).reindex(mean.index)
    return table.reset_index()


def unsigned_pay(ledger: Ledger, *, period: str) -> pd.Series:
    """Pay by unit of the months of the year whose list is not signed; empty without sign-off."""
    return unsigned_lists(ledger, period=period).groupby("unit").sum()


def unsigned_lists(ledger: Ledger, *, period: str) -> pd.Series:
    """Pay by unit and month of the year, 0 where its list is signed; empty without sign-off.

    A unit that no list is delivered for at all is not asked for any.
    """
    months = ledger.year_so_far(period)
    lists = ledger.signoff[ledger.signoff["period"].isin(months)]
    pay = _amounts(ledger, "pay_cost", months)
    if lists.empty:
        return pay.iloc[:0]
    signed = lists[lists["signed"].notna()].set_index(["unit", "period"]).index
    asked = pay.index.get_level_values("unit").isin(lists["unit"])
    return pay.where(asked & ~pay.index.isin(signed), 0.0)


def unsigned_share(ledger: Ledger, *, period: str, newest: bool = True) -> float:
    """Part of the year's pay so far whose lists are not signed; NaN without sign-off or pay.

    Without the `newest` month only lists count that should be signed: a month's list is signed in
    the month after it.
    """
    so_far = ledger.year_so_far(period)
    months = so_far if newest else so_far[:-1]
    lists = unsigned_lists(ledger, period=period)
    lists = lists[lists.index.get_level_values("period").isin(months)]
    pay = float(_amounts(ledger, "pay_cost", months).sum())
    return np.nan if lists.empty or not pay else float(lists.sum()) / pay


def match_authority(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Who answers for the budget, and who decides posts, overtime and hire-in, unit by unit.

    One row where they differ or where nobody is named, with the money so far this year: the
    unit's pay for posts, its hire-in for hire-in, and for overtime its part of the pay.
    """
    now = periods.calendar_month(period, start=ledger.start)
    held = ledger.authority[
        (ledger.authority["valid_from"] <= now) & (ledger.authority["valid_to"].fillna(now) >= now)
    ]
    roles = held.pivot_table(index="unit", columns="right", values="role", aggfunc="last")
    rows = [
        (unit, right, row.get("budget"), row.get(right), _spent(ledger, str(unit), right, now))
        for unit, row in roles.to_dict("index").items()
        for right in MONEY_OF
        if row.get(right) != row.get("budget")
    ]
    columns = ["unit", "right", "answers", "decides", "amount"]
    return pd.DataFrame(rows, columns=columns)


def _spent(ledger: Ledger, unit: str, right: str, period: str) -> float:
    months = ledger.year_so_far(period)
    amounts = _amounts(ledger, MONEY_OF[right], months)
    spent = float(amounts[amounts.index.get_level_values("unit") == unit].sum())
    if right != "overtime":
        return spent
    own = ledger.staffing[
        ledger.staffing["period"].isin(months) & (ledger.staffing["unit"] == unit)
    ]
    paid = float(own["paid"].sum())
    return spent * float(own["overtime"].sum()) / paid if paid else np.nan


def _amounts(ledger: Ledger, line: str, months: list[str]) -> pd.Series:
    rows = ledger.ledger_month
    chosen = rows[(rows["line"] == line) & rows["period"].isin(months)]
    return chosen.groupby(["unit", "period"])["amount"].sum()

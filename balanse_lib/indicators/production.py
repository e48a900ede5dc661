"""Production planning: need → plan → outcome with both gaps, and the staff that it takes."""

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.norms import needed_by_norm
from balanse_lib.indicators.staffing import mean_staff
from balanse_lib.ledger import Ledger

FIRST, RETURN, REFERRALS = "first_visits", "return_visits", "referrals"


def plan_production(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Need, plan and outcome of visits so far this year by unit, with plan − need, outcome − plan.

    Need of first visits: the referrals received. Need of return visits: the needed first visits ×
    return visits per first visit in the twelve months before the year.
    """
    months = ledger.year_so_far(period)
    before = [periods.shift(months[0], -back) for back in range(1, periods.MONTHS_IN_YEAR + 1)]
    done, past = (_by_unit(ledger.activity, chosen) for chosen in (months, before))
    plan = _by_unit(ledger.activity_plan, months)
    need = pd.DataFrame({FIRST: done.get(REFERRALS), RETURN: np.nan}, index=done.index)
    if {FIRST, RETURN} <= set(past):
        need[RETURN] = need[FIRST] * past[RETURN] / past[FIRST]
    rows = [
        (unit, kind, need.loc[unit, kind], _at(plan, unit, kind), _at(done, unit, kind))
        for unit in done.index
        for kind in (FIRST, RETURN)
    ]
    table = pd.DataFrame(rows, columns=["unit", "type", "need", "plan", "outcome"])
    table = table.dropna(subset=["need", "plan", "outcome"], how="all").astype(
        {"need": "float64", "plan": "float64", "outcome": "float64"}
    )
    return table.assign(
        plan_gap=table["plan"] - table["need"], outcome_gap=table["outcome"] - table["plan"]
    ).reset_index(drop=True)


def staff_by_norm(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Full-time equivalents that the norms ask for, so far this year, beside those that worked.

    By the norms of each month, see `needed_by_norm`. A unit without norms has `by_norm` missing:
    its staff is not told by any norm. `pay` is the unit's pay so far, so that the part of the pay
    that norms cover can be told.
    """
    months = ledger.year_so_far(period)
    by_norm = needed_by_norm(ledger).reindex(months).mean(skipna=False)
    worked = mean_staff(ledger, months=months)["worked"]
    rows = ledger.ledger_month
    pay = rows[(rows["line"] == "pay_cost") & rows["period"].isin(months)]
    table = pd.DataFrame({"worked": worked, "by_norm": by_norm.reindex(worked.index)})
    table["gap"] = table["worked"] - table["by_norm"]
    table["pay"] = pay.groupby("unit")["amount"].sum().reindex(table.index)
    return table.rename_axis("unit").reset_index()


def norm_coverage(table: pd.DataFrame) -> float:
    """Part of the pay in units whose staff a norm tells.

    >>> norm_coverage(pd.DataFrame({"by_norm": [10.0, float("nan")], "pay": [-30.0, -10.0]}))
    0.75

    Missing when nothing is paid.
    """
    pay = float(table["pay"].sum())
    return float(table.loc[table["by_norm"].notna(), "pay"].sum()) / pay if pay else np.nan


def _by_unit(rows: pd.DataFrame, months: list[str]) -> pd.DataFrame:
    """Sum by unit × type; missing where a month is."""
    chosen = rows[rows["period"].isin(months)]
    cells = chosen.groupby(["unit", "type"])["value"]
    whole = cells.sum(min_count=1).where(cells.count() == len(months))
    return whole.reset_index().pivot_table(index="unit", columns="type", values="value")


def _at(wide: pd.DataFrame, unit: str, kind: str) -> float:
    known = unit in wide.index and kind in wide.columns
    return float(str(wide.loc[unit, kind])) if known else np.nan

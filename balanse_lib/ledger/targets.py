"""What the year-end is held against: requirement, budget, the forecast that was reported.

Owner's requirement, budget, forecast and outcome are four different series and never mixed; a
forecast given as a deviation is turned into a result only from the figure it names.
"""

from dataclasses import dataclass, replace

import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger.book import Ledger


@dataclass(frozen=True)
class Targets:
    """Figures of one fiscal year as known in one month, in million; None: not known.

    `reported` is the reported forecast as a result; `reported_basis` says whether it was given as
    `result` or `deviation` and `reported_raw` holds the figure as given. `reported_period` is the
    month whose data it builds on, which is older than the run's when the trust did not report.
    `requirement_type` says who asks for the requirement. Before the year has begun its budget is
    the first forecast, and stands as the reported one.
    """

    year: int
    requirement: float | None
    requirement_ref: str
    budget: float | None
    reported: float | None
    reported_raw: float | None
    reported_basis: str
    reported_period: str
    requirement_type: str = "owner"


def targets(ledger: Ledger, *, period: str, requirement_type: str = "owner") -> Targets:
    """Requirement, budget and reported forecast of the fiscal year, as known in a month."""
    year = ledger.year_of(period)
    in_force = periods.month_in_force(period, start=ledger.start)
    asked = _requirement(ledger, year=year, period=in_force, kind=requirement_type)
    log = ledger.forecast_log
    told = _latest(
        log[
            (log["target_year"] == year)
            & (log["unit"] == ledger.trust)
            & (log["period_of_data"] <= periods.calendar_month(period, start=ledger.start))
        ],
        by="period_of_data",
    )
    budget = budget_of_year(ledger, year=year)
    found = Targets(
        year=year,
        requirement=None if asked is None else float(asked["amount"]),
        requirement_ref="" if asked is None else _text_or_nothing(asked["document_ref"]),
        budget=budget,
        reported=None,
        reported_raw=None,
        reported_basis="",
        reported_period="",
        requirement_type=requirement_type,
    )
    if told is not None:
        return replace(
            found,
            reported=as_result(ledger, told, requirement_type=requirement_type),
            reported_raw=float(told["forecast"]),
            reported_basis=str(told["basis"]),
            reported_period=str(told["period_of_data"]),
        )
    if periods.is_month_0(period) and budget is not None:
        return replace(
            found,
            reported=budget,
            reported_raw=budget,
            reported_basis="result",
            reported_period=period,
        )
    return found


def as_result(ledger: Ledger, told: pd.Series, *, requirement_type: str = "owner") -> float | None:
    """Row of the forecast log as a result; None for a deviation from something not known.

    A deviation is measured from the requirement that held in the month of its data, whatever the
    requirement became later. A budget has no versions: it is the one that was delivered.
    """
    if told["basis"] == "result":
        return float(told["forecast"])
    year, month = int(told["target_year"]), str(told["period_of_data"])
    base = None
    if told["basis_from"] == "budget":
        base = budget_of_year(ledger, year=year)
    elif told["basis_from"] == "requirement":
        asked = _requirement(ledger, year=year, period=month, kind=requirement_type)
        base = None if asked is None else float(asked["amount"])
    return None if base is None else base + float(told["forecast"])


def budget_by_month(ledger: Ledger, *, year: int) -> pd.Series:
    """Phased budgeted result by month of a fiscal year; empty unless all twelve are there."""
    months = periods.months_of_year(year, start=ledger.start)
    rows = ledger.budget[ledger.budget["period"].isin(months)]
    found = rows.groupby("period")["amount"].sum()
    return found.reindex(months) if len(found) == len(months) else pd.Series(dtype=float)


def budget_of_year(ledger: Ledger, *, year: int) -> float | None:
    """Budgeted result of a fiscal year; None unless every month has its budget."""
    months = budget_by_month(ledger, year=year)
    return None if months.empty else float(months.sum())


def requirement_by_unit(ledger: Ledger, *, year: int, period: str, kind: str) -> pd.DataFrame:
    """Rows of the requirement of a year as they held in a month, by unit: the latest of each."""
    rows = ledger.requirement
    asked = (rows["year"] == year) & (rows["type"] == kind) & (rows["valid_from"] <= period)
    return rows[asked].sort_values("valid_from").drop_duplicates("unit", keep="last")


def _requirement(ledger: Ledger, *, year: int, period: str, kind: str) -> pd.Series | None:
    """Row of the trust's requirement of a year that held in a month."""
    rows = requirement_by_unit(ledger, year=year, period=period, kind=kind)
    return _latest(rows[rows["unit"] == ledger.trust], by="valid_from")


def _latest(rows: pd.DataFrame, *, by: str) -> pd.Series | None:
    return None if rows.empty else rows.sort_values(by).iloc[-1]


def _text_or_nothing(cell: object) -> str:
    return cell if isinstance(cell, str) else ""

"""What the year-end is held against: requirement, budget, the forecast that was reported.

Owner's requirement, budget, forecast and outcome are four different series and never mixed; a
forecast given as a deviation is turned into a result only from the figure it names.
"""

from dataclasses import dataclass

import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger.book import Ledger


@dataclass(frozen=True)
class Targets:
    """Figures of one fiscal year as known in one month, in million; None: not known.

    `reported` is the reported forecast as a result; `reported_basis` says whether it was given as
    `result` or `deviation` and `reported_raw` holds the figure as given. `reported_period` is the
    month whose data it builds on, which is older than the run's when the trust did not report.
    """

    year: int
    requirement: float | None
    requirement_ref: str
    budget: float | None
    reported: float | None
    reported_raw: float | None
    reported_basis: str
    reported_period: str


def targets(ledger: Ledger, *, period: str, requirement_type: str = "owner") -> Targets:
    """Requirement, budget and reported forecast of the fiscal year, as known in a month."""
    year = ledger.year_of(period)
    asked = _latest(
        ledger.requirement[
            (ledger.requirement["year"] == year)
            & (ledger.requirement["type"] == requirement_type)
            & (ledger.requirement["unit"] == ledger.trust)
            & (ledger.requirement["valid_from"] <= period)
        ],
        by="valid_from",
    )
    log = ledger.forecast_log
    told = _latest(
        log[
            (log["target_year"] == year)
            & (log["unit"] == ledger.trust)
            & (log["period_of_data"] <= period)
        ],
        by="period_of_data",
    )
    requirement = None if asked is None else float(asked["amount"])
    budget = budget_of_year(ledger, year=year)
    return Targets(
        year=year,
        requirement=requirement,
        requirement_ref="" if asked is None else _text_or_nothing(asked["document_ref"]),
        budget=budget,
        reported=None if told is None else _as_result(told, budget, requirement),
        reported_raw=None if told is None else float(told["forecast"]),
        reported_basis="" if told is None else str(told["basis"]),
        reported_period="" if told is None else str(told["period_of_data"]),
    )


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


def _latest(rows: pd.DataFrame, *, by: str) -> pd.Series | None:
    return None if rows.empty else rows.sort_values(by).iloc[-1]


def _text_or_nothing(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _as_result(told: pd.Series, budget: float | None, requirement: float | None) -> float | None:
    if told["basis"] == "result":
        return float(told["forecast"])
    base = {"budget": budget, "requirement": requirement}.get(str(told["basis_from"]))
    return None if base is None else base + float(told["forecast"])

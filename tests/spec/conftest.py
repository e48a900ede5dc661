"""A trust whose year can be worked out by head."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from balanse_lib import forecast, periods
from balanse_lib.ledger import Ledger, empty_table, targets
from balanse_lib.realism import Judgement, judge

JudgeYear = Callable[..., Judgement]
COLUMNS = ["trust", "unit", "account", "period", "version", "amount", "line"]
INCOME, COST = ("3400", "basic_grant"), ("5000", "pay_cost")


@dataclass(frozen=True)
class Year:
    """What is special about 2025: months without accounts, a late budget, a sale, a new demand."""

    missing: tuple[str, ...] = ()
    budget: bool = True
    sale: float = 0.0
    sale_marked: bool = False
    requirement_from_may: float | None = None


def _rows(of: dict[tuple[str, str], dict[str, float]]) -> pd.DataFrame:
    found = [
        ("t", "u", account, period, None, amount, line)
        for (account, line), months in of.items()
        for period, amount in months.items()
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def _costs() -> dict[str, float]:
    """100 a month with noise of sd 2 around each year's mean; 6 more in every month of 2025."""
    rng, costs = np.random.default_rng(7), {}
    for year in range(2020, 2026):
        months = periods.months_of_year(year)[: 12 if year < 2025 else 8]
        noise = rng.standard_normal(len(months))
        noise = 2 * (noise - noise.mean()) / noise.std(ddof=1)
        level = -100.0 if year < 2025 else -106.0
        costs |= dict(zip(months, level + noise, strict=True))
    return costs


@cache
def _ledger(year: Year) -> Ledger:
    costs = {month: cost for month, cost in _costs().items() if month not in year.missing}
    income = dict.fromkeys(costs, 100.0)
    accounts = {INCOME: income, COST: costs}
    event = empty_table("event").assign(line="")
    if year.sale:
        accounts[("3900", "other_income")] = {"2025-06": year.sale}
    if year.sale_marked:
        event = pd.DataFrame([{
            "id": "sale", "trust": "t", "unit": "u", "account": "3900", "period": "2025-06",
            "type": "one-off", "amount": year.sale, "probability": 1.0, "evidence": "contract",
            "line": "other_income",
        }])  # fmt: skip
    planned = [m for y in range(2020, 2025 + year.budget) for m in periods.months_of_year(y)]
    budget = {INCOME: dict.fromkeys(planned, 100.0), COST: dict.fromkeys(planned, -100.0)}
    asked = [("2025-01", 0.0)]
    if year.requirement_from_may is not None:
        asked.append(("2025-05", year.requirement_from_may))
    requirement = pd.DataFrame(
        [("t", "t", 2025, "owner", since, amount, None) for since, amount in asked],
        columns=empty_table("requirement").columns,
    )
    others = ("measure", "staffing", "activity", "org", "forecast_log")
    tables = {name: empty_table(name) for name in others}
    return Ledger(
        trust="t", start=1, ledger_month=_rows(accounts), budget=_rows(budget), event=event,
        requirement=requirement, known_gaps=dict.fromkeys(year.missing, "system change"), **tables,
    )  # fmt: skip


@cache
def _year_end(year: Year, period: str) -> forecast.YearEnd:
    known = _ledger(year).until(period)
    return forecast.year_end(known, period=period, rng=np.random.default_rng(1), n_paths=1000)


@pytest.fixture(scope="session")
def judge_year() -> JudgeYear:
    """Judge one forecast of 2025: the figure as told, its basis, and the month it was told in."""

    def judged(told: float | None, basis: str, *, period: str, **special: object) -> Judgement:
        year = Year(**special)  # type: ignore[arg-type]
        kind, _, base = basis.partition(" from the ")
        log = pd.DataFrame([] if told is None else [{
            "trust": "t", "unit": "t", "made_at": "2025-09-12", "period_of_data": period,
            "target_year": 2025, "basis": kind, "basis_from": base or None, "forecast": told,
        }], columns=empty_table("forecast_log").columns)  # fmt: skip
        known = replace(_ledger(year), forecast_log=log).until(period)
        return judge(
            known,
            targets=targets(known, period=period),
            year_end=_year_end(year, period),
            rng=np.random.default_rng(1),
        )

    return judged

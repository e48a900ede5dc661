"""Flight hours: so far, planned and expected with season, and their cost by volume and price."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from balanse_lib import periods, terms
from balanse_lib.forecast.history import move_to_open_units
from balanse_lib.indicators.expected import expect_total
from balanse_lib.indicators.funding import split_deviation
from balanse_lib.indicators.parts import add_parts, read_tables
from balanse_lib.ledger import Ledger
from balanse_lib.params.formulas import read_parts

KINDS = ("aircraft_hours", "helicopter_hours")
COST_LINES = tuple(line.code for line in terms.STATEMENT_LINES if line.kind == "cost")
THOUSAND = 1000


@dataclass(frozen=True)
class FlightHours:
    """Hours of one kind that a unit flies, and what they cost, million; + improves.

    volume + price = cost − budget, so far this year. `cost_per_hour` is thousand.
    """

    unit: str
    type: str
    done: float
    before: float
    plan: float
    expected: float
    plan_year: float
    cost: float
    budget: float
    volume: float
    price: float
    cost_per_hour: float


def follow_flights(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """The year's flight hours by unit, for who delivers them: so far, last year, plan, expected.

    The cost of the hours is told for a unit that delivers one kind of them and no other activity:
    then all its costs are theirs. Volume: (hours − plan) · budget per planned hour; price: hours ·
    (cost per hour − budget per planned hour). Missing with a month of any of them.
    """
    known = ledger.until(period)
    tables = read_tables(known)
    delivered = move_to_open_units(known.activity, known)
    kinds = delivered.groupby("unit")["type"].agg(set)
    found = []
    for kind in KINDS:
        if not delivered["type"].eq(kind).any():
            continue
        (wide,) = add_parts(tables, read_parts(f"activity:{kind}"), months=known.months)
        for unit in wide.columns:
            alone = kinds[unit] == {kind}
            found.append(_follow(known, wide[unit], kind=kind, period=period, with_cost=alone))
    columns = list(FlightHours.__dataclass_fields__)
    return pd.DataFrame([asdict(row) for row in found], columns=columns)


def _follow(
    ledger: Ledger, hours: pd.Series, *, kind: str, period: str, with_cost: bool
) -> FlightHours:
    unit, months = str(hours.name), ledger.year_so_far(period)
    year = periods.months_of_year(ledger.year_of(period), start=ledger.start)
    earlier = [periods.shift(month, -periods.MONTHS_IN_YEAR) for month in months]
    rows = move_to_open_units(ledger.activity_plan, ledger)
    rows = rows[(rows["unit"] == unit) & (rows["type"] == kind)]
    planned = rows.groupby("period")["value"].sum()
    done, before = (_add(hours, chosen) for chosen in (months, earlier))
    plan, plan_year = (_add(planned, chosen) for chosen in (months, year))
    cost, budget = (
        _add(_costs(table, ledger, unit), months) if with_cost else np.nan
        for table in (ledger.ledger_month, ledger.budget)
    )
    price, planned_price = _ratio(cost, done), _ratio(budget, plan)
    split = split_deviation(
        volume=done, price=price, planned_volume=plan, planned_price=planned_price
    )
    return FlightHours(
        unit=unit,
        type=kind,
        done=done,
        before=before,
        plan=plan,
        expected=expect_total(hours, months=year),
        plan_year=plan_year,
        cost=cost,
        budget=budget,
        volume=split.volume,
        price=split.price,
        cost_per_hour=-THOUSAND * price,
    )


def _costs(rows: pd.DataFrame, ledger: Ledger, unit: str) -> pd.Series:
    moved = move_to_open_units(rows, ledger)
    own = moved[(moved["unit"] == unit) & moved["line"].isin(COST_LINES)]
    return own.groupby("period")["amount"].sum()


def _add(by_month: pd.Series, months: list[str]) -> float:
    """Sum over the months; missing with one of them."""
    return float(by_month.reindex(months).sum(skipna=False))


def _ratio(above: float, below: float) -> float:
    return above / below if below else np.nan

"""Activity that an agreement or budget sets: planned, done so far, and expected of the year."""

from dataclasses import asdict, dataclass

import pandas as pd

from balanse_lib import periods
from balanse_lib.forecast.history import move_to_open_units
from balanse_lib.indicators.expected import expect_total
from balanse_lib.indicators.parts import add_parts, read_tables, with_trust
from balanse_lib.ledger import Ledger
from balanse_lib.params.formulas import read_parts


@dataclass(frozen=True)
class PlannedActivity:
    """One kind of activity under one agreement this year, in its own counts.

    `gap` = done − plan so far; `expected_gap` = expected − plan of the whole year. Missing with a
    month of the plan or of what was done. `agreement` is empty where the plan names none.
    """

    agreement: str
    type: str
    plan: float
    done: float
    gap: float
    plan_year: float
    expected: float
    expected_gap: float


def follow_agreements(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """The year's planned activity by agreement and kind, over the units that have a plan.

    A plan on the trust's own code is held against all its units. Expected as by
    `expect_total`.
    """
    year = periods.months_of_year(ledger.year_of(period), start=ledger.start)
    so_far = ledger.year_so_far(period)
    plan = move_to_open_units(ledger.activity_plan, ledger)
    plan = plan[plan["period"].isin(year)].fillna({"agreement": ""})
    tables = read_tables(ledger.until(period))
    found = []
    for (agreement, kind), rows in plan.groupby(["agreement", "type"], sort=False):
        planned = rows.pivot_table(index="period", columns="unit", values="value", aggfunc="sum")
        wanted = planned.reindex(year).sum(axis=1, skipna=False)
        done = _count_done(tables, str(kind), units=planned.columns, trust=ledger.trust)
        so_planned, so_done = (
            float(series.reindex(so_far).sum(skipna=False)) for series in (wanted, done)
        )
        expected = expect_total(done, months=year)
        plan_year = float(wanted.sum(skipna=False))
        found.append(
            PlannedActivity(
                agreement=str(agreement),
                type=str(kind),
                plan=so_planned,
                done=so_done,
                gap=so_done - so_planned,
                plan_year=plan_year,
                expected=expected,
                expected_gap=expected - plan_year,
            )
        )
    columns = list(PlannedActivity.__dataclass_fields__)
    table = pd.DataFrame([asdict(row) for row in found], columns=columns)
    return table.sort_values("agreement", kind="stable", ignore_index=True)


def _count_done(
    tables: dict[str, pd.DataFrame], kind: str, *, units: pd.Index, trust: str
) -> pd.Series:
    """Activity of the units by month; missing with one of them."""
    months = list(tables["activity"].index)
    (wide,) = add_parts(tables, read_parts(f"activity:{kind}"), months=months)
    return with_trust(wide, trust).reindex(columns=units).sum(axis=1, skipna=False)

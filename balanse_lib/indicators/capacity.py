"""Capacity: the planned visits by the time that the norm gives each, held against staff time."""

import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.norms import hours_by_norm
from balanse_lib.indicators.staffing import mean_staff
from balanse_lib.ledger import Ledger

ALL_VISITS, PARTS = "visits", ("first_visits", "return_visits")
VISITS = (ALL_VISITS, *PARTS)
SO_FAR, LEFT = "so_far", "left"
MINUTES_IN_HOUR = 60


def check_capacity(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Hours that the year's planned visits take by norm beside the hours that staff work, by unit.

    gap = worked − planned visits · hours by norm with absence cover − hours that the unit's other
    norms ask for what was done; in hours and in months of a full-time post, + is time left over.
    `so_far`: months of the year up to the period; `left`: the plan of the months after it against
    the staff and the other work of the same months last year. `minutes`: of one planned visit.
    `without_norm`: planned kinds of visit whose time no norm tells, so that they are not in it.
    """
    so_far = ledger.year_so_far(period)
    year = periods.months_of_year(ledger.year_of(period), start=ledger.start)
    left = [month for month in year if month not in so_far]
    spans = {SO_FAR: (so_far, so_far), LEFT: (left, [_year_before(month) for month in left])}
    found = [
        _hold_against_staff(ledger, planned=planned, staffed=staffed).assign(span=span)
        for span, (planned, staffed) in spans.items()
        if planned
    ]
    table = pd.concat(found)
    table["gap"] = table["worked"] - table["visit_hours"] - table["other_hours"]
    table["gap_months"] = table["gap"] / ledger.full_time_hours
    return table.sort_index(kind="stable").rename_axis("unit").reset_index()


def _hold_against_staff(ledger: Ledger, *, planned: list[str], staffed: list[str]) -> pd.DataFrame:
    plan = ledger.activity_plan
    plan = plan[plan["type"].isin(VISITS) & plan["period"].isin(planned)]
    normed = hours_by_norm(ledger, counts=plan)
    normed = normed[normed["driver"].isin(VISITS)]
    done = hours_by_norm(ledger, counts=ledger.activity)
    other = done[~done["driver"].isin(VISITS) & done["period"].isin(staffed)]
    kinds = plan.groupby("unit")["type"].agg(set)
    units = kinds.index.union(list(normed["unit"].unique()))
    visits = _add_whole(normed, months=planned).reindex(units)
    worked = mean_staff(ledger, months=staffed)["worked"] * len(staffed) * ledger.full_time_hours
    of_others = _add_whole(other, months=staffed)["needed_hours"].reindex(units)
    with_norm = normed.groupby("unit")["driver"].agg(set)
    return pd.DataFrame(
        {
            "planned": visits["value"],
            "minutes": MINUTES_IN_HOUR * visits["needed_hours"] / visits["value"],
            "visit_hours": visits["needed_hours"],
            # a unit without other norms has nothing that they ask for
            "other_hours": of_others.where(units.isin(other["unit"]), 0.0),
            "worked": worked.reindex(units),
            "without_norm": [
                "; ".join(_lack_norm(kinds.get(unit, set()), with_norm.get(unit, set())))
                for unit in units
            ],
        },
        index=units,
    )


def _add_whole(rows: pd.DataFrame, *, months: list[str]) -> pd.DataFrame:
    """Counts and hours by unit; missing unless each of its drivers has a count in every month."""
    cells = rows.groupby("unit")
    whole = cells["needed_hours"].count() == cells["driver"].nunique() * len(months)
    return cells[["value", "needed_hours"]].sum().where(whole).astype("float64")


def _lack_norm(planned: set[str], normed: set[str]) -> list[str]:
    """Kinds of planned visit without a norm; one for all visits tells the parts.

    Where the parts are planned or have norms, all visits are no more than their sum.
    """
    told = normed | (set(PARTS) if ALL_VISITS in normed else set())
    if set(PARTS) & planned or set(PARTS) <= normed:
        told |= {ALL_VISITS}
    return [kind for kind in VISITS if kind in planned - told]


def _year_before(month: str) -> str:
    return periods.shift(month, -periods.MONTHS_IN_YEAR)

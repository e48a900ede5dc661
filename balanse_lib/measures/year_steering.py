"""The year's requirement on its way to the units, and whether the year's decisions are paid for."""

import pandas as pd

from balanse_lib import periods
from balanse_lib.forecast import YearEnd
from balanse_lib.ledger import Ledger, requirement_by_unit
from balanse_lib.measures.cascade import cascade_requirement
from balanse_lib.measures.financing import check_financing
from balanse_lib.measures.measure_year import MeasureYear


def cascade_year(
    ledger: Ledger, *, year_end: YearEnd, year: MeasureYear, requirement_type: str = "owner"
) -> pd.DataFrame:
    """Improvement that is demanded of the trust and of each unit: `cascade_requirement` of a year.

    amount = required result − expected base forecast, missing where a unit has no requirement.
    In the months left, beyond what the base holds: planned is what all identified measures give,
    prudent what decided ones can be counted on for; an idea or a plan covers nothing prudently.
    """
    parents = _parents(ledger)
    required = _required(ledger, year_end, requirement_type)
    base = year_end.by("unit")["mean"]
    below = {unit: _with_units_above(unit, parents) for unit in base.index}
    forecast = pd.Series(
        {unit: sum(base[part] for part, above in below.items() if unit in above)
         for unit in parents}, dtype=float,
    )  # fmt: skip
    forecast[ledger.trust] = float(year_end.total.mean())  # with year-end entries and events
    frame = pd.DataFrame(
        {
            "unit": list(parents),
            "parent": list(parents.values()),
            "amount": [required.get(unit, float("nan")) - forecast[unit] for unit in parents],
        }
    )
    told = year.table[year.table["share"] > 0]
    decided = pd.Series(~year.plan.undecided, index=year.plan.table.index)
    measures = pd.DataFrame(
        {
            "unit": told["unit"].where(told["unit"].isin(list(parents)), ledger.trust),
            "planned": told["planned_left"],
            "prudent": year.prudent["this_year"].where(decided, 0.0).loc[told.index],
        }
    )
    return cascade_requirement(frame, measures=measures)


def finance_year(ledger: Ledger, *, year: MeasureYear) -> pd.DataFrame:
    """Decisions of this fiscal year and what pays for them: `check_financing` of a year.

    Measures pay with what they can be counted on for. Columns before those: title, unit, decided.
    """
    fiscal = ledger.year_of(year.period)
    now = periods.calendar_month(year.period, start=ledger.start)
    made = ledger.decision["decided"]
    rows = ledger.decision[(made.map(ledger.year_of) == fiscal) & (made <= now)]
    checked = check_financing(rows, prudent=year.prudent)
    told = rows.drop_duplicates("decision_id").set_index("decision_id")
    return told[["title", "unit", "decided"]].join(checked)


def _parents(ledger: Ledger) -> dict[str, str | None]:
    """Unit above each unit that exists now; the trust is on top, also where it is not told."""
    now = ledger.org[ledger.org["valid_to"].isna()]
    told = {
        str(unit): None if unit == ledger.trust else str(above) if isinstance(above, str) else None
        for unit, above in zip(now["unit"], now["parent"], strict=True)
    }
    whole = {ledger.trust: None, **told}
    return {
        unit: (above or ledger.trust) if unit != ledger.trust else None
        for unit, above in whole.items()
    }


def _with_units_above(unit: str, parents: dict[str, str | None]) -> list[str]:
    """The unit and all that lie above it."""
    found: list[str] = []
    above: str | None = unit
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found


def _required(ledger: Ledger, year_end: YearEnd, kind: str) -> dict[str, float]:
    """Required result by unit, as it holds after the period."""
    in_force = periods.month_in_force(year_end.period, start=ledger.start)
    latest = requirement_by_unit(ledger, year=year_end.year, period=in_force, kind=kind)
    return dict(zip(latest["unit"], latest["amount"].astype(float), strict=True))

"""What the drivers are worth: volume and price of the lines, beds, cancellations, stays."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.forecast.history import monthly_series
from balanse_lib.indicators.funding import (
    DISCHARGE_READY,
    MILLION,
    POINT_PRICE,
    POINT_SHARE,
    rate_in,
    split_deviation,
)
from balanse_lib.indicators.parts import add_parts, read_tables, with_trust
from balanse_lib.ledger import Ledger
from balanse_lib.params.formulas import read_parts

MARGINAL_COST = 0.80  # of the unit price, in the state budgets 2008–2024
# statement line → what its volume is counted in
VOLUMES = {
    "activity_based_income": "activity:drg_points",
    "pay_cost": "staffing:paid",
    "hire_in": "staffing:hired_in_hours",
}


@dataclass(frozen=True)
class LineSplit:
    """A line so far this year against the same months of last year, million; + improves.

    volume + price = amount − before.
    """

    unit: str
    line: str
    amount: float
    before: float
    volume: float
    price: float


@dataclass(frozen=True)
class PayBridge:
    """Pay from the same months of last year to this year's, million; + improves.

    before + volume + price + one_offs = now.
    """

    unit: str
    before: float
    volume: float
    price: float
    one_offs: float
    now: float


@dataclass(frozen=True)
class DriverEffect:
    """What a driver's change since the same months of last year (or from plan) is worth.

    `price` is million for one unit of the quantity; `rate_of` tells the year of a published rate.
    """

    driver: str
    quantity: float
    compared: float
    price: float
    effect: float
    rate_of: str


def split_lines(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Lines whose volume is counted, split in volume and price, by unit and for the whole trust."""
    tables = read_tables(ledger.until(period))
    months, before = _months(ledger, period)
    found = []
    for line, volume in VOLUMES.items():
        money, count = _sums(tables, f"ledger:{line}", volume, ledger, [*before, *months])
        for unit in money.columns.intersection(count.columns):
            now, then = (money[unit][part].sum(skipna=False) for part in (months, before))
            n, m = (count[unit][part].sum(skipna=False) for part in (months, before))
            if not (n and m) or np.isnan([now, then, n, m]).any():
                continue
            split = split_deviation(
                volume=n, price=now / n, planned_volume=m, planned_price=then / m
            )
            found.append(LineSplit(str(unit), line, now, then, split.volume, split.price))
    return pd.DataFrame(
        [asdict(row) for row in found], columns=list(LineSplit.__dataclass_fields__)
    )


def bridge_pay(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Pay so far from last year to this year by gross monthly full-time equivalents and their cost.

    One-offs are the booked events of pay, this year's less last year's. Of the pay without them:
    volume = (months paid now − then) · cost of one then; price = months paid now · (cost of one now
    − then). By unit and for the whole trust.
    """
    known = ledger.until(period)
    tables = read_tables(known)
    calm = tables | {"ledger": monthly_series(known)}
    months, before = _months(ledger, period)
    line, volume = "ledger:pay_cost", VOLUMES["pay_cost"]
    pay, paid = _sums(tables, line, volume, ledger, [*before, *months])
    lasting, _ = _sums(calm, line, volume, ledger, [*before, *months])
    found = []
    for unit in pay.columns.intersection(paid.columns):
        (now, then), (level, level_then), (n, m) = (
            [wide[unit][part].sum(skipna=False) for part in (months, before)]
            for wide in (pay, lasting, paid)
        )
        if not (n and m) or np.isnan([now, then, n, m]).any():
            continue
        split = split_deviation(
            volume=n, price=level / n, planned_volume=m, planned_price=level_then / m
        )
        one_offs = (now - level) - (then - level_then)
        found.append(PayBridge(str(unit), then, split.volume, split.price, one_offs, now))
    return pd.DataFrame(
        [asdict(row) for row in found], columns=list(PayBridge.__dataclass_fields__)
    )


def driver_effects(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """The whole trust's drivers so far this year, with what their change is worth.

    DRG points against plan and last year at the funded price, and net of the marginal cost of a
    point (state budgets: 80 %); operations cancelled at the mean points of a stay, whether or not
    they are done later; days of patients ready for discharge at the rate; bed-days that a changed
    length of stay frees (no price: closing beds saves only staff that leaves the plan).
    """
    tables = read_tables(ledger.until(period))
    months, before = _months(ledger, period)
    now, then = (
        {name: _total(tables, name, ledger.trust, chosen) for name in _COUNTS}
        for chosen in (months, before)
    )
    price, year = rate_in(POINT_PRICE, period)
    share, _ = rate_in(POINT_SHARE, period)
    ready, ready_year = rate_in(DISCHARGE_READY, period)
    point, funded = price / MILLION, price / MILLION * share / 100
    points, planned, stays = now["drg_points"], _planned(ledger, months), now["stays"]
    days = _ratio(then["patient_days"], then["stays"]) * stays - now["patient_days"]
    rows = [
        ("drg_points_plan", points, planned, funded, year),
        ("drg_points_net", points, planned, funded - MARGINAL_COST * point, year),
        ("drg_points_year", points, then["drg_points"], funded, year),
        ("cancelled", -now["operations_cancelled"], 0.0, _ratio(points, stays) * funded, year),
        ("discharge_ready", now["discharge_ready_days"], then["discharge_ready_days"],
         ready / MILLION, ready_year),
        ("bed_days_freed", days, 0.0, np.nan, ""),
    ]  # fmt: skip
    found = [
        DriverEffect(name, quantity, compared, worth, (quantity - compared) * worth, of)
        for name, quantity, compared, worth, of in rows
        if not np.isnan(quantity - compared)
    ]
    columns = list(DriverEffect.__dataclass_fields__)
    return pd.DataFrame([asdict(row) for row in found], columns=columns)


def _ratio(above: float, below: float) -> float:
    return above / below if below else np.nan


def _total(tables: dict[str, pd.DataFrame], name: str, trust: str, months: list[str]) -> float:
    """Count of the whole trust over the months; missing with one of them."""
    if not _has(tables, f"activity:{name}"):
        return np.nan
    (wide,) = add_parts(tables, read_parts(f"activity:{name}"), months=months)
    return float(with_trust(wide, trust)[trust].sum(skipna=False))


_COUNTS = ("drg_points", "stays", "patient_days", "operations_cancelled", "discharge_ready_days")


def closed_beds(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Beds by unit: budgeted, open and closed last month, and occupancy so far on both bases.

    `lasting` is the fewest closed in any of the last twelve months, `seasonal` what the last month
    has beyond that. Each is missing with one of its months: a month that is not delivered may have
    had fewer closed, or more patients.
    """
    tables = read_tables(ledger.until(period))
    months, _ = _months(ledger, period)
    parts = ["beds_budgeted", "beds_open", "patient_days", "bed_days_open", "bed_days_budgeted"]
    if not all(_has(tables, f"activity:{name}") for name in parts):
        columns = ["unit", "budgeted", "open", "closed", "lasting", "seasonal"]
        return pd.DataFrame(columns=[*columns, "occupancy_open", "occupancy_budgeted"])
    year = periods.month_range(periods.shift(months[-1], 1 - periods.MONTHS_IN_YEAR), months[-1])
    formulas = [read_parts(f"activity:{name}") for name in parts]
    wide = [with_trust(found, ledger.trust) for found in add_parts(tables, *formulas, months=year)]
    budgeted, opened, days, days_open, days_budgeted = wide
    closed, so_far = budgeted - opened, [month for month in months if month in year]
    patient = days.loc[so_far].sum(skipna=False)
    fewest = closed.min(skipna=False)
    table = pd.DataFrame(
        {
            "budgeted": budgeted.iloc[-1],
            "open": opened.iloc[-1],
            "closed": closed.iloc[-1],
            "lasting": fewest,
            "seasonal": closed.iloc[-1] - fewest,
            "occupancy_open": patient / days_open.loc[so_far].sum(skipna=False),
            "occupancy_budgeted": patient / days_budgeted.loc[so_far].sum(skipna=False),
        }
    )
    return table.rename_axis("unit").reset_index()


def _months(ledger: Ledger, period: str) -> tuple[list[str], list[str]]:
    """Months of the fiscal year so far, and the same ones of the year before."""
    months = ledger.year_so_far(period)
    return months, [periods.shift(month, -periods.MONTHS_IN_YEAR) for month in months]


def _has(tables: dict[str, pd.DataFrame], part: str) -> bool:
    table, name = part.split(":")
    return not tables[table].empty and name in tables[table].columns.get_level_values(1)


def _sums(
    tables: dict[str, pd.DataFrame], line: str, volume: str, ledger: Ledger, months: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not _has(tables, volume) or not _has(tables, line):
        return pd.DataFrame(), pd.DataFrame()
    money, count = (
        with_trust(add_parts(tables, read_parts(part), months=months)[0], ledger.trust)
        for part in (line, volume)
    )
    return money, count


def _planned(ledger: Ledger, months: list[str]) -> float:
    """Planned DRG points; missing unless every month has a plan."""
    plan = ledger.activity_plan
    rows = plan[(plan["type"] == "drg_points") & plan["period"].isin(months)]
    return float(rows["value"].sum()) if rows["period"].nunique() == len(months) else np.nan

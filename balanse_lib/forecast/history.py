"""The months a model may learn from: by unit and line, without one-offs, with gaps left open."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import periods
from balanse_lib.ledger import Ledger

Floats = NDArray[np.float64]
SERIES = ["unit", "line"]
MIN_PERIOD_13_YEARS = 3


def monthly_series(ledger: Ledger, *, without_events: bool = True) -> pd.DataFrame:
    """Month × (unit, line), in million; a month without accounts is a row of NaN.

    Booked one-offs and extra grants are taken out when `without_events`, since they say nothing
    about the months to come. A series that is not booked in a month that has accounts is zero
    there. Closed units are counted with the unit above them, so that history follows today's
    organisation.
    """
    rows = move_to_open_units(ledger.ledger_month, ledger)
    wide = _widen(rows[~rows["period"].map(periods.is_period_13)])
    if without_events:
        booked = _widen(move_to_open_units(ledger.event, ledger))
        both = wide.index.intersection(booked.index), wide.columns.intersection(booked.columns)
        wide.loc[both] -= booked.loc[both]
    return wide.reindex(periods.month_range(ledger.months[0], ledger.last))


def _widen(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.pivot_table(
        index="period", columns=SERIES, values="amount", aggfunc="sum", fill_value=0.0
    )


def move_to_open_units(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Rows with each closed unit exchanged for the nearest unit above it that is still open."""
    if ledger.org.empty:
        return rows
    latest = ledger.org.sort_values("valid_from").drop_duplicates("unit", keep="last")
    org = latest.set_index("unit")  # the whole last row: an older name's end is not the unit's
    closed = set(org.index[org["valid_to"].notna() & (org["valid_to"] < ledger.last)])
    heirs = {}
    for unit in closed:
        heir = unit
        while heir in closed and isinstance(org.loc[heir, "parent"], str):
            heir = org.loc[heir, "parent"]
        heirs[unit] = heir
    return rows.assign(unit=rows["unit"].replace(heirs)) if heirs else rows


def year_to_date(ledger: Ledger, *, year: int) -> pd.Series:
    """Booked amount by (unit, line) so far in a fiscal year, one-offs included."""
    rows = move_to_open_units(ledger.ledger_month, ledger)
    this_year = rows[rows["period"].map(ledger.year_of) == year]
    return this_year.groupby(SERIES)["amount"].sum()


def period_13_totals(ledger: Ledger) -> pd.Series:
    """Year-end entries of each finished fiscal year, summed over lines."""
    is_last = ledger.ledger_month["period"].map(periods.is_period_13).astype(bool)
    rows = ledger.ledger_month[is_last]
    return rows.groupby(rows["period"].map(ledger.year_of))["amount"].sum()


def period_13_draws(ledger: Ledger, *, n: int, rng: np.random.Generator) -> Floats:
    """Year-end entries to expect: Student-t around the mean of earlier years.

    With fewer than three earlier years nothing is added, and the data basis says so.
    """
    totals = period_13_totals(ledger).to_numpy(dtype=float)
    if len(totals) < MIN_PERIOD_13_YEARS:
        return np.zeros(n)
    spread = totals.std(ddof=1) * np.sqrt(1 + 1 / len(totals))
    return np.asarray(totals.mean() + spread * rng.standard_t(len(totals) - 1, size=n))


def event_draws(ledger: Ledger, months: list[str], *, n: int, rng: np.random.Generator) -> Floats:
    """Known events of the months to come, each happening with its probability."""
    ahead = ledger.event[ledger.event["period"].isin(months)]
    happens = rng.random((n, len(ahead))) < ahead["probability"].to_numpy(dtype=float)
    return np.asarray(happens @ ahead["amount"].to_numpy(dtype=float))


def monthly_budget(ledger: Ledger) -> pd.DataFrame:
    """Phased budget, month × (unit, line), in million; a month without any budget is left out."""
    return _widen(move_to_open_units(ledger.budget, ledger))

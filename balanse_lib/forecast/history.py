"""The months a model may learn from: by line, without one-offs, with gaps left open."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import periods, terms
from balanse_lib.ledger import Ledger


def monthly_by_line(ledger: Ledger, *, without_events: bool = True) -> pd.DataFrame:
    """Month × statement line, in million; a month without accounts is a row of NaN.

    Booked one-offs and extra grants are taken out when `without_events`, since they say nothing
    about the months to come. A line that is not booked in a month that has accounts is zero there.
    """
    rows = ledger.ledger_month[~ledger.ledger_month["period"].map(periods.is_period_13)]
    wide = rows.pivot_table(
        index="period", columns="line", values="amount", aggfunc="sum", fill_value=0.0
    )
    if without_events:
        wide = wide.sub(_booked_events(ledger, wide), fill_value=0.0).loc[wide.index, wide.columns]
    months = periods.month_range(ledger.months[0], ledger.last)
    lines = [code for code in terms.LINE_CODES if code in wide.columns]
    return wide.reindex(index=months, columns=lines)


def _booked_events(ledger: Ledger, wide: pd.DataFrame) -> pd.DataFrame:
    events = ledger.event
    booked = events[events["period"].isin(wide.index) & events["line"].isin(wide.columns)]
    return (
        booked.pivot_table(index="period", columns="line", values="amount", aggfunc="sum")
        .reindex(index=wide.index, columns=wide.columns)
        .fillna(0.0)
    )


def year_to_date(ledger: Ledger, *, year: int) -> pd.Series:
    """Booked amount by statement line so far in a fiscal year, one-offs included."""
    rows = ledger.ledger_month
    this_year = rows[rows["period"].map(ledger.year_of) == year]
    return this_year.groupby("line")["amount"].sum()


def period_13_totals(ledger: Ledger) -> pd.Series:
    """Year-end entries of each finished fiscal year, summed over lines."""
    rows = ledger.ledger_month[ledger.ledger_month["period"].map(periods.is_period_13)]
    return rows.groupby(rows["period"].map(ledger.year_of))["amount"].sum()


def period_13_draws(ledger: Ledger, *, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Year-end entries to expect: Student-t around the mean of earlier years.

    With fewer than three earlier years nothing is added, and the data basis says so.
    """
    totals = period_13_totals(ledger).to_numpy(dtype=float)
    if len(totals) < 3:
        return np.zeros(n)
    spread = totals.std(ddof=1) * np.sqrt(1 + 1 / len(totals))
    return np.asarray(totals.mean() + spread * rng.standard_t(len(totals) - 1, size=n))

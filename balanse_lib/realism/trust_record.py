"""A trust's earlier reports beside what the model would have said at the same months.

Both are of the whole result of the year. The model's forecast of an earlier origin is put together
from the parts that today's has: booked to date + the rest of the year without one-offs, as the
backtest drew it and as much widened as today + events of the register + year-end entries to expect
by the years before. The register does not say when an event became known: one that is booked
counts as known then, to the model; the error of a report is the whole error.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import periods
from balanse_lib.forecast import YearEnd
from balanse_lib.forecast.history import event_draws, period_13_draws
from balanse_lib.ledger import Ledger
from balanse_lib.realism.own_record import draw_outcome, median_and_spread, standardise
from balanse_lib.realism.predictive import Predictive
from balanse_lib.realism.track_record import reported_forecasts, year_outcomes

Floats = NDArray[np.float64]
COLUMNS = ["year", "month", "reported", "outcome", "median", "spread"]


def weigh_report(
    model: Predictive,
    *,
    reported: float,
    earlier: pd.DataFrame,
    year: int,
    month: int,
    rng: np.random.Generator,
) -> Predictive:
    """Distribution of the outcome once the report and the reporter's own record are known.

    The model's draws are moved by the report and by its reporter's earlier errors, in units of the
    model's spread (see `own_record`). `earlier` is what `earlier_reports` gives. A model without
    spread leaves nothing to weigh.
    """
    draws = model.draws(rng)
    median, spread = median_and_spread(draws)
    if spread == 0:
        return model
    now = pd.DataFrame([(year, month, reported, np.nan, median, spread)], columns=COLUMNS)
    reports = standardise(pd.concat([earlier, now]))
    errors = (draws - median) / spread
    drawn = draw_outcome(errors, reports=reports, row=len(earlier), rng=rng)
    return Predictive(median + spread * drawn)


def earlier_reports(
    ledger: Ledger,
    *,
    year_end: YearEnd,
    requirement_type: str,
    min_years: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Reports of earlier years with their outcome, and the model's `median` and `spread` then.

    Only years whose outcome is known, and months at which the model has a record; nothing of the
    year that is forecast. Of fewer than `min_years` years none: the shocks of so few years say more
    than the reporter's habit does.
    """
    period = year_end.period
    told = reported_forecasts(ledger, period=period, requirement_type=requirement_type)
    outcomes = year_outcomes(ledger, period=period)
    model = earlier_forecasts(ledger.until(period), year_end=year_end, rng=rng)
    found = match_reports(told, outcomes=outcomes, model=model)
    return found if found["year"].nunique() >= min_years else found.iloc[:0]


def match_reports(
    told: pd.DataFrame, *, outcomes: pd.DataFrame, model: pd.DataFrame
) -> pd.DataFrame:
    """Comparable reports of years whose outcome is known, at months the model has a record of."""
    comparable = told[told["not_comparable"] == ""].rename(columns={"forecast": "reported"})
    known = outcomes.dropna(subset="outcome")[["year", "outcome"]]
    both = comparable.merge(known, on="year").merge(model, on=["year", "month"])
    return both.loc[both["spread"] > 0, COLUMNS]


def earlier_forecasts(
    ledger: Ledger, *, year_end: YearEnd, rng: np.random.Generator
) -> pd.DataFrame:
    """Median and spread of the model's year-end at each earlier origin within its year."""
    booked = ledger.ledger_month.groupby("period")["amount"].sum()
    closing: dict[int, Floats] = {}
    found = []
    for year, month, rest in _origins(ledger, year_end):
        calendar = periods.months_of_year(year, start=ledger.start)
        if year not in closing:
            before = ledger.until(calendar[0])
            closing[year] = period_13_draws(before, n=len(rest), rng=rng)
        to_date = float(booked.reindex(calendar[:month]).sum(skipna=False))
        events = event_draws(ledger, calendar[month:], n=len(rest), rng=rng)
        found.append((year, month, *median_and_spread(to_date + rest + events + closing[year])))
    kinds = {"year": "int64", "month": "int64", "median": "float64", "spread": "float64"}
    return pd.DataFrame(found, columns=list(kinds)).astype(kinds)


def _origins(ledger: Ledger, year_end: YearEnd) -> Iterator[tuple[int, int, Floats]]:
    """Year, month and draws of the rest of the year, of each origin with a month behind it."""
    record = year_end.record
    draws = year_end.recalibration.widen(record.draws)
    for origin, left, rest in zip(record.origins, record.left, draws, strict=True):
        if left < periods.MONTHS_IN_YEAR:
            yield ledger.year_of(origin), periods.MONTHS_IN_YEAR - left, rest

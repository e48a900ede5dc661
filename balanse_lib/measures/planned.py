"""From the register of measures to a portfolio: what is counted, from which month, how late."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from balanse_lib import params, periods
from balanse_lib.measures import frame_checks
from balanse_lib.measures.delays import ON_TIME, Triangle, delay_not_started, stage_delays
from balanse_lib.measures.portfolio import (
    MONTHS,
    Floats,
    Portfolio,
    make_portfolio,
    pad,
)

# confirmed lies in the run rate; a pause leaves in it what was reached; stopped gives no more
NOT_COUNTED = ("confirmed", "paused", "stopped")


def portfolio_from_register(
    register: pd.DataFrame,
    *,
    rates: pd.DataFrame,
    ramps: Mapping[str, Sequence[float]],
    period: str,
    start: int = 1,
    delays: Mapping[str, Triangle] | None = None,
    correlation: float | None = None,
) -> Portfolio:
    """Portfolio of the canonical table `measure`, as known after `period`.

    `rates` has alpha, beta and p_none by measure_id (a column or the index); `ramps` the share of
    full strength by months since start; `start` is the first calendar month of the fiscal year.
    A measure with `start_actual` begins then, and what it has reached lies in the run rate
    already; the others begin after `period`, as late as their stage lets expect. Taken out of
    the budget, confirmed, paused and stopped measures count 0. Measures with the same
    `overlap_group` and a `base_amount` are percentages of one base.
    """
    rates = rates if "measure_id" in rates else rates.rename_axis("measure_id").reset_index()
    needed = ("measure_id", "alpha", "beta", "p_none")
    frame_checks.refuse(frame_checks.missing_columns(rates, needed))
    frame_checks.refuse(
        frame_checks.unknown(register, "measure_id", known=set(rates["measure_id"]))
    )
    frame = register.merge(rates[list(needed)], on="measure_id", how="left", validate="m:1")
    first = periods.months_of_year(periods.fiscal_year(period, start=start), start=start)[0]
    booked = _months_after(first, period)
    actual = frame["start_actual"].notna()
    began = frame["start_actual"].where(actual, frame["start_plan"])
    frame["start"] = [_months_after(first, month) for month in began]
    out = frame["budget_taken_out"].astype("boolean").fillna(False).astype(bool)
    frame["counted"] = ~out & ~frame["stage"].isin(NOT_COUNTED)
    stages = zip(frame["stage"], actual, strict=True)
    delays = stage_delays(params.standard_thresholds()) if delays is None else delays
    late = [ON_TIME if known else delays.get(stage, ON_TIME) for stage, known in stages]
    frame[["delay_low", "delay_mode", "delay_high"]] = np.array(late).reshape(len(frame), 3)
    if {"overlap_group", "base_amount"} <= set(frame):
        frame["base_group"] = frame["overlap_group"].where(frame["base_amount"].notna())
    portfolio = make_portfolio(frame, ramps=ramps, correlation=correlation)
    return _as_known(portfolio, actual=actual.to_numpy(dtype=bool), booked=booked)


def _months_after(first: str, month: str) -> int:
    (y0, m0), (y1, m1) = periods.parse_period(first), periods.parse_period(month)
    return (y1 - y0) * MONTHS + m1 - m0


def _as_known(portfolio: Portfolio, *, actual: "np.ndarray", booked: int) -> Portfolio:
    """Portfolio whose started measures are in the run rate, and whose others start later."""
    since = booked - portfolio.start
    place = np.clip(since, 0, portfolio.ramp.shape[1] - 1)
    reached = portfolio.ramp[np.arange(len(since)), place]
    return replace(
        portfolio,
        in_run_rate=np.where(actual & (since >= 0), reached, 0.0),
        delay=_delays_left(portfolio, actual=actual, first=booked + 1),
    )


def _delays_left(portfolio: Portfolio, *, actual: "np.ndarray", first: int) -> Floats:
    left = [
        row if known else delay_not_started(row, start=int(start), first=first)
        for row, start, known in zip(portfolio.delay, portfolio.start, actual, strict=True)
    ]
    return pad(left, last=False)

"""Flags F1–F7 from a trust's tables: what each of them looks at, as of a month."""

import pandas as pd

from balanse_lib import params, periods
from balanse_lib.ledger import Ledger, Targets
from balanse_lib.ledger import targets as read_targets
from balanse_lib.realism.booking import BookingCheck
from balanse_lib.realism.flags import (
    Flag,
    flag_anchored,
    flag_booking,
    flag_parts,
    flag_raised,
    flag_run_rate,
    flag_stale,
    flag_unidentified,
)
from balanse_lib.realism.predictive import Predictive
from balanse_lib.realism.run_rate import Measure
from balanse_lib.realism.trust_year import TrustYear, read_year, run_rate_of


def gather_flags(
    ledger: Ledger,
    *,
    year: TrustYear,
    targets: Targets,
    predictive: Predictive,
    measures: tuple[Measure, ...],
    booking: tuple[BookingCheck, ...],
    thresholds: params.Thresholds,
) -> tuple[Flag, ...]:
    """Set all seven flags for the month that `year` was read at.

    The model's mean and spread stand in F1 and F5 for base and its sd. F5 holds the planned effect
    of the measures given against what the forecast needs of them.
    """
    calendar = periods.months_of_year(year.year, start=ledger.start)
    period, reported = calendar[year.month - 1], targets.reported
    gap = None if reported is None else reported - (predictive.mu - predictive.mean)
    then = calendar[year.month - 1 - thresholds.stale_months] if _far(year, thresholds) else None
    planned = sum(planned for planned, _, _ in measures) if measures else None
    checks = {check.code: check for check in booking}
    revenue = year.revenue
    return (
        _run_rate(gap, predictive, thresholds),
        flag_stale(
            _reports(ledger, calendar, year.month, thresholds.stale_months),
            base_then=_base(ledger, then, thresholds),
            base_now=_base(ledger, period, thresholds),
            revenue=revenue,
            thresholds=thresholds,
        ),
        flag_anchored(
            reported,
            month=year.month,
            budget=targets.budget,
            deviation=year.actual_ytd - year.plan_ytd if year.from_budget else None,
            revenue=revenue,
            thresholds=thresholds,
        ),
        _parts(ledger, targets, checks.get("B5"), thresholds),
        flag_unidentified(gap, identified=planned, thresholds=thresholds),
        _raised(ledger, year, targets, thresholds),
        flag_booking(_open_amounts(booking), revenue=revenue, thresholds=thresholds),
    )


def _far(year: TrustYear, limits: params.Thresholds) -> bool:
    return year.month > limits.stale_months


def _run_rate(gap: float | None, predictive: Predictive, limits: params.Thresholds) -> Flag:
    spread = float(predictive.paths.std())
    if gap is None or spread == 0:
        return flag_run_rate(None, thresholds=limits)
    uncovered = gap - predictive.mean
    values = {"uncovered": uncovered, "sd": spread}
    return flag_run_rate(uncovered / spread, thresholds=limits, values=values)


def _reports(ledger: Ledger, calendar: list[str], month: int, back: int) -> list[float | None]:
    """Reported results of this month and the months before, in this year; None: no report."""
    found = []
    for period in calendar[max(month - 1 - back, 0) : month]:
        told = read_targets(ledger, period=period)
        found.append(told.reported if told.reported_period == period else None)
    return found


def _base(ledger: Ledger, period: str | None, limits: params.Thresholds) -> float | None:
    """Forecast without new measures by the run-rate test, as of a month."""
    if period is None:
        return None
    year = read_year(ledger, period=period, thresholds=limits)
    test = run_rate_of(year, reported=0.0, thresholds=limits)
    return None if test is None else test.base_forecast


def _parts(
    ledger: Ledger, targets: Targets, balancing: BookingCheck | None, limits: params.Thresholds
) -> Flag:
    """F4 from the units that lie directly below the trust."""
    org, log = ledger.org, ledger.forecast_log
    open_now = org[org["valid_to"].isna()]
    units = set(open_now.loc[open_now["parent"] == ledger.trust, "unit"])
    told = log[(log["period_of_data"] == targets.reported_period)
               & (log["target_year"] == targets.year)
               & (log["basis"] == targets.reported_basis) & log["unit"].isin(units)]  # fmt: skip
    amount = None if balancing is None or balancing.amount is None else -balancing.amount
    return flag_parts(
        targets.reported_raw,
        parts=[float(part) for part in told["forecast"]],
        n_units=len(units),
        balancing=amount,
        thresholds=limits,
    )


def _raised(ledger: Ledger, year: TrustYear, targets: Targets, limits: params.Thresholds) -> Flag:
    """F6 against the forecast before the latest one, in the same year."""
    log = ledger.forecast_log
    earlier = log[(log["unit"] == ledger.trust) & (log["target_year"] == year.year)
                  & (log["period_of_data"] < targets.reported_period)]  # fmt: skip
    if earlier.empty or targets.reported is None:
        return flag_raised(
            targets.reported, previous=None, deviation=None, deviation_then=None, documented=0.0
        )
    before = str(earlier["period_of_data"].max())
    then = read_year(ledger, period=before, thresholds=limits) if before in ledger.months else None
    now = year
    if targets.reported_period in ledger.months:
        now = read_year(ledger, period=targets.reported_period, thresholds=limits)
    return flag_raised(
        targets.reported,
        previous=read_targets(ledger, period=before).reported,
        deviation=now.deviation,
        deviation_then=None if then is None else then.deviation,
        documented=_documented_gains(ledger, targets.reported_period, limits),
    )


def _documented_gains(ledger: Ledger, period: str, limits: params.Thresholds) -> float:
    """Practically certain gains of the year still to come, with evidence on paper."""
    events = ledger.event
    year = ledger.year_of(period)
    ahead = events[(events["period"] > period) & (events["period"].map(ledger.year_of) == year)]
    sure = ahead[(ahead["probability"] >= limits.event_gain_full) & (ahead["amount"] > 0)]
    return float(sure.loc[sure["evidence"].notna(), "amount"].sum())


def _open_amounts(booking: tuple[BookingCheck, ...]) -> list[float] | None:
    """Amounts of open checks; None when no check could be made."""
    made = [check for check in booking if check.state != "not checked"]
    if not made:
        return None
    return [check.amount for check in made if check.state == "open" and pd.notna(check.amount)]

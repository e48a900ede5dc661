"""Flags F1–F7 from a trust's tables: what each of them looks at, as of a month."""

import pandas as pd

from balanse_lib import params, periods
from balanse_lib.ledger import Ledger, Targets
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
from balanse_lib.realism.trust_year import TrustYear


def gather_flags(
    ledger: Ledger,
    *,
    year: TrustYear,
    targets: Targets,
    model: Predictive,
    measures: tuple[Measure, ...],
    booking: tuple[BookingCheck, ...],
    thresholds: params.Thresholds,
) -> tuple[Flag, ...]:
    """Set all seven flags for the month that `year` was read at.

    The model's mean and spread stand in F1 and F5 for base and its sd. F5 holds the planned effect
    of the measures given against what the forecast needs of them.
    """
    reported, then = targets.reported, year.month - thresholds.stale_months
    gap = None if reported is None else reported - (model.mu - model.mean)
    weight, revenue = thresholds.run_rate_weight, year.revenue
    planned = sum(planned for planned, _, _ in measures) if measures else None
    reports = _reports(ledger, targets)
    checks = {check.code: check for check in booking}
    return (
        _run_rate(gap, model, thresholds),
        flag_stale(
            _window(reports, ledger, year, back=thresholds.stale_months),
            base_then=year.base_at(then, weight=weight) if then > 0 else None,
            base_now=year.base_at(year.month, weight=weight),
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
        flag_unidentified(
            gap, identified=planned, sd=float(model.paths.std()), thresholds=thresholds
        ),
        _raised(reports, ledger, year, thresholds),
        flag_booking(_open_amounts(booking), revenue=revenue, thresholds=thresholds),
    )


def _run_rate(gap: float | None, model: Predictive, limits: params.Thresholds) -> Flag:
    spread = float(model.paths.std())
    if gap is None or spread == 0:
        return flag_run_rate(None, thresholds=limits)
    uncovered = gap - model.mean
    values = {"uncovered": uncovered, "sd": spread}
    return flag_run_rate(uncovered / spread, thresholds=limits, values=values)


def _reports(ledger: Ledger, targets: Targets) -> pd.Series:
    """The trust's forecasts of the year by month, as given, on the basis of the latest one.

    A forecast on another basis is another series, and counts as missing.
    """
    log = ledger.forecast_log
    own = log[(log["unit"] == ledger.trust) & (log["target_year"] == targets.year)
              & (log["basis"] == targets.reported_basis)
              & (log["period_of_data"] <= targets.reported_period)]  # fmt: skip
    return own.set_index("period_of_data")["forecast"].sort_index()


def _window(
    reports: pd.Series, ledger: Ledger, year: TrustYear, *, back: int
) -> list[float | None]:
    """Forecasts of this month and the months before, in this year; None: no report."""
    calendar = periods.months_of_year(year.year, start=ledger.start)
    months = calendar[max(year.month - 1 - back, 0) : year.month]
    return [float(reports[month]) if month in reports.index else None for month in months]


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
    amount = None if balancing is None or balancing.amount is None else 0.0 - balancing.amount
    return flag_parts(
        targets.reported_raw,
        parts=[float(part) for part in told["forecast"]],
        n_units=len(units),
        balancing=amount,
        thresholds=limits,
    )


def _raised(reports: pd.Series, ledger: Ledger, year: TrustYear, limits: params.Thresholds) -> Flag:
    """F6 for the latest forecast against the one before it in the same year."""
    if len(reports) < 2:
        return Flag("F6", "not checked", "reports_missing" if len(reports) else "no_forecast")
    before, now = (str(month) for month in reports.index[-2:])
    then, latest = (
        year.deviation_at(periods.month_of_year(month, start=ledger.start))
        for month in (before, now)
    )
    return flag_raised(
        float(reports[now]),
        previous=float(reports[before]),
        deviation=latest,
        deviation_then=then,
        documented=_documented_gains(ledger, now, limits),
        revenue=year.revenue,
        thresholds=limits,
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

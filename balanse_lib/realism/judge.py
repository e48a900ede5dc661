"""The verdict on one trust's reported forecast, with everything it rests on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from balanse_lib import params, periods
from balanse_lib.forecast import YearEnd
from balanse_lib.indicators import unsigned_share
from balanse_lib.ledger import Ledger, Targets
from balanse_lib.realism.achieved import Achieved, achieved_run_rate
from balanse_lib.realism.bias import Bias, shrink_bias
from balanse_lib.realism.booking import BookingCheck
from balanse_lib.realism.events import EventsLedger, events_ledger
from balanse_lib.realism.gather_flags import gather_flags
from balanse_lib.realism.judgement import Judgement, Price
from balanse_lib.realism.predictive import Predictive, add_measures
from balanse_lib.realism.run_rate import LEVELS, Measure, RunRateTest
from balanse_lib.realism.trust_record import earlier_reports, weigh_report
from balanse_lib.realism.trust_year import TrustYear, read_year, run_rate_of
from balanse_lib.realism.verdict import (
    NOT_ASSESSABLE,
    classify,
    find_obstacle,
    is_indication,
    lower_class,
)


def judge(  # noqa: PLR0913 - all that a verdict rests on
    ledger: Ledger,
    *,
    targets: Targets,
    year_end: YearEnd,
    rng: np.random.Generator,
    thresholds: params.Thresholds | None = None,
    measures: Sequence[Measure] = (),
    record: Mapping[str, Sequence[float]] | None = None,
    booking: Sequence[BookingCheck] = (),
) -> Judgement:
    """Judge the reported forecast by the model's year-end and by the trust's own record.

    p = P(outcome ≥ reported), over the model's draws moved by the report and, once its record has
    `bias_default_k` years, by the trust's earlier errors (`trust_record`); the class follows from
    p, and a raised flag moves it one step towards Urealistisk. Nothing is judged without a basis,
    or while too much of earlier months' pay has no signed list. `targets` and `year_end` are of the
    same trust and month, `measures` (planned left, mean and sd of its rate) not in the run rate,
    `record` errors by trust at this time of year, % of revenue, `booking` of `booking_checks`.
    """
    limits = thresholds or params.standard_thresholds()
    _require_same(ledger, targets, year_end)
    reported = targets.reported
    year = read_year(ledger, period=year_end.period, thresholds=limits)
    model = add_measures(year_end.total, measures=measures)
    reason = _reason(ledger, targets, year, year_end, record, limits)
    judged = None if reason else reported
    predictive = _weigh(model, judged, ledger, targets, year_end, limits, rng)
    p_reach = _p_reach(predictive, judged)
    flags = gather_flags(
        ledger,
        year=year,
        targets=targets,
        model=model,
        measures=tuple(measures),
        booking=tuple(booking),
        thresholds=limits,
    )
    by_chance = "" if p_reach is None else classify(p_reach, thresholds=limits)
    events = events_ledger(year.events, thresholds=limits)
    bias = _bias(record, ledger.trust, limits)
    prudent = predictive.quantile(limits.prudent_quantile)
    return Judgement(
        trust=ledger.trust,
        period=year_end.period,
        verdict=lower_class(by_chance, states=[f.state for f in flags]) or NOT_ASSESSABLE,
        reason=reason,
        indication=is_indication(year.month, thresholds=limits),
        class_before_flags=by_chance,
        reported=reported,
        reported_period=targets.reported_period,
        p_reach=p_reach,
        p_reach_model=_p_reach(model, judged),
        p_requirement=_p_reach(predictive, targets.requirement),
        quantiles=pd.Series({name: predictive.quantile(level) for name, level in LEVELS.items()}),
        mu=predictive.mu,
        sd=predictive.spread,
        run_rate=_run_rate(year, reported, tuple(measures), limits),
        plan_from_budget=year.from_budget,
        flags=flags,
        booking=tuple(booking),
        achieved=_achieved(year, year_end, reported, start=ledger.start),
        unusual=year.unusual_months(limit=limits.unusual_month_sd),
        events=events,
        bias=bias,
        corrected=_corrected(bias, reported, year.revenue),
        price_reported=None if reported is None else _price(predictive, reported),
        price_prudent=_price(predictive, prudent),
        price_stacked=_price(predictive, _stack(prudent, events, bias, year.revenue)),
    )


def _require_same(ledger: Ledger, targets: Targets, year_end: YearEnd) -> None:
    if (year_end.trust, year_end.year) != (ledger.trust, targets.year):
        raise ValueError(
            f"year_end is of {year_end.trust} {year_end.year}, the ledger of {ledger.trust} and "
            f"the targets of {targets.year}: give all three of one trust and year"
        )


def _weigh(
    model: Predictive,
    reported: float | None,
    ledger: Ledger,
    targets: Targets,
    year_end: YearEnd,
    limits: params.Thresholds,
    rng: np.random.Generator,
) -> Predictive:
    """The model moved by the report and its record; as it is when there is no report to judge."""
    if reported is None:
        return model
    earlier = earlier_reports(
        ledger,
        year_end=year_end,
        requirement_type=targets.requirement_type,
        min_years=limits.bias_default_k,
        rng=rng,
    )
    month = periods.month_of_year(year_end.period, start=ledger.start)
    return weigh_report(
        model, reported=reported, earlier=earlier, year=year_end.year, month=month, rng=rng
    )


def _p_reach(predictive: Predictive, figure: float | None) -> float | None:
    return None if figure is None else predictive.p_reach(figure)


def _others(record: Mapping[str, Sequence[float]] | None, own: str) -> bool:
    """Whether any other trust has a record."""
    return any(errors for trust, errors in (record or {}).items() if trust != own)


def _reason(
    ledger: Ledger,
    targets: Targets,
    year: TrustYear,
    year_end: YearEnd,
    record: Mapping[str, Sequence[float]] | None,
    limits: params.Thresholds,
) -> str:
    """Why there is no verdict; empty when there is one."""
    if targets.reported_raw is None:
        return "no_forecast"
    if targets.reported is None:
        return "no_basis"
    return find_obstacle(
        month=year.month,
        history_months=int(year.recurring.notna().sum()),
        months_missing=len(year.missing),
        region_prior=_others(record, ledger.trust),
        pay_unreconciled_share=unsigned_share(ledger, period=year_end.period, newest=False),
        thresholds=limits,
    )


def _run_rate(
    year: TrustYear,
    reported: float | None,
    measures: tuple[Measure, ...],
    limits: params.Thresholds,
) -> RunRateTest | None:
    if reported is None:
        return None
    return run_rate_of(year, reported=reported, thresholds=limits, measures=measures)


def _achieved(
    year: TrustYear, year_end: YearEnd, reported: float | None, *, start: int
) -> Achieved | None:
    """Windows that reached what the recurring result must give.

    Events and year-end entries to come are expected to give their part, so the months need not.
    """
    months = periods.MONTHS_IN_YEAR - year.booked
    if reported is None or months == 0:
        return None
    others = float(year_end.events.mean() + year_end.period_13.mean())
    return achieved_run_rate(
        year.recurring,
        required_per_month=(reported - year.actual_ytd - others) / months,
        months_left=months,
        year=year.year,
        start=start,
    )


def _bias(
    record: Mapping[str, Sequence[float]] | None, trust: str, limits: params.Thresholds
) -> Bias | None:
    if not record or not any(record.values()):
        return None
    return shrink_bias({trust: (), **record}, trust, thresholds=limits)


def _corrected(bias: Bias | None, reported: float | None, revenue: float | None) -> float | None:
    if bias is None or reported is None or revenue is None:
        return None
    return bias.corrected(reported, revenue)


def _stack(prudent: float, events: EventsLedger, bias: Bias | None, revenue: float | None) -> float:
    """Prudent quantile with prudent events instead of central ones and the one-sided bias."""
    habit = 0.0 if bias is None or revenue is None else bias.prudent(0.0, revenue)
    return prudent + (events.prudent - events.central) + habit


def _price(predictive: Predictive, figure: float) -> Price:
    return Price(
        figure=figure,
        unused=predictive.unused(figure),
        shortfall=predictive.shortfall(figure),
        p_below=1 - predictive.p_reach(figure),
    )

"""The whole verdict: on a year-end with known distribution, and on a synthetic trust."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from balanse_lib import forecast, params, periods
from balanse_lib.ledger import Ledger, Targets, targets
from balanse_lib.realism import BookingCheck, Judgement, booking_checks, judge
from balanse_lib.realism.trust_year import read_year

if TYPE_CHECKING:
    from balanse_lib.forecast import YearEnd


def told(reported: float | None, **change: Any) -> Targets:
    raw = {"reported_raw": reported, "reported_basis": "" if reported is None else "result"}
    return Targets(
        **{"year": 2025, "requirement": 0.0, "requirement_ref": "", "budget": None,
           "reported": reported, "reported_period": "2025-06"} | raw | change
    )  # fmt: skip


def first_report(reported: float, *, mean: float = 0.0, sd: float = 10.0) -> Any:
    """Outcome to expect after a first report: half the way to it, wider the farther it lies.

    In the model's spreads the variance is 1 + (0.25 + 0.25²)·d² / (1 + 1 + 1 + 0.25²).
    """
    d = (reported - mean) / sd
    return norm(mean + sd * d / 2, sd * np.sqrt(1 + 0.3125 * d**2 / 3.0625))


CLASSES = [
    (30.0, "Urealistisk"), (15.0, "Optimistisk"), (10.0, "Optimistisk"), (7.0, "Realistisk"),
    (0.0, "Realistisk"), (-7.0, "Realistisk"), (-10.0, "Forsiktig"), (-30.0, "Forsiktig"),
    (-50.0, "Over-forsiktig"),
]  # fmt: skip


@pytest.mark.parametrize(("reported", "verdict"), CLASSES)
def test_the_class_follows_from_model_and_report(
    quiet: Ledger, normal: YearEnd, reported: float, verdict: str
) -> None:
    found = judge(quiet, targets=told(reported), year_end=normal, rng=np.random.default_rng(1))
    expected = first_report(reported)
    assert found.p_reach == pytest.approx(expected.sf(reported), abs=2e-3)
    assert found.p_reach_model == pytest.approx(norm.sf(reported / 10), abs=2e-3)
    assert (found.verdict, found.class_before_flags, found.reason) == (verdict, verdict, "")
    assert found.is_prudent == (found.p_reach is not None and found.p_reach >= 0.65)
    assert found.must_move == pytest.approx(min(0.0, expected.ppf(0.35) - reported), abs=0.1)


def test_quantiles_prices_and_measures(quiet: Ledger, normal: YearEnd) -> None:
    found = judge(
        quiet,
        targets=told(5.0),
        year_end=normal,
        measures=[(30, 0.6, 0.2)],
        rng=np.random.default_rng(1),
    )
    assert found.p_reach_model == pytest.approx(norm.cdf(13 / np.sqrt(136)), abs=2e-3)
    exact = first_report(5.0, mean=18, sd=np.sqrt(100 + 36))
    error = exact.std() / np.sqrt(len(normal.paths))  # measures are drawn to the paths: chance
    for name, level in (("P10", 0.1), ("P35", 0.35), ("P90", 0.9)):
        assert found.quantiles[name] == pytest.approx(exact.ppf(level), abs=4 * error)
    assert (found.mu, found.sd) == (
        pytest.approx(exact.mean(), abs=4 * error), pytest.approx(exact.std(), abs=4 * error)
    )  # fmt: skip
    assert found.p_requirement == pytest.approx(exact.sf(0), abs=0.03)
    z = (exact.mean() - 5) / exact.std()
    over = exact.std() * (norm.pdf(z) + z * norm.cdf(z))
    price = found.price_reported
    assert price is not None
    assert price.unused == pytest.approx(over, abs=4 * error)
    assert price.unused - price.shortfall == pytest.approx(found.mu - 5)
    assert price.p_below == pytest.approx(1 - found.p_reach)


def test_a_forecast_without_a_basis_is_never_guessed(quiet: Ledger, normal: YearEnd) -> None:
    no_basis = told(None, reported_raw=-10.0, reported_basis="deviation")
    found = judge(quiet, targets=no_basis, year_end=normal, rng=np.random.default_rng(1))
    assert (found.verdict, found.reason) == ("Ikkje vurderbar", "no_basis")
    assert (found.p_reach, found.price_reported, found.is_prudent) == (None, None, None)
    assert {flag.state for flag in found.flags} == {"not checked"}


def test_without_a_forecast_there_is_no_verdict(quiet: Ledger, normal: YearEnd) -> None:
    found = judge(
        quiet, targets=told(None, reported_period=""), year_end=normal, rng=np.random.default_rng(1)
    )
    assert (found.verdict, found.reason, found.must_move) == (
        "Ikkje vurderbar",
        "no_forecast",
        None,
    )
    assert found.quantiles["P50"] == pytest.approx(0, abs=0.05)


def without(ledger: Ledger, months: list[str]) -> Ledger:
    rows = ledger.ledger_month
    return replace(ledger, ledger_month=rows[~rows["period"].isin(months)])


@pytest.mark.parametrize(
    ("months", "reason"),
    [(["2025-02", "2025-03"], ""), (["2025-02", "2025-03", "2025-04"], "months_missing")],
)
def test_three_missing_months_are_one_too_many(
    quiet: Ledger, normal: YearEnd, months: list[str], reason: str
) -> None:
    found = judge(
        without(quiet, months), targets=told(0.0), year_end=normal, rng=np.random.default_rng(1)
    )
    assert found.reason == reason
    assert (found.verdict == "Ikkje vurderbar") == bool(reason)
    if not reason:
        assert found.run_rate is not None
        assert found.run_rate.h == 6 + len(months)


def test_short_history_needs_a_record_from_the_region(quiet: Ledger, normal: YearEnd) -> None:
    rows = quiet.ledger_month
    short = replace(quiet, ledger_month=rows[rows["period"] >= "2023-08"])  # 23 months
    assert (
        judge(short, targets=told(0.0), year_end=normal, rng=np.random.default_rng(1)).reason
        == "too_few_months"
    )
    own = {"helse-granvik": [-0.1]}
    assert (
        judge(
            short, targets=told(0.0), year_end=normal, record=own, rng=np.random.default_rng(1)
        ).reason
        != ""
    )
    region = own | {"other": [0.1, 0.0]}
    assert (
        judge(
            short, targets=told(0.0), year_end=normal, record=region, rng=np.random.default_rng(1)
        ).reason
        == ""
    )


@pytest.mark.parametrize(
    ("months", "reason"),
    [(["2025-06"], ""), (["2025-04"], ""), (["2025-04", "2025-05"], "pay_unreconciled")],
)
def test_nothing_is_judged_while_a_tenth_of_the_pay_that_should_be_signed_is_not(
    quiet: Ledger, normal: YearEnd, months: list[str], reason: str
) -> None:
    """June's lists are not due. Medicine has 27 % of the pay: one of five months 5 %, two 11 %."""
    year = periods.month_range("2025-01", "2025-06")
    units = sorted(quiet.ledger_month["unit"].unique())
    lists = pd.DataFrame(
        [
            {"trust": quiet.trust, "unit": unit, "period": month,
             "signed": None if unit == "granvik-med" and month in months else "2025-07-08"}
            for unit in units
            for month in year
        ]
    )  # fmt: skip
    known = replace(quiet, signoff=lists)
    found = judge(known, targets=told(0.0), year_end=normal, rng=np.random.default_rng(1))
    assert found.reason == reason


def test_flags_lower_the_class_once_and_leave_over_prudence(quiet: Ledger, normal: YearEnd) -> None:
    open_check = (BookingCheck("B7", "open", -1000.0), BookingCheck("B5", "open", -1000.0))
    for reported, before, after in (
        (0.0, "Realistisk", "Optimistisk"),
        (-10.0, "Forsiktig", "Realistisk"),
        (30.0, "Urealistisk", "Urealistisk"),
        (-50.0, "Over-forsiktig", "Over-forsiktig"),
    ):
        found = judge(
            quiet,
            targets=told(reported),
            year_end=normal,
            booking=open_check,
            rng=np.random.default_rng(1),
        )
        raised = {flag.code for flag in found.flags if flag.state == "raised"}
        assert {"F4", "F7"} <= raised
        assert (found.class_before_flags, found.verdict) == (before, after)


def test_prudence_on_prudence_shows_the_quantile_it_comes_to(
    quiet: Ledger, normal: YearEnd
) -> None:
    row = {"id": "e", "trust": "helse-granvik", "unit": "helse-granvik", "account": "3900",
           "period": "2025-11", "type": "uncertain", "amount": 10.0, "probability": 0.5,
           "evidence": "x", "line": "other_income"}  # fmt: skip
    ledger = replace(quiet, event=pd.DataFrame([row]))
    record = {"helse-granvik": [-0.02] * 8, "b": [-0.02], "c": [-0.02]}
    found = judge(
        ledger, targets=told(0.0), year_end=normal, record=record, rng=np.random.default_rng(1)
    )
    revenue = read_year(ledger, period="2025-06", thresholds=params.standard_thresholds()).revenue
    assert revenue is not None
    assert found.bias is not None
    habit = -0.02 / 100 * revenue
    stacked = norm.ppf(0.35) * 10 - 5.0 + habit  # the gain is left out: 0 instead of 5
    assert found.price_stacked.figure == pytest.approx(stacked, abs=0.05)
    assert found.price_stacked.p_below == pytest.approx(norm.cdf(stacked / 10), abs=3e-3)
    assert found.price_prudent.p_below == pytest.approx(0.35, abs=2e-3)
    assert found.corrected == pytest.approx(habit)


def test_the_required_run_rate_is_the_rest_without_what_events_give(
    quiet: Ledger, normal: YearEnd
) -> None:
    end = replace(normal, events=np.full(len(normal.paths), 6.0))
    found = judge(quiet, targets=told(20.0), year_end=end, rng=np.random.default_rng(1)).achieved
    ytd = quiet.ledger_month.loc[quiet.ledger_month["period"].between("2025-01", "2025-06")]
    assert found is not None
    assert found.required_per_month == pytest.approx((20 - ytd["amount"].sum() - 6) / 6)
    assert (found.windows, found.windows_calendar) == (6 * 7, 6)


def test_year_end_and_targets_must_be_of_the_same_year(quiet: Ledger, normal: YearEnd) -> None:
    with pytest.raises(ValueError, match="of one trust and year"):
        judge(quiet, targets=told(0.0, year=2024), year_end=normal, rng=np.random.default_rng(1))
    with pytest.raises(ValueError, match="of one trust and year"):
        judge(
            quiet,
            targets=told(0.0),
            year_end=replace(normal, trust="other"),
            rng=np.random.default_rng(1),
        )


def test_judging_changes_nothing_and_gives_the_same_again(
    granvik: Ledger, granvik_end: YearEnd
) -> None:
    tables = ("ledger_month", "budget", "event", "forecast_log", "org", "staffing")
    kept = {name: getattr(granvik, name).copy() for name in tables}

    def once() -> Judgement:
        return judge(
            granvik,
            targets=targets(granvik, period="2025-06"),
            year_end=granvik_end,
            booking=booking_checks(granvik, period="2025-06"),
            measures=[(10, 0.55, 0.2)],
            rng=np.random.default_rng(1),
        )

    first, second = once(), once()
    assert (first.p_reach, first.flags, first.run_rate) == (
        second.p_reach, second.flags, second.run_rate)  # fmt: skip
    for name, table in kept.items():
        pd.testing.assert_frame_equal(getattr(granvik, name), table)


def test_the_closed_test_takes_its_numbers_from_the_ledger(
    granvik: Ledger, granvik_end: YearEnd
) -> None:
    found = judge(
        granvik,
        targets=targets(granvik, period="2025-06"),
        year_end=granvik_end,
        rng=np.random.default_rng(1),
    )
    months = periods.months_of_year(2025)
    budget = granvik.budget[granvik.budget["period"].isin(months)].groupby("period")["amount"].sum()
    ytd = granvik.ledger_month.loc[granvik.ledger_month["period"].isin(months), "amount"].sum()
    events = granvik.event[granvik.event["period"].isin(months[:6])]["amount"].sum()
    dev = ytd - events - budget[:6].sum()
    assert found.run_rate is not None
    assert found.run_rate.dev_rec == pytest.approx(dev)
    certain = granvik.event[granvik.event["period"].isin(months[6:])]
    known = certain.loc[certain["probability"] == 1, "amount"].sum()
    assert found.run_rate.base_forecast == pytest.approx(ytd + budget[6:].sum() + dev + known)
    assert found.plan_from_budget


def test_without_a_budget_the_profile_comes_from_earlier_years(
    granvik: Ledger, granvik_end: YearEnd
) -> None:
    late = replace(granvik, budget=granvik.budget[granvik.budget["period"] < "2025-01"])
    given = targets(late, period="2025-06")
    found = judge(
        late,
        targets=replace(given, reported=100.0),
        year_end=granvik_end,
        rng=np.random.default_rng(1),
    )
    assert not found.plan_from_budget
    assert found.run_rate is not None
    year = read_year(late, period="2025-06", thresholds=params.standard_thresholds())
    assert year.plan is not None
    mean_june = np.mean([year.recurring[f"{y}-06"] for y in range(2020, 2025)])
    assert year.plan["2025-06"] == pytest.approx(mean_june)
    flags = {flag.code: flag for flag in found.flags}
    assert flags["F3"].reason == "no_budget"


def test_an_unmarked_one_off_is_taken_for_pace(granvik: Ledger, granvik_end: YearEnd) -> None:
    booked = granvik.event[granvik.event["period"].between("2025-01", "2025-06")]
    assert len(booked)
    unmarked = replace(granvik, event=granvik.event.drop(booked.index))
    usual = params.standard_thresholds()
    marked_year = read_year(granvik, period="2025-06", thresholds=usual)
    naive_year = read_year(unmarked, period="2025-06", thresholds=usual)
    assert marked_year.one_offs == pytest.approx(booked["amount"].sum())
    assert naive_year.one_offs == pytest.approx(0, abs=1e-9)
    marked, naive = (y.base_at(6, weight=1.0) for y in (marked_year, naive_year))
    assert marked is not None
    assert naive is not None
    assert naive - marked == pytest.approx(2 * booked["amount"].sum())  # 6 of 12 months booked


def test_december_has_nothing_left_to_forecast(granvik: Ledger) -> None:
    closed = replace(granvik, ledger_month=granvik.ledger_month[
        granvik.ledger_month["period"] <= "2024-12"])  # fmt: skip
    end = forecast.year_end(closed, period="2024-12", rng=np.random.default_rng(1), n_paths=200)
    found = judge(
        closed,
        targets=targets(closed, period="2024-12"),
        year_end=end,
        rng=np.random.default_rng(1),
    )
    assert (found.verdict, found.reason) == ("Ikkje vurderbar", "year_over")
    assert (found.run_rate, found.achieved) == (None, None)


def test_the_first_two_months_are_only_an_indication(granvik: Ledger) -> None:
    for period, early in (("2025-02", True), ("2025-03", False)):
        known = granvik.until(period)
        end = forecast.year_end(known, period=period, rng=np.random.default_rng(1), n_paths=200)
        found = judge(
            known, targets=targets(known, period=period), year_end=end, rng=np.random.default_rng(1)
        )
        assert found.indication is early

"""What a year of the synthetic region looks like: size, season, activity, one-offs, measures."""

from dataclasses import replace

import holidays
import numpy as np
import pandas as pd
import pytest

from balanse_lib.ledger.synthetic import (
    PROFILES,
    synthetic_truth,
    working_days,
)
from tests.ledger.conftest import TRUSTS, by_month

# Turnover 2016, MNOK (helse-vest.no), and Helse Vest 2024 / 2016 (regjeringen.no id3111172).
REVENUE_2016 = dict(zip(TRUSTS, (11176.46, 6706.78, 3418.986, 2794.413), strict=True))
GROWTH_TO_2024 = 40622 / 27989


def month_mean(series: pd.Series, month: int) -> float:
    return float(series[series.index.str.endswith(f"-{month:02d}")].mean())


# Size and season


@pytest.mark.parametrize("trust", TRUSTS)
def test_revenue_is_near_the_published_size(region, trust):
    income = by_month(region.tables[trust]["ledger_month"], ("3",))
    year = income[income.index.str.startswith("2024")].sum()
    assert year == pytest.approx(REVENUE_2016[trust] * GROWTH_TO_2024, rel=0.15)


@pytest.mark.parametrize("trust", TRUSTS)
def test_results_are_of_a_realistic_size(region, trust):
    income = by_month(region.tables[trust]["ledger_month"], ("3",))
    yearly = income.groupby(lambda period: int(period[:4])).sum()
    share = pd.Series(region.truth[trust].outcome)[yearly.index[:-1]] / yearly[:-1]
    assert share.between(-0.025, 0.025).all()
    known = region.truth[trust].known.set_index(["year", "month"])["sd"]
    assert 0.003 < known[2024, 9] / yearly[2024] < 0.006


@pytest.mark.parametrize("trust", TRUSTS)
def test_costs_are_negative_and_income_positive(region, trust):
    ledger = region.tables[trust]["ledger_month"]
    months = ledger[~ledger["period"].str.endswith("-13")]
    income = months["account"].str.startswith("3") | (months["account"] == "5800")
    assert (months.loc[income, "amount"] > 0).all()
    costs = ~income & ~months["account"].str.startswith("8")
    assert (months.loc[costs, "amount"] < 0).all()


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("table", ["ledger_month", "budget"])
def test_holiday_pay_makes_june_cheap(region, trust, table):
    frame = region.tables[trust][table]
    pay = by_month(frame, ("50", "52"))
    assert 0.70 < month_mean(pay, 6) / month_mean(pay, 5) < 0.85
    result = by_month(frame)
    others = [month_mean(result, month) for month in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12)]
    assert month_mean(result, 6) > max(others)


@pytest.mark.parametrize("trust", TRUSTS)
def test_the_season_keeps_its_size_in_kroner(region, trust):
    monthly = region.truth[trust].monthly
    months = monthly[monthly["month"] < 13]
    season = months["systematic"] - months.groupby("year")["systematic"].transform("mean")
    june = season[months["month"] == 6].to_numpy()
    assert june.max() < 1.2 * june.min()


@pytest.mark.parametrize("trust", TRUSTS)
def test_summer_has_low_activity_and_much_hire_in(region, trust):
    activity = region.tables[trust]["activity"]
    points = activity[activity["type"] == "drg_points"].groupby("period")["value"].sum()
    assert month_mean(points, 7) < 0.90 * month_mean(points, 9)
    assert month_mean(points, 8) < month_mean(points, 9)
    hire_in = by_month(region.tables[trust]["ledger_month"], ("6740",))
    assert month_mean(hire_in, 7) < 1.7 * month_mean(hire_in, 3) < 0  # costs are negative
    assert month_mean(hire_in, 8) < 1.2 * month_mean(hire_in, 3)


@pytest.mark.parametrize("trust", TRUSTS)
def test_wage_settlement_raises_pay_from_may(region, trust):
    pay = by_month(region.tables[trust]["ledger_month"], ("5200",))
    step = [pay[f"{year}-05"] / pay[f"{year}-04"] for year in range(2019, 2026)]
    assert 1.02 < np.mean(step) < 1.06


def test_working_days_are_those_of_the_norwegian_calendar():
    for year in range(2018, 2030):
        free = [str(day) for day in holidays.country_holidays("NO", years=year)]
        days = np.busday_count(f"{year}-01", f"{year + 1}-01", holidays=free)
        assert sum(working_days(year)) == days


def test_activity_follows_working_days(many):
    days = np.array([*working_days(2024), *working_days(2025)], dtype=float)
    ordinary = [k for k in range(24) if k % 12 not in (5, 6, 7, 11)]
    isf = np.mean([t.ledger.xs("3200", axis=1, level="account").sum(axis=1).to_numpy()
                   for t in many["helse-granvik"]], axis=0)  # fmt: skip
    income = np.delete(isf, [12, 25]).reshape(2, 12)
    relative = (income / income.mean(axis=1, keepdims=True)).ravel()
    assert np.corrcoef(relative[ordinary], days[ordinary])[0, 1] > 0.9


# Activity-based income, staffing


@pytest.mark.parametrize("trust", TRUSTS)
def test_isf_income_is_points_times_price_times_share(region, trust):
    rates = {"2020": 45808 * 0.50, "2024": 52248 * 0.40}  # helsedirektoratet.no
    activity = region.tables[trust]["activity"]
    points = activity[activity["type"] == "drg_points"].set_index(["unit", "period"])["value"]
    ledger = region.tables[trust]["ledger_month"]
    income = ledger[ledger["account"] == "3200"].set_index(["unit", "period"])["amount"]
    for year, kroner in rates.items():
        chosen = points[points.index.get_level_values("period").str.startswith(year)]
        assert len(chosen) == 36
        np.testing.assert_allclose(income[chosen.index], chosen * kroner / 1e6, atol=1e-6)


def test_counts_are_near_the_published_ones(region):
    activity = region.tables["helse-granvik"]["activity"]
    year = activity[activity["period"].str.startswith("2019")].groupby("type")["value"].sum()
    published = {"drg_points": 135831, "stays": 78803, "day_stays": 26285, "visits": 451860}
    for kind, count in published.items():
        assert year[kind] == pytest.approx(count, rel=0.10)


def test_staffing_adds_up_and_hired_hours_follow_the_ledger(region):
    tables = region.tables["helse-granvik"]
    staffing = tables["staffing"]
    np.testing.assert_allclose(
        staffing["paid"], staffing["agreed"] + staffing["overtime"], atol=0.11
    )
    agreed = staffing.groupby("period")["agreed"].sum()
    assert 0.75 * 12239 < agreed["2019-01"] < 0.90 * 12239
    hours = staffing.groupby("period")["hired_in_hours"].sum()
    hire_in = -by_month(tables["ledger_month"], ("6740",))[hours.index] * 1e6
    assert (hire_in / hours).between(700, 1100).all()


# One-offs and measures


@pytest.mark.parametrize("trust", TRUSTS)
def test_extra_grants_are_booked_on_the_basic_grant(region, trust):
    tables = region.tables[trust]
    grant = by_month(tables["ledger_month"], ("3400",))
    events = tables["event"]
    for event in events[events["type"] == "extra grant"].itertuples():
        usual = grant[grant.index.str.startswith(event.period[:4])].median()
        assert grant[event.period] - usual == pytest.approx(event.amount, abs=1e-6)
        assert event.probability == 1.0


@pytest.mark.parametrize("trust", TRUSTS)
def test_uncertain_events_lie_ahead_and_the_rest_is_certain(region, trust):
    events = region.tables[trust]["event"]
    uncertain = events[events["type"] == "uncertain"]
    assert len(uncertain) == 2
    assert (uncertain["period"] > "2025-09").all()
    assert uncertain["probability"].between(0.01, 0.99).all()
    assert (events.loc[events["type"] != "uncertain", "probability"] == 1.0).all()


@pytest.mark.parametrize("trust", TRUSTS)
def test_measures_keep_plan_in_the_table_and_outcome_in_the_truth(region, trust):
    register = region.tables[trust]["measure"].set_index("measure_id")
    truth = region.truth[trust].measures.set_index("measure_id")
    table = register.loc[truth.index]
    assert 8 <= len(table) <= 12
    np.testing.assert_allclose(table["full_year_effect"], truth["full_year_effect"], atol=0.051)
    assert truth["rate"].between(0.0, 1.0).all()
    assert truth["delay"].between(0, 4).all()
    started = table["start_actual"].notna()
    assert (table.loc[started, "start_actual"] == truth.loc[started, "start"]).all()
    assert (truth.loc[~started & ~table["stage"].isin(["paused", "stopped"]), "start"]
            > "2025-09").all()  # fmt: skip
    assert {"confirmed", "implemented", "started"} <= set(table["stage"])
    effects = region.truth[trust].measure_effects
    confirmed = table.index[table["stage"] == "confirmed"]
    np.testing.assert_allclose(
        effects.loc["2025-09", confirmed], truth.loc[confirmed, "realised_full_year_effect"] / 12
    )


@pytest.mark.parametrize("trust", TRUSTS)
def test_the_bank_holds_measures_that_nobody_decided_and_no_budget_knows(region, trust):
    register = region.tables[trust]["measure"].set_index("measure_id")
    bank = register.drop(index=region.truth[trust].measures["measure_id"])
    assert len(bank) >= 2
    assert set(bank["stage"]) <= {"idea", "planned"}
    assert bank[["decision_ref", "decision_date", "start_actual"]].isna().all(axis=None)
    assert not bank["budget_taken_out"].any()
    assert set(bank["excludes"].dropna()) <= set(bank.index)


def test_measures_realise_about_half_of_the_plan(many):
    rates = np.concatenate([t.measures["rate"] for t in many["helse-havdal"]])
    assert rates.mean() == pytest.approx(0.55, abs=4 * 0.32 / np.sqrt(rates.size))
    assert (rates == 0).mean() == pytest.approx(0.15, abs=4 * 0.36 / np.sqrt(rates.size))


def test_true_effects_are_inside_the_ledger():
    profile = replace(PROFILES[0], measures=PROFILES[0].measures[5:6])
    nothing = tuple(replace(plan, stage="stopped") for plan in profile.measures)
    truth = synthetic_truth(profile, seed=1)
    idle = synthetic_truth(replace(profile, measures=nothing), seed=1)
    difference = (truth.ledger - idle.ledger)["granvik-med", "5000"]
    effect = truth.measure_effects.iloc[:, 0]
    assert effect.iloc[-1] > 0
    np.testing.assert_allclose(difference[effect.index], effect, atol=2e-6)

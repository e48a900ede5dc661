"""The year's plan against staff time, agreements, flight hours and causes, on cases by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from balanse_lib import indicators, periods
from balanse_lib.ledger import Ledger
from tests.indicators.conftest import count, table

MakeLedger = Callable[..., Ledger]
MONTHS = periods.month_range("2023-01", "2024-02")
YEAR = periods.month_range("2024-01", "2024-12")


def norm(driver: str, hours: float, absence: float | None = None) -> dict[str, object]:
    return {"unit": "med", "driver": driver, "hours": hours, "absence": absence,
            "valid_from": "2020-01", "source": "s"}  # fmt: skip


def staff(months: list[str], worked: float = 20.0) -> list[dict[str, object]]:
    return [
        {"unit": "med", "category": "a", "period": month, "worked": worked, "paid": worked}
        for month in months
    ]


@pytest.fixture
def ledger(make_ledger: MakeLedger) -> Ledger:
    """20 work, 100 stays a month; planned each month: 100 first visits and 200 return visits."""
    stays = [count("stays", month, 100.0) for month in MONTHS]
    accounts = [("med", "pay_cost", month, -1.0) for month in MONTHS]
    made = make_ledger(accounts, staffing=staff(MONTHS), activity=stays)
    plan = [count(kind, month, planned) for month in YEAR
            for kind, planned in (("first_visits", 100.0), ("return_visits", 200.0))]  # fmt: skip
    norms = [norm("first_visits", 1.5), norm("return_visits", 0.5, 0.10), norm("stays", 20.0)]
    return replace(made, activity_plan=table("activity_plan", plan), norm=table("norm", norms))


def test_planned_visits_by_norm_are_held_against_the_time_that_is_worked(ledger: Ledger) -> None:
    found = indicators.check_capacity(ledger, period="2024-02").set_index("span")
    now = found.loc["so_far"]
    assert now["planned"] == 600
    assert now["visit_hours"] == pytest.approx(2 * (100 * 1.5 + 200 * 0.5 * 1.1))  # 520 hours
    assert now["minutes"] == pytest.approx(52.0)
    assert now["other_hours"] == 2 * 100 * 20  # the stays, which nobody planned
    assert now["worked"] == 2 * 20 * 162.5
    assert now["gap"] == pytest.approx(6500 - 520 - 4000)
    assert now["gap_months"] == pytest.approx(1980 / 162.5)
    assert now["without_norm"] == ""
    later = found.loc["left"]  # ten months, staff and stays of those months last year
    assert later["visit_hours"] == pytest.approx(5 * 520)
    assert (later["worked"], later["other_hours"]) == (10 * 20 * 162.5, 10 * 2000)
    # a post of 35.5 hours a week has fewer
    shifts = indicators.check_capacity(replace(ledger, full_time_hours=153.8), period="2024-02")
    assert shifts.set_index("span")["worked"]["so_far"] == pytest.approx(2 * 20 * 153.8)


def test_too_little_time_is_below_zero_and_december_leaves_no_month(ledger: Ledger) -> None:
    few = replace(ledger, staffing=table("staffing", staff(MONTHS, worked=10.0)))
    found = indicators.check_capacity(few, period="2024-02").set_index("span")
    assert found["gap"]["so_far"] == pytest.approx(3250 - 4520)
    assert set(indicators.check_capacity(few, period="2023-12")["span"]) == set()  # no plan then
    whole = indicators.check_capacity(few, period="2024-12")
    assert whole["span"].tolist() == ["so_far"]
    assert np.isnan(whole["worked"]).all()  # the staff of March is not known


def test_what_has_no_norm_is_said(ledger: Ledger) -> None:
    def lacking(*drivers: str) -> str:
        rows = table("norm", [norm(driver, 1.0) for driver in drivers])
        found = indicators.check_capacity(replace(ledger, norm=rows), period="2024-02")
        return str(found["without_norm"].iloc[0])

    assert lacking("stays") == "first_visits; return_visits"
    assert lacking("first_visits") == "return_visits"
    assert lacking("visits") == ""  # one norm for all of them
    none = replace(ledger, norm=ledger.norm.iloc[:0])
    found = indicators.check_capacity(none, period="2024-02")
    assert found["without_norm"].tolist() == ["first_visits; return_visits"] * 2
    assert found[["visit_hours", "gap"]].isna().all(axis=None)


def test_a_visit_without_a_plan_leaves_its_hours_unknown(ledger: Ledger) -> None:
    plan = ledger.activity_plan
    kept = (plan["type"] != "return_visits") | (plan["period"] != "2024-02")
    found = indicators.check_capacity(replace(ledger, activity_plan=plan[kept]), period="2024-02")
    hours = found.set_index("span")["visit_hours"]
    assert np.isnan(hours["so_far"])
    assert hours["left"] == pytest.approx(5 * 520)


def agreed(
    kind: str, monthly: float, name: str | None, unit: str = "med"
) -> list[dict[str, object]]:
    return [count(kind, month, monthly, unit) | {"agreement": name} for month in YEAR]


def test_activity_is_followed_by_the_agreement_that_sets_it(ledger: Ledger) -> None:
    plan = [*agreed("stays", 110.0, "budget"), *agreed("visits", 5.0, None)]
    known = replace(ledger, activity_plan=table("activity_plan", plan))
    rows = indicators.follow_agreements(known, period="2024-02").set_index("agreement")
    stays, unnamed = rows.loc["budget"], rows.loc[""]
    assert stays[["plan", "done", "gap"]].tolist() == [220.0, 200.0, -20.0]
    # every month has had 100
    assert stays[["plan_year", "expected", "expected_gap"]].tolist() == [1320.0, 1200.0, -120.0]
    assert (unnamed["type"], unnamed["plan"]) == ("visits", 10.0)
    assert unnamed[["done", "expected"]].isna().all()  # visits are not delivered


def test_the_year_is_expected_with_the_season_where_it_can_be_told(make_ledger: MakeLedger) -> None:
    """Ten a month and one in July: what is left after June is 51 and not 6 · 9.25."""
    months = periods.month_range("2021-01", "2024-06")
    values = {month: 1.0 if month.endswith("-07") else 10.0 for month in months}
    done = [count("visits", month, value) for month, value in values.items()]
    made = make_ledger([("med", "pay_cost", month, -1.0) for month in months], activity=done)
    plan = table("activity_plan", agreed("visits", 9.0, "a", unit="t"))  # the trust as a whole
    found = indicators.follow_agreements(replace(made, activity_plan=plan), period="2024-06")
    assert found["done"].tolist() == [60.0]
    assert found["expected"].iloc[0] == pytest.approx(60 + 51)
    assert found["expected_gap"].iloc[0] == pytest.approx(111 - 108)


def test_a_plan_with_a_hole_is_not_held_against_anything(ledger: Ledger) -> None:
    plan = table("activity_plan", agreed("stays", 110.0, "budget"))
    found = indicators.follow_agreements(
        replace(ledger, activity_plan=plan[plan["period"] != "2024-08"]), period="2024-02"
    )
    assert found["gap"].tolist() == [-20.0]
    assert found[["plan_year", "expected_gap"]].isna().all(axis=None)
    none = replace(ledger, activity=ledger.activity.iloc[:0], activity_plan=plan)
    assert indicators.follow_agreements(none, period="2024-02")["done"].isna().all()
    assert indicators.follow_agreements(ledger, period="2023-02").empty  # no plan of that year


def test_flight_hours_are_expected_and_their_cost_split_in_volume_and_price(
    make_ledger: MakeLedger,
) -> None:
    """110 hours a month where 100 are planned, −2.2 million where −1.8 is budgeted."""
    hours = [count("helicopter_hours", m, 110.0 if m >= "2024" else 90.0, "base") for m in MONTHS]
    stays = [count("stays", month, 5.0) for month in MONTHS]
    accounts = [(unit, "other_cost", month, -2.2) for month in MONTHS for unit in ("base", "med")]
    income = [("base", "other_income", month, 7.0) for month in MONTHS]
    budget = [("base", "other_cost", month, -1.8) for month in YEAR]
    made = make_ledger([*accounts, *income], budget=budget, activity=[*hours, *stays])
    plan = [count("helicopter_hours", month, 100.0, "base") for month in YEAR]
    known = replace(made, activity_plan=table("activity_plan", plan))
    (row,) = indicators.follow_flights(known, period="2024-02").to_dict("records")
    assert (row["unit"], row["type"]) == ("base", "helicopter_hours")
    assert (row["done"], row["before"], row["plan"], row["plan_year"]) == (220, 180, 200, 1200)
    assert row["expected"] == pytest.approx(220 + 10 * (10 * 90 + 2 * 110) / 12)
    assert (row["cost"], row["budget"]) == (-4.4, -3.6)  # the income is none of it
    assert row["volume"] == pytest.approx(20 * -0.018)  # 20 hours more at 18 thousand
    assert row["price"] == pytest.approx(220 * (-0.020 + 0.018))
    assert row["volume"] + row["price"] == pytest.approx(-0.8)
    assert row["cost_per_hour"] == pytest.approx(20.0)
    # a unit that does more than fly: nobody can tell which costs are those of the hours
    more = count("stays", "2023-05", 1.0, "base")
    mixed = replace(known, activity=table("activity", [*hours, *stays, more]))
    (row,) = indicators.follow_flights(mixed, period="2024-02").to_dict("records")
    assert row["expected"] == pytest.approx(220 + 10 * (10 * 90 + 2 * 110) / 12)
    assert np.isnan([row["cost"], row["volume"], row["price"], row["cost_per_hour"]]).all()
    # without a plan the hours and their cost are told, and no deviation
    (row,) = indicators.follow_flights(made, period="2024-02").to_dict("records")
    assert (row["cost"], row["budget"]) == (-4.4, -3.6)
    assert np.isnan([row["plan"], row["volume"], row["price"]]).all()


def test_who_does_not_fly_is_told_nothing_of_flights(ledger: Ledger) -> None:
    assert indicators.follow_flights(ledger, period="2024-02").empty


def cancelled(now: dict[str, float], before: dict[str, float]) -> list[dict[str, object]]:
    """The same counts in each month of a year; an empty name is all of them."""
    return [
        count("_".join(["operations_cancelled", *filter(None, [cause])]), month, value)
        for month in MONTHS
        for cause, value in (now if month >= "2024" else before).items()
    ]


def test_causes_of_cancelling_are_held_against_last_year_and_add_up(
    make_ledger: MakeLedger,
) -> None:
    accounts = [("med", "pay_cost", month, -1.0) for month in MONTHS]
    told = cancelled({"": 10.0, "staff": 6.0, "beds": 4.0}, {"": 8.0, "staff": 3.0, "beds": 5.0})
    found = indicators.cancelled_by_cause(make_ledger(accounts, activity=told), period="2024-02")
    assert found["cause"].tolist() == ["staff", "beds", "all"]  # no difference to tell
    assert found["now"].tolist() == [12.0, 8.0, 20.0]
    assert found["before"].tolist() == [6.0, 10.0, 16.0]
    assert found["change"].tolist() == [6.0, -2.0, 4.0]
    assert found["share"].tolist() == [0.6, 0.4, 1.0]
    assert indicators.cancelled_by_cause(make_ledger(accounts), period="2024-02").empty


def test_causes_that_do_not_add_up_leave_a_row_for_the_difference(make_ledger: MakeLedger) -> None:
    accounts = [("med", "pay_cost", month, -1.0) for month in MONTHS]
    told = cancelled({"": 10.0, "staff": 6.0, "beds": 7.0}, {"": 9.0, "staff": 3.0, "beds": 5.0})
    made = make_ledger(accounts, activity=told)
    found = indicators.cancelled_by_cause(made, period="2024-02").set_index("cause")
    assert list(found.index) == ["beds", "staff", "not_told", "all"]
    assert found.loc["not_told", ["now", "before"]].tolist() == [-6.0, 2.0]
    hole = [row for row in told if (row["type"], row["period"]) != ("operations_cancelled_beds",
                                                                  "2024-01")]  # fmt: skip
    some = indicators.cancelled_by_cause(make_ledger(accounts, activity=hole), period="2024-02")
    assert some.set_index("cause")["now"][["beds", "not_told"]].isna().all()

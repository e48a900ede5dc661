"""Volume and price, beds, staffing, production, authority and leads on cases by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import indicators, periods
from balanse_lib.ledger import Ledger
from tests.indicators.conftest import count, table

MakeLedger = Callable[..., Ledger]
YEARS = periods.month_range("2023-01", "2024-03")


@pytest.fixture
def ledger(make_ledger: MakeLedger) -> Ledger:
    """Pay −10 for 100 FTE in 2023, −12 for 110 in 2024; 1 000 points, then 1 100."""
    later = {month: month >= "2024" for month in YEARS}
    staffing = [
        {"unit": "med", "category": "a", "period": m, "agreed": 105.0, "worked": 80.0,
         "paid": 110.0 if late else 100.0, "overtime": 5.5, "hired_in_hours": 0.0, "sick": 8.0}
        for m, late in later.items()
    ]  # fmt: skip
    kinds = {"drg_points": (1000.0, 1100.0), "stays": (500.0, 500.0),
             "patient_days": (2000.0, 1900.0), "operations_cancelled": (20.0, 10.0),
             "discharge_ready_days": (30.0, 60.0), "referrals": (90.0, 100.0),
             "first_visits": (90.0, 95.0), "return_visits": (180.0, 200.0)}  # fmt: skip
    activity = [count(kind, m, pair[late]) for m, late in later.items()
                for kind, pair in kinds.items()]  # fmt: skip
    accounts = [("med", "pay_cost", m, -12.0 if late else -10.0) for m, late in later.items()]
    return make_ledger(accounts, staffing=staffing, activity=activity)


def test_volume_and_price_add_up(ledger: Ledger) -> None:
    found = indicators.split_lines(ledger, period="2024-03").set_index(["unit", "line"])
    pay = found.loc[("med", "pay_cost")]
    assert (pay["amount"], pay["before"]) == (-36.0, -30.0)
    assert pay["volume"] == pytest.approx(-30 / 300 * 30)  # 30 more months at −0.1
    assert pay["volume"] + pay["price"] == pytest.approx(-6.0)
    assert found.loc[("t", "pay_cost")].tolist() == pay.tolist()
    assert ("med", "hire_in") not in found.index  # nobody hired in: no volume


def test_pay_is_bridged_by_months_paid_their_cost_and_one_offs(ledger: Ledger) -> None:
    event = {"id": "e", "unit": "med", "account": "pay_cost", "period": "2024-02",
             "type": "one-off", "amount": -3.0, "probability": 1.0}  # fmt: skip
    known = replace(ledger, event=table("event", [event]).assign(line="pay_cost"))
    found = indicators.bridge_pay(known, period="2024-03").set_index("unit")
    med = found.loc["med"]
    assert (med["before"], med["now"], med["one_offs"]) == (-30.0, -36.0, -3.0)
    assert med["volume"] == pytest.approx(-30 * 0.1)  # 30 more months at 0.1 each
    assert med["price"] == pytest.approx(-33 + 330 * 0.1)  # 330 months, the same 0.1 each: nothing
    assert med[["before", "volume", "price", "one_offs"]].sum() == pytest.approx(-36.0)
    assert found.loc["t"].tolist() == med.tolist()
    without = indicators.bridge_pay(ledger, period="2024-03").set_index("unit").loc["med"]
    assert (without["one_offs"], without["volume"]) == (0.0, pytest.approx(-3.0))
    assert without["price"] == pytest.approx(-3.0)
    last = {**event, "period": "2023-01", "amount": 2.0}  # came in last year, and is gone
    gone = replace(ledger, event=table("event", [last]).assign(line="pay_cost"))
    then = indicators.bridge_pay(gone, period="2024-03").set_index("unit").loc["med"]
    assert then["one_offs"] == -2.0
    assert then["volume"] == pytest.approx(-30 * 32 / 300)
    assert indicators.bridge_pay(replace(ledger, staffing=ledger.staffing.iloc[:0]),
                                 period="2024-03").empty  # fmt: skip
    assert indicators.bridge_pay(ledger, period="2023-03").empty  # no accounts of 2022


def test_drivers_are_worth_what_the_rates_say(ledger: Ledger) -> None:
    plan = [
        count("drg_points", month, 1050.0) for month in periods.month_range("2024-01", "2024-03")
    ]
    known = replace(ledger, activity_plan=table("activity_plan", plan))
    found = indicators.driver_effects(known, period="2024-03").set_index("driver")
    funded = 52_248 * 0.40 / 1e6
    assert found["effect"]["drg_points_plan"] == pytest.approx(150 * funded)
    assert found["effect"]["drg_points_net"] == pytest.approx(150 * 52_248 * (0.40 - 0.80) / 1e6)
    assert found["effect"]["drg_points_year"] == pytest.approx(300 * funded)
    assert found["effect"]["cancelled"] == pytest.approx(-30 * 2.2 * funded)  # 2.2 points a stay
    assert found["effect"]["discharge_ready"] == pytest.approx(90 * 5_745 / 1e6)
    assert found["quantity"]["bed_days_freed"] == pytest.approx((4.0 - 3.8) * 1500)
    assert set(found["rate_of"]) == {"2024", ""}


def test_without_stays_or_staff_nothing_is_reckoned_for_each(ledger: Ledger) -> None:
    cells = ledger.activity
    none = replace(
        ledger, activity=cells.assign(value=cells["value"].mask(cells["type"] == "stays", 0))
    )
    found = indicators.driver_effects(none, period="2024-03").set_index("driver")
    assert "bed_days_freed" not in found.index  # no length of stay to hold anything against
    assert np.isnan(found["effect"]["cancelled"])  # no mean points of a stay
    assert found["effect"]["discharge_ready"] == pytest.approx(90 * 5_745 / 1e6)
    roles = {"budget": "head", "overtime": "nurse"}
    rows = [{"unit": "med", "right": right, "role": role, "valid_from": "2023-01"}
            for right, role in roles.items()]  # fmt: skip
    idle = replace(
        ledger, authority=table("authority", rows), staffing=ledger.staffing.assign(paid=0.0)
    )
    shares = indicators.match_authority(idle, period="2024-03").set_index("right")["amount"]
    assert np.isnan(shares["overtime"])
    assert indicators.bridge_staffing(idle, period="2024-03")["cost_per_paid"].isna().all()
    assert np.isnan(indicators.norm_coverage(pd.DataFrame({"by_norm": [1.0], "pay": [0.0]})))


def test_without_a_complete_plan_nothing_is_held_against_it(ledger: Ledger) -> None:
    known = replace(
        ledger, activity_plan=table("activity_plan", [count("drg_points", "2024-01", 1.0)])
    )
    found = indicators.driver_effects(known, period="2024-03")
    assert not found["driver"].isin(["drg_points_plan", "drg_points_net"]).any()


def test_closed_beds_for_the_season_and_all_year(make_ledger: MakeLedger) -> None:
    months = periods.month_range("2023-07", "2024-06")
    closed = [6, 4, *[2] * 9, 5]
    rows = [count(kind, month, value)
            for month, shut in zip(months, closed, strict=True)
            for kind, value in (("beds_budgeted", 20.0), ("beds_open", 20.0 - shut),
                                ("patient_days", 450.0), ("bed_days_budgeted", 600.0),
                                ("bed_days_open", 500.0))]  # fmt: skip
    accounts = [("med", "pay_cost", "2023-07", -1.0)]
    known = make_ledger(accounts, activity=rows)
    found = indicators.closed_beds(known, period="2024-06").set_index("unit").loc["med"]
    assert found[["closed", "lasting", "seasonal"]].tolist() == [5.0, 2.0, 3.0]
    assert (found["occupancy_open"], found["occupancy_budgeted"]) == (0.9, 0.75)
    # without the patients of February the occupancy of the year is not known, nor its beds
    for kind, lost in (("patient_days", "occupancy_open"), ("beds_open", "lasting")):
        left = [row for row in rows if (row["type"], row["period"]) != (kind, "2024-02")]
        some = indicators.closed_beds(make_ledger(accounts, activity=left), period="2024-06")
        assert some[lost].isna().all()
        assert some["open"].tolist() == [15.0, 15.0]


def test_points_that_came_in_late_and_those_still_to_come(make_ledger: MakeLedger) -> None:
    """March is new; February grew by 25 % since it was new, January by 10 % in its second month."""
    now = {"2024-01": 110.0, "2024-02": 100.0, "2024-03": 90.0}
    before = {"2024-01": 100.0, "2024-02": 80.0}
    points = [count("drg_points", month, value) for month, value in now.items()]
    earlier = [count("drg_points", month, value) for month, value in before.items()]
    accounts = [("med", "pay_cost", month, -1.0) for month in now]
    known = replace(
        make_ledger(accounts, activity=points), activity_before=table("activity_before", earlier)
    )
    found = indicators.coding_backlog(known, period="2024-03").set_index("month")
    assert found["came_in"].tolist()[:2] == [10.0, 20.0]
    assert np.isnan(found["came_in"]["2024-03"])  # not delivered before: nothing came in late
    assert found["to_come"]["2024-02"] == pytest.approx(100 * 0.10)  # as January did
    assert found["to_come"]["2024-03"] == pytest.approx(90 * (1.25 * 1.10 - 1))
    assert np.isnan(found["to_come"]["2024-01"])  # no older month tells
    assert found["worth"]["2024-02"] == pytest.approx(20 * 52_248 * 0.40 / 1e6)
    assert set(found["rate_of"]) == {"2024"}
    assert indicators.coding_backlog(make_ledger(accounts, activity=points), period="2024-03").empty
    assert known.until("2024-02").activity_before.empty  # what was known then is not told
    old = replace(known, activity_before=table("activity_before", earlier[:1]))
    assert indicators.coding_backlog(old, period="2024-03")["to_come"].isna().all()


def test_need_plan_and_outcome_with_both_gaps(ledger: Ledger) -> None:
    plan = [count(kind, month, value) for month in periods.month_range("2024-01", "2024-03")
            for kind, value in (("first_visits", 98.0), ("return_visits", 190.0))]  # fmt: skip
    known = replace(ledger, activity_plan=table("activity_plan", plan))
    found = indicators.plan_production(known, period="2024-03").set_index("type")
    first, again = found.loc["first_visits"], found.loc["return_visits"]
    assert first[["need", "plan", "outcome"]].tolist() == [300.0, 294.0, 285.0]
    assert first[["plan_gap", "outcome_gap"]].tolist() == [-6.0, -9.0]
    assert again["need"] == pytest.approx(300 * 2)  # two return visits per first visit in 2023
    assert again[["plan_gap", "outcome_gap"]].tolist() == [-30.0, 30.0]


def test_staff_by_norm_and_what_no_norm_covers(ledger: Ledger) -> None:
    rows = {"unit": ["med"], "driver": ["stays"], "hours": [26.0], "absence": [0.25],
            "valid_from": ["2024-01"], "source": ["s"]}  # fmt: skip
    known = replace(ledger, norm=table("norm", pd.DataFrame(rows).to_dict("records")))
    found = indicators.staff_by_norm(known, period="2024-03").set_index("unit").loc["med"]
    assert found["by_norm"] == pytest.approx(500 * 26 * 1.25 / 162.5)  # 100 full-time equivalents
    assert found["gap"] == pytest.approx(80.0 - 100.0)
    values = indicators.compute_indicators(known, period="2024-03")
    gaps = values[(values["indicator"] == "norm_fte_gap") & (values["unit"] == "med")]
    assert gaps.set_index("month")["value"].to_dict() == pytest.approx(
        {"2024-01": -20.0, "2024-02": -20.0, "2024-03": -20.0}  # no norm before
    )
    two = pd.concat([known.norm, known.norm.assign(driver="visits")], ignore_index=True)
    some = indicators.staff_by_norm(replace(known, norm=two), period="2024-03")
    assert some["by_norm"].isna().all()  # visits are not delivered: the need is not known
    without = indicators.staff_by_norm(ledger, period="2024-03")
    assert without["by_norm"].isna().all()
    assert indicators.norm_coverage(without) == 0.0


def test_worked_staff_is_one_figure_and_missing_with_a_month(ledger: Ledger) -> None:
    def worked(known: Ledger) -> list[float]:
        tables = (indicators.staff_by_norm, indicators.bridge_staffing)
        return [float(table(known, period="2024-03")["worked"].iloc[0]) for table in tables]

    more = pd.DataFrame({"period": ["2024-01", "2024-02", "2024-03"], "worked": [3.0, 6.0, 9.0]})
    other = ledger.staffing.head(3).assign(
        category="b", period=more["period"], worked=more["worked"]
    )
    both = replace(ledger, staffing=pd.concat([ledger.staffing, other], ignore_index=True))
    assert worked(both) == [86.0, 86.0]  # 80 of the one group, 3, 6 and 9 of the other
    kept = ledger.staffing["period"] != "2024-02"
    assert np.isnan(worked(replace(ledger, staffing=ledger.staffing[kept]))).all()


def test_unsigned_pay_is_told(ledger: Ledger) -> None:
    lists = [{"unit": "med", "period": "2024-01", "signed": "2024-02-08"},
             {"unit": "med", "period": "2024-02", "signed": None}]  # fmt: skip
    known = replace(ledger, signoff=table("signoff", lists))
    found = indicators.bridge_staffing(known, period="2024-03").set_index("unit").loc["med"]
    assert found["unsigned"] == -24.0  # February is not signed, March has no list
    assert found["paid"] == 110.0
    assert found["cost_per_paid"] == pytest.approx(12_000 / 110)
    lists_of = indicators.unsigned_lists(known, period="2024-03")["med"]
    assert lists_of.to_dict() == {"2024-01": 0.0, "2024-02": -12.0, "2024-03": -12.0}
    assert indicators.unsigned_share(known, period="2024-03") == pytest.approx(24 / 36)
    assert indicators.unsigned_share(known, period="2024-01") == 0.0
    assert indicators.unsigned_share(known, period="2024-03", newest=False) == pytest.approx(0.5)
    assert np.isnan(indicators.unsigned_share(known, period="2024-01", newest=False))  # none due
    assert np.isnan(indicators.unsigned_share(ledger, period="2024-03"))  # no sign-off delivered
    elsewhere = replace(ledger, signoff=table("signoff", [lists[1] | {"unit": "kir"}]))
    assert indicators.unsigned_share(elsewhere, period="2024-03") == 0.0  # none for this unit
    assert np.isnan(indicators.unsigned_share(known, period="2025-00"))  # nothing of that year
    plain = indicators.bridge_staffing(ledger, period="2024-03")
    assert plain["unsigned"].isna().all()


def test_authority_that_differs_from_the_budget_is_told_with_the_money(ledger: Ledger) -> None:
    roles = {"budget": "head", "posts": "head", "overtime": "nurse", "hire_in": "centre"}
    rows = [{"unit": "med", "right": right, "role": role, "valid_from": "2023-01"}
            for right, role in roles.items()]  # fmt: skip
    known = replace(ledger, authority=table("authority", rows))
    found = indicators.match_authority(known, period="2024-03").set_index("right")
    assert list(found.index) == ["overtime", "hire_in"]
    assert found["amount"]["overtime"] == pytest.approx(-36.0 * 5.5 / 110)
    assert found["decides"]["hire_in"] == "centre"
    later = replace(known, authority=known.authority.assign(valid_from="2024-06"))
    assert indicators.match_authority(later, period="2024-03").empty


def test_keys_that_do_not_meet_are_orphans(ledger: Ledger) -> None:
    kept = ledger.staffing["period"] != "2023-05"
    joined = indicators.join_sources(
        replace(ledger, staffing=ledger.staffing[kept]), period="2024-03"
    )
    assert joined.orphans.to_dict("records") == [
        {"unit": "med", "period": "2023-05", "lacking": "staffing"}
    ]
    assert len(joined.table) == len(YEARS)
    whole = indicators.join_sources(ledger, period="2024-03")
    assert whole.orphans.empty


def test_a_lead_is_found_and_noise_is_not() -> None:
    rng, n = np.random.default_rng(11), 81
    months = periods.month_range("2019-01", "2025-09")
    leader, others = rng.normal(size=n + 2), rng.normal(size=(n, 10))
    wide = pd.DataFrame(others, months).assign(leader=leader[2:])
    line = 3 * leader[:n] + rng.normal(size=n)  # what the leader was two months before
    lines = pd.DataFrame({"hire_in": line, "pay_cost": rng.normal(size=n)}, months)
    found = indicators.find_leads(wide, lines)
    first = found.iloc[0]
    assert (first["indicator"], first["line"], first["lead"]) == ("leader", "hire_in", 2)
    assert first["tried"] == 11 * 2 * 6
    assert found["leads"].tolist() == [True] + [False] * (len(found) - 1)
    assert first["correlation"] == pytest.approx(3 / np.sqrt(10), abs=0.06)


def test_two_slow_series_are_not_taken_to_lead_each_other() -> None:
    rng, count_false = np.random.default_rng(4), 0
    months = periods.month_range("2019-01", "2025-09")
    for _ in range(100):
        walk = rng.normal(size=(len(months), 2)).cumsum(axis=0)
        frame = pd.DataFrame(walk, months, columns=["a", "b"])
        found = indicators.find_leads(frame[["a"]], frame[["b"]])
        count_false += bool(found["leads"].any())
    assert count_false <= 10  # 5 % of 100 and three standard deviations


def test_before_the_first_published_rate_nothing_is_priced(make_ledger: MakeLedger) -> None:
    months = periods.month_range("2003-01", "2004-03")
    rows = [count("discharge_ready_days", month, 5.0) for month in months]
    early = make_ledger([("med", "pay_cost", month, -1.0) for month in months], activity=rows)
    found = indicators.driver_effects(early, period="2004-03")
    assert found["driver"].tolist() == ["discharge_ready"]
    assert found["effect"].isna().all()

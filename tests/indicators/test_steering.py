"""Decision basis, goals, guards, own indicators and alarms on cases worked out by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from balanse_lib import params, periods
from balanse_lib.indicators import (
    assure,
    compute_indicators,
    false_alarm_rates,
    find_changes,
    indicators_of,
    judge_basis,
    judge_goals,
    make_charts,
    unlinked_indicators,
    watch_guards,
)
from balanse_lib.indicators.charts import ChartSettings
from balanse_lib.ledger import Ledger, empty_table

MakeLedger = Callable[..., Ledger]
CATALOGUE = params.indicator_catalogue()
MONTHS = periods.month_range("2024-01", "2025-06")


def table(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    empty = empty_table(name)
    frame = pd.DataFrame(rows).assign(trust="t").reindex(columns=empty.columns)
    return frame.astype(dict(empty.dtypes))


@pytest.fixture
def ledger(make_ledger: MakeLedger) -> Ledger:
    """Sick leave of 8 and 9 per cent in turn, agreed 100 FTE."""
    staffing = [
        {"unit": "med", "category": "a", "period": month, "agreed": 100.0, "paid": 100.0,
         "sick": 8.0 + place % 2}
        for place, month in enumerate(MONTHS)
    ]  # fmt: skip
    return make_ledger([("med", "pay_cost", month, -10.0) for month in MONTHS], staffing=staffing)


def assumptions(**columns: list[object]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    base = {"text": ["x"] * n, "source": ["s"] * n, "approved": ["2025-01-15"] * n}
    return table("assumption", pd.DataFrame(base | columns).to_dict("records"))


def test_an_assumption_holds_within_its_limits_and_focus_comes_first(ledger: Ledger) -> None:
    basis = assumptions(
        number=["1", "2", "3", "4"],
        indicators=["sick_leave_pct"] * 3 + ["waiting_days"],
        low=[8.4, None, None, 1.0],
        high=[None, 8.4, None, 2.0],
        focus=[False, True, False, False],
        status=[None, None, "holds", None],
    )
    known = replace(ledger, assumption=basis)
    values = compute_indicators(known, period="2025-06")
    found = judge_basis(known, period="2025-06", values=values, catalogue=CATALOGUE).set_index(
        "number"
    )
    assert found.index[0] == "2"  # in focus
    assert found["level"]["1"] == pytest.approx(8.5)  # six of 8 and six of 9
    assert found["found"].to_dict() == {
        "1": "holds", "2": "broken", "3": "unknown", "4": "unknown",
    }  # fmt: skip
    assert found["status"]["3"] == "holds"  # the trust's own word
    assert judge_basis(
        known, period="2024-12", values=values, catalogue=CATALOGUE
    ).empty  # approved later


def test_the_latest_version_counts(ledger: Ledger) -> None:
    basis = assumptions(number=["1", "1"], approved=["2025-01-15", "2025-05-02"],
                        indicators=["sick_leave_pct"] * 2, high=[8.0, 9.0])  # fmt: skip
    known = replace(ledger, assumption=basis)
    values = compute_indicators(known, period="2025-06")
    assert judge_basis(known, period="2025-06", values=values, catalogue=CATALOGUE)[
        "found"
    ].tolist() == ["holds"]
    assert judge_basis(known, period="2025-04", values=values, catalogue=CATALOGUE)[
        "found"
    ].tolist() == ["broken"]


def test_an_indicator_that_no_assumption_names_is_told(ledger: Ledger) -> None:
    values = compute_indicators(ledger, period="2025-06")
    assert unlinked_indicators(ledger, values=values) == []  # no basis, nothing to link to
    known = replace(ledger, assumption=assumptions(number=["1"], indicators=["sick_leave_pct"]))
    left = unlinked_indicators(known, values=values)
    assert "sick_leave_pct" not in left
    assert {"gross_monthly_fte", "agreed_fte"} <= set(left)
    own = table("indicator_def", [{"indicator": "agreed_fte", "assumptions": "1"}])
    left = unlinked_indicators(replace(known, indicator_def=own), values=values)
    assert "agreed_fte" not in left  # its own definition names the assumption
    assert "gross_monthly_fte" in left


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [(5.0, "pass", "fail"), (15.0, "fail", "pass"), (9.0, "hit_or_miss", "hit_or_miss")],
)
def test_assurance(target: float, higher: str, lower: str) -> None:
    span = {"lpl": 8.0, "upl": 12.0, "target": target}
    assert assure(**span, direction="higher") == higher
    assert assure(**span, direction="lower") == lower
    assert assure(**span, direction="neutral") == "unknown"


def test_a_goal_is_told_by_the_year_so_far_and_what_is_left(ledger: Ledger) -> None:
    goal = {"unit": "t", "goal": "g", "indicator": "sick_leave_pct", "target": 8.4,
            "valid_from": "2025-01", "responsible": "r", "source": "s"}  # fmt: skip
    known = replace(ledger, goal=table("goal", [goal, goal | {"valid_to": "2025-03"}]))
    catalogue = indicators_of(known)
    values = compute_indicators(known, period="2025-06", catalogue=catalogue)
    charts = make_charts(values, catalogue=catalogue)
    told = {"values": values, "charts": charts, "catalogue": catalogue}
    found = judge_goals(known, period="2025-06", **told)
    assert len(found) == 1  # the other held until March
    status = found.iloc[0]
    assert (status["so_far"], status["expected"]) == (8.5, 8.5)
    sd = 1 / 1.128 * np.sqrt(6 + 36 / 12) / 12  # every moving range is 1; six months left
    assert status["chance"] == pytest.approx(norm.cdf(-0.1 / sd))
    assert status["assurance"] == "hit_or_miss"
    to_december = replace(known, goal=table("goal", [goal | {"valid_to": "2025-12"}]))
    assert len(judge_goals(to_december, period="2025-13", **told)) == 1  # that year is over


@pytest.fixture
def points(make_ledger: MakeLedger) -> Ledger:
    """DRG points of 100 and 110 in turn: 1 260 in any twelve months, 630 in half a year."""
    rows = [{"unit": "med", "period": month, "type": "drg_points", "value": 100.0 + 10 * (n % 2)}
            for n, month in enumerate(MONTHS)]  # fmt: skip
    return make_ledger([("med", "pay_cost", month, -10.0) for month in MONTHS], activity=rows)


def test_a_goal_of_an_accumulated_indicator_is_one_of_the_year(points: Ledger) -> None:
    goal = {"unit": "t", "goal": "g", "indicator": "drg_points_ytd", "target": 1250.0,
            "valid_from": "2025-01", "responsible": "r", "source": "s"}  # fmt: skip
    known = replace(points, goal=table("goal", [goal]))
    values = compute_indicators(known, period="2025-06")
    told = {"values": values, "charts": make_charts(values), "catalogue": CATALOGUE}
    status = judge_goals(known, period="2025-06", **told).iloc[0]
    assert (status["so_far"], status["expected"]) == (630.0, 1260.0)  # 630 and six of 105
    sd = 10 / 1.128 * np.sqrt(6 + 36 / 12)  # every moving range is 10
    assert status["chance"] == pytest.approx(norm.cdf(10 / sd))
    assert status["assurance"] == "unknown"  # limits of a month say nothing about a year
    gap = points.activity[points.activity["period"] != "2025-03"]
    known = replace(known, activity=gap)
    values = compute_indicators(known, period="2025-06")
    told |= {"values": values, "charts": make_charts(values)}
    status = judge_goals(known, period="2025-06", **told).iloc[0]
    assert np.isnan(status["so_far"])  # March is missing, not 0


def test_the_months_left_keep_their_season(make_ledger: MakeLedger) -> None:
    """100 visits a month, 40 in July, for three and a half years: 12 months hold 1 140, 95 each.

    The mean of the last twelve months is 95 too; laid on July to December beside six months of
    100 it would make 97.5.
    """
    months = periods.month_range("2022-01", "2025-06")
    rows = [{"unit": "med", "period": month, "type": "visits",
             "value": 40.0 if month.endswith("-07") else 100.0} for month in months]  # fmt: skip
    ledger = make_ledger([("med", "pay_cost", month, -10.0) for month in months], activity=rows)
    goal = {"unit": "t", "goal": "g", "indicator": "visits", "target": 96.0,
            "valid_from": "2025-01", "responsible": "r", "source": "s"}  # fmt: skip
    known = replace(ledger, goal=table("goal", [goal]))
    values = compute_indicators(known, period="2025-06")
    told = {"values": values, "charts": make_charts(values), "catalogue": CATALOGUE}
    status = judge_goals(known, period="2025-06", **told).iloc[0]
    assert status["so_far"] == 100.0
    assert status["expected"] == pytest.approx(95.0)


def test_the_basis_holds_an_accumulated_indicator_against_twelve_months(points: Ledger) -> None:
    basis = assumptions(number=["1"], indicators=["drg_points_ytd"], low=[1250.0])
    known = replace(points, assumption=basis)
    values = compute_indicators(known, period="2025-06")
    found = judge_basis(known, period="2025-06", values=values, catalogue=CATALOGUE).iloc[0]
    assert (found["level"], found["found"]) == (1260.0, "holds")


def test_a_guard_that_gets_worse_after_the_start_raises_a_flag(ledger: Ledger) -> None:
    register = table("measure", [
        {"measure_id": name, "title": name, "unit": unit, "start_actual": start,
         "guard_indicators": guard}
        for name, unit, start, guard in [
            ("A", "med", "2025-01", "sick_leave_pct"), ("B", "med", "2025-05", "sick_leave_pct"),
            ("C", "kir", "2025-01", "sick_leave_pct"), ("D", "med", None, "sick_leave_pct"),
            ("E", "med", "2025-01", "agreed_fte"),
        ]
    ])  # fmt: skip
    known = replace(ledger, measure=register)
    values = compute_indicators(known, period="2025-06")
    signals = pd.DataFrame({
        "indicator": ["sick_leave_pct", "agreed_fte"], "unit": "med", "since": "2025-02",
        "until": "2025-06", "meaning": ["concern", "improvement"],
    })  # fmt: skip
    found = watch_guards(known, period="2025-06", values=values, signals=signals)
    assert dict(zip(found["measure_id"], found["state"], strict=True)) == {
        "A": "worse", "B": "calm", "C": "no_values", "D": "not_begun", "E": "calm",
    }  # fmt: skip


def test_own_indicators_are_computed_from_ready_made_values(ledger: Ledger) -> None:
    own = empty_table("indicator_def")
    row = {"indicator": "rating", "name": "Rating", "numerator": "value:stars", "kind": "ratio",
           "direction": "higher", "measured_in": "points", "source": "s",
           "assumptions": "1"}  # fmt: skip
    own = pd.DataFrame([row]).reindex(columns=own.columns).astype(dict(own.dtypes))
    ready = table("indicator_value", [
        {"unit": unit, "indicator": "stars", "period": "2025-05", "period_kind": kind, "value": v}
        for unit, kind, v in [("med", "month", 3.0), ("t", "month", 4.0), ("t", "ytd", 9.0)]
    ])  # fmt: skip
    known = replace(ledger, indicator_def=own, indicator_value=ready)
    values = compute_indicators(known, period="2025-06", catalogue=indicators_of(known))
    rating = values[values["indicator"] == "rating"].dropna(subset="value").set_index("unit")
    assert rating["value"].to_dict() == {"med": 3.0, "t": 4.0}  # no sum of units, no ytd
    changes = find_changes(known, period="2025-06", rng=np.random.default_rng(1))
    assert changes.definition("rating")["name"] == "Rating"


def test_a_share_of_few_is_not_shown(make_ledger: MakeLedger) -> None:
    rows = [{"unit": "med", "period": month, "type": kind, "value": value}
            for month, due in (("2025-01", 4.0), ("2025-02", 5.0))
            for kind, value in (("letters_due", due), ("letters_1_day", 2.0))]  # fmt: skip
    known = make_ledger([("med", "pay_cost", "2025-01", -1.0)], activity=rows)
    values = compute_indicators(known, period="2025-02")
    letters = values[(values["indicator"] == "letters_1_day_pct") & (values["unit"] == "med")]
    assert letters["reason"].tolist() == ["few", ""]
    assert letters["value"].tolist()[1] == 40.0


def test_a_rebased_chart_has_limits_of_its_own_from_that_month(make_ledger: MakeLedger) -> None:
    rows = [{"unit": "med", "period": month, "type": "adverse_events",
             "value": 10.0 + place % 2 + 20 * (month >= "2024-10")}
            for place, month in enumerate(MONTHS)]  # fmt: skip
    known = make_ledger([("med", "pay_cost", "2024-01", -1.0)], activity=rows)
    values = compute_indicators(known, period="2025-06")
    plain = make_charts(values)
    assert (plain.rules["adverse_events", "med"] > 0).any()
    rebased = {"adverse_events": {"2024-10": "new way of counting"}}
    charts = make_charts(values, settings=ChartSettings(rebased=rebased))
    assert not (charts.rules["adverse_events", "med"] > 0).any()
    chart = charts.of("adverse_events", "med")
    assert chart["mean"].unique() == pytest.approx([10 + 4 / 9, 30 + 5 / 9])
    assert charts.limits["mean"]["adverse_events", "med"] == chart["mean"].iloc[-1]


def test_a_standing_number_is_charted_by_its_monthly_change(ledger: Ledger) -> None:
    values = compute_indicators(ledger, period="2025-06")
    charts = make_charts(values)
    agreed = charts.charted["agreed_fte", "med"]
    assert agreed.dropna().tolist() == [0.0] * (len(MONTHS) - 1)


def test_chance_is_reckoned_for_the_months_that_each_chart_has(make_ledger: MakeLedger) -> None:
    n = {"adverse_events": 15, "deadline_breaches": 18}  # the other begins three months later
    rows = [{"unit": "med", "period": month, "type": kind, "value": float(place % 2)}
            for kind, months in n.items()
            for place, month in enumerate(MONTHS[-months:])
            if (kind, month) != ("adverse_events", MONTHS[-1])]  # fmt: skip
    known = make_ledger([("med", "pay_cost", MONTHS[0], -1.0)], activity=rows)
    found = find_changes(known, period=MONTHS[-1], rng=np.random.default_rng(1))
    assert sorted(found.charts.months) == [14, 14, 18, 18]  # unit and trust
    rng = np.random.default_rng(5)
    rates = {months: false_alarm_rates(months, rng=rng).loc["any"] for months in (14, 18)}
    anywhere, now = found.by_chance()
    noise = 4 * 2 * np.sqrt(2 * 2 * 0.15 * 0.85 / 4000)  # four sd of the two simulations
    assert anywhere == pytest.approx(2 * (rates[14]["charts"] + rates[18]["charts"]), abs=noise)
    assert now == pytest.approx(2 * rates[18]["last"], abs=noise / 2)  # two lack the last month


def test_alarm_rates_grow_with_the_months_and_the_last_month_has_its_share() -> None:
    short, long = (false_alarm_rates(months, rng=np.random.default_rng(2)) for months in (12, 48))
    assert short.loc["any", "charts"] < long.loc["any", "charts"]
    # a chart is marked somewhere at least as often as on its last month
    assert (short["last"] <= short["charts"]).all()
    # rule 1 with known limits marks 0.27 % of months; estimated limits can only be near it
    assert long.loc[1, "last"] == pytest.approx(0.005, abs=0.004)

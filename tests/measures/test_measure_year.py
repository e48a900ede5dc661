"""A register in its year: every effect once, the bridge adds up, an empty register works."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import forecast, open_run
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.measures import MeasureYear, carry_over, value_measures
from balanse_lib.measures.register import ALWAYS

PERIOD = "2025-03"


@pytest.fixture(scope="module")
def year() -> tuple[Ledger, forecast.YearEnd]:
    run = open_run("helse-havdal", period=PERIOD)
    return run.ledger, run.year_end


def register(*rows: dict[str, object]) -> pd.DataFrame:
    """Complete measures of 12 million, a step, each on an account and in a unit of its own."""
    empty = empty_table("measure")
    told = []
    for number, row in enumerate(rows):
        base = {name: "x" for name in ALWAYS} | {
            "measure_id": f"M{number}", "title": f"Measure {number}", "trust": "helse-havdal",
            "unit": f"u{number}", "base_account": str(4000 + number), "class": "staffing",
            "kind": "recurrent", "stage": "decided", "base_amount": -100.0,
            "full_year_effect": 12.0, "start_plan": "2025-07", "ramp": "step", "one_off_cost": 0.0,
            "running_cost": 0.0, "displaced_cost": 0.0, "budget_taken_out": False,
            "decision_ref": "x", "decision_date": "2025-01-15",
        }  # fmt: skip
        told.append(base | row)
    frame = pd.DataFrame(told, index=range(len(told))).reindex(columns=empty.columns)
    return frame.astype(dict(empty.dtypes))


def value(
    year: tuple[Ledger, forecast.YearEnd],
    measures: pd.DataFrame,
    requirement: float | None = None,
) -> MeasureYear:
    book, year_end = year
    return value_measures(
        replace(book, measure=measures),
        year_end=year_end,
        requirement=requirement,
        rng=np.random.default_rng(1),
    )


def test_the_bridge_adds_up_and_so_does_the_chance(year) -> None:
    told = register(
        {}, {"stage": "confirmed", "start_actual": "2024-01"}, {"start_plan": "2025-10"}
    )
    found = value(year, told, requirement=30.0)
    bridge = found.bridge
    assert bridge.steps.sum() == pytest.approx(bridge.expected, abs=1e-9)
    assert bridge.chance.sum() == pytest.approx(bridge.p_reach, abs=1e-9)
    assert bridge.p_reach == (found.joint.total >= 30.0).mean()
    assert bridge.steps["confirmed"] == 12.0  # all of the year, from the register
    assert bridge.steps["base"] + 12.0 == pytest.approx(year[1].total.mean(), abs=1e-9)


def test_without_measures_the_year_is_the_base(year) -> None:
    found = value(year, empty_table("measure"), requirement=30.0)
    assert np.array_equal(found.joint.total, year[1].total)
    assert found.as_one == ()
    assert found.bridge.steps["remaining"] == 0.0
    assert found.packages == ()


def test_a_started_measure_counts_only_what_the_run_rate_does_not_hold(year) -> None:
    """Linear over four months from February: after March ½ is held; ¼ + ½·8 = 4.25 is left."""
    told = register(
        {"stage": "started", "start_plan": "2025-02", "start_actual": "2025-02", "ramp": "linear",
         "ramp_len": 4.0},
        {"stage": "started", "start_plan": "2025-01", "start_actual": "2025-01"},
    )  # fmt: skip
    found = value(year, told)
    assert found.draws.planned.tolist() == pytest.approx([4.25, 0.0])
    planned, mean, sd = found.as_one[0]
    assert planned == pytest.approx(4.25)
    assert planned * mean == pytest.approx(found.draws.total.mean())
    assert planned * sd == pytest.approx(found.draws.total.std())


def test_an_idea_never_takes_the_place_of_a_decided_measure(year) -> None:
    """The idea is larger, but both are one gain: the decided one counts."""
    told = register({"gain_id": "G"}, {"gain_id": "G", "stage": "idea", "full_year_effect": 24.0})
    found = value(year, told)
    assert found.table["reason"].tolist() == ["", "gain_id"]
    assert found.conflicts[["measure_id", "other_id"]].to_numpy().tolist() == [["M1", "M0"]]
    assert (found.gross, found.net) == (18.0, 6.0)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"budget_taken_out": True}, "in_budget"),
        ({"stage": "paused", "pause_from": "2025-02"}, "paused"),
        ({"kind": "avoided cost"}, "avoided_cost"),
    ],
)
def test_what_is_held_elsewhere_does_not_count(year, told, reason) -> None:
    found = value(year, register(told))
    assert found.table["reason"].tolist() == [reason]
    assert not found.draws.total.any()


def test_costs_of_what_is_to_start_are_taken_off(year) -> None:
    """Six months of a yearly cost of 4 and 1 at the start: 3 less than without costs."""
    free = value(year, register({}))
    dear = value(year, register({"running_cost": -4.0, "one_off_cost": -1.0}))
    assert free.draws.total.mean() - dear.draws.total.mean() == pytest.approx(3.0)


def test_the_package_comes_from_what_is_not_decided(year) -> None:
    prudent = float(np.quantile(year[1].total, 0.35))
    told = register(
        {"stage": "planned", "start_plan": "2025-07", "full_year_effect": 60.0},
        {"stage": "planned", "start_plan": "2025-07", "full_year_effect": 60.0,
         "running_cost": -6.0},
    )  # fmt: skip
    found = value(year, told, requirement=prudent + 1.0)
    assert found.draws.total.sum() == 0.0  # nothing is decided
    assert found.gap == pytest.approx(1.0)
    assert found.packages[0].chosen == ("M0",)  # the same effect without the cost
    assert found.packages[0].effect >= 1.0
    assert PERIOD < found.last_month <= "2025-12"
    short = value(year, told, requirement=prudent + 500.0)
    assert short.packages[0].missing == pytest.approx(500.0 - short.packages[0].effect)
    assert short.last_month == ""


def test_a_rival_of_a_decided_measure_is_not_in_the_bank(year) -> None:
    told = register({}, {"stage": "idea", "excludes": "M0"}, {"stage": "idea"})
    found = value(year, told, requirement=1000.0)
    assert found.bank["measure_id"].tolist() == ["M2"]
    assert found.draws.planned.tolist() == [6.0, 0.0, 0.0]


@pytest.mark.parametrize("ramp", ["one-off", "season"])
def test_what_passes_is_not_taken_for_a_run_rate(year, ramp) -> None:
    """All of it came in February: nothing is left, and nothing is lost."""
    told = {"stage": "started", "start_actual": "2025-02", "ramp": ramp, "season_months": "2"}
    assert value(year, register(told)).draws.planned.tolist() == [0.0]


def test_carry_over_is_next_year_less_this_one(year) -> None:
    """A step of 12 from July gives 6 this year and 12 the next; an idea brings nothing."""
    told = register(
        {}, {"stage": "confirmed", "start_actual": "2025-10"}, {"stage": "idea"},
        {"stage": "stopped"}, {"stage": "confirmed", "start_actual": "2024-01"},
    )  # fmt: skip
    found = value(year, told)
    carried = carry_over(replace(year[0], measure=told), year=found)
    assert carried["this_year"].tolist()[:2] == [6.0, 3.0]
    assert carried["planned"].tolist() == [6.0, 9.0, 0.0, 0.0, 0.0]
    portfolio = found.plan.portfolio
    rate = (1 - portfolio.p_none[0]) * portfolio.alpha[0] / (portfolio.alpha[0] + portfolio.beta[0])
    assert carried["expected"].tolist()[:2] == pytest.approx([6.0 * rate, 9.0])
    assert 0 < rate < 1


def test_a_gain_entered_twice_is_carried_over_once(year) -> None:
    twice = {"gain_id": "G1", "unit": "u", "base_account": "4000"}
    told = register(twice, twice)
    carried = carry_over(replace(year[0], measure=told), year=value(year, told))
    assert sorted(carried["planned"]) == [0.0, 6.0]


def test_what_comes_once_is_missed_next_year(year) -> None:
    told = register({"kind": "one-off", "ramp": "one-off"})
    carried = carry_over(replace(year[0], measure=told), year=value(year, told))
    assert carried["planned"].tolist() == [-12.0]

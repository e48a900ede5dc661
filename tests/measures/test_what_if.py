"""Scenarios: only what is changed moves the year, by what can be worked out by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import forecast, open_run
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.measures import (
    Scenario,
    WhatIf,
    measures_to_choose,
    play_scenario,
    scenarios_table,
    standard_scenarios,
    value_measures,
)
from balanse_lib.measures.register import ALWAYS

Make = Callable[..., WhatIf]
# a year with something of everything
MANY = (
    {},
    {"stage": "started", "start_plan": "2025-02", "start_actual": "2025-02", "ramp": "linear",
     "ramp_len": 4.0, "running_cost": -1.0},
    {"running_cost": -4.0, "one_off_cost": -1.0, "start_plan": "2025-10", "depends_on": "M0"},
    {"stage": "planned", "start_plan": "2025-07"},
    {"stage": "confirmed", "start_actual": "2024-01"},
)  # fmt: skip


@pytest.fixture(scope="module")
def march() -> tuple[Ledger, forecast.YearEnd]:
    run = open_run("helse-havdal", period="2025-03")
    return replace(run.ledger, risk=empty_table("risk")), run.year_end


@pytest.fixture
def make(march) -> Make:
    """Complete measures of 12 million, a step from July, each in a unit of its own."""

    def make_year(*rows: dict[str, object], requirement: float | None = None) -> WhatIf:
        empty, (book, year_end) = empty_table("measure"), march
        base = dict.fromkeys(ALWAYS, "x") | {
            "trust": "helse-havdal", "class": "staffing", "kind": "recurrent", "stage": "decided",
            "base_amount": -100.0, "full_year_effect": 12.0, "start_plan": "2025-07",
            "ramp": "step", "one_off_cost": 0.0, "running_cost": 0.0, "displaced_cost": 0.0,
            "budget_taken_out": False, "decision_ref": "x", "decision_date": "2025-01-15",
        }  # fmt: skip
        told = [
            base | {"measure_id": f"M{n}", "unit": f"u{n}", "base_account": str(4000 + n)} | row
            for n, row in enumerate(rows)
        ]
        frame = pd.DataFrame(told, index=range(len(told))).reindex(columns=empty.columns)
        book = replace(book, measure=frame.astype(dict(empty.dtypes)))
        year = value_measures(
            book, year_end=year_end, requirement=requirement, rng=np.random.default_rng(5)
        )
        return WhatIf(year, ledger=book, rng=np.random.default_rng(5))

    return make_year


def sure(what_if: WhatIf) -> WhatIf:
    """The same measures, each realised in full and on time."""
    portfolio = what_if.year.plan.portfolio
    count = len(portfolio.ids)
    certain = replace(
        portfolio,
        alpha=np.full(count, 1e9),
        beta=np.full(count, 1e-2),
        p_none=np.zeros(count),
        delay=np.ones((count, 1)),
    )
    year = replace(what_if.year, plan=replace(what_if.year.plan, portfolio=certain))
    return replace(what_if, year=year)


def added_to_base(what_if: WhatIf, scenario: Scenario) -> np.ndarray:
    return play_scenario(what_if, scenario).total - what_if.year.joint.base


def test_nothing_changed_is_the_measure_year_itself(make) -> None:
    what_if = make(*MANY, requirement=30.0)
    played = play_scenario(what_if, Scenario())
    assert what_if.year.draws.effects.any(axis=0).tolist() == [True, True, True, False, False]
    assert np.array_equal(played.effects, what_if.year.joint.effects)
    assert np.array_equal(played.total, what_if.year.joint.total)


def test_the_random_numbers_are_the_same_whatever_was_played_before(make) -> None:
    what_if = make(*MANY)
    first = play_scenario(what_if, Scenario(delay_months=1)).total
    play_scenario(what_if, Scenario(realisation=0.3, left_out=("M0",)))
    assert np.array_equal(play_scenario(what_if, Scenario(delay_months=1)).total, first)


def test_risks_stay_as_they_were_drawn(march, make) -> None:
    risks = open_run("helse-havdal", period="2025-03").ledger.risk
    assert len(risks)
    what_if = make({})
    book = replace(what_if.ledger, risk=risks)
    rng = np.random.default_rng(5)
    year = value_measures(book, year_end=march[1], requirement=None, rng=rng)
    told = WhatIf(year, ledger=book, rng=np.random.default_rng(5))
    assert year.joint.risks.any()
    played = play_scenario(told, Scenario(realisation=0.0))
    assert np.array_equal(played.total, march[1].total + year.joint.risks.sum(axis=1))


def test_without_any_realisation_the_year_is_the_models_own(make, march) -> None:
    what_if = make({}, {"start_plan": "2025-10", "ramp": "linear", "ramp_len": 6.0})
    assert np.array_equal(play_scenario(what_if, Scenario(realisation=0.0)).total, march[1].total)


def test_realisation_is_a_factor_on_every_draw(make) -> None:
    what_if = make({}, {"full_year_effect": 30.0})
    half = added_to_base(what_if, Scenario(realisation=0.5))
    assert half == pytest.approx(0.5 * added_to_base(what_if, Scenario()), abs=1e-9)


def test_all_left_out_is_no_realisation_and_no_cost(make, march) -> None:
    free, dear = make({}, {}), make(*MANY)
    none = play_scenario(free, Scenario(left_out=("M0", "M1"))).total
    assert np.array_equal(none, play_scenario(free, Scenario(realisation=0.0)).total)
    left_out, _ = measures_to_choose(dear.year)
    assert np.array_equal(play_scenario(dear, Scenario(left_out=left_out)).total, march[1].total)


def test_costs_come_without_the_effect_and_later_when_it_is_late(make) -> None:
    """1 once and 4 a year: July to December 1 + 2 = 3; from September 1 + 4/3; next year none."""
    what_if = make({"running_cost": -4.0, "one_off_cost": -1.0})
    for delay, cost in ((0, 3.0), (2, 1 + 4 / 3), (6, 0.0)):
        nothing = added_to_base(what_if, Scenario(realisation=0.0, delay_months=delay))
        assert nothing == pytest.approx(-cost, abs=1e-9)


@pytest.mark.parametrize(
    ("ramp", "effects"),
    [
        ({"ramp": "step"}, {0: 6.0, 2: 4.0, 5: 1.0, 6: 0.0, 9: 0.0}),
        # ¼ + ½ + ¾ + 1 + 1 + 1; then two months, then three fewer at the end
        ({"ramp": "linear", "ramp_len": 4.0}, {0: 4.5, 2: 2.5, 3: 1.5, 6: 0.0}),
    ],
)
def test_a_sure_effect_that_comes_late_loses_its_months(make, ramp, effects) -> None:
    what_if = sure(make(ramp))
    for delay, effect in effects.items():
        found = added_to_base(what_if, Scenario(delay_months=delay))
        assert found == pytest.approx(effect, abs=1e-6)


def test_a_delay_adds_to_the_delay_that_is_drawn(make) -> None:
    """A step of rate r, `late` months late, gives r · (6 − late): each further month costs r."""
    what_if = make({})
    effect = [added_to_base(what_if, Scenario(delay_months=months)) for months in range(3)]
    rate = effect[0] - effect[1]
    assert effect[1] - effect[2] == pytest.approx(rate, abs=1e-9)
    some = rate > 1e-6
    months_left = effect[0][some] / rate[some]
    assert months_left == pytest.approx(np.round(months_left), abs=1e-3)
    assert set(np.round(months_left)) <= {2.0, 3.0, 4.0, 5.0, 6.0}
    assert len(set(np.round(months_left))) > 1, "delays are drawn"


def test_what_has_begun_is_not_delayed(make) -> None:
    what_if = make(MANY[1])
    assert added_to_base(what_if, Scenario()).mean() > 1.0
    late = play_scenario(what_if, Scenario(delay_months=4)).total
    assert np.array_equal(late, what_if.year.joint.total)


def test_a_shock_moves_every_quantile_by_itself(make) -> None:
    what_if = make(*MANY, requirement=30.0)
    shocked = play_scenario(what_if, Scenario(shock=-17.5))
    moved = shocked.quantiles() - what_if.year.joint.quantiles()
    assert moved.to_numpy() == pytest.approx(-17.5, abs=1e-9)
    assert shocked.p_reach(30.0 - 17.5) == what_if.year.joint.p_reach(30.0)


def test_what_depends_on_a_measure_falls_with_it_and_brings_it_along(make) -> None:
    """Both of 6 in the year; undecided ones start in October at the earliest: 3 each."""
    decided = sure(make({}, {"depends_on": "M0"}))
    assert added_to_base(decided, Scenario()) == pytest.approx(12.0, abs=1e-6)
    assert not added_to_base(decided, Scenario(left_out=("M0",))).any()
    assert added_to_base(decided, Scenario(left_out=("M1",))) == pytest.approx(6.0, abs=1e-6)
    planned = sure(make({"stage": "planned"}, {"stage": "planned", "depends_on": "M0"}))
    assert not added_to_base(planned, Scenario()).any()
    assert added_to_base(planned, Scenario(added=("M0",))) == pytest.approx(3.0, abs=1e-6)
    assert added_to_base(planned, Scenario(added=("M1",))) == pytest.approx(6.0, abs=1e-6)
    both = Scenario(added=("M1",), left_out=("M0",))
    assert not added_to_base(planned, both).any()


def test_a_rival_takes_the_place_of_what_is_left_out(make) -> None:
    what_if = sure(make({"full_year_effect": 24.0}, {"excludes": "M0"}))
    assert added_to_base(what_if, Scenario()) == pytest.approx(12.0, abs=1e-6)
    assert added_to_base(what_if, Scenario(left_out=("M0",))) == pytest.approx(6.0, abs=1e-6)


def test_a_gain_left_out_does_not_come_back_by_its_second_record(make) -> None:
    what_if = sure(make({"gain_id": "G", "full_year_effect": 24.0}, {"gain_id": "G"}))
    assert added_to_base(what_if, Scenario()) == pytest.approx(12.0, abs=1e-6)
    assert not added_to_base(what_if, Scenario(left_out=("M0",))).any()


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (Scenario(realisation=-0.1), "realisation is -0.1"),
        (Scenario(delay_months=-1), "delay_months is -1"),
        (Scenario(delay_months=1.5), "whole months"),
        (Scenario(shock=np.nan), "shock is nan"),
        (Scenario(left_out=("M00",)), "nearest is M0"),
        (Scenario(added=("T",)), "no measure 'T'"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused(make, scenario, said) -> None:
    with pytest.raises(ValueError, match=said):
        play_scenario(make({}), scenario)


def test_standard_scenarios_are_those_the_register_has_measures_for(make) -> None:
    sd = round(float(make().year.joint.total.std()), 1)
    assert standard_scenarios(make()) == (Scenario(), Scenario(shock=-sd))
    what_if = make({}, {"full_year_effect": 60.0}, {"stage": "planned"}, requirement=500.0)
    _, half, late, without, none, added, shock = standard_scenarios(what_if)
    assert (half.realisation, late.delay_months) == (0.5, 3)
    assert (without.left_out, none.left_out, added.added) == (("M1",), ("M0", "M1"), ("M2",))
    assert shock.shock < 0


def test_the_table_says_what_each_scenario_changes(make) -> None:
    what_if = sure(make({}, requirement=30.0))
    what_if = replace(what_if, year=replace(what_if.year, joint=play_scenario(what_if, Scenario())))
    told = (Scenario(), Scenario(delay_months=2), Scenario(left_out=("M0",), shock=-4.0))
    table = scenarios_table(what_if, told)
    assert table["change"].tolist() == pytest.approx([0.0, -2.0, -10.0], abs=1e-6)
    assert (table["P50"] - table["P50"].iloc[0]).tolist() == pytest.approx(
        [0.0, -2.0, -10.0], abs=1e-6
    )
    assert table["p_reach"].is_monotonic_decreasing
    assert scenarios_table(make({}), told)["p_reach"].isna().all()

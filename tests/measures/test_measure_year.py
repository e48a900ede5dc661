"""A register in its year: every effect once, the bridge adds up, an empty register works."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import forecast, open_run, periods
from balanse_lib.ledger import Ledger, empty_table
from tests.measures.registers import PERIOD, register, risk_register, value


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


def test_when_the_year_is_over_nothing_is_left_of_any_measure() -> None:
    run = open_run("helse-havdal", period="2024-12")
    found = run.measure_year
    assert not found.draws.effects.any()
    assert np.array_equal(found.joint.base, run.year_end.total)
    assert found.bridge.steps.sum() == pytest.approx(found.bridge.expected, abs=1e-9)


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


def test_costs_of_what_is_overdue_are_still_to_come(year) -> None:
    """Decided for February and not begun: it can begin in April, with its cost of 1 and 9 · ⅓."""
    late = {"start_plan": "2025-02"}
    free = value(year, register(late))
    dear = value(year, register(late | {"running_cost": -4.0, "one_off_cost": -1.0}))
    assert free.draws.total.mean() - dear.draws.total.mean() == pytest.approx(4.0)


@pytest.mark.parametrize("ramp", ["one-off", "season"])
def test_what_passes_is_not_taken_for_a_run_rate(year, ramp) -> None:
    """All of it came in February: nothing is left, and nothing is lost."""
    told = {"stage": "started", "start_actual": "2025-02", "ramp": ramp, "season_months": "2"}
    assert value(year, register(told)).draws.planned.tolist() == [0.0]


def test_what_the_budget_holds_and_is_paused_has_no_share(year) -> None:
    paused = {"stage": "paused", "pause_from": "2025-02", "budget_taken_out": True}
    found = value(year, register(paused))
    assert found.table[["reason", "share"]].to_numpy().tolist() == [["paused", 0.0]]
    assert found.net == 0.0


def test_risks_are_a_step_of_the_bridge(year) -> None:
    """Two of −5 for certain, one of them answered in full by a confirmed measure."""
    told = register({"stage": "confirmed", "start_actual": "2024-01"}, {"stage": "idea"})
    risks = risk_register(
        {"measure_id": "M0", "amount_share_after": 0.4},
        {"measure_id": "M1", "probability_after": 0.0},  # an idea answers to nothing yet
        {"valid_to": PERIOD},  # can no longer happen
        {"valid_from": "2025-04"},  # not entered yet
        {"event_id": "H1"},  # in the base forecast already
    )
    found = value(year, told, requirement=50.0, risks=risks)
    bridge = found.bridge
    assert bridge.steps["risks"] == pytest.approx(-7.0)
    assert bridge.steps.sum() == pytest.approx(bridge.expected, abs=1e-9)
    assert bridge.chance.sum() == pytest.approx(bridge.p_reach, abs=1e-9)
    assert found.risks["expected_before"].tolist() == pytest.approx([-5.0, -5.0, 0.0])
    assert found.risks["expected_after"].tolist() == pytest.approx([-2.0, -5.0, 0.0])
    without = value(year, told, requirement=50.0)
    assert without.gap > 0
    assert found.gap == pytest.approx(without.gap + 7.0)
    assert bridge.p_reach <= without.bridge.p_reach
    assert np.array_equal(found.draws.effects, without.draws.effects)


def test_a_risk_is_left_without_answer_when_its_measure_is_taken_out(year) -> None:
    risks = risk_register({"measure_id": "M0", "probability_after": 0.0})
    kept = register({"stage": "confirmed", "start_actual": "2024-01"})
    assert value(year, kept, risks=risks).bridge.steps["risks"] == 0.0
    gone = value(year, empty_table("measure"), risks=risks)
    assert gone.bridge.steps["risks"] == pytest.approx(-5.0)


def test_orphans_are_risks_without_a_measure_and_links_of_one_side(year) -> None:
    told = register({"risk_ids": "R0"}, {"risk_ids": "R9"})
    found = value(year, told, risks=risk_register({"measure_id": "M0"}, {}, {"measure_id": "M0"}))
    assert found.orphans.fillna("").to_numpy().tolist() == [
        ["R1", "", "no_measure"], ["R2", "M0", "not_in_measures"], ["R9", "M1", "not_in_risks"],
    ]  # fmt: skip
    assert value(year, told).orphans.empty  # no risk register: nothing to be linked to


def test_base_and_measure_hold_an_effect_in_the_budget_once(year) -> None:
    """An effect that is laid into the budget moves the base by the weight of that view.

    One million a month on an account, budgeted for July to December: the deviations view takes all
    six, the amounts view none. The measure beside it counts by the rest, so that the two make six.
    The interval is then narrowed around its middle, which moves the mean by less than 0.2; counted
    in full the two would make 9.6, not counted at all 3.6.
    """
    book, _ = year
    months = periods.months_of_year(2025)[6:]
    row = book.budget[book.budget["period"] == months[0]].iloc[0]
    cell = (book.budget["unit"] == row["unit"]) & (book.budget["account"] == row["account"])
    moved = book.budget["amount"] + 1.0 * (cell & book.budget["period"].isin(months))
    richer = replace(book, budget=book.budget.assign(amount=moved))
    base = open_again(book)
    in_base = float(open_again(richer).total.mean() - base.total.mean())
    weight = float(base.views["deviations"])
    assert 0.2 < weight < 0.8
    assert in_base == pytest.approx(6.0 * weight, abs=0.2)
    found = value((book, base), register({"budget_taken_out": True}))
    assert found.table[["reason", "share"]].to_numpy().tolist() == [
        ["in_budget", pytest.approx(1 - weight)]
    ]
    assert found.draws.planned.tolist() == pytest.approx([6.0 * (1 - weight)])
    assert in_base + float(found.draws.planned.sum()) == pytest.approx(6.0, abs=0.2)
    plain = value((book, base), register({}))
    ratio = found.draws.effects.mean() / plain.draws.effects.mean()
    assert ratio == pytest.approx(1 - weight)


def open_again(book: Ledger) -> forecast.YearEnd:
    """The year-end of the fixture, forecast from another book with the same random numbers."""
    return forecast.year_end(book, period=PERIOD, rng=np.random.default_rng(4), n_paths=1000)


def test_a_gain_that_the_budget_holds_is_not_counted_by_a_second_record(year) -> None:
    told = register({"gain_id": "G", "budget_taken_out": True}, {"gain_id": "G"})
    found = value(year, told)
    assert found.table["reason"].tolist() == ["in_budget", "gain_id"]
    assert found.draws.planned.tolist() == pytest.approx([6.0 * found.table["share"].iloc[0], 0.0])


def test_audits_move_the_rates(year) -> None:
    """Nothing found of a measure that was surely seen: (0.75·8 + 0)/9 for what has started."""
    told = register(
        {"stage": "confirmed", "start_actual": "2024-01"},
        {"stage": "started", "start_actual": "2025-03", "ramp": "linear", "ramp_len": 6.0},
    )
    audits = pd.DataFrame({"measure_id": ["M0"], "realisation_rate": [0.0], "rate_sd": [0.0]})
    before, after = value(year, told), value(year, told, audits=audits)
    ratio = after.draws.total.mean() / before.draws.total.mean()
    assert ratio == pytest.approx((6 / 9) / 0.75, rel=0.03)
    assert after.plan.history["measure_id"].tolist() == ["M0"]
    assert after.plan.choice.used == "record"


@pytest.mark.parametrize(("strength", "used"), [(0.25, "features"), (0.0, "record")])
def test_features_are_used_only_where_the_settled_measures_show_that_they_help(
    year, strength, used
) -> None:
    """240 settled measures whose rates fall with their size, or do not."""
    rng = np.random.default_rng(1)
    size = rng.uniform(0, 3, 240)
    mean = np.clip(0.6 - strength * (size - 1.5), 0.05, 0.95)
    rows = [
        {"stage": "confirmed", "start_actual": "2022-01", "unit": f"u{k % 12}",
         "full_year_effect": float(np.expm1(size[k])), "realised": rng.beta(8 * m, 8 * (1 - m))}
        for k, m in enumerate(mean)
    ]  # fmt: skip
    found = value(year, register(*rows, {"unit": "u240"}))
    assert found.plan.choice.used == used
    assert (found.plan.choice.gain > found.plan.choice.gain_se) == (used == "features")

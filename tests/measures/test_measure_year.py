"""A register in its year: every effect once, the bridge adds up, an empty register works."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import forecast, open_run, periods
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.measures import MeasureYear, carry_over, finance_year, value_measures
from balanse_lib.measures.register import ALWAYS

PERIOD = "2025-03"


@pytest.fixture(scope="module")
def year() -> tuple[Ledger, forecast.YearEnd]:
    run = open_run("helse-havdal", period=PERIOD)
    return replace(run.ledger, risk=empty_table("risk")), run.year_end


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
    risks: pd.DataFrame | None = None,
    audits: pd.DataFrame | None = None,
) -> MeasureYear:
    book, year_end = year
    return value_measures(
        replace(book, measure=measures, risk=book.risk if risks is None else risks),
        year_end=year_end,
        requirement=requirement,
        rng=np.random.default_rng(1),
        audits=audits,
    )


def risk_register(*rows: dict[str, object]) -> pd.DataFrame:
    """Risks of −5 million that are open all year and come for certain."""
    usual = {"title": "x", "trust": "helse-havdal", "unit": "u0", "valid_from": "2025-01",
             "probability": 1.0, "amount": -5.0}  # fmt: skip
    told = [usual | {"risk_id": f"R{number}"} | row for number, row in enumerate(rows)]
    empty = empty_table("risk")
    return pd.DataFrame(told).reindex(columns=empty.columns).astype(dict(empty.dtypes))


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
    short = value(year, told, requirement=prudent + 500.0)
    assert short.packages[0].missing == pytest.approx(500.0 - short.packages[0].effect)
    assert short.last_month == ""


def test_the_last_months_of_decision_are_those_of_the_net_effect(year) -> None:
    """Decided at once it starts in April: nine months at 5 less 1, and each month later costs 4.

    A gap of nearly all it gives net is closed by a decision in April and in no later month; the
    same measure without its cost would still close it when decided a month later.
    """
    prudent = float(np.quantile(year[1].total, 0.35))
    told = {"stage": "planned", "start_plan": "2025-04", "decision_date": "2025-04-01",
            "full_year_effect": 60.0}  # fmt: skip
    free, dear = register(told), register(told | {"running_cost": -12.0})
    gross = value(year, free, requirement=prudent + 500.0).packages[0].effect
    found = value(year, dear, requirement=prudent + gross - 9.0 - 1e-6)
    assert found.packages[0].effect == pytest.approx(gross - 9.0)
    assert found.packages[0].closes
    assert (found.package_month, found.last_month) == ("2025-04", "2025-04")
    assert found.waiting["effect"].tolist() == pytest.approx([gross - 9.0])
    later = value(year, free, requirement=prudent + gross - 9.0 - 1e-6)
    assert later.package_month > "2025-04"


def test_each_month_of_waiting_takes_a_month_of_effect(year) -> None:
    """A sure delay-free share of the year: n months left give n/9 of what nine would."""
    told = register({"stage": "planned", "start_plan": "2025-04", "decision_date": "2025-04-01"})
    found = value(year, told, requirement=1000.0)
    effects = found.waiting.loc["M0"]
    assert effects["last_in_full"] == "2025-04"
    assert effects["last_with_effect"] == "2025-12"
    assert effects["effect"] == pytest.approx(found.table.loc["M0", "expected"])
    rate = found.plan.portfolio.mean_rate[0] * float((found.plan.portfolio.delay[0]).sum())
    assert effects["price_of_waiting"] == pytest.approx(rate, rel=0.05)


def test_costs_of_what_is_overdue_are_still_to_come(year) -> None:
    """Decided for February and not begun: it can begin in April, with its cost of 1 and 9 · ⅓."""
    late = {"start_plan": "2025-02"}
    free = value(year, register(late))
    dear = value(year, register(late | {"running_cost": -4.0, "one_off_cost": -1.0}))
    assert free.draws.total.mean() - dear.draws.total.mean() == pytest.approx(4.0)


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


def test_a_gain_of_two_confirmed_records_is_carried_over_and_pays_once(year) -> None:
    """One gain of 12 that grows through this year: 5.5 more next year, 12 a year to pay with."""
    twice = {"gain_id": "G1", "unit": "u", "base_account": "4000", "stage": "confirmed",
             "start_actual": "2025-01", "start_plan": "2025-01"}  # fmt: skip
    told = register(twice | {"ramp": "linear", "ramp_len": 12.0}, twice | {"full_year_effect": 6.0})
    found = value(year, told)
    # linear over twelve months: (1 + 2 + … + 12)/12 = 6.5 this year, 12 the next
    assert carry_over(replace(year[0], measure=told), year=found)["planned"].tolist() == [5.5, 0.0]
    assert found.prudent["this_year"].tolist() == [6.5, 0.0]
    assert found.prudent["next_year"].tolist() == [12.0, 0.0]


def test_a_second_record_of_a_gain_pays_for_nothing(year) -> None:
    told = register(
        {"gain_id": "G"}, {"gain_id": "G"}, {"stage": "paused", "pause_from": "2025-02"}
    )
    found = value(year, told)
    paying = found.prudent[["this_year", "next_year"]].to_numpy() > 0
    assert paying[:, 1].sum() == 1
    assert not paying[2].any()


def test_what_the_budget_holds_and_is_paused_has_no_share(year) -> None:
    paused = {"stage": "paused", "pause_from": "2025-02", "budget_taken_out": True}
    found = value(year, register(paused))
    assert found.table[["reason", "share"]].to_numpy().tolist() == [["paused", 0.0]]
    assert found.net == 0.0


def test_decisions_after_the_period_are_not_yet_made(year) -> None:
    lines = pd.DataFrame(
        {"decision_id": ["D1", "D2", "D3"], "title": "x", "trust": "helse-havdal", "unit": "u0",
         "decided": ["2025-02", "2025-04", "2024-12"], "side": "cost", "text": "x",
         "this_year": -1.0, "next_year": -1.0}
    ).reindex(columns=empty_table("decision").columns)  # fmt: skip
    book = replace(year[0], decision=lines.astype(dict(empty_table("decision").dtypes)))
    told = value(year, register({}))
    assert finance_year(book, year=told).index.tolist() == ["D1"]
    assert finance_year(book, year=replace(told, period="2025-00")).empty


def test_what_comes_once_is_missed_next_year(year) -> None:
    told = register({"kind": "one-off", "ramp": "one-off"})
    carried = carry_over(replace(year[0], measure=told), year=value(year, told))
    assert carried["planned"].tolist() == [-12.0]


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

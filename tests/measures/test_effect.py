"""Planned effects: the worked vectors, closed forms on other numbers, whole registers."""

import json
from math import exp
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balanse_lib import periods
from balanse_lib.measures import (
    combine_overlap,
    late_start_cost,
    phase_effect,
    planned_costs,
    planned_effects,
)
from tests.measures.conftest import MakeRegister

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
MONTHS = periods.month_range("2025-01", "2026-12")


def test_ramp_and_delay_of_the_vector() -> None:
    """M1: 12 a year from April, even growth over four months; then two months late."""
    told = VECTORS["M1_ramp"]
    on_time = phase_effect(12.0, start_month=4, ramp="linear", ramp_len=4)
    late = phase_effect(12.0, start_month=4, ramp="linear", ramp_len=4, delay=2)
    assert on_time.in_year == pytest.approx(told["in_year"], abs=1e-4)
    assert on_time.carry_over == pytest.approx(told["carry"], abs=1e-4)
    assert late.in_year == pytest.approx(told["in_year_delay2"], abs=1e-4)
    assert late.carry_over == pytest.approx(told["carry_delay2"], abs=1e-4)


def test_overlap_of_the_vector() -> None:
    """M2: 20 % and 25 % of 40."""
    found = combine_overlap(40.0, [0.20, 0.25])
    for name, value in VECTORS["M2_overlap"].items():
        assert getattr(found, name) == pytest.approx(value, abs=1e-4)


def test_carry_over_is_next_year_less_this_year() -> None:
    """October, even growth over 12: (1 + 2 + 3)/12 = 0.5; next year (4 + … + 12)/12 + 3 = 9."""
    effect = phase_effect(12.0, start_month=10, ramp="linear", ramp_len=12)
    found = (effect.in_year, effect.next_year, effect.carry_over)
    assert found == pytest.approx((0.5, 9.0, 8.5))


def test_s_curve_starts_low_passes_its_middle_and_reaches_full_strength() -> None:
    effect = phase_effect(12.0, start_month=1, ramp="logistic", ramp_len=5).by_month
    full = 1 / (1 + exp(-5))
    assert effect[0] == pytest.approx(1 / (1 + exp(3)) / full)  # a fifth done: 10·(0.2 − 0.5)
    assert effect[4:] == pytest.approx([1.0] * 20)
    assert list(effect) == sorted(effect)


def test_decay_loses_half_in_ramp_len_months() -> None:
    effect = phase_effect(24.0, start_month=2, ramp="decay", ramp_len=3).by_month
    assert effect[0] == 0
    assert effect[1:8:3] == pytest.approx([2.0, 1.0, 0.5])
    q = 0.5 ** (1 / 3)
    assert sum(effect) == pytest.approx(2 * (1 - q**23) / (1 - q))


def test_season_shares_out_the_full_year_effect() -> None:
    summer = [0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0]
    whole = phase_effect(12.0, start_month=1, ramp="season", season=summer)
    assert whole.by_month[6:8] == pytest.approx((8.0, 4.0))
    from_august = phase_effect(12.0, start_month=8, ramp="season", season=summer)
    assert (from_august.in_year, from_august.next_year) == pytest.approx((4.0, 12.0))


def test_one_off_comes_once_and_falls_away() -> None:
    effect = phase_effect(6.0, start_month=3, ramp="one-off", delay=1)
    assert effect.by_month[3] == pytest.approx(6.0)
    assert effect.carry_over == pytest.approx(-6.0)


@pytest.mark.parametrize(
    ("kept", "pause", "by_month"),
    [
        (1.0, (4, 5), [0, 0.25, 0.5, 0.5, 0.5, 0.75, 1, 1]),  # stands at what it had, then goes on
        (0.0, (4, 5), [0, 0.25, 0.5, 0, 0, 0.75, 1, 1]),
        (1.0, (1, 3), [0, 0, 0, 0.25, 0.5, 0.75, 1, 1]),  # it starts when the pause is over
        (1.0, (1, 1), [0, 0.25, 0.5, 0.75, 1, 1, 1, 1]),  # over before the start
    ],
)
def test_pause(kept: float, pause: tuple[int, int], by_month: list[float]) -> None:
    effect = phase_effect(
        12.0, start_month=2, ramp="linear", ramp_len=4, pause=pause, kept_in_pause=kept
    )
    assert effect.by_month[:8] == pytest.approx(by_month)


def test_a_one_off_does_not_come_again_in_a_pause() -> None:
    assert sum(phase_effect(6.0, start_month=2, ramp="one-off", pause=(3, 6)).by_month) == 6


def test_late_start_costs_a_monthly_effect_for_every_month() -> None:
    assert late_start_cost(18.0, start_month=2, months_late=3) == pytest.approx(4.5)
    linear = late_start_cost(12.0, start_month=4, months_late=2, ramp="linear", ramp_len=4)
    told = VECTORS["M1_ramp"]
    assert linear == pytest.approx(told["in_year"] - told["in_year_delay2"])


@given(
    base=st.floats(0.1, 1e3),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=6),
)
def test_overlap_never_exceeds_base_or_sum(base: float, shares: list[float]) -> None:
    found = combine_overlap(base, shares)
    assert found.combined <= base * (1 + 1e-12)
    assert found.combined <= found.naive + 1e-9
    assert found.combined >= base * max(shares) - 1e-9


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"ramp": "liner"}, "linear"),
        ({"ramp_len": 0}, "at least one month"),
        ({"delay": -1}, "0 or more"),
        ({"delay": 1.5}, "whole number"),
        ({"pause": (5, 4)}, "after its last"),
        ({"ramp": "season", "season": [1, 2]}, "12 weights"),
    ],
)
def test_what_cannot_be_phased_is_refused(told: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        phase_effect(12.0, start_month=1, **told)  # type: ignore[arg-type]


def test_missing_is_not_zero() -> None:
    with pytest.raises(ValueError, match="missing is not zero"):
        phase_effect(float("nan"), start_month=1)


def test_a_register_gives_what_each_measure_gives_alone(make_register: MakeRegister) -> None:
    register = make_register(
        full_year_effect=[12.0, 24.0, 6.0, 12.0, 12.0],
        start_plan=["2025-04", "2025-02", "2025-03", "2025-02", "2024-11"],
        ramp=["linear", "decay", "one-off", "linear", None],
        ramp_len=[4.0, 3.0, None, 4.0, None],
        pause_from=[None, None, None, "2025-04", None],
        pause_to=[None, None, None, "2025-05", None],
    )
    found = planned_effects(register, months=MONTHS).to_numpy()
    alone = [
        phase_effect(12.0, start_month=4, ramp="linear", ramp_len=4),
        phase_effect(24.0, start_month=2, ramp="decay", ramp_len=3),
        phase_effect(6.0, start_month=3, ramp="one-off"),
        phase_effect(12.0, start_month=2, ramp="linear", ramp_len=4, pause=(4, 5)),
        phase_effect(12.0, start_month=-1),
    ]
    np.testing.assert_allclose(found, [effect.by_month for effect in alone])


def test_season_follows_the_calendar_and_not_the_fiscal_year(make_register: MakeRegister) -> None:
    register = make_register(
        full_year_effect=[12.0], start_plan=["2025-01"], ramp=["season"], season_months=["7, 8"]
    )
    found = planned_effects(register, months=MONTHS).loc["M0"]
    assert found[["2025-07", "2025-08", "2026-07"]].tolist() == pytest.approx([6.0, 6.0, 6.0])
    assert found.sum() == pytest.approx(24.0)


def test_real_start_plan_and_delay(make_register: MakeRegister) -> None:
    register = make_register(
        full_year_effect=[12.0, 12.0],
        start_plan=["2025-02", "2025-02"],
        start_actual=["2025-04", None],
    )
    year = MONTHS[:12]
    real = planned_effects(register, months=year, delay=1).sum(axis=1)
    assert real.tolist() == [9.0, 10.0]  # a start that is known is not moved
    plan = planned_effects(register, months=year, start="plan").sum(axis=1)
    assert plan.tolist() == [11.0, 11.0]


def test_a_one_off_kind_ends_with_its_fiscal_year(make_register: MakeRegister) -> None:
    register = make_register(
        full_year_effect=[12.0, 12.0], start_plan=["2025-08"] * 2, kind=["one-off", "recurrent"]
    )
    found = planned_effects(register, months=MONTHS, fiscal_year_start=10).sum(axis=1)
    assert found.tolist() == [2.0, 17.0]


def test_stopped_measures_plan_nothing(make_register: MakeRegister) -> None:
    register = make_register(
        full_year_effect=[12.0], start_plan=["2025-01"], stage=["stopped"], one_off_cost=[-1.0]
    )
    assert not planned_effects(register, months=MONTHS).to_numpy().any()
    assert not planned_costs(register, months=MONTHS).to_numpy().any()


def test_costs_come_with_the_start(make_register: MakeRegister) -> None:
    register = make_register(
        full_year_effect=[12.0],
        start_plan=["2025-03"],
        one_off_cost=[-0.5],
        running_cost=[-1.2],
        displaced_cost=[-2.4],
    )
    found = planned_costs(register, months=MONTHS[:4]).loc["M0"]
    assert found.tolist() == pytest.approx([0.0, 0.0, -0.8, -0.3])


def test_five_thousand_measures_are_phased_at_once(make_register: MakeRegister) -> None:
    count = 5000
    register = make_register(
        full_year_effect=[12.0] * count,
        start_plan=["2025-04"] * count,
        ramp=["linear"] * count,
        ramp_len=[4.0] * count,
    )
    found = planned_effects(register, months=MONTHS[:12])
    assert found.shape == (count, 12)
    assert found.to_numpy().sum() == pytest.approx(7.5 * count)


def test_the_register_is_not_changed(make_register: MakeRegister) -> None:
    register = make_register(full_year_effect=[12.0], start_plan=["2025-03"])
    before = register.copy(deep=True)
    planned_effects(register, months=MONTHS)
    pd.testing.assert_frame_equal(register, before)

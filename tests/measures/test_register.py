"""What is missing in a register, who has not started, how late measures come."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import triang

from balanse_lib.ledger.synthetic import synthetic_trust
from balanse_lib.measures import (
    check_completeness,
    fit_triangle,
    learn_delays,
    list_incomplete,
    list_overdue,
    list_unanchored,
    planned_effects,
)
from balanse_lib.periods import shift
from tests.measures.conftest import MakeRegister

TRUSTS = ("helse-granvik", "helse-fjellheim", "helse-havdal", "helse-storvatn")


@pytest.mark.parametrize("trust", TRUSTS)
def test_the_synthetic_registers_are_complete_but_for_one_measure(trust: str) -> None:
    tables, truth = synthetic_trust(trust, years=1)
    incomplete = list_incomplete(tables["measure"])
    assert incomplete["missing"].tolist() == ["guard_indicators"]
    assert incomplete.index[0] == truth.measures["measure_id"].iloc[-2]
    assert 0.9 < incomplete["score"].iloc[0] < 1
    assert incomplete["counts_as"].iloc[0] in ("idea", "paused")


@pytest.mark.parametrize(
    ("stage", "counts_as"),
    [
        ("idea", "idea"),
        ("planned", "idea"),
        ("decided", "idea"),
        ("started", "idea"),
        ("implemented", "idea"),
        ("confirmed", "confirmed"),  # in the accounts; an idea would be counted once more
        ("paused", "paused"),
        ("stopped", "stopped"),
    ],
)
def test_what_an_incomplete_measure_counts_as(
    make_register: MakeRegister, stage: str, counts_as: str
) -> None:
    found = check_completeness(make_register(stage=[stage]))
    assert found.loc["M0", "counts_as"] == counts_as
    assert found.loc["M0", "score"] < 0.2


def test_more_is_asked_of_what_has_come_further(make_register: MakeRegister) -> None:
    register = make_register(
        stage=["planned", "decided", "started", "paused"],
        ramp=["step", "linear", "season", "step"],
        **{"class": ["internal price", None, None, None]},
    )
    missing = check_completeness(register)["missing"].str.split(", ").map(set)
    late = {"decision_ref", "decision_date", "start_actual", "pause_from", "ramp_len",
            "season_months", "counter_unit"}  # fmt: skip
    asked = [found & late for found in missing]
    assert asked == [
        {"counter_unit"},
        {"decision_ref", "decision_date", "ramp_len"},
        {"decision_ref", "decision_date", "start_actual", "season_months"},
        {"decision_ref", "decision_date", "pause_from"},
    ]


def test_anchoring_is_asked_for_from_the_decision_on(make_register: MakeRegister) -> None:
    register = make_register(
        stage=["idea", "decided", "decided"],
        owner=[None, "x", "x"],
        decision_ref=[None, "12/25", "13/25"],
        consultation_done=[None, None, "2025-01-10"],
    )
    found = list_unanchored(register)
    assert found["missing"].to_dict() == {"M1": "consultation_done"}


def test_overdue_measures(make_register: MakeRegister) -> None:
    register = make_register(
        stage=["decided", "planned", "started", "decided", "stopped"],
        start_plan=["2025-06", "2025-03", "2025-03", "2025-07", "2025-01"],
        start_actual=[None, None, "2025-04", None, None],
    )
    assert list_overdue(register, period="2025-06").index.tolist() == ["M1", "M0"]


def starts(
    make_register: MakeRegister, delays: list[int], *, due: str, period: str
) -> pd.DataFrame:
    """Measures all due in one month; those later than `period` have not started."""
    real = [shift(due, delay) for delay in delays]
    return make_register(
        stage=["started" if month <= period else "decided" for month in real],
        start_plan=[due] * len(delays),
        start_actual=[month if month <= period else None for month in real],
    )


def draw_delays(count: int, *, seed: int, high: float) -> list[int]:
    drawn = np.random.default_rng(seed).triangular(0, 1, high, count)
    return [int(delay) for delay in np.rint(drawn)]


def test_delays_are_learnt_once_ten_have_started(make_register: MakeRegister) -> None:
    for count, source in ((9, "assumption"), (10, "register")):
        register = starts(make_register, [0] * count, due="2025-01", period="2025-09")
        found = learn_delays(register, period="2025-09")
        assert found.loc["decided", "source"] == source
        assert found.loc["decided", "n"] == count
    assert found.loc["decided", ["mode", "high"]].tolist() == [0.0, 1.0]
    assert found.loc["started", ["mode", "high"]].tolist() == [0.0, 2.0]
    assert found.loc["implemented", "high"] == 0.0


def test_the_true_triangle_is_found(make_register: MakeRegister) -> None:
    register = starts(
        make_register, draw_delays(600, seed=1, high=8), due="2024-01", period="2025-09"
    )
    found = learn_delays(register, period="2025-09").loc["planned"]
    assert found["high"] == pytest.approx(8, abs=0.75)
    assert found["mode"] == pytest.approx(1, abs=0.75)


def test_measures_that_have_not_come_are_counted_as_late(make_register: MakeRegister) -> None:
    """After three months only the early ones have started; they alone look fast."""
    delays = draw_delays(600, seed=2, high=8)
    register = starts(make_register, delays, due="2025-06", period="2025-08")
    found = learn_delays(register, period="2025-08").loc["planned"]
    come = np.array([delay for delay in delays if delay <= 2], dtype=float)
    naive = fit_triangle(come, is_over=np.ones(len(come), dtype=bool))
    assert (found["mode"] + found["high"]) / 3 == pytest.approx(3.0, abs=0.5)
    assert sum(naive) / 3 < 1.5


def test_the_fit_is_the_most_likely_on_its_grid() -> None:
    late = np.array([0.0, 1, 1, 2, 4])
    over = np.array([True, True, True, True, False])

    def likelihood(mode: float, high: float) -> float:
        shape = triang(mode / high, scale=high)
        above = np.where(over, shape.cdf(late + 0.5), 1.0)
        return float(np.prod(above - shape.cdf(late - 0.5)))

    _, mode, high = fit_triangle(late, is_over=over)
    best = likelihood(mode, high)
    around = [(mode + a, high + b) for a in (-0.5, 0, 0.5) for b in (-0.5, 0, 0.5)]
    assert best >= max(likelihood(m, h) for m, h in around if 0 <= m <= h) - 1e-15


@pytest.mark.parametrize("trust", TRUSTS)
def test_planned_effects_times_the_true_rate_are_the_true_effects(trust: str) -> None:
    """The region's own arithmetic of ramps and starts, which is written independently."""
    tables, truth = synthetic_trust(trust, years=3)
    register = tables["measure"].iloc[: len(truth.measures)]  # the bank after them has no effect
    register = register.assign(full_year_effect=truth.measures["full_year_effect"])
    register["start_actual"] = truth.measures["start"]
    months = list(truth.measure_effects.index)
    plan = planned_effects(register, months=months)
    running = ~register["stage"].isin(["paused", "stopped"]).to_numpy()
    rate = truth.measures.set_index("measure_id")["rate"]
    found = plan.mul(rate, axis=0)[running].T
    np.testing.assert_allclose(found, truth.measure_effects.loc[:, running], atol=1e-9)

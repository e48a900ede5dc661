"""Risks, the joint year-end, the bridge and what its spread comes from."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balanse_lib.errors import InputError
from balanse_lib.measures.bridge import build_bridge, needed_buffer
from balanse_lib.measures.joint import JointYearEnd, join_year_end
from balanse_lib.measures.portfolio import make_portfolio
from balanse_lib.measures.risks import find_orphans, simulate_risks, triangular_quantile
from balanse_lib.measures.simulate import MeasureDraws, simulate_measures
from balanse_lib.measures.tornado import rank_uncertainty

N = 100_000


def risks(*rows: dict[str, object]) -> pd.DataFrame:
    common = {"owner": "finance director", "probability": 1.0, "amount": -5.0}
    named = [{"risk_id": f"R{number}"} for number in range(1, len(rows) + 1)]
    return pd.DataFrame([{**common, **name, **row} for name, row in zip(named, rows, strict=True)])


def measure_draws(effects: np.ndarray, happened: np.ndarray | None = None) -> MeasureDraws:
    n, count = effects.shape
    return MeasureDraws(
        ids=tuple(f"T{number}" for number in range(1, count + 1)),
        months=range(12),
        planned=np.ones(count),
        effects=effects,
        happened=effects > 0 if happened is None else happened,
        overlap=np.zeros(n),
    )


def test_a_risk_has_the_moments_of_a_triangular_amount_that_may_not_come() -> None:
    register = risks({"probability": 0.3, "low": -12.0, "amount": -4.0, "high": -2.0})
    found = simulate_risks(register, n_draws=N, rng=np.random.default_rng(3)).before[:, 0]
    mean = -18.0 / 3
    square = ((144 + 16 + 4) + (48 + 24 + 8)) / 6  # E a² = (Σ squares + Σ products)/6
    variance = 0.3 * square - (0.3 * mean) ** 2
    assert found.mean() == pytest.approx(0.3 * mean, abs=4 * np.sqrt(variance / N))
    assert found.var() == pytest.approx(variance, rel=0.03)
    assert found.min() >= -12.0
    assert ((found == 0) | (found <= -2.0)).all()


def test_events_of_the_rule_give_their_closed_central_and_spread() -> None:
    amounts, chances = (-12.0, -8.0, -5.0, 6.0, 15.0), (0.60, 0.30, 0.05, 0.97, 0.70)
    register = risks(
        *({"amount": a, "probability": p} for a, p in zip(amounts, chances, strict=True))
    )
    total = simulate_risks(register, n_draws=N, rng=np.random.default_rng(4)).before.sum(axis=1)
    sd = np.sqrt(sum(p * (1 - p) * a**2 for a, p in zip(amounts, chances, strict=True)))
    assert total.mean() == pytest.approx(6.47, abs=4 * sd / np.sqrt(N))  # E6, expected
    assert total.std() == pytest.approx(sd, rel=4 / np.sqrt(N))


def test_triangular_quantile_at_its_corners() -> None:
    low, mode, high = np.array([-3.0, 2.0, 5.0]), np.array([-3.0, 2.0, 6.0]), np.array([1.0, 2, 6])
    assert triangular_quantile(np.zeros(3), low, mode, high).tolist() == [-3.0, 2.0, 5.0]
    assert triangular_quantile(np.ones(3), low, mode, high).tolist() == [1.0, 2.0, 6.0]


def test_mitigation_helps_only_where_its_measure_succeeds() -> None:
    happened = np.random.default_rng(5).random((N, 1)) < 0.8
    register = risks(
        {
            "probability": 0.5,
            "measure_id": "T1",
            "probability_after": 0.2,
            "amount_share_after": 0.4,
        },
        {"probability": 0.5},
    )
    found = simulate_risks(
        register,
        n_draws=N,
        rng=np.random.default_rng(6),
        measures=measure_draws(np.zeros((N, 1)), happened),
    )
    assert np.array_equal(found.after[:, 1], found.before[:, 1])
    failed = ~happened[:, 0]
    assert np.array_equal(found.after[failed, 0], found.before[failed, 0])
    assert (found.after[:, 0] >= found.before[:, 0]).all()
    expected = -5.0 * (0.8 * 0.2 * 0.4 + 0.2 * 0.5)
    assert found.after[:, 0].mean() == pytest.approx(expected, abs=4 * 2.0 / np.sqrt(N))
    table = found.table()
    assert table.loc["R1", "chance_before"] == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(N))
    assert table.loc["R1", "chance_after"] == pytest.approx(
        0.8 * 0.2 + 0.2 * 0.5, abs=4 * 0.5 / np.sqrt(N)
    )


def test_a_risk_that_is_an_event_of_the_forecast_is_not_counted_again() -> None:
    register = risks({"event_id": "H1"}, {})
    found = simulate_risks(register, n_draws=3, rng=np.random.default_rng(0))
    assert found.before.tolist() == [[0.0, -5.0]] * 3


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        ({"probability": 1.1}, "too_large", "probability"),
        ({"amount": np.nan}, "empty_cell", "amount"),
        ({"low": -1.0}, "too_large", "low"),
        ({"high": -9.0}, "too_small", "high"),
        ({"measure_id": "T9"}, "unknown_key", "measure_id"),
    ],
)
def test_a_risk_that_cannot_be_counted_with_says_why(
    row: dict[str, object], rule: str, column: str
) -> None:
    with pytest.raises(InputError) as raised:
        simulate_risks(risks(row), n_draws=1, rng=np.random.default_rng(0))
    assert (rule, column) in {(f.rule, f.column) for f in raised.value.failures}


def test_orphans_are_found_both_ways() -> None:
    register = risks({"measure_id": "T1"}, {"measure_id": None}, {"measure_id": "T2, T3"})
    found = find_orphans(register, risks_by_measure={"T1": ("R1",), "T2": ("R3", "R7")})
    rows = {tuple(row) for row in found.fillna("").itertuples(index=False)}
    assert rows == {
        ("R2", "", "no_measure"),
        ("R3", "T3", "not_in_measures"),
        ("R7", "T2", "not_in_risks"),
    }


def test_every_path_of_the_base_is_used_equally_often() -> None:
    base = np.array([1.0, 5.0])
    joint = join_year_end(base, measures=measure_draws(np.full((6, 1), 2.0)))
    assert sorted(joint.total) == [3.0] * 3 + [7.0] * 3
    with pytest.raises(ValueError, match="6 draws for 4 paths"):
        join_year_end(np.zeros(4), measures=measure_draws(np.zeros((6, 1))))
    with pytest.raises(ValueError, match="missing or infinite"):
        join_year_end(np.array([np.nan]), measures=measure_draws(np.zeros((6, 1))))


def test_normal_parts_give_the_chance_of_their_sum() -> None:
    """Base N(−20, 10²), measures N(8, 3²) and a risk of −5: the sum's chance is a closed form."""
    rng = np.random.default_rng(8)
    base, effects = rng.normal(-20, 10, N), rng.normal(8, 3, (N, 1))
    draws = measure_draws(effects)
    risk = simulate_risks(risks({"probability": 0.4}), n_draws=N, rng=rng, measures=draws)
    joint = join_year_end(base, measures=draws, risks=risk)
    bridge = build_bridge(joint, requirement=-10.0, confirmed=2.0)
    assert bridge.expected == pytest.approx(-20 + 8 - 2, abs=4 * 10.8 / np.sqrt(N))
    assert bridge.steps["base"] == pytest.approx(-22, abs=4 * 10 / np.sqrt(N))
    from_normal = 0.6 * 0.424090 + 0.4 * 0.257602  # Φ(−2/√109), Φ(−7/√109) counted from above
    assert bridge.p_reach == pytest.approx(from_normal, abs=4 * 0.5 / np.sqrt(N))
    base_alone = 0.115070  # P(N(−22, 10²) ≥ −10) = 1 − Φ(1.2)
    assert bridge.chance["base"] == pytest.approx(base_alone, abs=4 * 0.32 / np.sqrt(N))


@st.composite
def joints(draw: st.DrawFn) -> JointYearEnd:
    n, measures, risk_count = (draw(st.integers(low, 6)) for low in (1, 0, 0))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    scale = draw(st.sampled_from([0.01, 1.0, 1e4]))
    return JointYearEnd(
        base=rng.normal(-5, 10, n) * scale,
        measure_ids=tuple(f"T{i}" for i in range(measures)),
        effects=rng.gamma(1.0, 3.0, (n, measures)) * scale,
        overlap=-rng.gamma(1.0, 1.0, n) * scale,
        risk_ids=tuple(f"R{i}" for i in range(risk_count)),
        risks=-rng.gamma(1.0, 2.0, (n, risk_count)) * scale,
        risks_before=-rng.gamma(1.0, 2.0, (n, risk_count)) * scale,
    )


@settings(max_examples=200, deadline=None)
@given(joints(), st.floats(-20, 20), st.floats(0, 10), st.integers(50, 99))
def test_the_bridge_adds_up(
    joint: JointYearEnd, requirement: float, confirmed: float, percent: int
) -> None:
    level = percent / 100
    bridge = build_bridge(joint, requirement=requirement, confirmed=confirmed, level=level)
    size = max(1.0, float(np.abs(joint.total).max()))
    assert abs(bridge.steps.sum() - bridge.expected) <= 1e-9 * size
    assert abs(bridge.chance.sum() - bridge.p_reach) <= 1e-9
    assert bridge.chance["overlap"] <= 0
    assert bridge.chance["remaining"] >= 0
    # the buffer is enough, and the least that is
    lifted = joint.total + bridge.buffer
    assert (lifted >= requirement - 1e-9 * size).mean() >= level
    assert (lifted - 1e-6 * size >= requirement).mean() < level
    table = rank_uncertainty(joint)
    if joint.total.std() > 1e-9 * size:
        assert table["share"].sum() == pytest.approx(1.0)
        assert table["sd_part"].sum() == pytest.approx(joint.total.std())


def test_a_normal_year_end_needs_the_buffer_of_its_quantile() -> None:
    total = np.random.default_rng(9).normal(-3, 10, N)
    assert needed_buffer(total, requirement=0.0) == pytest.approx(3 + 0.8416 * 10, abs=0.2)
    assert needed_buffer(total + 30, requirement=0.0) < 0


def test_shares_of_uncertainty_are_those_of_independent_variances() -> None:
    rng = np.random.default_rng(10)
    base, effects = rng.normal(0, 4, N), rng.normal(0, 3, (N, 1))
    found = rank_uncertainty(join_year_end(base, measures=measure_draws(effects)))
    assert found.index[0] == "base"
    assert found.loc["base", "share"] == pytest.approx(16 / 25, abs=0.01)
    assert found.loc["T1", "share"] == pytest.approx(9 / 25, abs=0.01)
    assert found.loc["T1", "sd_part"] == pytest.approx(9 / 5, abs=0.05)


def test_a_rare_large_risk_is_seen() -> None:
    draws = measure_draws(np.random.default_rng(1).normal(2, 1, (N, 1)))
    rng = np.random.default_rng(11)
    rare = simulate_risks(risks({"probability": 0.05, "amount": -20.0}), n_draws=N, rng=rng)
    found = rank_uncertainty(join_year_end(np.zeros(N), measures=draws, risks=rare))
    assert found.index[0] == "R1"
    assert found.loc["R1", "share"] == pytest.approx(19 / 20, abs=0.02)


def test_joined_total_is_the_sum_of_what_was_drawn() -> None:
    frame = pd.DataFrame(
        {
            "measure_id": ["T1", "T2"],
            "full_year_effect": 6.0,
            "start": 6,
            "alpha": 3.0,
            "beta": 2.0,
            "p_none": 0.1,
            "base_group": "beds",
            "base_amount": 20.0,
        }
    )
    draws = simulate_measures(
        make_portfolio(frame), months=range(9, 12), n_draws=4000, rng=np.random.default_rng(0)
    )
    joint = join_year_end(np.arange(2000.0), measures=draws)
    assert joint.total == pytest.approx(np.tile(np.arange(2000.0), 2) + draws.total)
    assert joint.total_before_mitigation == pytest.approx(joint.total)
    assert draws.total.mean() == pytest.approx(
        2 * 6 / 4 * 0.9 * 0.6 + draws.overlap.mean(), abs=0.05
    )

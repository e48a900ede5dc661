"""Realised rates: the worked vector, known truth, which evidence moves what."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution

from balanse_lib import params
from balanse_lib.measures import (
    ModelChoice,
    compare_models,
    empty_history,
    realisation_rates,
    update_realisation,
)
from balanse_lib.measures.rate_model import LEVELS, pinball_loss
from balanse_lib.measures.register import ALWAYS
from tests.measures.conftest import MakeRegister

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
STAGES = ["idea", "planned", "decided", "started", "implemented"]


@pytest.fixture
def complete(make_register: MakeRegister) -> MakeRegister:
    """Registers of complete measures, so that each counts with its own stage."""

    def make(**columns: list[Any]) -> pd.DataFrame:
        count = len(next(iter(columns.values())))
        texts = {name: ["x"] * count for name in ALWAYS if name not in ("measure_id", "trust")}
        usual = {
            "ramp": "step", "class": "staffing", "kind": "recurrent", "stage": "decided",
            "base_amount": -10.0, "full_year_effect": 1.0, "one_off_cost": 0.0,
            "running_cost": 0.0, "displaced_cost": 0.0, "budget_taken_out": True,
            "start_plan": "2025-01", "start_actual": "2025-01", "decision_date": "2024-12-01",
            "decision_ref": "1", "pause_from": "2025-03",
        }  # fmt: skip
        filled = {name: [value] * count for name, value in usual.items()}
        return make_register(**(texts | filled | columns))

    return make


def history(rates: list[float], **columns: Any) -> pd.DataFrame:
    usual = {"trust": "helse-prove", "class": "staffing", "stage": "started"}
    return pd.DataFrame({**usual, **columns, "realised": rates})


def test_the_worked_example() -> None:
    """M3: prior 0.75 with weight 8; observed 0.9, 0.5, 0.4."""
    told = VECTORS["M3_beta"]
    found = update_realisation(0.75, 8, [0.9, 0.5, 0.4])
    for name in ("alpha", "beta", "mean", "sd"):
        assert getattr(found, name) == pytest.approx(told[name], abs=1e-4)
    for q in (0.20, 0.35, 0.50):
        assert found.quantile(q) == pytest.approx(told[f"P{q * 100:.0f}"], abs=1e-4)


def test_a_quantile_is_where_the_density_has_that_area() -> None:
    found = update_realisation(0.5, 4, [1.0, 0.25])
    assert (found.alpha, found.beta) == (3.25, 2.75)
    area, _ = quad(lambda r: r**2.25 * (1 - r) ** 1.75, 0, found.quantile(0.3))
    whole, _ = quad(lambda r: r**2.25 * (1 - r) ** 1.75, 0, 1)
    assert area / whole == pytest.approx(0.3, abs=1e-6)


def test_a_requirement_without_a_measure_is_worth_nothing() -> None:
    found = update_realisation(0.0, 8, [])
    assert (found.mean, found.sd, found.quantile(0.9)) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("mean", "weight", "realised", "words"),
    [
        (1.1, 8, [], "between 0 and 1"),
        (0.5, 0, [], "greater than 0"),
        (0.5, 8, [1.2], "between 0 and 1"),
        (0.5, 8, [float("nan")], "missing is not zero"),
    ],
)
def test_what_is_no_rate_is_refused(
    mean: float, weight: float, realised: list[float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        update_realisation(mean, weight, realised)


def test_defaults_include_the_chance_of_no_effect(complete: MakeRegister) -> None:
    found = realisation_rates(complete(stage=STAGES), empty_history())
    assert found["mean"].tolist() == pytest.approx([0.30, 0.55, 0.55, 0.75, 0.85])
    assert found["p_none"].tolist() == pytest.approx([0.30, 0.15, 0.15, 0.05, 0.02])
    product = (1 - found["p_none"]) * found["alpha"] / (found["alpha"] + found["beta"])
    assert product.tolist() == pytest.approx(found["mean"].tolist())
    assert (found["alpha"] + found["beta"]).tolist() == pytest.approx([8.0] * 5)
    assert set(found["source"]) == {"default"}


def test_what_gives_nothing_more(complete: MakeRegister) -> None:
    register = complete(
        stage=["stopped", "confirmed", "paused", "paused"], pause_to=[None, None, None, "2025-06"]
    )
    found = realisation_rates(register, empty_history())
    assert found["mean"].tolist() == pytest.approx([0, 0, 0, 0.55])
    assert found["p_none"].tolist() == pytest.approx([1, 1, 1, 0.15])
    assert found["source"].tolist() == ["stopped", "confirmed", "paused", "default"]


def test_incomplete_measures_count_as_ideas(complete: MakeRegister) -> None:
    register = complete(stage=["implemented"] * 2, owner=["clinic director", None])
    found = realisation_rates(register, empty_history())
    assert found["mean"].tolist() == pytest.approx([0.85, 0.30])
    assert found["stage"].tolist() == ["implemented", "idea"]


def test_own_cases_move_the_mean_as_the_formula_says(complete: MakeRegister) -> None:
    """One trust, one class: (0.75·8 + 0.9 + 0.5 + 0.4)/11, as in the worked example."""
    found = realisation_rates(complete(stage=["started", "idea"]), history([0.9, 0.5, 0.4]))
    assert found["mean"].tolist() == pytest.approx([VECTORS["M3_beta"]["mean"], 0.30], abs=1e-6)
    assert found["p_none"].iloc[0] == pytest.approx(0.05 * 8 / 11)
    assert found["source"].tolist() == ["record", "default"]


def test_cases_without_effect_raise_the_chance_of_none(complete: MakeRegister) -> None:
    found = realisation_rates(complete(stage=["started"]), history([0.0, 0.0, 1.0, 1.0]))
    assert found["p_none"].iloc[0] == pytest.approx((0.05 * 8 + 2) / 12)
    assert found["mean"].iloc[0] == pytest.approx((0.75 * 8 + 2) / 12)


def test_a_trust_is_pulled_towards_its_region(complete: MakeRegister) -> None:
    """Trust a realises 0.3, trust b 0.9; worked by hand for n0 = 8 and 4 cases each.

    Stage: (6 + 4·0.3 + 4·0.9)/16 = 0.675. Offset of a: 4·(0.3 − 0.675)/12 = −0.125.
    """
    cases = history([0.3] * 4 + [0.9] * 4, trust=["a"] * 4 + ["b"] * 4)
    register = complete(stage=["started"] * 3, trust=["a", "b", "new"])
    found = realisation_rates(register, cases)["mean"]
    assert found.tolist() == pytest.approx([0.55, 0.675 + 4 * 0.225 / 12, 0.675])


def test_published_cases_count_a_quarter(complete: MakeRegister) -> None:
    evidence = params.realisation_evidence()
    rates = evidence.loc[evidence["counts"] == "yes", "realised"]
    assert rates.tolist() == [0.731, 0.586, 0.662, 0.5, 0.391, 0.492]
    found = realisation_rates(
        complete(stage=["decided", "started"]), empty_history(), published=evidence
    )
    by_hand = (0.55 * 8 + 0.25 * 3.362) / (8 + 0.25 * 6)
    assert found["mean"].tolist() == pytest.approx([by_hand, 0.75])


def test_rates_outside_the_plan_count_as_its_bounds(complete: MakeRegister) -> None:
    bounded = realisation_rates(complete(stage=["started"]), history([1.0, 0.0]))
    outside = realisation_rates(complete(stage=["started"]), history([1.7, -0.4]))
    pd.testing.assert_frame_equal(bounded, outside)


def draw(rng: np.random.Generator, count: int) -> np.ndarray:
    """Truth of decided measures: nothing in 15 %, else Beta(5.18, 2.82) with mean 0.647."""
    rates = rng.beta(8 * 0.55 / 0.85, 8 * 0.30 / 0.85, size=count)
    return np.where(rng.random(count) < 0.15, 0.0, rates)


def test_single_measures_stay_uncertain_however_long_the_record(complete: MakeRegister) -> None:
    """The 80 % interval of the next measure holds; that of the mean is far too narrow for it."""
    rng = np.random.default_rng(5)
    past, coming = draw(rng, 400), draw(rng, 4000)
    found = realisation_rates(
        complete(stage=["decided"]), history(list(past), stage="decided")
    ).iloc[0]
    some = coming[coming > 0]
    low, high = beta_distribution.ppf([0.1, 0.9], found["alpha"], found["beta"])
    assert np.mean((some >= low) & (some <= high)) == pytest.approx(0.80, abs=0.04)
    assert found["alpha"] + found["beta"] == pytest.approx(8.0, rel=0.2)
    assert found["p_none"] == pytest.approx(0.15, abs=4 * np.sqrt(0.15 * 0.85 / 400))
    of_mean = update_realisation(0.55, 8, list(past))
    inside = (some >= of_mean.quantile(0.1)) & (some <= of_mean.quantile(0.9))
    assert inside.mean() < 0.25


def test_the_score_is_lowest_for_the_true_distribution() -> None:
    rng = np.random.default_rng(6)
    seen = pd.Series(draw(rng, 4000))
    truth = {"alpha": 8 * 0.55 / 0.85, "beta": 8 * 0.30 / 0.85, "p_none": 0.15}
    narrow = truth | {"alpha": 52.0, "beta": 28.0}
    others = [truth | {"p_none": 0.0}, truth | {"alpha": 2.0}, narrow]
    best, *rest = (
        pinball_loss(pd.DataFrame([told] * len(seen)), seen).mean() for told in (truth, *others)
    )
    assert best < min(rest)
    assert len(LEVELS) == 19


def finished(count: int, *, strength: float, seed: int) -> pd.DataFrame:
    """Finished measures of 12 units: rates fall by `strength` with the size of the measure."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(0, 3, count)
    mean = np.clip(0.6 - strength * (size - 1.5), 0.05, 0.95)
    return pd.DataFrame(
        {
            "trust": rng.choice(["a", "b", "c"], count),
            "unit": rng.choice(["k", "m", "p", "d"], count),
            "class": rng.choice(["staffing", "purchasing"], count),
            "stage": "decided",
            "owner": rng.choice(["x", "y", "z"], count),
            "full_year_effect": np.expm1(size),
            "decision_date": "2023-11-01",
            "start_plan": rng.choice(["2024-01", "2024-03", "2024-06"], count),
            "realised": rng.beta(8 * mean, 8 * (1 - mean)),
        }
    )


def test_features_are_used_where_they_say_something(complete: MakeRegister) -> None:
    cases = finished(240, strength=0.25, seed=1)
    choice = compare_models(cases)
    assert (choice.used, choice.reason) == ("features", "better")
    assert choice.gain == pytest.approx(choice.record_score - choice.features_score, rel=0.3)
    register = complete(full_year_effect=[1.0, 15.0], base_amount=[-99.0, -99.0])
    found = realisation_rates(register, cases, choice=choice)
    truth = [0.6 - 0.25 * (np.log1p(x) - 1.5) for x in (1.0, 15.0)]
    assert found["mean"].tolist() == pytest.approx(truth, abs=0.12)
    assert set(found["source"]) == {"features"}


def test_features_are_left_where_they_say_nothing(complete: MakeRegister) -> None:
    chosen = [compare_models(finished(120, strength=0.0, seed=seed)).used for seed in range(8)]
    assert chosen.count("features") <= 3
    cases = finished(120, strength=0.0, seed=0)
    ignored = ModelChoice("record", "not_better", 120, 12)
    assert set(realisation_rates(complete(stage=["decided"]), cases, choice=ignored)["source"]) == {
        "record"
    }


@pytest.mark.parametrize(
    ("cases", "units", "reason"), [(59, 12, "too_few_cases"), (100, 2, "too_few_units")]
)
def test_few_cases_are_not_asked(cases: int, units: int, reason: str) -> None:
    told = finished(cases, strength=0.3, seed=2).assign(trust="a")
    told["unit"] = [f"u{k % units}" for k in range(cases)]
    choice = compare_models(told)
    assert (choice.used, choice.reason) == ("record", reason)
    assert np.isnan(choice.gain)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"stage": "confirmed"}, "stage confirmed"),
        ({"realised": [np.nan]}, "leave out what is not known"),
    ],
)
def test_a_history_that_cannot_be_used_is_refused(
    complete: MakeRegister, told: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        realisation_rates(complete(stage=["idea"]), history([0.5]).assign(**told))

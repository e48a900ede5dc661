"""The worked examples of the rule: every number, to 1e-4."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from balanse_lib.realism import (
    check_calibration,
    combine_by_precision,
    events_ledger,
    quantile_from_cost,
    run_rate_test,
    score_forecast,
    shrink_bias,
)

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
E1: dict[str, Any] = {
    "budget": 60, "budget_ytd": 40, "actual_ytd": -8, "reported": 30, "month": 8, "sd": 5,
    "measures": [(30, 0.6, 0.2)],
}  # fmt: skip
E3 = {"budget": 0, "actual_ytd": -16, "reported": 0, "month": 8, "sd": 5}
CASES: dict[str, dict[str, Any]] = {
    "E1": E1,
    "E1_rho03": {**E1, "rho": 0.3},
    "E2_oneoff": {**E1, "actual_ytd": 12, "one_offs": 20},
    "E2_naive": {**E1, "actual_ytd": 12},
    "E3_flat": {**E3, "budget_ytd": 0},
    "E3_profile": {**E3, "budget_ytd": -20},
    "E8_p13": {**E1, "period13": (-4, 3)},
}
ERRORS = {
    "A": [-0.30, -0.50, -0.10],
    "B": [0.10, -0.10, 0.00],
    "C": [-0.20, 0.00, -0.10, 0.10],
    "D": [0.05, 0.15],
}
# reported, outcome, prudent forecast
BACKTEST = np.array(
    [(30, 12, 1.5), (10, 14, 4), (0, -9, -6), (25, 22, 15), (-5, -3, -12), (40, 18, 20),
     (5, 6, -2), (12, -4, 2)]
)  # fmt: skip


def close(value: float) -> Any:
    return pytest.approx(value, abs=1e-4)


def test_every_vector_is_asserted_here() -> None:
    others = {"E4", "E4_moments", "E5_combine", "E6_ledger", "E7_backtest",
              "E9_quantile_from_cost", "E10_nhs_errors"}  # fmt: skip
    assert set(VECTORS) == set(CASES) | others


@pytest.mark.parametrize("name", CASES)
def test_run_rate(name: str) -> None:
    found, expected = asdict(run_rate_test(**CASES[name])), VECTORS[name]
    assert set(found) == set(expected) | {"P10", "P90"}
    assert found["verdict"] == expected["verdict"]
    for key, value in expected.items():
        if key != "verdict":
            assert found[key] == close(value), key


def test_e4_bias_with_the_region_at_minus_a_tenth() -> None:
    region = {"A": ERRORS["A"], "rest": [0.0, 0.1, 0.2]}  # mean of all six is −0.10
    bias = shrink_bias(region, "A", k=4)
    assert bias.grand == pytest.approx(-0.10)
    assert bias.w == close(VECTORS["E4"]["w"])
    assert bias.b_pct == close(VECTORS["E4"]["b_pct"])
    assert bias.corrected(30, 5000) == close(VECTORS["E4"]["R_corrected"])
    assert bias.corrected(0, 5000) == close(VECTORS["E4"]["b_mnok"])


@pytest.mark.parametrize("trust", ERRORS)
def test_e4_moments(trust: str) -> None:
    bias, expected = shrink_bias(ERRORS, trust), VECTORS["E4_moments"]
    assert bias.b_pct == close(expected[f"b_{trust}"])
    for key in ("grand", "sigma2", "n0", "tau2", "k"):
        assert getattr(bias, key) == close(expected[key]), key


def test_e5_combination() -> None:
    e1, e4 = VECTORS["E1"], VECTORS["E4"]
    found = combine_by_precision(
        model=e1["mu"], model_sd=e1["sd"], reported=e4["R_corrected"], reported_sd=17.5
    )
    for key, value in VECTORS["E5_combine"].items():
        assert getattr(found, key) == close(value), key


def test_e6_events() -> None:
    found = events_ledger([(-12, 0.60), (-8, 0.30), (-5, 0.05), (6, 0.97), (15, 0.70)])
    assert found.prudent == close(VECTORS["E6_ledger"]["prudent"])
    assert found.central == close(VECTORS["E6_ledger"]["expected"])


def test_e7_backtest() -> None:
    reported, outcome, prudent = BACKTEST.T.tolist()
    by_reported = score_forecast(reported, outcome=outcome, level=0.35)
    by_prudent = score_forecast(prudent, outcome=outcome, level=0.35)
    calibration = check_calibration(by_prudent.hits, n=by_prudent.n, target=0.65)
    found = {
        "hit_reported": by_reported.hit_rate,
        "hit_prudent": by_prudent.hit_rate,
        "bias_reported": by_reported.bias,
        "bias_prudent": by_prudent.bias,
        "mae_reported": by_reported.mae,
        "mae_prudent": by_prudent.mae,
        "cost_of_prudence": by_prudent.unused,
        "shortfall_prudent": by_prudent.shortfall,
        "shortfall_reported": by_reported.shortfall,
        "unused_reported": by_reported.unused,
        "pinball35_reported": by_reported.pinball,
        "pinball35_prudent": by_prudent.pinball,
        "kupiec_LR": calibration.kupiec_lr,
        "binom_p_two_sided": calibration.p_exact,
        "prob_at_most_2_hits": check_calibration(2, n=8, target=0.65).at_most,
        "prob_8_hits": check_calibration(8, n=8, target=0.65).at_least,
    }
    assert set(found) == set(VECTORS["E7_backtest"])
    for key, value in VECTORS["E7_backtest"].items():
        assert found[key] == close(value), key


def test_e9_quantile_from_cost() -> None:
    for cost, level in VECTORS["E9_quantile_from_cost"].items():
        assert quantile_from_cost(float(cost)) == close(level)


def test_e10_mean_errors_of_the_nhs() -> None:
    for quarter in VECTORS["E10_nhs_errors"].values():
        errors = quarter["errors"]
        score = score_forecast([0.0] * len(errors), outcome=errors)
        assert score.bias == close(quarter["mean"])

"""The run-rate test on other numbers: exact variances, events, month 0, what is refused."""

from math import inf, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from balanse_lib import params
from balanse_lib.realism import run_rate_test, variance_factor

E1: dict[str, Any] = {
    "budget": 60, "budget_ytd": 40, "actual_ytd": -8, "reported": 30, "month": 8, "sd": 5,
    "measures": [(30, 0.6, 0.2)],
}  # fmt: skip
E6 = [(-12, 0.60), (-8, 0.30), (-5, 0.05), (6, 0.97), (15, 0.70)]


def ar1(n: int, rho: float) -> np.ndarray:
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return np.asarray(float(rho) ** lags)


@pytest.mark.parametrize(("n", "rho"), [(1, 0.5), (4, 0.3), (8, 0.9), (12, -0.4), (12, 0.0)])
def test_variance_factor_is_the_sum_of_the_covariance_matrix(n: int, rho: float) -> None:
    assert variance_factor(n, rho) == pytest.approx(ar1(n, rho).sum())


def test_uncertain_events_widen_the_spread() -> None:
    """Worked by hand: μ = 6 + 6.47, Σp(1 − p)a² = 97.4851, p = Φ(−17.53/16.837) = 0.149."""
    test = run_rate_test(**E1, events=E6)
    assert test.mu == pytest.approx(12.47)
    assert test.sd == pytest.approx(sqrt(186.0 + 97.4851), abs=1e-6)
    assert test.p_reach == pytest.approx(0.149, abs=5e-4)
    without_their_spread = norm.sf(30, loc=12.47, scale=sqrt(186.0))
    assert without_their_spread == pytest.approx(0.099, abs=5e-4)


def test_closed_spread_leaves_out_what_past_and_future_share() -> None:
    """With ρ = 0.3 the closed form says 15.51; the exact spread is 15.01, as simulation shows."""
    closed = run_rate_test(**E1, rho=0.3).sd_base
    assert closed == pytest.approx(15.5098, abs=1e-4)
    weights = np.r_[np.full(8, -4 / 8), np.ones(4)]  # error of the rest: future − h/m · past
    exact = 5 * sqrt(weights @ ar1(12, 0.3) @ weights)
    assert exact == pytest.approx(15.01, abs=5e-3)
    rng = np.random.default_rng(3)
    noise = 5 * rng.standard_normal((200_000, 12)) @ np.linalg.cholesky(ar1(12, 0.3)).T
    assert (noise @ weights).std() == pytest.approx(exact, rel=4 / sqrt(2 * 200_000))


def test_without_autocorrelation_the_closed_spread_is_exact() -> None:
    weights = np.r_[np.full(8, -4 / 8), np.ones(4)]
    assert run_rate_test(**E1).sd_base == pytest.approx(5 * sqrt(weights @ weights))


def test_month_0_tests_the_budget_itself() -> None:
    test = run_rate_test(budget=24, budget_ytd=0, actual_ytd=0, reported=36, month=0, sd=2, known=3)
    assert (test.h, test.base_forecast, test.required_per_month) == (12, 27, 3)
    assert (test.dev_rec, test.dev_per_month) == (0, 0)
    assert test.sd_base == pytest.approx(2 * sqrt(12))
    assert test.p_reach == pytest.approx(norm.sf(9 / (2 * sqrt(12))))


def test_month_11_has_one_month_left() -> None:
    test = run_rate_test(budget=12, budget_ytd=11, actual_ytd=0, reported=0, month=11, sd=1)
    assert (test.h, test.base_rest, test.base_forecast) == (1, 0, 0)
    assert test.p_reach == 0.5


def test_half_the_deviation_goes_on() -> None:
    test = run_rate_test(**{**E1, "weight": 0.5})
    assert test.base_rest == 20 - 0.5 * 4 * 6
    assert test.sd_base == pytest.approx(5 * sqrt(4 + 0.25**2 * 8))


def test_independent_measures_add_their_variances() -> None:
    test = run_rate_test(**{**E1, "measures": [(30, 0.6, 0.1), (20, 0.5, 0.2)]})
    assert test.measures == 28
    assert test.sd == pytest.approx(sqrt(test.sd_base**2 + 3**2 + 4**2))


def test_own_thresholds_move_the_class() -> None:
    usual = params.standard_thresholds()
    lenient = usual.model_copy(update={"p_unrealistic": 0.03})
    assert run_rate_test(**E1, thresholds=lenient).verdict == "Optimistisk"


BAD = [
    ({"month": 12}, "month is 12"),
    ({"month": -1}, "month is -1"),
    ({"month": 8.0}, "month is 8.0"),
    ({"month": 0}, "month is 0: nothing is booked"),
    ({"sd": 0}, "sd is 0: it must be greater than 0"),
    ({"sd": -1}, "sd is -1"),
    ({"sd": nan}, "sd is nan"),
    ({"rho": 1.0}, "rho is 1.0"),
    ({"rho": nan}, "rho is nan"),
    ({"weight": -0.1}, "weight is -0.1"),
    ({"period13": (0, -1)}, "period13_sd is -1"),
    ({"period13": (nan, 1)}, "period13_mean is nan"),
    ({"measures": [(nan, 0.5, 0.1)]}, "planned is nan"),
    ({"measures": [(10, 0.5, -0.1)]}, "realisation_sd is -0.1"),
    ({"events": [(10, 1.1)]}, "probability is 1.1"),
    ({"events": [(inf, 0.5)]}, "amount is inf"),
    *[({name: bad}, f"{name} is {bad}") for name in
      ("budget", "budget_ytd", "actual_ytd", "reported", "one_offs", "known")
      for bad in (nan, inf, None)],
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), BAD, ids=lambda value: str(value)[:40])
def test_bad_numbers_are_refused_and_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        run_rate_test(**{**E1, **change})


amounts = st.floats(-500, 500)


@given(
    budget=amounts, budget_ytd=amounts, actual=amounts, reported=amounts,
    month=st.integers(1, 11), sd=st.floats(0.1, 50), rho=st.floats(-0.9, 0.9),
)  # fmt: skip
def test_what_always_holds(
    budget: float, budget_ytd: float, actual: float, reported: float, month: int, sd: float,
    rho: float,
) -> None:  # fmt: skip
    test = run_rate_test(
        budget=budget, budget_ytd=budget_ytd, actual_ytd=actual, reported=reported, month=month,
        sd=sd, rho=rho,
    )  # fmt: skip
    assert test.P10 < test.P15 < test.P35 < test.P50 < test.P65 < test.P85 < test.P90
    assert test.base_forecast == pytest.approx(actual + test.base_rest)
    assert test.gap == pytest.approx(reported - test.base_forecast, abs=1e-9)
    assert test.p_reach == pytest.approx(norm.cdf(-test.z), abs=1e-9)
    assert (test.verdict in ("Forsiktig", "Over-forsiktig")) == (test.p_reach >= 0.65)

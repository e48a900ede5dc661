"""At fixed variances the panel is UnobservedComponents: same likelihood differences, forecasts."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from balanse_lib.forecast.factor import factorise, predict_block, residual_squares
from balanse_lib.forecast.kernels import stack_kernels

MONTHS, HORIZON, VARIANCE = 60, 12, 2.5
SEASON, DRIFT = 5e7, 1e5


def simulate() -> np.ndarray:
    rng = np.random.default_rng(3)
    t = np.arange(MONTHS)
    walk = rng.normal(0, 0.7, MONTHS).cumsum()
    return 100 + 0.4 * t + walk + 5 * np.sin(2 * np.pi * t / 12) + rng.normal(0, 1.5, MONTHS)


def fit_factor(level_ratio: float):
    kernels = stack_kernels(("level", "drift", "season"), months=MONTHS + HORIZON)
    covariance = np.tensordot([level_ratio, DRIFT, SEASON], kernels, axes=1)
    return factorise(covariance + np.eye(MONTHS + HORIZON), np.ones(MONTHS + HORIZON))


def log_likelihood(y: np.ndarray, level_ratio: float) -> float:
    factor = fit_factor(level_ratio)
    squares = residual_squares(factor, y[:, None], ends=np.array([MONTHS]))[0, 0]
    return float(
        -0.5 * factor.log_det[MONTHS]
        - 0.5 * np.log(factor.ones_square[MONTHS])
        - 0.5 * squares / VARIANCE
    )


def unobserved_components(y: np.ndarray, level_ratio: float):
    model = UnobservedComponents(
        y,
        level=True,
        stochastic_level=True,
        trend=True,
        irregular=True,
        seasonal=12,
        stochastic_seasonal=False,
        use_exact_diffuse=True,
    )
    assert model.param_names == ["sigma2.irregular", "sigma2.level"]
    return model.smooth([VARIANCE, VARIANCE * level_ratio])


@pytest.mark.parametrize("ratios", [(0.01, 0.3), (0.05, 2.0)])
def test_log_likelihood_differences(ratios):
    y = simulate()
    ours = log_likelihood(y, ratios[1]) - log_likelihood(y, ratios[0])
    theirs = unobserved_components(y, ratios[1]).llf - unobserved_components(y, ratios[0]).llf
    assert ours == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("ratio", [0.01, 0.3, 2.0])
def test_forecast_mean_and_covariance(ratio):
    y = simulate()
    predictor = predict_block(fit_factor(ratio), MONTHS, HORIZON)
    forecast = unobserved_components(y, ratio).get_forecast(HORIZON)
    # values near 100 and variances near 5: relative 1e-6 of them
    np.testing.assert_allclose(predictor.weights @ y, forecast.predicted_mean, rtol=1e-6)
    variance = VARIANCE * (predictor.root**2).sum(axis=1)
    np.testing.assert_allclose(variance, forecast.var_pred_mean, rtol=1e-6)

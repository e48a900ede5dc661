import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from balanse_lib.forecast.structural import fit_paths


def _series(seed: int = 1, n: int = 60) -> pd.Series:
    rng = np.random.default_rng(seed)
    season = np.tile([3, 0, 1, -2, 0, 4, -5, -3, 1, 1, 0, 0], n // 12)
    level = np.cumsum(rng.normal(0, 0.5, n))
    return pd.Series(100 + 0.3 * np.arange(n) + season + level + rng.normal(0, 1, n))


def _reference(series: pd.Series):
    centre, spread = series.mean(), series.to_numpy().std()
    model = UnobservedComponents(
        (series.to_numpy() - centre) / spread,
        level="local linear deterministic trend",
        seasonal=12,
        stochastic_seasonal=False,
    )
    return model.fit(disp=0, maxiter=200), centre, spread


def test_mean_and_variance_are_those_of_statsmodels():
    series = _series()
    fit = fit_paths(series, horizon=6)
    results, centre, spread = _reference(series)
    expected = results.get_forecast(6)
    assert fit.mean == pytest.approx(centre + spread * expected.predicted_mean, rel=1e-9)
    assert np.diag(fit.cov) == pytest.approx(spread**2 * expected.var_pred_mean, rel=1e-7)


def test_variance_of_the_sum_is_that_of_simulated_paths():
    series = _series()
    fit = fit_paths(series, horizon=6)
    results, _, spread = _reference(series)
    n = 20_000
    rng = np.random.default_rng(3)
    ssm = results.filter_results
    start = rng.multivariate_normal(
        ssm.predicted_state[:, -1], ssm.predicted_state_cov[:, :, -1], size=n
    )
    state, total = start, np.zeros(n)
    noise_cov = ssm.selection[:, :, 0] @ ssm.state_cov[:, :, 0] @ ssm.selection[:, :, 0].T
    for _ in range(6):
        total += state @ ssm.design[0, :, 0] + rng.normal(0, np.sqrt(ssm.obs_cov[0, 0, 0]), n)
        shocks = rng.multivariate_normal(np.zeros(len(noise_cov)), noise_cov, size=n)
        state = state @ ssm.transition[:, :, 0].T + shocks
    simulated = spread**2 * total.var()
    # the standard error of a variance from n normal draws is var·√(2/n): 1 % here
    assert fit.cov.sum() == pytest.approx(simulated, rel=4 * np.sqrt(2 / n))


def test_an_exact_trend_and_season_go_on():
    months = np.arange(48)
    season = np.tile(np.array([5, 0, 0, 0, 0, -5, 0, 0, 0, 0, 0, 0.0]), 5)
    series = pd.Series(10 + 2.0 * months + season[:48])
    fit = fit_paths(series, horizon=12)
    expected = 10 + 2.0 * np.arange(48, 60) + season[48:]
    assert fit.mean == pytest.approx(expected, abs=0.05)


def test_a_missing_month_is_predicted_from_the_months_before_it():
    series = _series()
    series.iloc[40] = np.nan
    fit = fit_paths(series, horizon=2)
    assert len(fit.mean) == 3
    centre = series.mean()
    neighbours = series.iloc[[39, 41]].mean()
    assert abs(fit.mean[0] - neighbours) < abs(centre - neighbours)
    assert fit.cov[0, 0] > 0
    assert fit.cov[0, 1:] == pytest.approx(0.0)


def test_a_constant_series_stays_constant():
    fit = fit_paths(pd.Series([7.0] * 30), horizon=3)
    assert fit.mean.tolist() == [7.0, 7.0, 7.0]
    assert not fit.cov.any()


def test_the_unit_does_not_matter():
    series, power_of_two = _series(), 2.0**20  # a power of two loses no digit
    large = fit_paths(series * power_of_two, horizon=4)
    small = fit_paths(series, horizon=4)
    assert large.mean == pytest.approx(power_of_two * small.mean, rel=1e-12)
    assert large.cov == pytest.approx(power_of_two**2 * small.cov, rel=1e-12)

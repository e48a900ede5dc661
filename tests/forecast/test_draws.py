"""Paths against closed forms, and paths that move together."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from balanse_lib.forecast.draws import draw_fit, draw_pool, draw_totals
from balanse_lib.forecast.grid import read_grid
from balanse_lib.forecast.joint import join_paths, shrink_correlation
from balanse_lib.forecast.mixture import iterate_mixtures, mixture_quantiles
from balanse_lib.forecast.panel import Model, fit_panel
from balanse_lib.params import base_prior

WHITE = read_grid(pd.DataFrame({"level": [0.0], "weight": [1.0]}))


def collect(fit, n_paths, seed=1):
    paths = np.empty((len(fit.weights), n_paths, fit.horizon))
    for row, path, places in draw_fit(fit, n_paths=n_paths, rng=np.random.default_rng(seed)):
        paths[row, places] = path
    return paths


def test_pool_has_exactly_no_mean_and_unit_covariance():
    pool = draw_pool(np.random.default_rng(0), n_paths=100, horizon=12)
    np.testing.assert_allclose(pool.normals.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(pool.normals.T @ pool.normals / pool.size, np.eye(12), atol=1e-12)


def test_totals_of_white_noise_follow_their_student_t():
    """Sum of h months: mean h·ȳ, scale s·√(h + h²/n), n − 1 degrees of freedom."""
    y = np.random.default_rng(2).normal(10, 2, (1, 24))
    fit = fit_panel(y, model=Model(WHITE, 6, scales=("raw",)))
    totals = draw_totals(fit, n_paths=40_000, rng=np.random.default_rng(3))[0]
    scale = y.std(ddof=1) * np.sqrt(6 + 36 / 24)
    assert stats.kstest(totals, stats.t(23, 6 * y.mean(), scale).cdf).statistic < 0.01


def test_quantiles_of_white_noise_are_those_of_a_student_t():
    y = np.random.default_rng(2).normal(10, 2, (1, 24))
    fit = fit_panel(y, model=Model(WHITE, 1, scales=("raw",)))
    mixture = next(iterate_mixtures(fit))
    levels = np.array([0.025, 0.1, 0.5, 0.9, 0.975])
    expected = stats.t(23, y.mean(), y.std(ddof=1) * np.sqrt(1 + 1 / 24)).ppf(levels)
    np.testing.assert_allclose(mixture_quantiles(mixture, levels)[0, :, 0], expected, rtol=1e-6)


def test_quantiles_over_scales_agree_with_draws():
    y = np.exp(np.random.default_rng(4).normal(1, 0.4, (20, 40)))
    fit = fit_panel(y, model=Model(read_grid(base_prior()), 3))
    levels = np.array([0.1, 0.5, 0.9])
    exact = mixture_quantiles(next(iterate_mixtures(fit)), levels)
    drawn = np.quantile(collect(fit, 40_000), levels, axis=1).transpose(1, 0, 2)
    width = exact[:, 2] - exact[:, 0]
    # each scale's grid is gathered into one Student-t: hundredths of the interval, not exact
    assert (np.abs(drawn - exact) / width[:, None]).mean() < 0.01
    assert (np.abs(drawn - exact) / width[:, None]).max() < 0.05


def test_low_quantiles_of_a_series_that_is_nearly_always_zero_are_zero():
    """Root and log heap at zero what they would place below; a raw scale of no weight is mute."""
    y = np.zeros((1, 48))
    y[0, 30] = 8.0
    fit = fit_panel(y, model=Model(read_grid(base_prior()), 2))
    assert fit.weights[0].sum(axis=1)[0] < 0.001
    levels = np.array([0.01, 0.1, 0.9, 0.99])
    exact = mixture_quantiles(next(iterate_mixtures(fit)), levels)[0]
    drawn = np.quantile(collect(fit, 40_000)[0], levels, axis=0)
    assert (exact[:2] == 0).all()
    assert (drawn[:2] == 0).all()
    np.testing.assert_allclose(drawn[2:], exact[2:], atol=0.02)


def test_quantiles_far_out_are_solved():
    """Scales disagree most in the tails: the draws beyond each quantile are counted."""
    y = np.maximum(np.random.default_rng(7).poisson(3.0, (1, 60)) - 2.0, 0.0)
    fit = fit_panel(y, model=Model(read_grid(base_prior()), 1))
    levels = np.array([0.5, 0.9, 0.99, 0.999])
    exact = mixture_quantiles(next(iterate_mixtures(fit)), levels)[0, :, 0]
    drawn = collect(fit, 200_000)[0, :, 0]
    # four standard errors of a share, and the grid's gathering
    np.testing.assert_allclose((drawn[:, None] <= exact).mean(axis=0), levels, atol=0.005)


def test_paths_of_different_series_are_independent():
    y = np.random.default_rng(5).normal(10, 2, (40, 30))
    totals = draw_totals(
        fit_panel(y, model=Model(WHITE, 3)), n_paths=1000, rng=np.random.default_rng(1)
    )
    off_diagonal = np.corrcoef(totals)[np.triu_indices(40, 1)]
    assert abs(off_diagonal.mean()) < 0.01
    assert off_diagonal.std() == pytest.approx(1 / np.sqrt(1000), rel=0.15)


def test_joined_paths_keep_their_own_and_get_the_correlation_asked_for():
    rng = np.random.default_rng(6)
    paths = rng.normal(size=(2, 20_000, 4)).cumsum(axis=2)
    correlation = np.array([[1.0, 0.6], [0.6, 1.0]])
    joined = join_paths(paths, correlation=correlation, rng=rng)
    for own, before in zip(joined, paths, strict=True):
        assert np.array_equal(np.sort(own, axis=0), np.sort(before, axis=0))
        assert sorted(map(tuple, own[:50])) != sorted(map(tuple, before[:50]))
    # four standard errors of a correlation from 20 000 pairs: 4·(1 − 0.36)/√20 000 = 0.018
    assert np.corrcoef(joined.sum(axis=2))[0, 1] == pytest.approx(0.6, abs=0.018)


def test_shrunk_correlation_is_a_correlation():
    scores = np.random.default_rng(8).normal(size=(30, 10))
    correlation = shrink_correlation(scores)
    assert np.linalg.eigvalsh(correlation).min() > 0
    np.testing.assert_allclose(np.diag(correlation), 1.0)

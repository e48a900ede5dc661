"""Missing months, leading blocks, regressors and units."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib.forecast.factor import factorise_grid, predict_block, residual_squares
from balanse_lib.forecast.grid import read_grid
from balanse_lib.forecast.kernels import stack_kernels
from balanse_lib.forecast.layout import align_starts, group_layouts
from balanse_lib.forecast.mixture import iterate_mixtures, mixture_quantiles
from balanse_lib.forecast.panel import Model, fit_origins, fit_panel

GRID = read_grid(
    pd.DataFrame(
        {
            "level": [0.0, 0.1, 1.0, 0.1],
            "drift": [0.0, 0.001, 0.0, 0.0],
            "season": [0.0, 0.5, 0.0, 2.0],
            "weight": [1.0, 1.0, 1.0, 1.0],
        }
    )
)


def simulate(series: int, months: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    season = 3 * rng.normal(size=(series, 12))[:, np.arange(months) % 12]
    return (
        50
        + season
        + rng.normal(size=(series, months))
        + rng.normal(0, 0.3, (series, months)).cumsum(axis=1)
    )


def medians(fit) -> np.ndarray:
    values = np.full((len(fit.weights), fit.horizon), np.nan)
    for mixture in iterate_mixtures(fit):
        values[mixture.rows] = mixture_quantiles(mixture, np.array([0.5]))[:, 0]
    return values


def test_missing_months_equal_dropped_rows():
    present = np.array([True, True, False, True, True, False, True, True])
    y = np.where(present, np.arange(8.0) ** 1.5, 0.0)
    factor = next(factorise_grid(read_grid(_one_point()), present=present, horizon=2))
    predictor = predict_block(factor, 8, 2)
    kept = np.flatnonzero(np.append(present, [True, True]))
    kernels = stack_kernels(("level", "drift", "season"), months=10)
    k = (np.tensordot([0.3, 0.01, 0.5], kernels, axes=1) + np.eye(10))[np.ix_(kept, kept)]
    past, seen = k[:6, :6], y[present]
    inverse = np.linalg.inv(past)
    mean = inverse.sum(axis=0) @ seen / inverse.sum()
    expected = mean + k[6:, :6] @ inverse @ (seen - mean)
    np.testing.assert_allclose(predictor.weights @ y, expected, rtol=1e-10)
    q = residual_squares(factor, y[:, None], ends=np.array([8]))[0, 0]
    assert q == pytest.approx((seen - mean) @ inverse @ (seen - mean), rel=1e-10)
    assert factor.log_det[8] == pytest.approx(np.linalg.slogdet(past)[1], rel=1e-10)


def _one_point() -> pd.DataFrame:
    return pd.DataFrame({"level": [0.3], "drift": [0.01], "season": [0.5], "weight": [1.0]})


def test_earlier_origin_equals_fit_of_the_shorter_panel():
    values = simulate(6, 60)
    earlier = fit_origins(values, model=Model(GRID, 6, scales=("raw",)), cuts=[12])[0]
    alone = fit_panel(values[:, :48], model=Model(GRID, 6, scales=("raw",)))
    np.testing.assert_allclose(earlier.weights, alone.weights, rtol=1e-6)
    np.testing.assert_allclose(medians(earlier), medians(alone), rtol=1e-9)


def test_lengths_and_ends_of_other_series_do_not_matter():
    values = simulate(5, 60)
    values[1, :20] = np.nan
    values[2, -7:] = np.nan
    values[3, 30] = np.nan
    together = fit_panel(values, model=Model(GRID, 6))
    for row in range(5):
        own = values[row, ~np.isnan(values[row]).cumprod().astype(bool)][None]
        known = np.flatnonzero(~np.isnan(values[row]))
        own = values[row, known[0] : known[-1] + 1][None]
        alone = fit_panel(own, model=Model(GRID, 6))
        ratio = together.weights[row] / alone.weights[0]
        expected = (together.prior / alone.prior).reshape(ratio.shape)
        np.testing.assert_allclose(ratio / ratio[0, 0], expected / expected[0, 0], rtol=1e-6)


def test_series_without_gaps_share_one_layout():
    values = simulate(4, 40)
    values[0, :10], values[1, -5:], values[2, 20] = np.nan, np.nan, np.nan
    layouts = group_layouts(align_starts(values), dated=False)
    assert sorted(len(layout.rows) for layout in layouts) == [1, 3]


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_kroner_or_million_kroner_changes_nothing(unit):
    values = np.abs(simulate(5, 50))
    plain, scaled = (fit_panel(v, model=Model(GRID, 12)) for v in (values, values * unit))
    np.testing.assert_allclose(scaled.weights, plain.weights, rtol=1e-8)
    np.testing.assert_allclose(medians(scaled), medians(plain) * unit, rtol=1e-8)


def test_common_end_leaves_trailing_months_missing():
    values = simulate(2, 40)
    values[1, -2:] = np.nan
    fit = fit_panel(values, model=Model(GRID, 3), ends=np.array([40, 40]))
    assert [block.observed for block in fit.blocks] == [40, 38]
    assert {p.weights.shape for block in fit.blocks for p in block.predictors} == {(3, 40)}


def test_regressor_effect_is_found_and_forecast():
    """Values follow working days one for one; the forecast must follow the days ahead."""
    rng = np.random.default_rng(5)
    days = rng.integers(18, 24, size=66).astype(float)
    values = 100 + 2.0 * days[:60] + rng.normal(0, 0.3, (8, 60))
    regressors = days[:, None]
    with_days = medians(fit_panel(values, model=Model(GRID, 6, regressors=regressors)))
    expected = 100 + 2.0 * days[60:]
    assert np.abs(with_days - expected).max() < 0.6
    without = medians(fit_panel(values, model=Model(GRID, 6)))
    assert np.abs(without - expected).mean() > 2.0


def test_input_is_not_changed():
    values = simulate(3, 30)
    values.setflags(write=False)
    fit_panel(values, model=Model(GRID, 3))

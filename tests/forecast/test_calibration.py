"""Coverage where the truth is known, and the factors that mend it where it is not."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib.forecast.conformal import (
    BASE_80,
    Recalibration,
    learn_recalibration,
    needed_factor,
)
from balanse_lib.forecast.draws import draw_totals
from balanse_lib.forecast.grid import read_grid
from balanse_lib.forecast.panel import Model, fit_panel
from balanse_lib.forecast.record import score_draws

GRID = read_grid(
    pd.DataFrame(
        {"level": [0.0, 0.1, 0.3, 0.1], "season": [0.5, 0.5, 1.0, 0.0], "weight": [1.0] * 4}
    )
)


def simulate(series: int, months: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    season = rng.normal(0, 0.7, (series, 12))[:, np.arange(months) % 12]
    walk = rng.normal(0, np.sqrt(0.1), (series, months)).cumsum(axis=1)
    return 1000 + season + walk + rng.normal(size=(series, months))


def test_coverage_of_totals_on_known_truth():
    values = simulate(1500, 66, seed=1)
    totals = draw_totals(
        fit_panel(values[:, :60], model=Model(GRID, 6)), n_paths=500, rng=np.random.default_rng(2)
    )
    outcome = values[:, 60:].sum(axis=1)
    for coverage in (0.80, 0.95):
        tail = (1 - coverage) / 2
        low, high = np.quantile(totals, [tail, 1 - tail], axis=1)
        hit = np.mean((outcome >= low) & (outcome <= high))
        error = np.sqrt(coverage * (1 - coverage) / len(values))
        assert hit == pytest.approx(coverage, abs=3 * error)


def test_factor_is_the_ratio_of_true_to_claimed_spread():
    rng = np.random.default_rng(3)
    outcome, draws = rng.normal(0, 2, 20_000), rng.normal(0, 1, (20_000, 1000))
    # standard error of the two quantiles: 0.011 and 0.013
    assert needed_factor(outcome, draws, coverage=0.80) == pytest.approx(2.0, abs=0.04)
    assert needed_factor(outcome, draws, coverage=0.95) == pytest.approx(2.0, abs=0.04)


def test_factor_of_the_median_year_is_shrunk():
    """Three years of 25 windows that need 1, 2 and 9: 2 counts, weight 3/4 · 75/100."""
    draws = np.tile([-1.0, 0.0, 1.0], (25, 1))
    needed = [(np.full(25, 0.8 * k), draws) for k in (1.0, 2.0, 9.0)]
    learnt = learn_recalibration(needed)
    assert learnt.factor_80 == pytest.approx(BASE_80 * (2.0 / BASE_80) ** (3 / 4 * 75 / 100))
    assert (learnt.n_years, learnt.n_windows) == (3, 75)


def test_too_few_years_teach_nothing():
    rng = np.random.default_rng(4)
    learnt = learn_recalibration([(rng.normal(0, 9, 100), rng.normal(0, 1, (100, 50)))])
    assert (learnt.factor_80, learnt.n_years) == (BASE_80, 1)


def test_widening_moves_quantiles_about_the_median():
    totals = np.random.default_rng(5).normal(50, 4, (1, 9999))
    wide = Recalibration(1.5, 1.5, 300, 3).widen(totals)
    levels = [0.1, 0.5, 0.9]
    plain, moved = np.quantile(totals, levels), np.quantile(wide, levels)
    np.testing.assert_allclose(moved - plain[1], 1.5 * (plain - plain[1]), atol=1e-9)


def test_crps_of_draws_equals_its_definition():
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=50), 0.3
    pairs = np.abs(x[:, None] - x).mean()
    expected = np.abs(x - y).mean() - 0.5 * pairs
    assert score_draws(x[None], outcome=np.array([y]))[0] == pytest.approx(expected)

"""Windows of earlier years, the noise of months, and the distribution a figure is held against."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from balanse_lib import periods
from balanse_lib.realism import Predictive, achieved_run_rate, add_measures, estimate_noise
from balanse_lib.realism.noise import noise_around_profile


def results(years: range, value: float = 0.0) -> pd.Series:
    months = [month for year in years for month in periods.months_of_year(year)]
    return pd.Series(value, index=months)


def test_two_of_sixty_and_none_of_six() -> None:
    monthly = results(range(2019, 2025))
    monthly["2021-03":"2021-05"] = 10.0  # windows from March: 10; from Feb. and Apr.: 6.7
    found = achieved_run_rate(monthly, required_per_month=6.0, months_left=3, year=2025)
    assert (found.reached, found.windows) == (3, 60)
    assert (found.reached_calendar, found.windows_calendar) == (0, 6)
    assert found.best_per_month == 10.0
    found = achieved_run_rate(monthly, required_per_month=10.1, months_left=3, year=2025)
    assert (found.reached, found.windows) == (0, 60)


def test_only_complete_years_before_this_one_count() -> None:
    monthly = pd.concat([results(range(2022, 2025)), results(range(2025, 2026), 99.0)])
    gap = monthly.drop("2023-07")
    hole = monthly.where(monthly.index != "2022-01")
    assert achieved_run_rate(
        gap, required_per_month=1, months_left=4, year=2025
    ).years == (2022, 2024)  # fmt: skip
    assert achieved_run_rate(
        hole, required_per_month=1, months_left=4, year=2025
    ).years == (2023, 2024)  # fmt: skip


def test_without_a_complete_year_there_is_nothing_to_count() -> None:
    found = achieved_run_rate(
        results(range(2025, 2026)), required_per_month=1, months_left=4, year=2025
    )
    assert (found.windows, found.reached, found.best_per_month) == (0, 0, None)


def test_windows_follow_the_fiscal_year() -> None:
    months = periods.months_of_year(2024, start=10)
    monthly = pd.Series(range(12), index=months, dtype=float)
    found = achieved_run_rate(monthly, required_per_month=10, months_left=3, year=2025, start=10)
    assert (found.reached, found.windows, found.reached_calendar) == (1, 10, 1)  # 9, 10, 11


@pytest.mark.parametrize("months_left", [0, 13])
def test_windows_need_months(months_left: int) -> None:
    with pytest.raises(ValueError, match="months_left is"):
        achieved_run_rate(pd.Series(dtype=float), required_per_month=1, months_left=months_left,
                          year=2025)  # fmt: skip


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.3, 0.6])
def test_noise_is_found_whatever_the_level_of_the_years(rho: float) -> None:
    """1500 years of AR(1) with σ = 5, years that differ by 20 and some months missing."""
    rng = np.random.default_rng(11)
    root = np.linalg.cholesky(rho ** np.abs(np.subtract.outer(np.arange(12), np.arange(12)) * 1.0))
    noise = 5 * rng.standard_normal((1500, 12)) @ root.T + rng.normal(0, 20, (1500, 1))
    noise[::5, 4] = np.nan
    found = estimate_noise(pd.DataFrame(noise))
    assert found is not None
    assert found.n == 1500 * 12 - 300
    # four standard errors at the largest: 0.0095 for ρ, 0.055 for σ
    assert found.rho == pytest.approx(rho, abs=4 * 0.0095)
    assert found.sd == pytest.approx(5, abs=4 * 0.055)


def test_noise_around_a_mean_month_allows_for_the_mean() -> None:
    """Three years of σ = 2 around any profile; a new year held against their mean has 4/3 of σ²."""
    rng = np.random.default_rng(6)
    profile = rng.normal(0, 30, 12)
    planned, unplanned = [], []
    for _ in range(150):
        past = pd.DataFrame(profile + 2 * rng.standard_normal((3, 12)))
        known, new = (noise_around_profile(past, planned=kind) for kind in (True, False))
        assert known is not None
        assert new is not None
        planned.append(known.sd)
        unplanned.append(new.sd)
    assert np.mean(planned) == pytest.approx(2, rel=0.05)
    assert np.mean(unplanned) == pytest.approx(2 * sqrt(4 / 3), rel=0.05)
    assert noise_around_profile(pd.DataFrame([profile]), planned=True) is None


def test_noise_needs_a_year_of_months_that_move() -> None:
    assert estimate_noise(pd.DataFrame(np.random.default_rng(1).normal(size=(1, 11)))) is None
    assert estimate_noise(pd.DataFrame(np.ones((3, 12)))) is None
    assert estimate_noise(pd.DataFrame(np.full((3, 12), np.nan))) is None


def test_measures_are_added_as_an_independent_normal_part() -> None:
    rng = np.random.default_rng(2)
    paths = rng.normal(-12, 12, 20_000)
    both = add_measures(paths, measures=[(30, 0.6, 0.2)])
    assert both.mu == pytest.approx(paths.mean() + 18)
    assert both.spread == pytest.approx(sqrt(paths.var() + 36))
    exact = norm(paths.mean() + 18, sqrt(paths.var() + 36))
    assert both.p_reach(30) == pytest.approx(exact.sf(30), abs=0.005)
    assert both.quantile(0.35) == pytest.approx(exact.ppf(0.35), abs=0.2)
    assert both.p_reach(both.quantile(0.35)) == pytest.approx(0.65, abs=1e-6)


@pytest.mark.parametrize("sd", [0.0, 3.0])
def test_price_of_a_figure_is_the_expected_distance_on_each_side(sd: float) -> None:
    rng = np.random.default_rng(4)
    paths = rng.normal(0, 4, 5_000)
    distribution = Predictive(paths, mean=2.0, sd=sd)
    draws = np.repeat(paths, 200) + 2 + sd * rng.standard_normal(1_000_000)
    for figure in (-6.0, 2.0, 9.0):
        assert distribution.unused(figure) == pytest.approx(
            np.maximum(draws - figure, 0).mean(), abs=0.02
        )
        assert distribution.shortfall(figure) == pytest.approx(
            np.maximum(figure - draws, 0).mean(), abs=0.02
        )

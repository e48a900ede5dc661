"""Scores of forecasts and of warnings, by hand and by simulation with known truth."""

from math import log, nan

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2

from balanse_lib.realism import (
    brier_score,
    calibration_power,
    check_calibration,
    score_forecast,
    score_warnings,
)


def test_prudence_and_optimism_share_the_absolute_error() -> None:
    score = score_forecast([5.0, 5.0, 5.0], outcome=[8.0, 5.0, -1.0])
    assert (score.n, score.hits, score.hit_rate) == (3, 2, 2 / 3)
    assert (score.unused, score.shortfall, score.mae, score.bias) == (1, 2, 3, -1)
    assert score.pinball == pytest.approx((0.35 * 3 + 0.65 * 6) / 3)


def test_the_pinball_loss_is_least_at_its_quantile() -> None:
    outcome = np.random.default_rng(1).standard_normal(20_000).tolist()
    loss = {f: score_forecast([f] * 20_000, outcome=outcome).pinball for f in (-1, -0.385, 0, 1)}
    assert min(loss, key=loss.__getitem__) == -0.385  # P35 of the standard normal


@pytest.mark.parametrize(("forecast", "outcome"), [([], []), ([1.0], [1.0, 2.0]), ([nan], [1.0])])
def test_scores_need_pairs(forecast: list[float], outcome: list[float]) -> None:
    with pytest.raises(ValueError, match=r"one value each|missing"):
        score_forecast(forecast, outcome=outcome)


def test_kupiec_at_the_edges_and_in_the_middle() -> None:
    assert check_calibration(0, n=5, target=0.65).kupiec_lr == pytest.approx(-10 * log(0.35))
    assert check_calibration(5, n=5, target=0.65).kupiec_lr == pytest.approx(-10 * log(0.65))
    exact = check_calibration(13, n=20, target=0.65)
    assert (exact.kupiec_lr, exact.p_kupiec, exact.p_exact) == (0.0, 1.0, 1.0)
    assert check_calibration(7, n=20, target=0.65).p_kupiec == pytest.approx(
        chi2.sf(2 * (7 * log(0.35 / 0.65) + 13 * log(0.65 / 0.35)), 1)
    )


def test_clopper_pearson_interval_is_where_the_tails_are_2_5_percent() -> None:
    found = check_calibration(5, n=8, target=0.65)
    assert binom.sf(4, 8, found.low) == pytest.approx(0.025)
    assert binom.cdf(5, 8, found.high) == pytest.approx(0.025)


def test_eight_years_show_only_gross_failure() -> None:
    assert calibration_power(8, target=0.65, true_rate=0.65) == pytest.approx(0.0253, abs=1e-4)
    assert calibration_power(8, target=0.65, true_rate=0.50) < 0.15
    assert calibration_power(60, target=0.65, true_rate=0.35) > 0.99


@pytest.mark.parametrize(("hits", "n", "target"), [(1, 0, 0.5), (3, 2, 0.5), (1, 2, 1.0)])
def test_impossible_counts_are_refused(hits: int, n: int, target: float) -> None:
    with pytest.raises(ValueError, match=r"hits of|target is"):
        check_calibration(hits, n=n, target=target)


def test_brier() -> None:
    assert brier_score([0.2, 0.9, 0.5], reached=[False, True, True]) == pytest.approx(
        (0.04 + 0.01 + 0.25) / 3
    )
    with pytest.raises(ValueError, match="p_reach is nan"):
        brier_score([nan], reached=[True])


def verdicts(*given: tuple[str, int, int, str, float, float]) -> pd.DataFrame:
    columns = ["trust", "year", "month", "verdict", "reported", "outcome"]
    return pd.DataFrame(given, columns=columns).assign(revenue=1000.0)  # margin 1.5


def test_warnings_are_counted_by_month_and_their_lead_by_year() -> None:
    found = score_warnings(
        verdicts(
            ("a", 2024, 3, "Realistisk", 10, 0),  # failed, not warned
            ("a", 2024, 6, "Optimistisk", 10, 0),  # failed, warned: 6 months ahead
            ("a", 2024, 9, "Urealistisk", 10, 0),
            ("a", 2024, 10, "Ikkje vurderbar", 10, 0),
            ("b", 2024, 6, "Urealistisk", 0, 5),  # held: a false alarm
            ("b", 2024, 9, "Forsiktig", 0, 5),
            ("c", 2024, 9, "Realistisk", 10, 0),  # failed, never warned
            ("d", 2024, 9, "Realistisk", 10, 8.5),  # within the margin of 1.5: held
        )
    )
    assert (found.n, found.n_failed, found.n_not_assessable) == (7, 4, 1)
    assert found.hit_rate == 2 / 4
    assert found.false_alarm_rate == 1 / 3
    assert (found.lead_months, found.mean_lead_months, found.n_unwarned) == ((6,), 6.0, 1)


def test_rates_without_cases_are_unknown_and_not_zero() -> None:
    held = score_warnings(verdicts(("a", 2024, 9, "Forsiktig", 0, 5)))
    assert (held.hit_rate, held.false_alarm_rate, held.mean_lead_months) == (None, 0.0, None)
    nothing = score_warnings(verdicts(("a", 2024, 9, "Ikkje vurderbar", 0, 5)))
    assert (nothing.n, nothing.hit_rate, nothing.false_alarm_rate) == (0, None, None)


def test_a_year_without_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="not yet known"):
        score_warnings(verdicts(("a", 2024, 9, "Forsiktig", 0, nan)))

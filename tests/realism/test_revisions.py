"""Revisions within the year: a published series by hand, exact chances, size and power."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from balanse_lib.realism.revisions import (
    check_revisions,
    late_changes,
    late_year_drift,
    revise_forecasts,
)

# Helse Møre og Romsdal 2019, deviation from requirement as told after these months (press)
PUBLISHED = {2: -44.0, 3: -80.0, 4: -100.0, 7: -88.2, 9: -80.0, 10: -80.0, 11: -90.0}


def told(months: dict[int, float], *, year: int = 2019, trust: str = "A") -> pd.DataFrame:
    frame = pd.DataFrame({"month": list(months), "forecast": list(months.values())})
    return frame.assign(trust=trust, model="reported", year=year)


def test_revisions_of_a_published_year():
    found = revise_forecasts(told(PUBLISHED))
    assert found["revision"].to_numpy() == pytest.approx([-36, -20, 11.8, 8.2, 0, -10])
    assert found["months"].tolist() == [1, 1, 3, 2, 1, 1]
    assert found["previous_revision"].to_numpy()[1:] == pytest.approx([-36, -20, 11.8, 8.2, 0])


def test_the_test_on_a_published_year_by_hand():
    # products 720, -236, 96.76, 0, 0 sum to 580.76; 720 ± 236 ± 96.76 reaches that 3 times of 4
    found = check_revisions(revise_forecasts(told(PUBLISHED)))
    assert found.n == 5
    assert found.slope == pytest.approx(580.76 / (36**2 + 20**2 + 11.8**2 + 8.2**2))
    assert found.p_value == pytest.approx(0.75)


def test_a_change_in_the_last_quarter_is_named_and_an_unchanged_forecast_is_not():
    found = late_changes(revise_forecasts(told(PUBLISHED)))
    assert found[["month", "before", "forecast"]].to_numpy().tolist() == [[11, -80.0, -90.0]]


def test_years_trusts_and_what_cannot_be_compared_are_kept_apart():
    both = pd.concat(
        [
            told({11: 5.0, 12: 7.0}, year=2018),
            told({1: 100.0, 2: np.nan, 3: 90.0}, year=2019),
            told({1: -3.0}, trust="B"),
        ]
    )
    found = revise_forecasts(both)
    assert found[["year", "month", "months", "revision"]].to_numpy().tolist() == [
        [2018, 12, 1, 2.0],
        [2019, 3, 2, -10.0],
    ]
    assert found["previous_revision"].isna().all()
    nothing = check_revisions(found)
    assert nothing.n == 0
    assert np.isnan(nothing.p_value)
    assert np.isnan(nothing.slope)


@pytest.mark.parametrize(("n", "positive"), [(6, 6), (7, 2), (20, 16), (31, 21)])
def test_equal_revisions_give_the_binomial_chance(n, positive):
    signs = [1.0] * positive + [-1.0] * (n - positive)
    pairs = pd.DataFrame({"revision": signs, "previous_revision": 1.0})
    extreme = max(positive, n - positive)
    expected = min(1.0, 2 * binom.sf(extreme - 1, n, 0.5))
    assert check_revisions(pairs).p_value == pytest.approx(expected)


def test_beyond_what_is_counted_out_the_sum_is_near_normal():
    rng = np.random.default_rng(3)
    sizes = rng.gamma(2.0, size=33) * rng.choice([1, 1, 1, -1], size=33)
    many = pd.DataFrame({"revision": sizes, "previous_revision": 1.0})
    signs = rng.choice([-1.0, 1.0], size=(200_000, 33))
    simulated = (np.abs(signs @ np.abs(sizes)) >= abs(sizes.sum())).mean()
    assert check_revisions(many).p_value == pytest.approx(simulated, abs=0.01)


def simulate(rng: np.random.Generator, *, carry: float, years: int) -> pd.DataFrame:
    """Forecasts whose revisions shrink towards December; `carry` of each returns in the next."""
    frames = []
    for year in range(years):
        revision, forecast, months = 0.0, 0.0, {1: 0.0}
        for month in range(2, 13):
            revision = carry * revision + (13 - month) * rng.standard_normal()
            forecast += revision
            months[month] = forecast
        frames.append(told(months, year=2000 + year))
    return pd.concat(frames)


def rejections(carry: float, *, years: int, n: int) -> float:
    rng = np.random.default_rng(2009)
    tests = [
        check_revisions(revise_forecasts(simulate(rng, carry=carry, years=years))) for _ in range(n)
    ]
    return float(np.mean([test.p_value <= 0.05 for test in tests]))


def test_unpredictable_revisions_are_called_so_95_times_of_100():
    n = 300
    three_errors = 3 * np.sqrt(0.05 * 0.95 / n)
    assert 0.05 - three_errors <= rejections(0.0, years=2, n=n) <= 0.05 + three_errors


def test_bad_news_in_small_doses_is_found():
    assert rejections(0.7, years=3, n=100) > 0.8


def test_drift_after_the_last_forecasts_of_the_year():
    months = {7: -1.0, 8: 20.0, 10: 12.0, 11: 9.0, 12: 6.0}
    errors = told(months).assign(outcome=5.0, period_13=-3.0)
    errors["error"] = errors["outcome"] - errors["forecast"]
    (found,) = late_year_drift(errors).to_dict("records")
    assert np.isnan(found.pop("after_9"))
    assert found == {
        "trust": "A",
        "model": "reported",
        "year": 2019,
        "after_8": -15.0,
        "after_10": -7.0,
        "after_11": -4.0,
        "after_12": -1.0,
        "period_13": -3.0,
        "outcome": 5.0,
    }

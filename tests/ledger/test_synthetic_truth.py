"""The truth behind the synthetic region: reporters, what could be known, departures from it."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib.ledger.synthetic import PROFILES, Departures, TrustTruth, synthetic_truth
from tests.ledger.conftest import SEEDS, TRUSTS

FEW_SEEDS = range(50)


def standardised(truths: list[TrustTruth]) -> np.ndarray:
    """Seed × origin: (outcome − expected) / sd."""
    return np.array(
        [(t.known["year"].map(t.outcome) - t.known["expected"]) / t.known["sd"] for t in truths]
    )


# Reporters


def test_reporters_and_their_biases(region):
    assert [truth.reporter for truth in region.truth.values()] == [
        "honest", "optimistic", "hoarding", "silent",
    ]  # fmt: skip
    assert [truth.bias_sd for truth in region.truth.values()] == [0.0, 1.0, -1.0, 0.0]


@pytest.mark.parametrize("trust", TRUSTS)
def test_reports_are_logged_every_month_from_the_second_year(region, trust):
    log = region.tables[trust]["forecast_log"]
    months = set(pd.period_range("2020-01", "2025-09", freq="M").strftime("%Y-%m"))
    silent = {"2025-03", "2025-04"} if trust == "helse-storvatn" else set()
    assert set(log["period_of_data"]) == months - silent
    assert (log["made_at"].str[:7] > log["period_of_data"]).all()


def test_a_deviation_is_measured_from_the_budget(region):
    tables, truth = region.tables["helse-havdal"], region.truth["helse-havdal"]
    log = tables["forecast_log"].set_index("period_of_data")
    assert set(log["basis"]) == {"deviation"}
    assert set(log["basis_from"]) == {"budget"}
    budget = tables["budget"][tables["budget"]["period"].str.startswith("2025")]["amount"].sum()
    reported = truth.reports.set_index(["year", "month"])["forecast"]
    assert log["forecast"]["2025-08"] + budget == pytest.approx(reported[2025, 8], abs=0.051)
    for trust in set(TRUSTS) - {"helse-havdal"}:
        assert set(region.tables[trust]["forecast_log"]["basis"]) == {"result"}


@pytest.mark.parametrize(("trust", "bias"), list(zip(TRUSTS, (0.0, 1.0, -1.0, 0.0), strict=True)))
def test_reporters_biases_are_recovered(many, trust, bias):
    errors = np.concatenate(
        [(t.reports["forecast"] - t.known["expected"]) / t.known["sd"] for t in many[trust]]
    )
    assert errors.mean() == pytest.approx(bias, abs=4 * 0.25 / np.sqrt(errors.size))
    assert errors.std() == pytest.approx(0.25, rel=4 / np.sqrt(2 * errors.size))


# What could be known


def test_outcomes_are_calibrated_around_what_could_be_known(many):
    scores = np.concatenate([standardised(truths) for truths in many.values()])
    count = 4 * len(SEEDS)
    assert scores.shape == (count, 24)
    assert (np.abs(scores.mean(axis=0)) < 3.5 / np.sqrt(count)).all()
    assert (np.abs(scores.std(axis=0) - 1) < 3.5 / np.sqrt(2 * count)).all()
    within = (np.abs(scores) < 1.2816).mean()  # the 80 % interval of a normal distribution
    assert within == pytest.approx(0.80, abs=0.03)


def test_uncertainty_shrinks_to_the_year_end_entries(region):
    for profile in PROFILES:
        known = region.truth[profile.trust].known
        year = known[known["year"] == 2024]
        assert (year["sd"].diff().dropna() < 0).all()
        revenue = np.mean([profile.revenue(y) for y in range(2019, 2026)])
        assert year["sd"].iloc[-1] == pytest.approx(0.0012 * revenue)


def test_period_13_has_its_mean_and_sd(many):
    shares = [
        truth.monthly.loc[truth.monthly["month"] == 13, "result"].to_numpy() / size * 100
        for profile in PROFILES
        for truth in many[profile.trust]
        for size in [np.mean([profile.revenue(2024), profile.revenue(2025)])]
    ]
    values = np.concatenate(shares)
    assert values.mean() == pytest.approx(-0.05, abs=4 * 0.12 / np.sqrt(values.size))
    assert values.std() == pytest.approx(0.12, rel=4 / np.sqrt(2 * values.size))


# Departures


def excess_kurtosis(truths: list[TrustTruth]) -> float:
    noise = np.concatenate([t.monthly.loc[t.monthly["month"] < 13, "noise"] for t in truths])
    return float(((noise / noise.std()) ** 4).mean() - 3)


def test_fat_tails_show_at_the_same_sd(many):
    fat = [
        synthetic_truth(PROFILES[3], seed=s, years=1, departures=Departures(tail_df=3.0))
        for s in FEW_SEEDS
    ]
    plain = many["helse-storvatn"]
    assert abs(excess_kurtosis(plain)) < 0.5
    assert excess_kurtosis(fat) > 2
    assert fat[0].known["sd"].tolist() == plain[0].known["sd"].tolist()


def test_breaks_show_in_level_number_and_uncertainty(many):
    broken = [
        synthetic_truth(PROFILES[3], seed=s, years=1, departures=Departures(2.0, 1.0))
        for s in FEW_SEEDS
    ]
    count = sum(len(t.breaks) for t in broken) / (2 * len(FEW_SEEDS))
    assert count == pytest.approx(2.0, abs=0.45)
    first = next(t for t in broken if not t.breaks.empty)
    found = first.breaks.iloc[0]
    level = first.monthly[first.monthly["month"] < 13].set_index("period")["level"].diff()
    assert level[found["period"]] == pytest.approx(found["full_year_effect"] / 12, abs=2.0)
    sizes = np.concatenate([t.breaks["full_year_effect"] for t in broken])
    assert sizes.std() == pytest.approx(first.yearly_sd, rel=0.15)
    assert (first.known["sd"][:11] > many["helse-storvatn"][0].known["sd"][:11]).all()
    scores = np.concatenate([standardised([t])[:, :12] for t in broken])
    assert scores[:, 5].std() == pytest.approx(1.0, abs=0.25)


def test_no_departures_no_breaks(region):
    assert all(truth.breaks.empty for truth in region.truth.values())

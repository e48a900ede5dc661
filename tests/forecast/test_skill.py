"""Who missed by how much, worked out by hand on four forecasts."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib.forecast import (
    candidate_models,
    measure_reliability,
    others_record,
    score_methods,
    score_months,
)
from balanse_lib.forecast.candidates import ORIGIN_MONTHS, forecast_rest
from balanse_lib.forecast.record import Record

# the middle of the draws 8, 9, 10, 11, 12 is 10
RECORD = Record(
    origins=("2023-03", "2023-06", "2024-03", "2024-06"),
    left=(9, 6, 9, 6),
    outcome=np.array([13.0, 9.0, 10.0, np.nan]),
    draws=np.tile([8.0, 9.0, 10.0, 11.0, 12.0], (4, 1)),
)
OTHERS = pd.DataFrame(
    {"run_rate": [7.0, 9.0, 16.0, 5.0], "budget_rest": [np.nan, 13.0, 10.0, 5.0]},
    index=RECORD.origins,
)


def test_scores_are_the_errors_one_can_count():
    scores = score_methods(RECORD, others=OTHERS)
    # errors: model 3, -1, 0; run rate 6, 0, -6; budget -4, 0 and at its origins the model -1, 0
    assert scores.loc["model", ["n", "bias", "mae"]].tolist() == pytest.approx([3, 2 / 3, 4 / 3])
    assert scores.loc["run_rate", ["n", "bias", "mae"]].tolist() == pytest.approx([3, 0.0, 4.0])
    assert scores.loc["run_rate", "skill"] == pytest.approx(1 - (4 / 3) / 4)
    assert scores.loc["budget_rest", ["n", "mae", "model_mae"]].tolist() == [2, 2.0, 0.5]


def test_misses_are_told_by_month():
    misses = score_months(RECORD, others=OTHERS)
    assert misses.index.tolist() == [3, 6]
    assert misses.loc[3, ["model", "run_rate"]].tolist() == [1.5, 6.0]
    assert misses.loc[6, ["model", "budget_rest"]].tolist() == [1.0, 4.0]


def test_reliability_counts_outcomes_inside():
    """The whole range 8 to 12 holds 9 and 10, not 13; the middle half, 9 to 11, as well."""
    table = measure_reliability(RECORD, levels=(0.5, 1.0))
    assert table["inside"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert table["n"].tolist() == [3, 3]


def test_rules_at_an_earlier_origin_use_nothing_later(make_ledger, months):
    """A cost of 10 a month, 12 in 2024: after June 2024 both the pace and the truth are -72."""
    span = months("2021-01", 60)
    book = make_ledger({"other_cost": {m: -12.0 if m[:4] == "2024" else -10.0 for m in span}})
    record = Record(("2024-06", "2023-12"), (6, 12), np.array([-72.0, -144.0]), np.zeros((2, 4)))
    others = others_record(book, record=record, country=None)
    assert others.index.tolist() == ["2024-06"]  # before a year has begun no rule says anything
    row = others.loc["2024-06"]
    assert row["run_rate"] == pytest.approx(-72.0)
    assert row["last_year_rest"] == pytest.approx(-60.0)
    assert row["last_year_scaled"] == pytest.approx(-72.0)
    assert "budget_rest" not in others
    assert 6 in ORIGIN_MONTHS
    assert row["theta"] == pytest.approx(-72.0, abs=1.0)


def test_every_candidate_finds_a_plain_season(months):
    """Season known exactly, no noise to speak of: six months to come are known too."""
    span = months("2017-01", 96)
    season = np.tile([5.0, 3, 1, -2, -4, -6, -5, -3, 0, 2, 4, 5], 8)
    noise = np.random.default_rng(1).normal(0, 0.05, 96)
    frame = pd.DataFrame({("t", "other_income"): 100 + season + noise}, index=span)
    frame.columns = frame.columns.set_names(["unit", "line"])
    found = forecast_rest(frame, left=6, country=None)
    assert set(found.index) == {"structural", "ets", "theta", "sarimax"}
    assert found.to_numpy() == pytest.approx(np.full(4, 600 + season[:6].sum()), abs=1.5)


def test_lines_are_fitted_one_by_one_and_added(make_ledger, months):
    """Two straight lines, +2 and −1 a month: each is known, and so is their sum."""
    span = months("2018-01", 93)
    book = make_ledger(
        {
            "other_income": {m: 100.0 + 2 * k for k, m in enumerate(span)},
            "other_cost": {m: -50.0 - k for k, m in enumerate(span)},
        }
    )
    year = [50.0 + k for k in range(84, 96)]
    assert candidate_models(book, period="2025-09")["structural_lines"] == pytest.approx(
        sum(year), rel=1e-3
    )

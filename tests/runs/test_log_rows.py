"""What a run says of the year's end, row by row as the log keeps it."""

import numpy as np
import pytest

from balanse_lib.ledger import Targets
from balanse_lib.runs.log_rows import log_rows


class FakeYearEnd:
    trust, period, year = "lillevik", "2025-06", 2025
    total = np.arange(101.0)  # its quantile q is 100 q


def told(**changed) -> Targets:
    given = {"requirement": 5.0, "budget": 7.0, "reported": None, "reported_raw": None}
    given |= {"reported_basis": "", "reported_period": ""} | changed
    return Targets(year=2025, requirement_ref="", **given)


def test_the_model_stands_in_the_log_with_all_its_quantiles():
    rows = log_rows(FakeYearEnd(), targets=told(requirement=None), unit="MNOK")
    levels = rows[rows["output_type"] == "quantile"].set_index("output_type_id")["value"]
    assert levels.index.tolist() == [0.10, 0.15, 0.35, 0.50, 0.65, 0.85, 0.90]
    assert levels.to_numpy() == pytest.approx([10, 15, 35, 50, 65, 85, 90])
    assert rows[rows["output_type"] != "quantile"]["value"].tolist() == [50.0, 50.0]
    assert set(rows["model_id"]) == {"model_before_measures"}
    assert set(rows["origin_date"]) == {"2025-06-30"}
    assert set(rows["target_end"]) == {"2025-12-31"}
    assert set(rows["horizon"]) == {6}
    assert rows["requirement"].isna().all()


def test_after_measures_is_a_model_of_its_own():
    rows = log_rows(
        FakeYearEnd(), targets=told(), unit="MNOK", after_measures=np.arange(101.0) + 20
    )
    medians = rows[rows["output_type"] == "median"].set_index("model_id")["value"].to_dict()
    assert medians == {"model_before_measures": 50.0, "model_after_measures": 70.0}


def test_a_deviation_stands_as_given_and_as_the_result_it_means():
    given = told(
        reported=-3.0, reported_raw=-10.0, reported_basis="deviation", reported_period="2025-04"
    )
    rows = log_rows(FakeYearEnd(), targets=given, unit="MNOK")
    reported = rows[rows["model_id"] == "reported"]
    assert reported.set_index("basis")["value"].to_dict() == {"deviation": -10.0, "result": -3.0}
    assert set(reported["origin_date"]) == {"2025-04-30"}  # the month it builds on, not the run's
    assert set(reported["horizon"]) == {8}
    assert set(reported["output_type"]) == {"point"}
    assert set(reported["requirement"]) == {5.0}


def test_a_deviation_from_an_unknown_figure_stands_as_given_only():
    given = told(reported_raw=-10.0, reported_basis="deviation", reported_period="2025-06")
    rows = log_rows(FakeYearEnd(), targets=given, unit="MNOK")
    assert rows[rows["model_id"] == "reported"]["basis"].tolist() == ["deviation"]


def test_a_fiscal_year_from_october_ends_in_september():
    class Treasury(FakeYearEnd):
        trust, period, year = "us-treasury", "2004-06", 2004

    rows = log_rows(Treasury(), targets=told(), unit="MUSD", start=10)
    assert set(rows["target_end"]) == {"2004-09-30"}
    assert set(rows["horizon"]) == {3}

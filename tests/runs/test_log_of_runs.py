"""What runs write in the forecast log, and what a later run learns from it."""

import json

import numpy as np
import pandas as pd
import pytest

from balanse_lib import runs
from balanse_lib.realism.track_record import logged_forecasts
from balanse_lib.runs import batch
from balanse_lib.runs.forecast_log import HEAD, appending, check_log, read_log
from balanse_lib.runs.workspace import Workspace
from tests.runs.logs import ROWS, named, publish


def run_batch(house, run_id: str):
    (outcome,) = runs.run_batch(
        [runs.open_run("lillevik")],
        run_id=run_id,
        outputs=house.outputs,
        jobs=1,
        listener=lambda *told: None,
    )
    return outcome


@pytest.mark.slow
def test_each_good_run_appends_one_entry_and_a_failed_one_nothing(
    house, one_notebook, balanse, tree, monkeypatch
):
    house.add_trust("lillevik")
    log = house.outputs / "forecast_log"
    house.add_notebook("20_forecast", "raise ValueError('no')")
    assert not run_batch(house, "r1").ok
    assert not log.exists()

    house.add_notebook("20_forecast")
    assert run_batch(house, "r2").ok
    assert run_batch(house, "r3").ok
    assert check_log(log) == []
    read = read_log(log)
    assert read.groupby("number")["run_id"].unique().str[0].tolist() == ["r2", "r3"]
    one, other = (read[read["number"] == k].reset_index(drop=True) for k in (1, 2))
    pd.testing.assert_series_equal(one["value"], other["value"])  # the seed is the trust's own
    manifest = json.loads((house.outputs / "lillevik/2025-06/manifest.json").read_text("utf-8"))
    p50 = one.loc[one["output_type_id"] == 0.5, "value"].item()
    assert manifest["headline"]["p50"] == p50

    assert balanse("log", "check")[0] == 0
    last = log / named(log)[-1]
    last.unlink()
    code, _, err = balanse("log", "check")
    assert code == 1
    assert last.name in err

    def in_use(self):
        raise OSError("report.html is in use")

    monkeypatch.setattr(Workspace, "publish", in_use)
    before = tree(log)
    assert "in use" in run_batch(house, "r4").reason
    assert tree(log) == before


def test_a_log_without_head_fails_the_run_and_keeps_the_last_report(house, log, tree):
    house.add_trust("lillevik")
    run = runs.open_run("lillevik")
    place = Workspace(log.parent, "lillevik", run.period)
    place.prepare()
    (place.making / "data").mkdir()
    ROWS.to_csv(place.making / "data" / "forecast_log.csv", index=False)
    (log / HEAD).unlink()
    before = tree(place.place)
    outcome = batch._put_in_place(run, "r9", place)
    assert "head of the forecast log" in outcome.reason
    assert tree(place.place) == before


def test_the_record_reads_the_log_as_it_comes(log):
    assert logged_forecasts(read_log(log), period="2025-06").empty
    found = logged_forecasts(read_log(log), period="2025-07").set_index("model")
    assert found.loc["reported", ["trust", "year", "month", "forecast"]].tolist() == [
        "lillevik", 2025, 6, -12.0,
    ]  # fmt: skip
    assert found.loc["model_before_measures", "P35"] == -1 / 3


def test_the_record_of_an_empty_log_is_empty(folder):
    assert logged_forecasts(read_log(folder), period="2025-07").empty


def test_a_later_run_learns_how_the_models_logged_forecast_came_out(small_trust):
    """Said in June 2024: 5.0. What 2024 came to is in the accounts of the run of June 2025."""
    log = small_trust.outputs / "forecast_log"
    own = ROWS.assign(output_type=["point", "median"], output_type_id=np.nan, value=[9.0, 5.0])
    own = own.assign(origin_date="2024-06-30", target_end="2024-12-31")
    told = {"trust": "lillevik", "period": "2024-06", "made": "2024-07-09 08:00"}
    with appending(log, own, run_id="r1", **told):
        publish(log, "r1", period="2024-06")
    making = small_trust.outputs / "lillevik" / ".2025-06.new"
    making.mkdir(parents=True)
    run = runs.open_run("lillevik", results=str(making))
    (row,) = run.logged_errors.to_dict("records")
    booked = run.ledger.ledger_month
    came_to = booked.loc[booked["period"].str.startswith("2024"), "amount"].sum()
    assert (row["model"], row["month"]) == ("model_before_measures", 6)
    assert row["error"] == pytest.approx(came_to - 5.0)
    assert runs.open_run("lillevik").logged_errors.empty  # opened alone

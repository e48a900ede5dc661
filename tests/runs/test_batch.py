"""A trust that fails, in whatever way, stops neither the others nor touches its last good report.

One batch holds a trust for every way of failing; the notebook looks at its name and does it.
"""

import json
import threading
import time

import nbformat
import pytest
from filelock import FileLock

from balanse_lib import runs
from balanse_lib.runs import batch, worker
from balanse_lib.runs.workspace import Workspace

CLOSE_UNLESS = (
    "from IPython.display import display\n"
    'mark = {"application/vnd.balanse.closed+json": {"notebook": "small"}}\n'
    'display({} if trust == "unmarked" else mark, raw=True)'
)
MISBEHAVE = """import os, sys, time
if trust == "breaks":
    raise ValueError("no such line")
if trust == "exits":
    sys.exit(0)
if trust == "dies":
    os.kill(os.getpid(), 9)
if trust == "hangs":
    time.sleep(600)
"""
# how each one fails: cell of the notebook's source, words of the reason
FAILING = {
    "breaks": (4, "ValueError: no such line"),
    "dies": (4, "kernel died twice"),
    "exits": (5, "the cell was never run"),
    "hangs": (4, "took more than 10 s and was ended"),
    "unmarked": (6, "the closing mark is missing"),
}

pytestmark = pytest.mark.slow


@pytest.fixture
def misbehaving(house, one_notebook, balanse, tree):
    """The house after the batch, what the command said, and the earlier reports' trees."""
    for trust in (*FAILING, "works"):
        house.add_trust(trust, seconds=10 if trust == "hangs" else 60)
    house.add_notebook("20_forecast", "kept = 1", MISBEHAVE, "kept", close=CLOSE_UNLESS)
    earlier = {trust: tree(house.earlier_report(trust, "2025-06")) for trust in FAILING}
    return house, balanse("run", "--language", "en"), earlier


def test_every_way_of_failing(misbehaving, tree):
    house, (code, out, err), earlier = misbehaving
    lines = {line.split()[1]: line for line in out.splitlines() if line.split()[0] != "index:"}
    index = (house.outputs / "index.html").read_text(encoding="utf-8")

    assert code == 1
    assert lines["works"].startswith("ok"), out + err
    for trust, (cell, reason) in FAILING.items():
        words = f"failed {trust} 2025-06  20_forecast, cell {cell}: {reason}"
        assert lines[trust] == words
        place = Workspace(house.outputs, trust, "2025-06")
        assert tree(place.place) == earlier[trust]
        copy = nbformat.read(place.failed_copy("20_forecast"), as_version=4)
        assert any("kept" in cell.source for cell in copy.cells)
        note = json.loads(place.failure.read_text(encoding="utf-8"))
        assert (note["notebook"], note["cell"], note["reason"]) == ("20_forecast", cell, reason)
        assert f"the last attempt failed: {reason}" in index

    house.add_notebook("20_forecast")
    (outcome,) = run_batch(house, [runs.open_run("breaks")])
    assert outcome.ok
    place = Workspace(house.outputs, "breaks", "2025-06")
    assert tree(place.place) != earlier["breaks"]
    assert not place.failure.exists()
    assert not place.failed_copy("20_forecast").exists()
    assert not place.aside.exists()


def run_batch(house, planned, heard=None):
    listener = (lambda *told: heard.append(told)) if heard is not None else (lambda *told: None)
    return runs.run_batch(planned, run_id="r1", outputs=house.outputs, jobs=2, listener=listener)


def test_a_notebook_that_does_not_know_a_parameter_would_run_on_its_default(
    house, one_notebook, balanse, tree
):
    house.add_trust("lillevik")
    stale = 'trust = ""\nmonth = "latest"\nlanguage = ""\nresults = ""'
    house.add_notebook("20_forecast", parameters=stale)
    earlier = tree(house.earlier_report("lillevik", "2025-06"))
    code, out, _ = balanse("run")
    assert code == 1
    assert "20_forecast, cell 2: the parameters cell lacks period, seed" in out
    assert tree(house.outputs / "lillevik" / "2025-06") == earlier


def test_a_notebook_without_parameters_cell(small_trust):
    file = small_trust.folder / "notebooks" / "20_forecast.ipynb"
    file.write_text(file.read_text("utf-8").replace('"parameters"', '"other"'), encoding="utf-8")
    with pytest.raises(worker.NotebookFailed, match="no cell is tagged parameters"):
        worker._check_parameters(file, "20_forecast")


def test_the_whole_sequence_and_what_is_told_on_the_way(small_trust, tree):
    heard = []
    (outcome,) = run_batch(small_trust, [runs.open_run("lillevik")], heard)
    assert outcome.ok, outcome.reason
    assert heard == [("lillevik", name) for name in (*runs.NOTEBOOKS, "")]
    place = small_trust.outputs / "lillevik" / "2025-06"
    assert sorted(path.name for path in place.iterdir()) == [
        "10_data_basis.html",
        "10_data_basis.ipynb",
        "20_forecast.html",
        "20_forecast.ipynb",
        "30_realism.html",
        "30_realism.ipynb",
        "40_measures.html",
        "40_measures.ipynb",
        "90_leadership.ipynb",
        "data",
        "manifest.json",
        "report.html",
    ]
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert [n["notebook"] for n in manifest["notebooks"]] == list(runs.NOTEBOOKS)


def test_a_missing_notebook_is_said_before_anything_starts(small_trust, balanse):
    (small_trust.folder / "notebooks" / "20_forecast.ipynb").unlink()
    code, _, err = balanse("run")
    assert code == 1
    assert "20_forecast.ipynb" in err
    assert not small_trust.outputs.exists()


def test_two_runs_of_one_trust_at_once_one_says_so(small_trust):
    run = runs.open_run("lillevik")
    place = Workspace(small_trust.outputs.resolve(), "lillevik", "2025-06")
    place.place.parent.mkdir(parents=True)
    with FileLock(place.lock):
        (outcome,) = run_batch(small_trust, [run])
    assert outcome.reason == "another run of this trust and month is being made"
    assert not place.making.exists()
    assert not place.failure.exists()


def test_a_trust_named_twice_is_run_once(small_trust):
    planned = runs.plan(["lillevik", "lillevik"])
    assert [run.trust.trust for run in planned.runs] == ["lillevik"]


def test_a_folder_that_cannot_be_written_fails_its_own_trust_only(house, one_notebook, monkeypatch):
    for trust in ("closed", "open"):
        house.add_trust(trust)
    house.add_notebook("20_forecast")
    house.outputs.mkdir()
    (house.outputs / "closed").write_text("a file where a folder should be", encoding="utf-8")
    outcomes = run_batch(house, runs.plan(["closed", "open"]).runs)
    assert [outcome.ok for outcome in outcomes] == [False, True]
    assert "closed" in outcomes[0].reason


def test_a_worker_that_cannot_even_end_itself_is_ended(house, one_notebook, monkeypatch):
    monkeypatch.setattr(batch, "_GRACE", -9)
    house.add_trust("lillevik", seconds=10)
    house.add_notebook("20_forecast", "import time; time.sleep(600)")
    began = time.monotonic()
    (outcome,) = run_batch(house, [runs.open_run("lillevik")])
    assert outcome.reason == "took more than 10 s and was ended"
    assert outcome.notebook in {"", "20_forecast"}  # it may not even have begun
    assert time.monotonic() - began < 9
    assert threading.active_count() < 20

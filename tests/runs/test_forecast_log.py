"""The forecast log: nothing in it can be changed unseen, whatever ends a run in between."""

import json
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from balanse_lib import runs
from balanse_lib.errors import InputError
from balanse_lib.realism.track_record import logged_forecasts
from balanse_lib.runs import batch, forecast_log
from balanse_lib.runs.forecast_log import HEAD, appending, check_log, read_log
from balanse_lib.runs.workspace import Workspace

ROWS = pd.DataFrame(
    {
        "model_id": ["reported", "model_before_measures"],
        "location": "lillevik",
        "origin_date": "2025-06-30",
        "horizon": 6,
        "target": "year_end_result",
        "target_end": "2025-12-31",
        "output_type": ["point", "quantile"],
        "output_type_id": [np.nan, 0.35],
        "value": [-12.0, -1 / 3],
        "basis": "result",
        "requirement": 5.0,
        "unit": "MNOK",
    }
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "outputs" / "forecast_log"


def publish(folder: Path, run_id: str, *, trust: str = "lillevik", period: str = "2025-06") -> None:
    """Put a report in place, as far as the log looks at it."""
    place = folder.parent / trust / period
    place.mkdir(parents=True, exist_ok=True)
    (place / "manifest.json").write_text(json.dumps({"run_id": run_id}), encoding="utf-8")


def append(folder: Path, run_id: str, *, trust: str = "lillevik", rows=ROWS) -> None:
    told = {"trust": trust, "period": "2025-06", "made": "2025-07-09 08:00"}
    with appending(folder, rows, run_id=run_id, **told):
        publish(folder, run_id, trust=trust)


@pytest.fixture
def log(folder):
    """Five entries."""
    for k in range(1, 6):
        append(folder, f"r{k}")
    return folder


def named(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("[0-9]*.parquet"))


def faults(folder: Path) -> set[tuple[str, str]]:
    return {(fault.rule.removeprefix("log_"), fault.file) for fault in check_log(folder)}


def test_a_log_that_grew_is_whole_and_reads_as_it_was_written(log):
    assert check_log(log) == []
    assert named(log) == [f"{k:06d}_2025-06_lillevik_r{k}.parquet" for k in range(1, 6)]
    read = read_log(log)
    assert read["number"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert read["run_id"].tolist()[::2] == ["r1", "r2", "r3", "r4", "r5"]
    assert set(read["period"]) == {"2025-06"}
    assert set(read["made"]) == {"2025-07-09 08:00"}
    last = read[read["number"] == 5].reset_index(drop=True)[list(ROWS)]
    pd.testing.assert_frame_equal(last, ROWS, check_dtype=False, check_exact=True)


def test_no_log_is_no_fault_and_has_no_rows(folder):
    assert check_log(folder) == []
    assert read_log(folder).empty


def test_the_head_names_the_last_file_and_the_count(log):
    head = json.loads((log / HEAD).read_text("utf-8"))
    assert (head["count"], head["file"]) == (5, named(log)[-1])


def test_an_entry_is_never_rewritten(log, tree):
    before = {name: digest for name, digest in tree(log) if name.endswith(".parquet")}
    append(log, "r6")
    after = dict(tree(log))
    assert {name: after[name] for name in before} == before
    assert len(named(log)) == 6


@pytest.mark.parametrize("k", range(5))
def test_a_changed_file_is_named(log, k):
    file = log / named(log)[k]
    table = pq.read_table(file)
    frame = table.to_pandas().assign(value=100.0)
    changed = table.from_pandas(frame, preserve_index=False)
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), file)
    assert faults(log) == {("file_changed", file.name)}


@pytest.mark.parametrize("k", range(5))
def test_one_changed_byte_is_found(log, k):
    file = log / named(log)[k]
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    assert ("file_changed", file.name) in faults(log)


@pytest.mark.parametrize("k", range(5))
def test_a_file_that_is_no_parquet_any_more_is_named(log, k):
    names = named(log)
    (log / names[k]).write_text("gone", encoding="utf-8")
    unlinked = {("file_unlinked", names[k - 1])} if k else set()  # only this file knew its hash
    assert faults(log) == {("file_changed", names[k])} | unlinked
    with pytest.raises(InputError, match=names[k]):
        read_log(log)


@pytest.mark.parametrize("k", range(5))
def test_a_missing_file_is_named_the_last_one_too(log, k):
    names = named(log)
    (log / names[k]).unlink()
    unlinked = {("file_unlinked", names[k - 1])} if k else set()
    assert faults(log) == {("file_missing", names[k])} | unlinked


def test_two_missing_side_by_side_are_both_told(log):
    names = named(log)
    (log / names[2]).unlink()
    (log / names[3]).unlink()
    assert faults(log) == {
        ("file_missing", names[3]),
        ("file_missing", "000003_…"),
        ("file_unlinked", names[1]),
    }


def test_every_file_missing_is_told(log):
    for name in named(log):
        (log / name).unlink()
    missing = {(rule, name.split("_")[0]) for rule, name in faults(log)}
    assert missing == {("file_missing", f"{k:06d}") for k in range(1, 6)}


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 3), (0, 4), (3, 4)])
def test_swapped_files_are_named(log, a, b):
    one, other = (log / named(log)[k] for k in (a, b))
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    assert faults(log) == {("file_moved", one.name), ("file_moved", other.name)}
    assert {fault.value for fault in check_log(log)} == {one.name, other.name}


def test_a_renamed_file_is_named_with_its_new_name(log):
    old, new = named(log)[2], "elsewhere.parquet"
    (log / old).rename(log / new)
    (fault,) = check_log(log)
    assert (fault.rule, fault.file, fault.value) == ("log_file_moved", old, new)


@pytest.mark.parametrize(
    "name", ["000003_2025-06_lillevik_x.parquet", "000006_x.parquet", "x.parquet"]
)
def test_an_added_file_is_named(log, name):
    shutil.copy(log / named(log)[2], log / name)
    assert faults(log) == {("file_added", name)}
    append(log, "r6")
    assert faults(log) == {("file_added", name)}


def test_a_file_that_does_not_know_the_last_hash_is_never_taken_in(log):
    guessed = forecast_log.Link(named(log)[-1], "0" * 64)
    forged = forecast_log.Entry("forged", "lillevik", "2025-06", "", guessed)
    (log / forged.name).write_bytes(forecast_log._to_parquet(ROWS, forged))
    assert faults(log) == {("file_added", forged.name)}
    append(log, "r6")
    assert faults(log) == {("file_added", forged.name)}


def test_a_last_file_put_back_to_an_older_state_is_found(log):
    """Last file removed and the one before offered as last: the head says otherwise."""
    names = named(log)
    shutil.move(log / names[4], log.parent / "kept")
    assert ("file_missing", names[4]) in faults(log)
    append(log, "r6")  # the log goes on, and still says what is missing
    assert ("file_missing", names[4]) in faults(log)
    shutil.move(log.parent / "kept", log / names[4])
    assert check_log(log) == []


@pytest.mark.parametrize(
    "text", [None, "{", "[]", '{"count": 4}', '{"count": 3, "file": "000005_x", "sha256": ""}']
)
def test_a_head_that_is_gone_or_broken_is_said_and_nothing_is_appended(log, tree, text):
    head = log / HEAD
    head.unlink()
    if text is not None:
        head.write_text(text, encoding="utf-8")
    assert faults(log) == {("head_unusable", str(head))}
    before = tree(log)
    with pytest.raises(InputError, match="head of the forecast log"):
        append(log, "r6")
    assert tree(log) == before


def test_a_report_that_could_not_be_put_in_place_leaves_no_entry(log, tree):
    before = tree(log)
    told = {"trust": "lillevik", "period": "2025-06", "made": "2025-07-09 08:00"}
    with pytest.raises(OSError, match="in use"), appending(log, ROWS, run_id="r6", **told):
        raise OSError("report.html is in use")
    assert tree(log) == before


class Killed(BaseException):
    """The process is gone: from here on it does nothing to any file."""


@pytest.fixture
def kill(monkeypatch):
    """Kill before the n-th step that changes a file; a write gets half way."""

    def at(step: int) -> None:
        left = [step]

        def gone() -> bool:
            left[0] -= 1
            return left[0] < 0

        def dying(work):
            def call(*args, **more):
                if gone():
                    raise Killed
                return work(*args, **more)

            return call

        def put(file: Path, content: bytes) -> None:
            if gone():
                if left[0] == -1:
                    file.write_bytes(content[: len(content) // 2])
                raise Killed
            file.write_bytes(content)

        monkeypatch.setattr(forecast_log, "_put", put)
        for name in ("rename", "replace", "unlink"):
            monkeypatch.setattr(Path, name, dying(getattr(Path, name)))

    return at


STEPS = 5  # stage, publish (rename), name, write head, put head in its place


@pytest.mark.parametrize("entries", [0, 2])
@pytest.mark.parametrize("step", range(STEPS + 1))
def test_killed_between_any_two_steps_the_log_holds_what_was_published(
    folder, kill, monkeypatch, step, entries
):
    for k in range(entries):
        append(folder, f"r{k}")
    folder.mkdir(parents=True, exist_ok=True)
    if not entries:
        forecast_log._settle(folder)  # an empty log has its head
    published = folder.parent / "lillevik" / "2025-06" / "manifest.json"
    ready = folder.parent / "ready.json"
    ready.write_text(json.dumps({"run_id": "killed"}), encoding="utf-8")
    published.parent.mkdir(parents=True, exist_ok=True)
    told = {"trust": "lillevik", "period": "2025-06", "made": "2025-07-09 08:00"}
    with monkeypatch.context():
        kill(step)
        try:
            with appending(folder, ROWS, run_id="killed", **told):
                ready.replace(published)
        except Killed:
            assert step < STEPS
        else:
            assert step == STEPS
    monkeypatch.undo()

    open_ = faults(folder)
    assert {rule for rule, _ in open_} <= {"file_unfinished"}
    assert bool(open_) == (step < STEPS)
    was_published = not ready.exists()
    append(folder, "next", trust="storvik")
    assert faults(folder) == set()
    expected = [f"r{k}" for k in range(entries)] + ["killed"] * was_published + ["next"]
    assert read_log(folder).drop_duplicates("number")["run_id"].tolist() == expected
    assert was_published == (step >= 2)


@pytest.mark.parametrize("second", range(9))
@pytest.mark.parametrize("first", range(STEPS))
def test_killed_again_while_settling(folder, kill, monkeypatch, first, second):
    append(folder, "r1")
    expected = ["r1"]
    for run_id, step in (("k1", first), ("k2", second)):
        told = {"trust": run_id, "period": "2025-06", "made": ""}
        published = folder.parent / run_id / "2025-06" / "manifest.json"
        published.parent.mkdir(parents=True)
        ready = published.with_name("ready")
        ready.write_text(json.dumps({"run_id": run_id}), encoding="utf-8")
        with monkeypatch.context():
            kill(step)
            with suppress(Killed), appending(folder, ROWS, run_id=run_id, **told):
                ready.replace(published)
        monkeypatch.undo()
        assert {rule for rule, _ in faults(folder)} <= {"file_unfinished"}
        expected += [run_id] * published.exists()
    append(folder, "last")
    assert faults(folder) == set()
    found = read_log(folder).drop_duplicates("number")["run_id"].tolist()
    assert found == [*expected, "last"]


APPEND = """
import sys
from pathlib import Path
import pandas as pd
from balanse_lib.runs.forecast_log import appending
folder, trust, rows = Path(sys.argv[1]), sys.argv[2], pd.read_parquet(sys.argv[3])
for k in range(8):
    with appending(folder, rows, run_id=f"{trust}{k}", trust=trust, period="2025-06", made=""):
        place = folder.parent / trust / "2025-06"
        place.mkdir(parents=True, exist_ok=True)
        (place / "manifest.json").write_text('{"run_id": "%s%d"}' % (trust, k))
"""


@pytest.mark.slow
def test_two_commands_at_once_write_one_chain(folder, tmp_path):
    rows = tmp_path / "rows.parquet"
    ROWS.to_parquet(rows)
    started = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(folder), trust, str(rows)])
        for trust in ("a", "b")
    ]
    assert [process.wait(timeout=120) for process in started] == [0, 0]
    assert check_log(folder) == []
    ids = read_log(folder).drop_duplicates("number")["run_id"].tolist()
    assert sorted(ids) == sorted(f"{trust}{k}" for trust in "ab" for k in range(8))


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

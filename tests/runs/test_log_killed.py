"""The forecast log when a run is ended between any two steps, or two write at once."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from balanse_lib.runs import forecast_log
from balanse_lib.runs.forecast_log import appending, check_log, read_log
from tests.runs.logs import ROWS, append, faults


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

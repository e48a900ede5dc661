"""The forecast log: nothing in it can be changed unseen."""

import json
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from balanse_lib.errors import InputError
from balanse_lib.runs import forecast_log
from balanse_lib.runs.forecast_log import HEAD, appending, check_log, read_log
from tests.runs.logs import ROWS, append, faults, named


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

"""The forecast log on disk: what was said of a year's end, never rewritten, every change found.

`outputs/forecast_log/` holds one Parquet file per run and trust, numbered as they came. Each names
the file before it with that file's hash, and `head.json` names the last one with its hash and the
count, so that all hang together as a chain. Only the parent process of a batch writes here.

A file is staged under a hidden name, then the report is put in place, then the file gets its own
name, then the head follows. Whatever ends the command in between, the next run settles it: a
staged file is taken in if its report is in place, else dropped.
"""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock

from balanse_lib.errors import Failure, InputError
from balanse_lib.runs.log_rows import COLUMNS

FOLDER, HEAD = "forecast_log", "head.json"
_KEY = b"balanse"  # of what a file says of itself, in its Parquet metadata


@dataclass(frozen=True)
class Link:
    """A file of the log and the hash its content must have; empty before the first file."""

    file: str = ""
    sha256: str = ""

    @property
    def number(self) -> int:
        """Place in the log that the file's name gives, counted from 1; 0 when it gives none."""
        first = self.file.partition("_")[0]
        return int(first) if first.isdecimal() else 0


@dataclass(frozen=True)
class Entry:
    """What a file of the log says of itself: which run it holds, which file came before."""

    run_id: str
    trust: str
    period: str
    made: str
    previous: Link

    @property
    def name(self) -> str:
        """Name of its file: number, last month of the data, trust, run."""
        number = self.previous.number + 1
        return f"{number:06d}_{self.period}_{self.trust}_{self.run_id}.parquet"


@contextmanager
def appending(
    folder: Path, rows: pd.DataFrame, *, run_id: str, trust: str, period: str, made: str
) -> Iterator[None]:
    """Append a run's rows if its report is put in place meanwhile.

    The trusts' folders lie beside `folder`. Raises `InputError` when the head cannot be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        entry = Entry(run_id, trust, period, made, previous=_settle(folder))
        _put(folder / f".{entry.name}", _to_parquet(rows, entry))
        try:
            yield
        finally:
            _settle(folder)


def _settle(folder: Path) -> Link:
    """Take in or drop what an earlier run left open, move the head on; gives the last file."""
    last = _read_head(folder)
    if not (folder / HEAD).exists():
        _write_head(folder, last)
    for staged in _staged(folder):
        if _is_published(staged):
            _name(staged)
        else:
            staged.unlink()
    for file in _named(folder):
        if _continues(file, last):
            last = Link(file.name, _sha256(file))
            _write_head(folder, last)
    return last


def _is_published(staged: Path) -> bool:
    """Whether the report of a staged file is in place; half a file has none."""
    entry = _read_entry(staged)
    if entry is None:
        return False
    manifest = staged.parent.parent / entry.trust / entry.period / "manifest.json"
    return manifest.is_file() and _read_json(manifest).get("run_id") == entry.run_id


def _name(staged: Path) -> None:
    named = staged.with_name(staged.name.removeprefix("."))
    if named.exists():
        raise FileExistsError(f"{named}: a file of the forecast log is never rewritten")
    staged.rename(named)


def _continues(file: Path, last: Link) -> bool:
    if Link(file.name).number != last.number + 1:
        return False
    entry = _read_entry(file)
    return entry is not None and entry.previous == last and entry.name == file.name


def read_log(folder: Path) -> pd.DataFrame:
    """Every row of the log in the order it came, with the number, run, month and time of its file.

    Raises `InputError` naming the files that cannot be read; `check_log` looks for all else.
    """
    entries = {file: _read_entry(file) for file in _named(folder)}
    if unreadable := [file.name for file, entry in entries.items() if entry is None]:
        raise InputError([Failure(rule="log_file_changed", file=name) for name in unreadable])
    told = {file: entry for file, entry in entries.items() if entry is not None}
    if not told:
        return pd.DataFrame(columns=[*COLUMNS, "number", "run_id", "period", "made"])
    tables = [pq.read_table(file).replace_schema_metadata() for file in told]
    rows: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    about = pd.DataFrame(
        {
            "number": [entry.previous.number + 1 for entry in told.values()],
            "run_id": [entry.run_id for entry in told.values()],
            "period": [entry.period for entry in told.values()],
            "made": [entry.made for entry in told.values()],
        }
    )
    each = about.loc[about.index.repeat([table.num_rows for table in tables])]
    return pd.concat([rows, each.reset_index(drop=True)], axis=1)


def check_log(folder: Path) -> list[Failure]:
    """Everything that is wrong with the log, by file; empty when it is whole.

    The chain is followed back from the head: a file on it may be missing, changed, or lie under
    another name; a file that it does not reach was added or is not finished.
    """
    try:
        last = _read_head(folder)
    except InputError as error:
        return list(error.failures)
    faults, reached = _follow(folder, last)
    for file in _named(folder):
        if file.name not in reached and not _continues(file, last):
            faults.append(Failure(rule="log_file_added", file=file.name))
    open_ = [file for file in _named(folder) if _continues(file, last)] + _staged(folder)
    return faults + [Failure(rule="log_file_unfinished", file=file.name) for file in open_]


def _follow(folder: Path, last: Link) -> tuple[list[Failure], set[str]]:
    """Faults along the chain, from its end to its beginning, and the files it reaches."""
    hashes = {file.name: _sha256(file) for file in _named(folder)}
    faults: list[Failure] = []
    reached: set[str] = set()
    link = last
    while link.number:
        holders = [name for name, sha256 in hashes.items() if sha256 == link.sha256]
        holder = link.file if link.file in holders or not holders else holders[0]
        reached.add(holder)
        if holder != link.file:
            faults.append(Failure(rule="log_file_moved", file=link.file, value=holder))
        elif holder not in hashes:
            faults.append(Failure(rule="log_file_missing", file=holder))
        elif not holders:
            faults.append(Failure(rule="log_file_changed", file=holder))
        entry = _read_entry(folder / holder)
        before = link.number - 1
        if entry is not None and entry.previous.number == before:
            link = entry.previous
            continue
        link = _unlinked(before, hashes)
        if link.sha256:
            faults.append(Failure(rule="log_file_unlinked", file=link.file))
    return faults, reached


def _unlinked(number: int, hashes: dict[str, str]) -> Link:
    """The file that bears a number where no later file tells which one it must be."""
    found = [Link(name, sha256) for name, sha256 in hashes.items() if Link(name).number == number]
    return found[0] if found else Link(f"{number:06d}_…" if number else "")


def _named(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.parquet") if not file.name.startswith("."))


def _staged(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.parquet") if file.name.startswith("."))


def _read_head(folder: Path) -> Link:
    file = folder / HEAD
    if not file.exists() and not _named(folder):
        return Link()
    try:
        told = _read_json(file)
        head = Link(told["file"], told["sha256"])
        if told["count"] == head.number:
            return head
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise InputError([Failure(rule="log_head_unusable", file=str(file))])


def _write_head(folder: Path, last: Link) -> None:
    told = {"count": last.number, "file": last.file, "sha256": last.sha256}
    waiting = folder / f".{HEAD}.new"
    _put(waiting, json.dumps(told, indent=1).encode())
    waiting.replace(folder / HEAD)


def _to_parquet(rows: pd.DataFrame, entry: Entry) -> bytes:
    table = pa.Table.from_pandas(rows.astype(COLUMNS)[list(COLUMNS)], preserve_index=False)
    about = {**(table.schema.metadata or {}), _KEY: json.dumps(asdict(entry))}
    made = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(about), made)
    return made.getvalue()


def _read_entry(file: Path) -> Entry | None:
    """What a file says of itself; None when it is not there or cannot be read."""
    try:
        told = json.loads((pq.read_schema(file).metadata or {})[_KEY])
        return Entry(**told | {"previous": Link(**told["previous"])})
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        return None


def _put(file: Path, content: bytes) -> None:
    """Write a file so that it is on the disk before anything is built on it."""
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _read_json(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content

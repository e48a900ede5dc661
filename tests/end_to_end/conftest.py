"""Whole runs with the real notebooks, made once and looked at by many tests."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import yaml
from filelock import FileLock

from balanse_lib import params, runs

ROOT = Path(__file__).parents[2]
BALANSE = (sys.executable, "-c", "import balanse_lib.cli as cli; cli.main()")
# what may stand in a delivery, by malice or by chance
SCRIPT, TEMPLATE, FORMULA = "<script>alert(1)</script>", "{{ 7*7 }}", "=cmd()"
WILD = f"{SCRIPT} {TEMPLATE} & «A»"


@dataclass(frozen=True)
class Made:
    """One finished run: where it lies, in which language it speaks."""

    outputs: Path
    trust: str
    period: str
    language: str

    @property
    def place(self) -> Path:
        return self.outputs / self.trust / self.period


@pytest.fixture(scope="session")
def made(tmp_path_factory, worker_id) -> dict[str, Made]:
    """The four languages, real accounts, and a delivery full of markup; made once for all workers.

    While one worker makes them, two at a time, the other waits: both cores are busy anyway.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "site"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        return make_all(folder)


def make_all(folder: Path) -> dict[str, Made]:
    """Make the runs, or find those that another worker has made."""
    planned = {
        language: Made(folder / language, "helse-granvik", "2025-09", language)
        for language in ("nn", "nb", "sv", "en")
    }
    planned["us"] = Made(folder / "us", "us-treasury", "2004-06", "en")
    planned["wild"] = Made(folder / "wild", "helse-storvatn", "2025-09", "nn")
    if (folder / "finished").exists():
        return planned
    wild = write_wild_delivery(folder / "wild-delivery", trust="helse-storvatn")
    homes = dict.fromkeys(planned, ROOT / "params") | {"wild": wild}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda key: run(planned[key], homes[key]), planned))
    (folder / "finished").touch()
    return planned


def run(asked: Made, home: Path) -> None:
    options = ("--trust", asked.trust, "--period", asked.period, "--language", asked.language)
    done = subprocess.run(
        [*BALANSE, "run", *options, "--outputs", str(asked.outputs)],
        env=os.environ | {"BALANSE_PARAMS": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def write_wild_delivery(folder: Path, *, trust: str) -> Path:
    """The demo's files with markup, a template and a formula wherever a text may stand."""
    told = params.read_trust(trust, folder=ROOT / "params")
    runs.write_demo(folder, trusts=[told])
    for table, columns in (
        ("org", ["name"]),
        ("measure", ["title", "owner"]),
        ("event", ["evidence"]),
        ("requirement", ["document_ref"]),
        ("forecast_log", ["text", "author"]),
    ):
        file = folder / "data" / trust / f"{table}.csv"
        frame = pd.read_csv(file, sep=";", dtype="str")
        for column in columns:
            frame[column] = [WILD if k % 2 else FORMULA + WILD for k in range(len(frame))]
        frame.to_csv(file, sep=";", index=False)
    file = folder / "params" / f"{trust}.yml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump(content | {"name": WILD}, allow_unicode=True), encoding="utf-8")
    return folder / "params"

"""What the notebooks of one run leave for each other and for the reader: tables and findings."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import pandas as pd

from balanse_lib import report

_HANDED_ON = ".handed_on"


@dataclass(frozen=True)
class Store:
    """The folder of a run in the making; nobody reads it before it is moved into place."""

    folder: Path

    def keep_table(self, name: str, frame: pd.DataFrame) -> None:
        """Write a table as `data/<name>.csv`, with text that a spreadsheet will not calculate."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        inert = frame.map(make_inert).rename(columns=make_inert)
        inert.to_csv(data / f"{name}.csv", index=False, lineterminator="\n")

    def keep_findings(self, notebook: str, findings: Iterable[report.Finding]) -> None:
        """Write a notebook's findings for the page that assembles them."""
        folder = self.folder / "findings"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{notebook}.json").write_text(report.to_json(findings), encoding="utf-8")

    def findings(self, notebook: str) -> list[report.Finding] | None:
        """Findings that a notebook of this run kept, or None when it has not been run."""
        file = self.folder / "findings" / f"{notebook}.json"
        return report.from_json(file.read_text(encoding="utf-8")) if file.is_file() else None

    def hand_on(self, name: str, result: object) -> None:
        """Keep a result for the next notebook of this run; dropped before the run is published."""
        folder = self.folder / _HANDED_ON
        folder.mkdir(parents=True, exist_ok=True)
        joblib.dump(result, folder / f"{name}.joblib")

    def handed_on(self, name: str) -> Any | None:
        """A result that an earlier notebook of this run handed on, or None."""
        file = self.folder / _HANDED_ON / f"{name}.joblib"
        return joblib.load(file) if file.is_file() else None

    def drop_handed_on(self) -> None:
        """Remove what only the notebooks needed."""
        folder = self.folder / _HANDED_ON
        for file in folder.glob("*.joblib"):
            file.unlink()
        if folder.is_dir():
            folder.rmdir()


def make_inert(cell: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front.

    >>> make_inert("=cmd()"), make_inert("Seng"), make_inert(-1.5)
    ("'=cmd()", 'Seng', -1.5)
    """
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return cell

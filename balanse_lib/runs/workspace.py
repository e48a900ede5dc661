"""Where a run is made and how it is put in place: the last good report is never half gone.

A run is made in a hidden sibling of its place. When it is whole, two renames swap it in: the
current folder steps aside, the new one takes its place. If the power goes between the two, the
next start puts the old one back.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """The folders of one trust and month under `outputs`."""

    outputs: Path
    trust: str
    period: str

    @property
    def place(self) -> Path:
        """Where readers find the finished run."""
        return self.outputs / self.trust / self.period

    @property
    def making(self) -> Path:
        """Where the run is made."""
        return self.place.with_name(f".{self.period}.new")

    @property
    def aside(self) -> Path:
        """Where the earlier run waits during the swap."""
        return self.place.with_name(f".{self.period}.old")

    @property
    def failure(self) -> Path:
        """Note of the last failed attempt, removed by the next good run."""
        return self.place.with_name(f".{self.period}.failure.json")

    @property
    def lock(self) -> Path:
        """Held while a run of this trust and month is made."""
        return self.place.with_name(f".{self.period}.lock")

    def failed_copy(self, notebook: str) -> Path:
        """Where the notebook that failed is kept, beside the last good run."""
        return self.place.with_name(f"{self.period}-{notebook}.failed.ipynb")

    def keep_failed(self, notebook: str) -> None:
        """Keep a notebook that failed, as far as it came, for whoever looks for the reason."""
        made = self.making / f"{notebook}.ipynb"
        if made.is_file():
            shutil.copy(made, self.failed_copy(notebook))

    def prepare(self) -> None:
        """Mend what an interrupted run left behind and start from an empty folder."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        if self.aside.exists() and not self.place.exists():
            self.aside.rename(self.place)
        for leftover in (self.aside, self.making):
            shutil.rmtree(leftover, ignore_errors=True)
        self.making.mkdir()

    def publish(self) -> None:
        """Put the finished run in its place."""
        if self.place.exists():
            self.place.rename(self.aside)
        self.making.rename(self.place)
        shutil.rmtree(self.aside, ignore_errors=True)
        self.failure.unlink(missing_ok=True)
        for old in self.place.parent.glob(f"{self.period}-*.failed.ipynb"):
            old.unlink()

"""The reports as PDF, printed by a Chromium that is on the machine."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from balanse_lib.errors import Failure, InputError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
_SECONDS = 120
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
)  # fmt: skip


def find_browser() -> str:
    """Path of a browser that prints; raises `InputError` when there is none."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise InputError([Failure(rule="no_browser", allowed=", ".join(BROWSERS))])


def find_reports(outputs: Path, *, trusts: Sequence[str] = ()) -> list[Path]:
    """Finished reports under `outputs`, of some trusts or of all; `InputError` when none is there.

    Runs in the making are hidden folders and left out.
    """
    found = [
        page
        for page in sorted(outputs.glob("*/*/report.html"))
        if not page.parent.name.startswith(".") and (not trusts or page.parts[-3] in trusts)
    ]
    if not found:
        raise InputError([Failure(rule="no_report", file=str(outputs), value=", ".join(trusts))])
    return found


def print_reports(pages: Sequence[Path], *, browser: str) -> Iterator[Path]:
    """Print each page as `report.pdf` beside it, whole or not at all; yields what was made."""
    for page in pages:
        target = page.with_suffix(".pdf")
        with tempfile.TemporaryDirectory(prefix="balanse-") as folder:
            made = Path(folder) / target.name
            _print(page, made, browser=browser, profile=Path(folder) / "profile")
            shutil.copyfile(made, waiting := target.with_name(f".{target.name}.new"))
        waiting.replace(target)
        yield target


def _print(page: Path, made: Path, *, browser: str, profile: Path) -> None:
    # the browser refuses to sandbox itself for root, as whom containers run
    sandbox = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    where = (f"--user-data-dir={profile}", f"--print-to-pdf={made}", page.resolve().as_uri())
    try:
        done = subprocess.run(
            [browser, *_QUIET, *sandbox, *where],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said = (done.stderr.strip().splitlines() or [f"ended with code {done.returncode}"])[-1]
    except subprocess.TimeoutExpired:
        said = f"took more than {_SECONDS} s"
    if not made.is_file() or not made.stat().st_size:
        raise InputError([Failure(rule="not_printed", file=str(page), value=said)])

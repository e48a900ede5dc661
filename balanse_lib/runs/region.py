"""`outputs/region/`: the trusts of a region side by side, made once for all runs of a month."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from balanse_lib import report
from balanse_lib.runs.workbook import Run
from balanse_lib.terms import Language

FOLDER, PAGE = "region", "report.html"


def write_regions(runs: Iterable[Run], *, outputs: Path, language: Language) -> list[Path]:
    """A page and its tables for each region and month with two runs or more.

    Trusts are held side by side only with the same currency. The page stands beside the reports,
    never in one: no trust's report shows another trust's figures.
    """
    ordered = sorted(runs, key=_group)
    groups = [list(group) for _, group in groupby(ordered, key=_group)]
    return [_write(group, outputs, language) for group in groups if len(group) > 1]


def region_links(outputs: Path) -> list[tuple[str, str]]:
    """Link and name of every page of a region, in order of region and month."""
    pages = sorted((outputs / FOLDER).glob(f"*/*/{PAGE}"))
    return [
        (page.relative_to(outputs).as_posix(), f"{page.parts[-3]} {page.parts[-2]}")
        for page in pages
    ]


def _group(run: Run) -> tuple[str, str, str]:
    return run.trust.region, run.period, run.trust.currency


def _write(runs: Sequence[Run], outputs: Path, language: Language) -> Path:
    region, period, currency = _group(runs[0])
    synthetic = any(run.trust.is_synthetic for run in runs)
    html, tables = report.region_page(
        {run.trust.trust: run.changes for run in runs},
        names={run.trust.trust: run.trust.name for run in runs},
        period=period,
        reader=report.Reader(language, currency, synthetic),
    )
    place = outputs / FOLDER / region / period
    (place / "data").mkdir(parents=True, exist_ok=True)
    for table in tables:
        table.frame.to_csv(place / "data" / f"{table.name}.csv", index=False)
    page, waiting = place / PAGE, place / f".{PAGE}.new"
    waiting.write_text(html, encoding="utf-8")
    waiting.replace(page)
    return page

"""`outputs/region/`: a region's requirement and trusts side by side, once for a month's runs."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import pandas as pd

from balanse_lib import params, region, report
from balanse_lib.errors import InputError
from balanse_lib.runs.store import Store
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
    name, period, currency = _group(runs[0])
    synthetic = any(run.trust.is_synthetic for run in runs)
    reader = report.Reader(language, currency, synthetic)
    cascade, handed_on = report.region_cascade(
        {run.trust.trust: _cascade(run, outputs) for run in runs},
        name=name,
        held_back=_held_back(runs, name),
        reader=reader,
    )
    html, tables = report.region_page(
        {run.trust.trust: run.changes for run in runs},
        cascade=cascade,
        names={run.trust.trust: run.trust.name for run in runs},
        period=period,
        reader=reader,
    )
    place = outputs / FOLDER / name / period
    store = Store(place)
    for table in (handed_on, *tables):
        store.keep_table(table.name, table.frame)
    page, waiting = place / PAGE, place / f".{PAGE}.new"
    waiting.write_text(html, encoding="utf-8")
    waiting.replace(page)
    return page


def _cascade(run: Run, outputs: Path) -> pd.DataFrame:
    """The trust's requirement by unit as its report shows it: the numbers that were published."""
    file = outputs / run.trust.trust / run.period / "data" / "requirement_cascade.csv"
    return pd.read_csv(file, index_col="unit", dtype={"unit": str, "parent": str, "name": str})


def _held_back(runs: Sequence[Run], name: str) -> float | None:
    """The undistributed part of the region's requirement.

    None unless all its trusts that have a parameter file are among the runs and ask alike: what is
    asked of a trust that is left out is not held back.
    """
    kinds = {run.trust.requirement_type for run in runs}
    if len(kinds) > 1 or not _trusts_of(name) <= {run.trust.trust for run in runs}:
        return None
    return region.held_back_by_region(
        {run.trust.trust: run.ledger for run in runs},
        region=name,
        period=runs[0].period,
        kind=kinds.pop(),
    )


def _trusts_of(name: str) -> set[str]:
    """Trusts of a region by their parameter files; one that cannot be read may be of any region."""
    folder = params.find_params_folder()
    found = set()
    for trust in params.list_trusts(folder):
        try:
            told = params.read_trust(trust, folder=folder)
        except InputError:
            found.add(trust)
        else:
            found |= {trust} if told.region == name else set()
    return found

"""`outputs/index.html`: every trust and month that has a report, and how its last run went."""

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup

from balanse_lib import periods, report
from balanse_lib.runs.region import region_links
from balanse_lib.terms import Language

_FIGURES = ("p50", "p35", "requirement", "chance")


def write_index(outputs: Path, *, language: Language) -> Path:
    """Make the index anew from the manifests that lie under `outputs`."""
    rows = [*_finished(outputs, language), *_only_failed(outputs, language)]
    rows.sort(key=lambda row: (row.name, row.period), reverse=False)
    reader = report.Reader(language, "")
    page = outputs / "index.html"
    waiting = outputs / ".index.html.new"
    waiting.write_text(
        report.index_page(rows, reader=reader, regions=region_links(outputs)), encoding="utf-8"
    )
    waiting.replace(page)
    return page


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _finished(outputs: Path, language: Language) -> list[report.IndexRow]:
    files = [f for f in outputs.glob("*/*/manifest.json") if not f.parent.name.startswith(".")]
    manifests = {file: _read(file) for file in files}
    expected = {(m["trust"], m["period"]): m["headline"]["p50"] for m in manifests.values()}
    return [_row(file, made, expected, language) for file, made in manifests.items()]


def _row(
    file: Path,
    made: dict[str, Any],
    expected: Mapping[tuple[str, str], float],
    language: Language,
) -> report.IndexRow:
    failure = file.parent.with_name(f".{made['period']}.failure.json")
    reader = report.Reader(language, made["parameters"]["currency"], made["synthetic"])
    headline = made["headline"]
    status = reader.say("index.ok")
    if failure.exists():
        status = reader.say("index.failed_since", reason=_read(failure)["reason"])
    values = {name: headline[name] for name in _FIGURES if name in headline}
    before = expected.get((made["trust"], _month_before(made)))
    if before is not None:
        values["change"] = headline["p50"] - before
    spark = report.sparkline(
        headline.get("cumulative", ()),
        booked=headline.get("booked", 0),
        requirement=headline.get("requirement"),
        reader=reader,
    )
    return report.IndexRow(
        name=made["name"] + (f" ({reader.say('index.synthetic')})" if made["synthetic"] else ""),
        period=made["period"],
        link=f"{made['trust']}/{made['period']}/report.html",
        status=status,
        made=made["made"],
        days=(_now() - datetime.fromisoformat(made["made"])).days,
        verdict=reader.heading(headline["verdict"]) if "verdict" in headline else "",
        values=values,
        spark=spark,
        reader=reader,
    )


def _month_before(made: dict[str, Any]) -> str:
    """The month before of the same fiscal year: another year's end is another figure."""
    start, period = made["parameters"]["fiscal_year_start"], made["period"]
    months = periods.months_of_year(periods.fiscal_year(period, start=start), start=start)
    return next((before for before, month in pairwise(months) if month == period), "")


def _now() -> datetime:
    return datetime.now()


def _only_failed(outputs: Path, language: Language) -> list[report.IndexRow]:
    rows = []
    for file in outputs.glob("*/.*.failure.json"):
        failed = _read(file)
        if (file.parent / failed["period"] / "manifest.json").exists():
            continue
        reader = report.Reader(language, "")
        rows.append(
            report.IndexRow(
                name=failed["trust"],
                period=failed["period"],
                link="",
                status=reader.say("index.failed", reason=failed["reason"]),
                made="",
                days=None,
                verdict="",
                values={},
                spark=Markup(""),
                reader=reader,
            )
        )
    return rows

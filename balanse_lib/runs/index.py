"""`outputs/index.html`: every trust and month that has a report, and how its last run went."""

import json
from pathlib import Path
from typing import Any

from balanse_lib import report
from balanse_lib.terms import Language


def write_index(outputs: Path, *, language: Language) -> Path:
    """Make the index anew from the manifests that lie under `outputs`."""
    rows = [*_finished(outputs, language), *_only_failed(outputs, language)]
    rows.sort(key=lambda row: (row.name, row.period), reverse=False)
    reader = report.Reader(language, "")
    page = outputs / "index.html"
    waiting = outputs / ".index.html.new"
    waiting.write_text(report.index_page(rows, reader=reader), encoding="utf-8")
    waiting.replace(page)
    return page


def _read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _finished(outputs: Path, language: Language) -> list[report.IndexRow]:
    rows = []
    for file in outputs.glob("*/*/manifest.json"):
        if file.parent.name.startswith("."):
            continue
        made = _read(file)
        failure = file.parent.with_name(f".{made['period']}.failure.json")
        reader = report.Reader(language, made["parameters"]["currency"], made["synthetic"])
        name = made["name"] + (f" ({reader.say('index.synthetic')})" if made["synthetic"] else "")
        status = reader.say("index.ok")
        if failure.exists():
            status = reader.say("index.failed_since", reason=_read(failure)["reason"])
        link = f"{made['trust']}/{made['period']}/report.html"
        rows.append(
            report.IndexRow(
                name, made["period"], link, status, made["made"], made["headline"], reader
            )
        )
    return rows


def _only_failed(outputs: Path, language: Language) -> list[report.IndexRow]:
    rows = []
    for file in outputs.glob("*/.*.failure.json"):
        failed = _read(file)
        if (file.parent / failed["period"] / "manifest.json").exists():
            continue
        reader = report.Reader(language, "")
        status = reader.say("index.failed", reason=failed["reason"])
        rows.append(report.IndexRow(failed["trust"], failed["period"], "", status, "", {}, reader))
    return rows

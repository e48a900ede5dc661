"""Every number that a sentence shows is found again in the tables of the run, place by place."""

import json
import re
from html import escape
from string import Formatter

import pandas as pd
import pytest

from balanse_lib import report, terms

RUNS = ("nn", "nb", "sv", "en", "us", "wild")
NUMBERS = {"amount", "change", "share", "percent", "chance", "count"}
PLACE = re.compile(r"(\w+)\[([^,\]]+), ([^\]]+)\]((?:\.\w+)*)")

pytestmark = pytest.mark.slow


@pytest.fixture(params=RUNS)
def run(request, made):
    return made[request.param]


def look_up(cell: str, run) -> float:
    """Read a place as a reader of the files would: table, row, column, aggregate, arithmetic."""
    sums = PLACE.sub(lambda found: f"({read_place(run, *found.groups())!r})", cell)
    assert re.fullmatch(r"[\d\s.e()+*/-]+", sums), f"{cell} became {sums}"
    return float(eval(sums))


def read_place(run, table: str, row: str, column: str, aggregates: str) -> float:
    frame = pd.read_csv(run.place / "data" / f"{table}.csv")
    rows = choose(frame, row)
    if "*" in column:
        left, right = column.split("*")
        found = rows[left] * rows[right]
    elif ":" in column:
        first, last = column.split(":")
        found = rows.loc[:, first:last].melt()["value"]
        found = found[found > 0]
    else:
        found = rows[column]
    for name in filter(None, aggregates.split(".")):
        found = getattr(found, name)()
    if isinstance(found, pd.Series):
        assert len(found) == 1, f"{table}[{row}, {column}] is {len(found)} cells"
        found = found.iloc[0]
    return float(found)


def choose(frame: pd.DataFrame, row: str) -> pd.DataFrame:
    if row == ":":
        return frame
    column, sign, value = re.fullmatch(r"(?:(\w+)(!?=))?(.+)", row).groups()
    same = frame[column or frame.columns[0]].astype(str) == value
    return frame[~same if sign == "!=" else same]


def findings(run) -> list[report.Finding]:
    files = sorted((run.place / "findings").glob("*.json"))
    assert files
    return [f for file in files for f in report.from_json(file.read_text(encoding="utf-8"))]


def numbers(finding: report.Finding, language: str) -> list[str]:
    template = terms.sentences()[f"finding.{finding.key}"][language]
    return [name for _, name, kind, _ in Formatter().parse(template) if kind in NUMBERS]


def test_every_number_has_its_place_and_stands_there(run):
    wrong = []
    for finding in findings(run):
        for name in numbers(finding, run.language):
            if name not in finding.cells:
                wrong.append(f"{finding.key}.{name}: no place")
                continue
            found, told = look_up(finding.cells[name], run), finding.values[name]
            if abs(found - told) > 1e-9 * max(1.0, abs(told)):
                wrong.append(f"{finding.key}.{name}: {told}, but {finding.cells[name]} is {found}")
    assert not wrong, "\n".join(wrong)


def test_every_sentence_stands_on_a_page(run):
    manifest = json.loads((run.place / "manifest.json").read_text(encoding="utf-8"))
    reader = report.Reader(run.language, manifest["parameters"]["currency"])
    pages = "".join(p.read_text(encoding="utf-8") for p in sorted(run.place.glob("*.html")))
    for finding in findings(run):
        assert (
            escape(finding.sentence(reader), quote=False)
            .replace("'", "&#39;")
            .replace('"', "&#34;")
            in pages
        )


def test_the_places_that_a_page_names_are_there(run):
    page = (run.place / "report.html").read_text(encoding="utf-8")
    links = set(re.findall(r'href="(data/[^"]+)"', page))
    assert len(links) >= 4
    assert not [link for link in links if not (run.place / link).is_file()]

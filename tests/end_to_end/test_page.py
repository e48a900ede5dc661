"""The pages as files: nothing is fetched, nothing runs, and every part has its name."""

import csv
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.end_to_end.pages import PAGES, Page

RUNS = ("nn", "nb", "sv", "en", "us", "wild")
PLACEHOLDERS = ("No description has been provided", "alt text", "image", "figure")
SCRIPT, TEMPLATE = "<script>alert(1)</script>", "{{ 7*7 }}"

pytestmark = pytest.mark.slow


@pytest.fixture(params=RUNS)
def run(request, made):
    return made[request.param]


@pytest.fixture(params=PAGES)
def page(request, run):
    folder = run.outputs if request.param == "index.html" else run.place
    return Page((folder / request.param).read_text(encoding="utf-8"))


def test_report_is_small(run):
    assert (run.place / "report.html").stat().st_size < 500_000


def test_nothing_is_fetched_and_nothing_runs(page):
    assert not page.all("script", "link", "iframe", "object", "embed", "base", "form")
    for tag in page.tags:
        assert not [name for name in tag if name.startswith("on")]
        for name in ("src", "srcset", "data", "poster", "action"):
            assert (tag.get(name) or "data:").startswith("data:")
        assert "url(" not in (tag.get("style") or "")
    links = [tag["href"] for tag in page.all("a")]
    assert not [link for link in links if re.match(r"\w+:|//", link)]
    style = "".join(tag["text"] for tag in page.all("style"))
    assert "url(" not in style
    assert "@import" not in style


def test_the_browser_is_told_so_too(page):
    policies = [m for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    (policy,) = policies
    assert "default-src 'none'" in policy["content"]
    assert "script-src" not in policy["content"]


def test_language_title_and_viewport(page, run):
    (html,) = page.all("html")
    assert html["lang"] == run.language
    (title,) = page.all("title")
    assert title["text"].strip()
    assert any(meta.get("name") == "viewport" for meta in page.all("meta"))


def test_one_h1_and_no_level_is_skipped(page):
    levels = [int(tag["tag"][1]) for tag in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


def test_everything_stands_inside_main(page):
    (_,) = page.all("main")
    assert all("main" in t["in"] for t in page.all("h1", "h2", "h3", "table", "figure", "p"))


def test_pictures_say_what_they_show(page):
    for picture in page.all("img"):
        alt = picture["alt"]
        assert len(alt) > 30
        assert not [words for words in PLACEHOLDERS if alt.lower().startswith(words.lower())]
        assert re.search(r"\d", alt), "the numbers belong in the description"


def test_the_report_has_a_picture(run):
    assert Page((run.place / "report.html").read_text("utf-8")).all("img")


def test_tables_have_caption_and_scopes(page):
    for table in page.all("table"):
        assert table["text"].strip()
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(caption["text"].strip() for caption in page.all("caption"))
    assert all(cell.get("scope") in {"col", "row"} for cell in page.all("th"))


def test_names_are_unique(page):
    ids = [tag["id"] for tag in page.tags if "id" in tag]
    assert len(ids) == len(set(ids))


def test_no_sentence_was_left_unfilled(page):
    code = re.compile(
        r"<details><summary>[^<]*</summary><pre><code>.*?</code></pre></details>", re.S
    )
    shown = code.sub("", page.text.split("<main", 1)[1]).replace(TEMPLATE, "")
    assert not re.search(r"\bnan\b|\bNone\b|&lt;NA&gt;|\{\w+(:\w+)?\}", shown)


def test_the_report_shows_no_code(run):
    text = (run.place / "report.html").read_text(encoding="utf-8")
    assert "open_run" not in text
    assert "<pre" not in text


def test_synthetic_figures_say_so_on_every_page(made):
    words = {"nn": "syntetisk", "nb": "syntetisk", "sv": "syntetisk", "en": "synthetic"}
    for language, word in words.items():
        for name in PAGES:
            folder = made[language].outputs if name == "index.html" else made[language].place
            assert word in (folder / name).read_text(encoding="utf-8").lower(), (language, name)
    real = Page((made["us"].place / "report.html").read_text(encoding="utf-8"))
    (shown,) = real.all("main")
    assert "synthetic" not in shown["text"].lower()


def test_languages_tell_the_same_numbers(made):
    tables = [(made[key].place / "data").glob("*.csv") for key in ("nn", "nb", "sv", "en")]
    names = [sorted(file.name for file in files) for files in tables]
    assert names[0] == names[1] == names[2] == names[3]
    for name in ("year_end.csv", "lines.csv"):
        kept = {(made[key].place / "data" / name).read_bytes() for key in ("nn", "nb", "sv", "en")}
        assert len(kept) == 1


def test_nothing_of_the_making_is_left(run):
    names = {path.name for path in run.place.rglob("*")}
    assert not [name for name in names if name.startswith(".") or name.endswith(".new")]
    beside = {path.name for path in run.place.parent.iterdir()}
    assert beside == {run.period, f".{run.period}.lock"}
    manifest = json.loads((run.place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "ok"


def test_real_accounts_give_a_whole_report(made):
    run = made["us"]
    with (run.place / "data" / "year_end.csv").open(encoding="utf-8") as file:
        rows = {row["quantile"]: float(row["result"]) for row in csv.DictReader(file)}
    # the year ended at -412 727 million dollars
    assert rows["P10"] < -412_727 < rows["P90"]


# A delivery full of markup


@pytest.mark.parametrize("name", PAGES)
def test_markup_in_a_delivery_shows_as_text(made, name):
    folder = made["wild"].outputs if name == "index.html" else made["wild"].place
    page = Page((folder / name).read_text(encoding="utf-8"))
    assert not page.all("script")
    assert "&amp;lt;" not in page.text
    heading = {"index.html": "th", "report.html": "h1"}.get(name, "strong")
    shown = [tag["text"] for tag in page.all(heading)]
    assert any(SCRIPT in text and TEMPLATE in text for text in shown)
    if name != "index.html":
        (title,) = page.all("title")
        assert SCRIPT in title["text"]
        assert "49" not in title["text"]


def test_no_cell_of_a_kept_table_is_a_formula(made):
    files: list[Path] = list((made["wild"].place / "data").glob("*.csv"))
    assert files
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            cells = [cell for row in csv.reader(lines) for cell in row]
        formulas = [c for c in cells if c.startswith(("=", "@", "+", "-")) and not _number(c)]
        assert not formulas


def _number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell) is not None

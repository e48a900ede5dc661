"""Tertial and year reports in four languages: the notebook's own cells, run in this process."""

import ast
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

from balanse_lib import report
from balanse_lib.report.export import to_html
from balanse_lib.terms import LANGUAGES
from tests.end_to_end.pages import CHROMIUM, QUIET, Page, find_strangers, find_violations

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "90_leadership.ipynb"
TRUST = "helse-havdal"
PERIODS = {"tertial": "2025-08", "year": "2024-12"}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("occasions")]


def run_cell(source: str, names: dict[str, object]) -> object:
    """Run a cell and give what its last line shows, as a kernel does."""
    body = ast.parse(source).body
    shown = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    if shown is None:
        return None
    return eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names)


def make_page(period: str, language: str, results: Path) -> str:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    names: dict[str, object] = {}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        shown = run_cell(cell.source, names)
        if "parameters" in cell.metadata.get("tags", ()):
            names |= {"trust": TRUST, "period": period, "language": language, "seed": None}
            names["results"] = str(results)
        if hasattr(shown, "_repr_html_"):
            data = {"text/html": shown._repr_html_()}
            cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=1)]
        cell.execution_count = number
    reader = report.Reader(language, "NOK", True)
    return to_html(notebook, title=f"{TRUST} {period}", reader=reader, leadership=True)


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[tuple[str, str], str]:
    """Every kind of report in every language; the figures are computed once for each kind."""
    made = {}
    for kind, period in PERIODS.items():
        results = tmp_path_factory.mktemp(kind)
        made |= {(kind, lang): make_page(period, lang, results) for lang in LANGUAGES}
    return made


EACH = pytest.mark.parametrize(
    ("kind", "language"), [(kind, language) for kind in PERIODS for language in LANGUAGES]
)


@EACH
def test_it_says_what_a_month_does_not(pages, kind, language):
    ids = [tag.get("id") for tag in Page(pages[kind, language]).all("section")]
    wanted = ["goals", "risks", "deadlines"]
    assert [name for name in ids if name in wanted] == wanted
    assert ("course" in ids) == (kind == "year")
    assert len(ids) == len(set(ids))


@EACH
def test_every_word_is_the_readers(pages, kind, language):
    assert not find_strangers(pages[kind, language], language, trust=TRUST)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt: chromium)")
def test_axe_finds_nothing(pages, tmp_path):
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        for (kind, language), text in pages.items():
            file = tmp_path / f"{kind}-{language}.html"
            file.write_text(text, encoding="utf-8")
            page.goto(file.as_uri())
            found[kind, language] = find_violations(page)
        browser.close()
    assert not any(found.values()), found

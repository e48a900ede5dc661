"""Tertial and year reports in four languages: the notebook's own cells, run in this process."""

import pytest
from playwright.sync_api import sync_playwright

from balanse_lib.terms import LANGUAGES
from tests.end_to_end.pages import CHROMIUM, QUIET, Page, find_strangers, find_violations, make_page

TRUST = "helse-havdal"
PERIODS = {"tertial": "2025-08", "year": "2024-12"}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("occasions")]


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[tuple[str, str], str]:
    """Every kind of report in every language; the figures are computed once for each kind."""
    made = {}
    for kind, period in PERIODS.items():
        results = tmp_path_factory.mktemp(kind)
        made |= {(kind, lang): make_page(TRUST, period, lang, results) for lang in LANGUAGES}
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

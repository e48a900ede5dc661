"""The pages in a browser: axe-core finds nothing, nothing is asked for, nothing runs off."""

import pytest
from playwright.sync_api import sync_playwright

from tests.end_to_end.pages import CHROMIUM, PAGES, QUIET, find_violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt: chromium)"),
]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def show(browser, made):
    """Open a page of a run; gives the page, what it asked for, what it said."""
    contexts = []

    def open_page(key: str, name: str, *, width: int = 1280):
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
        file = (made[key].outputs if name == "index.html" else made[key].place) / name
        page.goto(file.as_uri())
        return page, asked, said

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        *((key, name) for key in ("nn", "us", "wild") for name in PAGES),
        *((key, "report.html") for key in ("nb", "sv", "en")),  # the other pages differ in words
    ],
)
def test_axe_finds_nothing_and_nothing_is_asked_for(show, key, name):
    page, asked, said = show(key, name)
    assert not find_violations(page)
    assert not [url for url in asked[1:] if not url.startswith("data:")]
    assert not said


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("key", ["nn", "us", "wild"])
def test_a_phone_scrolls_in_one_direction_only(show, key, name):
    page, _, _ = show(key, name, width=360)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("key", ["nn", "us"])
def test_nothing_is_cut_on_a4(show, key, name):
    """182 mm between the margins are 688 pixels; folded parts are printed open."""
    page, _, _ = show(key, name, width=688)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 688


def test_the_first_screen_holds_the_message(show):
    page, _, _ = show("nn", "report.html")
    for part in (".headline", ".numbers"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 800


def test_the_first_tab_leads_past_the_top(show):
    page, _, _ = show("nn", "report.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"

"""The gallery: the first screen and each figure of a synthetic trust, as the README shows them.

Made anew into `docs/gallery` by

    BALANSE_GALLERY=docs/gallery pytest tests/end_to_end/test_gallery.py
"""

import os
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from balanse_lib import measures, open_run, report
from balanse_lib.report.figures import line_drivers
from balanse_lib.report.forecast_tables import line_deviations
from tests.end_to_end.pages import CHROMIUM, QUIET, make_page

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "gallery"
TRUST, PERIOD, LANGUAGE = "helse-granvik", "2025-06", "en"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("gallery")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the pictures go: a folder of the tests, or the one that was asked for."""
    asked = os.environ.get("BALANSE_GALLERY")
    return (ROOT / asked) if asked else tmp_path_factory.mktemp("gallery")


@pytest.fixture(scope="module")
def figures() -> dict[str, report.Figure]:
    run = open_run(TRUST, period=PERIOD, language=LANGUAGE)
    reader, book, end = run.reader, run.ledger, run.year_end
    deviations = line_deviations(end, book=book)["deviation"].dropna()
    (_, signal), *_ = report.signal_figures(run.changes, book=book, reader=reader)
    (flow,), _ = report.flow_parts(run.changes, book=book, reader=reader)
    return {
        "year_fan": report.year_fan(end, targets=run.targets, book=book, reader=reader),
        "required_rate": report.required_rate(
            run.judgement, year_end=end, start=book.start, reader=reader
        ),
        "measure_bridge": report.measure_bridge(run.measure_year, reader=reader),
        "signal": signal,
        "flow": flow,
        "line_drivers": line_drivers(end, deviations=deviations, reader=reader),
        "track_record": report.track_record(end, others=run.others_record, reader=reader),
        "scenarios": report.scenarios_figure(
            run.what_if, scenarios=measures.standard_scenarios(run.what_if), reader=reader
        ),
    }


def test_every_figure_is_kept(folder, figures):
    for name, figure in figures.items():
        described = figure.svg.replace(
            "<svg ", f'<svg role="img" aria-label="{escape(figure.alt)}" ', 1
        )
        (folder / f"{name}.svg").write_text(described, encoding="utf-8")
    assert {file.stem for file in KEPT.glob("*.svg")} == set(figures)


def test_every_picture_is_shown_and_said_to_be_synthetic():
    text = (KEPT / "README.md").read_text(encoding="utf-8")
    assert "synthetic" in text.lower()
    for file in [*KEPT.glob("*.svg"), *KEPT.glob("*.png")]:
        assert f"({file.name})" in text
    assert "docs/gallery/first_screen.png" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt: chromium)")
def test_the_first_screen_is_kept(folder, tmp_path):
    page_file = tmp_path / "report.html"
    page_file.write_text(make_page(TRUST, PERIOD, LANGUAGE, tmp_path), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(page_file.as_uri())
        page.screenshot(path=folder / "first_screen.png")
        browser.close()
    assert (folder / "first_screen.png").stat().st_size > 20_000
    assert (KEPT / "first_screen.png").is_file()

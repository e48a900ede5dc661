"""Reports printed as PDF: beside the page, whole or not at all."""

import shutil

import pytest

from balanse_lib import runs
from balanse_lib.errors import InputError


def test_where_there_is_no_report_it_says_what_to_do(house, balanse):
    code, _, err = balanse("pdf", "--outputs", str(house.outputs))
    assert code == 1
    assert "balanse run" in err


def test_a_machine_without_a_browser_is_told_what_to_install(house, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="Install Chromium"):
        runs.find_browser()


def test_reports_of_some_trusts_or_all_and_none_in_the_making(house):
    wanted = house.earlier_report("lillevik", "2025-06") / "report.html"
    other = house.earlier_report("storvik", "2025-06") / "report.html"
    making = wanted.parent.with_name(".2025-07.new")
    making.mkdir()
    (making / "report.html").write_text("half", encoding="utf-8")
    assert runs.find_reports(house.outputs) == [wanted, other]
    assert runs.find_reports(house.outputs, trusts=["storvik"]) == [other]


def test_a_browser_that_prints_nothing_leaves_the_earlier_pdf(house):
    page = house.earlier_report("lillevik", "2025-06") / "report.html"
    page.with_suffix(".pdf").write_text("the last good one", encoding="utf-8")
    with pytest.raises(InputError, match="made no PDF of it: ended with code 0"):
        list(runs.print_reports([page], browser=shutil.which("true")))
    assert page.with_suffix(".pdf").read_text(encoding="utf-8") == "the last good one"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine")
def test_the_pdf_is_a_tagged_booklet(house):
    page = house.earlier_report("lillevik", "2025-06") / "report.html"
    page.write_text("<html lang=nn><title>t</title><h1>Årsslutt</h1>", encoding="utf-8")
    (made,) = runs.print_reports([page], browser=runs.find_browser())
    content = made.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content  # tagged: a screen reader finds the headings

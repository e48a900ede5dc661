"""The index: every trust and month with a report, and how its last attempt went."""

from datetime import datetime

import pytest

from balanse_lib import runs
from balanse_lib.runs.manifest import write_json
from balanse_lib.runs.workspace import Workspace


@pytest.fixture
def index(house):
    def write(language="en"):
        return runs.write_index(house.outputs, language=language).read_text(encoding="utf-8")

    return write


def note_failure(house, trust: str, reason: str) -> None:
    place = Workspace(house.outputs, trust, "2025-06")
    place.failure.parent.mkdir(parents=True, exist_ok=True)
    write_json(place.failure, {"trust": trust, "period": "2025-06", "reason": reason})


def test_a_good_run_is_linked_with_its_figures(house, index):
    house.earlier_report("lillevik", "2025-06")
    page = index()
    assert '<a href="lillevik/2025-06/report.html">Lillevik</a>' in page
    assert "−12.3" in page
    assert "in order" in page


def test_a_failure_since_keeps_the_link_and_gives_the_reason(house, index):
    house.earlier_report("lillevik", "2025-06")
    note_failure(house, "lillevik", "KeyError: 'account'")
    page = index()
    assert 'href="lillevik/2025-06/report.html"' in page
    assert "the last attempt failed: KeyError: &#39;account&#39;" in page


def test_a_trust_that_only_failed_stands_there_without_a_link(house, index):
    note_failure(house, "storvik", "kernel died twice")
    page = index()
    assert "storvik" in page
    assert "failed: kernel died twice" in page
    assert "<a href=" not in page.split("<main", 1)[1]


def test_names_and_reasons_are_text(house, index):
    place = house.earlier_report("lillevik", "2025-06")
    manifest = place / "manifest.json"
    wild = manifest.read_text("utf-8").replace('"Lillevik"', '"<script>alert(1)</script>{{ 7*7 }}"')
    manifest.write_text(wild, encoding="utf-8")
    note_failure(house, "lillevik", "<img src=x onerror=alert(1)> {p50:amount} {{ 7*7 }}")
    page = index()
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("{{ 7*7 }}") == 2
    assert "{p50:amount}" in page


def test_runs_in_the_making_and_set_aside_do_not_show(house, index):
    place = house.earlier_report("lillevik", "2025-06")
    for other in (".2025-06.new", ".2025-06.old"):
        _copy(place, place.with_name(other))
    assert index().count("<a href=") == 1


def _copy(source, target):
    target.mkdir()
    (target / "manifest.json").write_bytes((source / "manifest.json").read_bytes())


@pytest.mark.parametrize("language", ["nn", "nb", "sv", "en"])
def test_every_language(house, index, language):
    house.earlier_report("lillevik", "2025-06")
    assert f'<html lang="{language}">' in index(language)


def test_months_of_a_trust_stand_in_order(house, index):
    for period in ("2025-06", "2024-12", "2025-01"):
        house.earlier_report("lillevik", period)
    page = index()
    places = [page.index(f"lillevik/{p}/") for p in ("2024-12", "2025-01", "2025-06")]
    assert places == sorted(places)


def test_a_row_tells_what_changed_since_the_month_before(house, index):
    house.earlier_report("lillevik", "2025-05", p50=-10.0)
    house.earlier_report("lillevik", "2025-06", p50=-12.5)
    house.earlier_report("storvik", "2025-06", p50=-1.0)  # another trust is not the month before
    page = index()
    assert "<td>−2.5</td>" in page
    assert page.count("<td>−2.5</td>") == 1


def test_a_new_year_has_no_month_before(house, index):
    house.earlier_report("lillevik", "2024-12", p50=-10.0)
    house.earlier_report("lillevik", "2025-01", p50=-12.5)
    assert "<td>−2.5</td>" not in index()


def test_the_verdict_and_the_year_stand_there(house, index):
    house.earlier_report(
        "lillevik", "2025-03", verdict="optimistic", cumulative=[1.0, 4.0, 2.0, -6.0], booked=3
    )
    page = index()
    assert "Optimistic" in page
    assert "Result so far 2.0 NOK million, expected at the year&#39;s end −6.0." in page
    # −6 to 4 over the inner 18 of 24 rows: 1.8 a million, so 4 lies at 3 and −6 at 21
    assert 'points="3.0,8.4 33.0,3.0 63.0,6.6"' in page
    assert 'points="63.0,6.6 93.0,21.0"' in page


def test_the_age_is_told(house, index, monkeypatch):
    house.earlier_report("lillevik", "2025-06")
    monkeypatch.setattr("balanse_lib.runs.index._now", lambda: datetime(2025, 7, 12, 9))
    assert "3 d old" in index()

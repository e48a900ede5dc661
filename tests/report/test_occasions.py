"""Deadlines and the course of the year as readers see them."""

from dataclasses import replace

import pandas as pd
import pytest

from balanse_lib import realism, report
from balanse_lib.ledger.tables import TABLES


def with_calendar(run, *rows):
    columns = list(TABLES["deadline"].columns)
    return replace(run.ledger, deadline=pd.DataFrame(rows, columns=columns).astype("str"))


def test_the_next_deadline_is_told_with_its_days(run):
    """After September 2025: 17 December is 78 days away; done ones and passed ones are not next."""
    (found, *_) = report.deadline_findings(run.ledger, period="2025-09")
    assert found.key == "deadline_next"
    assert found.values["days"] == 78
    assert "17" in found.sentence(run.reader)


def test_a_sunday_is_pointed_at(run):
    found = report.deadline_findings(run.ledger, period="2025-09")
    assert [f.key for f in found][1:] == ["deadline_weekend"]  # 11 January 2026
    table = report.deadlines_table(run.ledger, period="2025-09", reader=run.reader)
    assert run.reader.write(6, "weekday") in table._repr_html_()


def test_late_and_wrong_days_are_told(run):
    book = with_calendar(
        run,
        ("frist a", "2025-09-01", None, None, None),
        ("frist b", "2025-08-01", None, "2025-08-01", None),
        ("frist c", "2025-10-15", "fredag", None, None),  # a Wednesday
    )
    found = {f.key: f for f in report.deadline_findings(book, period="2025-09")}
    assert set(found) == {"deadline_late", "deadline_next", "deadline_weekday"}
    assert found["deadline_late"].values["what"] == "frist a"
    assert found["deadline_weekday"].values["what"] == "frist c"


def test_without_a_calendar_the_table_says_so(run):
    book = with_calendar(run)
    assert report.deadline_findings(book, period="2025-09") == []
    table = report.deadlines_table(book, period="2025-09", reader=run.reader)
    assert table.caption == run.reader.say("table.deadlines_none")


def test_the_course_sets_each_forecast_against_the_end(run):
    told = realism.reported_forecasts(run.ledger, period="2025-09")
    table = report.course_table(told, year_end=run.year_end, reader=run.reader).frame
    this_year = told[told["year"] == 2025]
    assert table["month"].tolist() == this_year["month"].tolist()
    error = run.year_end.quantile(0.5) - this_year["forecast"].iloc[-1]
    assert table["reported_error"].iloc[-1] == pytest.approx(error)


def test_a_year_nobody_forecast(run):
    told = realism.reported_forecasts(run.ledger, period="2025-09")
    table = report.course_table(told[told["year"] < 2025], year_end=run.year_end, reader=run.reader)
    assert table.frame.empty
    assert table.caption == run.reader.say(
        "table.course_none", year="2025", outcome=run.year_end.quantile(0.5)
    )

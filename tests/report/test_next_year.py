"""Where next year starts, worked out from the parts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import measures, report


def steps(run):
    carried = measures.carry_over(run.ledger, year=run.measure_year)
    return report.next_year_steps(
        run.year_end, book=run.ledger, year=run.measure_year, carried=carried
    ), carried


def test_the_steps_add_up_and_are_what_they_say(run):
    found, carried = steps(run)
    added = found["expected"] + found["one_offs"] + found["carry_over"]
    assert found["level"] == pytest.approx(added, abs=1e-9)
    assert found["expected"] == pytest.approx(run.measure_year.joint.total.mean())
    assert found["carry_over"] == pytest.approx(carried["expected"].sum())
    events = run.ledger.event[run.ledger.event["period"].str.startswith("2025")]
    booked = events.loc[events["period"] <= "2025-09", "amount"].sum()
    assert -found["one_offs"] == pytest.approx(booked + run.year_end.events.mean())


def left_at(run, **change) -> float:
    carried = measures.carry_over(run.ledger, year=run.measure_year)
    told = {"book": run.ledger, "year": run.measure_year, "carried": carried} | change
    end = told.pop("end", run.year_end)
    return report.next_year_steps(end, **told)["exit_month"]


def test_two_a_month_is_left_at_two_whatever_the_year_end_entries(run):
    """All months booked at 2 and year-end entries of −100: the rate is 2, not 2 − 100/3."""
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    n_paths, n_series, _ = run.year_end.paths.shape
    end = replace(
        run.year_end,
        months=(),
        booked_months=pd.Series(2.0, index=months),
        paths=np.zeros((n_paths, n_series, 0)),
        period_13=np.full(n_paths, -100.0),
    )
    book = replace(run.ledger, event=run.ledger.event.iloc[:0])
    assert left_at(run, end=end, book=book) == pytest.approx(2.0)


def test_a_one_off_of_the_last_quarter_is_not_its_rate(run):
    """30 lost once in November leaves the rate where it was, when the register knows of it."""
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    n_paths, n_series, _ = run.year_end.paths.shape
    booked = pd.Series(2.0, index=months)
    booked["2025-11"] -= 30.0
    end = replace(
        run.year_end, months=(), booked_months=booked, paths=np.zeros((n_paths, n_series, 0))
    )
    row = run.ledger.event.iloc[[0]].assign(period="2025-11", amount=-30.0, probability=1.0)
    assert left_at(run, end=end, book=replace(run.ledger, event=row)) == pytest.approx(2.0)


def test_months_to_come_are_as_the_paths_expect_them(run):
    """The run knows nine months: the last three are all of the paths, events apart."""
    assert run.year_end.months == ("2025-10", "2025-11", "2025-12")
    expected = run.year_end.paths.sum() / len(run.year_end.paths) / 3
    assert left_at(run) == pytest.approx(expected)
    budget = run.ledger.budget
    last = budget[budget["period"].isin(["2025-10", "2025-11", "2025-12"])]["amount"].sum()
    assert steps(run)[0]["exit_budget"] == pytest.approx(last / 3)


def test_a_lower_rate_than_budgeted_is_said(run):
    found, _ = steps(run)
    slow = found.copy()
    slow["exit_month"] = found["exit_budget"] - 1.0
    assert [f.key for f in report.next_year_findings(slow, year=2025)][1:] == ["exit_below_budget"]
    assert [f.key for f in report.next_year_findings(slow * float("nan"), year=2025)][1:] == []
    fast = found.copy()
    fast["exit_month"] = found["exit_budget"] + 1.0
    assert len(report.next_year_findings(fast, year=2025)) == 1


def test_without_a_budget_there_is_no_rate_to_compare_with(run):
    blank = replace(run.ledger, budget=run.ledger.budget.iloc[:0])
    carried = measures.carry_over(run.ledger, year=run.measure_year)
    found = report.next_year_steps(run.year_end, book=blank, year=run.measure_year, carried=carried)
    assert found[["exit_budget"]].isna().all()
    assert len(report.next_year_findings(found, year=2025)) == 1

"""Where next year starts, worked out from the parts."""

from dataclasses import replace

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


def test_the_rate_it_is_left_at_is_that_of_the_last_quarter(run):
    found, _ = steps(run)
    path = run.year_end.cumulative()["P50"]
    assert found["exit_month"] == pytest.approx((path["2025-12"] - path["2025-09"]) / 3)
    budget = run.ledger.budget
    last = budget[budget["period"].isin(["2025-10", "2025-11", "2025-12"])]["amount"].sum()
    assert found["exit_budget"] == pytest.approx(last / 3)


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

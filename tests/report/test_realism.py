"""What is said of the reported forecast follows from the judgement, case by case."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import ledger, report
from balanse_lib.realism import OVER_PRUDENT, REALISTIC, UNREALISTIC, Flag
from balanse_lib.report.findings import decisions
from balanse_lib.report.realism_basis import mean_month

NOTHING = pd.DataFrame(columns=["n", "bias", "mae", "hit_rate"])


def say(run, judgement, book=None, record=NOTHING) -> dict[str, report.Finding]:
    found = report.realism_findings(
        judgement,
        book=book or run.ledger,
        record=record,
        revisions=run.revisions,
        source=run.bias_record,
    )
    return {finding.key: finding for finding in found}


def test_the_verdict_gives_class_and_chance(run):
    plain = replace(run.judgement, class_before_flags=run.judgement.verdict)
    verdict = say(run, plain)["verdict"]
    assert verdict.values["chance"] == run.judgement.p_reach
    assert run.reader.label(verdict.values["verdict"]) in verdict.sentence(run.reader)


def test_without_a_basis_there_is_a_reason_and_no_chance(run):
    blank = replace(
        run.judgement, reported=None, p_reach=None, reason="no_basis", verdict="Ikkje vurderbar"
    )
    found = say(run, blank)
    assert "verdict" not in found
    assert run.reader.say("reason.no_basis") in found["verdict_none"].sentence(run.reader)


def test_the_months_so_far_are_the_booked_ones(run):
    """Nine booked months of 2025, one-offs included."""
    rows = run.ledger.ledger_month
    booked = rows.loc[rows["period"].str.startswith("2025"), "amount"].sum()
    assert mean_month(run.ledger, period="2025-09") == pytest.approx(booked / 9)
    assert mean_month(run.ledger, period="2025-00") is None


def test_a_requirement_changed_in_may_is_said_with_both_figures(run):
    rows = ledger.empty_table("requirement")
    told = [
        {"trust": run.ledger.trust, "unit": run.ledger.trust, "year": 2025, "type": "owner"}
        | {"valid_from": month, "amount": amount, "document_ref": ""}
        for month, amount in (("2025-01", 40.0), ("2025-05", 25.0))
    ]
    book = replace(run.ledger, requirement=pd.concat([rows, pd.DataFrame(told)]))
    values = say(run, run.judgement, book=book)["requirement_changed"].values
    assert (values["before"], values["after"], values["month"]) == (40.0, 25.0, "2025-05")


def test_a_late_budget_is_said(run):
    assert "late_budget" in say(run, replace(run.judgement, plan_from_budget=False))
    assert "late_budget" not in say(run, replace(run.judgement, plan_from_budget=True))


def test_a_month_that_stands_out_is_said(run):
    found = say(run, replace(run.judgement, unusual={"2025-06": 30.0}))
    assert found["unmarked_one_off"].values == {"month": "2025-06", "amount": 30.0}


def test_a_raised_flag_is_said_and_what_it_did_to_the_class(run):
    lowered = replace(
        run.judgement,
        flags=(Flag("F2", "raised"), Flag("F3", "clear")),
        class_before_flags=REALISTIC,
        verdict="Optimistisk",
    )
    found = say(run, lowered)
    assert found["flag_raised"].values["code"] == "F2"
    assert found["class_lowered"].values["after"] == "optimistic"
    assert "verdict_flagged" in found


def test_a_record_is_weighed_by_its_forecasts(run):
    """One forecast that missed by 3 and three that missed by 1: 1.5 on average."""
    record = pd.DataFrame(
        {"n": [1, 3], "bias": [3.0, -1.0], "mae": [3.0, 1.0], "hit_rate": [1.0, 0.0]}
    )
    values = say(run, run.judgement, record=record)["reported_record"].values
    assert values["mae"] == pytest.approx(1.5)
    assert values["bias"] == pytest.approx(0.0)
    assert values["reached"] == pytest.approx(0.25)


def test_the_habit_says_whose_record_it_is(run):
    """This trust has reported for years, so nothing published is leant on."""
    values = say(run, run.judgement)["habit_region"].values
    assert values["corrected"] == run.judgement.corrected
    assert values["own"] == len(run.bias_record.errors_by_body[run.trust.trust])
    short = replace(run.bias_record, source="published", n_own=1, n_published=12)
    found = report.realism_findings(
        run.judgement, book=run.ledger, record=NOTHING, revisions=run.revisions, source=short
    )
    told = next(f for f in found if f.key == "habit_published")
    assert told.values["others"] == 12 + run.bias_record.n_region


def test_a_forecast_given_as_a_deviation_is_shown_both_ways(run):
    told = {"targets": run.targets, "year_end": run.year_end, "reader": run.reader}
    frame = report.verdict_table(run.judgement, **told).frame.set_index("figure")
    assert frame.loc["basis", "value"] == "deviation"
    assert frame.loc["as_given", "value"] == run.targets.reported_raw
    assert frame.loc["reported", "value"] == run.targets.reported
    assert frame.loc["reported", "shown"] == run.reader.write(run.targets.reported, "amount")


def test_what_is_to_decide_follows_the_verdict(run):
    """Too high: down to the prudent figure. A hidden buffer: up to the middle."""
    high = replace(run.judgement, verdict=UNREALISTIC, reported=1e3)
    told = decisions(run.year_end, targets=run.targets, judgement=high, year=run.measure_year)
    over = next(f for f in told if f.key == "lower_forecast").values["over"]
    assert over == pytest.approx(1e3 - high.price_prudent.figure)
    low = replace(run.judgement, verdict=OVER_PRUDENT, reported=-1e3)
    told = decisions(run.year_end, targets=run.targets, judgement=low, year=run.measure_year)
    under = next(f for f in told if f.key == "raise_forecast").values["under"]
    assert under == pytest.approx(1e3 + low.quantiles["P50"])


def test_a_flag_alone_asks_for_no_other_figure(run):
    """Lowered by a flag, but prudent as it stands: there is nothing to move."""
    flagged = replace(run.judgement, verdict="Optimistisk", reported=-1e3)
    told = decisions(run.year_end, targets=run.targets, judgement=flagged, year=run.measure_year)
    assert "lower_forecast" not in {f.key for f in told}


def test_tables_and_picture_show_the_judgement(run):
    told = {"targets": run.targets, "year_end": run.year_end, "reader": run.reader}
    table = report.verdict_table(run.judgement, **told)
    assert run.reader.heading("not_assessable") not in table._repr_html_()
    flags = report.flags_table(run.judgement, reader=run.reader).frame
    assert flags["code"].tolist() == [f"F{number}" for number in range(1, 8)]
    checks = report.booking_table(run.judgement, reader=run.reader).frame
    assert checks["code"].tolist() == [f"B{number}" for number in range(1, 11)]
    assert checks.loc[checks["amount"].isna(), "found"].str.contains(":").all()
    rate = report.required_rate(run.judgement, year_end=run.year_end, start=1, reader=run.reader)
    needed = run.judgement.achieved.required_per_month
    assert run.reader.write(needed, "amount") in rate.alt
    assert np.isfinite(needed)

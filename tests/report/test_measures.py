"""What is said of the measures follows from the figures, case by case."""

from dataclasses import replace

import pandas as pd
import pytest

from balanse_lib import measures, report

AUDITS = pd.DataFrame({"verdict": ["confirmed", "partly", "contradicted", "too_early"]})


def say(run, year=None, audits=AUDITS) -> dict[str, report.Finding]:
    found = report.measure_findings(year or run.measure_year, audits=audits)
    assert all(finding.sentence(run.reader) for finding in found)
    return {finding.key: finding for finding in found}


def test_chance_and_expected_are_those_of_the_bridge(run):
    year, found = run.measure_year, say(run)
    assert found["measures_chance"].values["chance"] == year.bridge.p_reach
    assert found["measures_expected"].values["expected"] == year.bridge.expected
    assert found["measures_missing"].values["gap"] == year.gap
    table = report.bridge_table(year, reader=run.reader).frame.set_index("step")
    assert table.loc["expected", "amount"] == year.bridge.expected
    assert table["amount"].drop("expected").sum() == pytest.approx(year.bridge.expected, abs=1e-9)


def test_a_trust_without_a_register_is_told_so(run):
    none = {name: getattr(run.ledger, name).iloc[:0] for name in ("measure", "risk")}
    empty = replace(run.ledger, **none)
    year = measures.value_measures(empty, year_end=run.year_end, requirement=None, rng=run.rng)
    found = say(run, year)
    assert list(found) == ["measures_none"]
    assert report.measure_bridge(year, reader=run.reader) == run.reader.say("figure.bridge.none")
    for table in (
        report.register_table,
        report.conflicts_table,
        report.packages_table,
        report.bank_table,
        report.risk_table,
    ):
        assert table(year, reader=run.reader).frame.empty  # fmt: skip
    risks = report.risk_table(year, reader=run.reader)
    assert risks.caption == run.reader.say("table.risks_none")


def test_a_package_is_told_with_its_effect_and_last_month(run):
    year = run.measure_year
    one, two = year.table.index[:2]
    best = measures.Package((one, two), cost=1.0, effect=40.0, missing=0.0)
    waiting = pd.DataFrame({"price_of_waiting": [2.0, 3.0]}, index=[one, two])
    cautious = replace(best, effect=10.0, missing=30.0)
    closing = replace(
        year, packages=(best,), cautious=cautious, waiting=waiting, last_month="2025-10"
    )
    found = say(run, closing)
    assert found["package_closes"].values["waiting"] == 5.0
    sentence = found["package_closes"].sentence(run.reader)
    assert run.reader.write("2025-10", "month") in sentence
    assert year.table.loc[one, "title"] in sentence
    assert found["package_not_safe"].values["missing"] == 30.0
    table = report.packages_table(closing, reader=run.reader).frame
    assert table["package"].tolist() == ["none", "1", "cautious"]
    assert table["effect"].tolist() == [0.0, 40.0, 10.0]
    assert table["missing"].tolist() == [year.gap, 0.0, 30.0]
    assert table["waiting"].tolist() == [0.0, 5.0, 5.0]
    short = replace(closing, packages=(replace(best, missing=7.0),))
    assert say(run, short)["package_short"].values["missing"] == 7.0


def test_without_a_package_that_is_said(run):
    assert not run.measure_year.packages  # decided now, the demo's bank gives nothing this year
    assert "package_none" in say(run)
    covered = replace(run.measure_year, gap=0.0)
    assert "measures_covered" in say(run, covered)


def test_what_slips_is_named(run):
    late = run.measure_year.table[["title"]].iloc[:1]
    found = say(run, replace(run.measure_year, overdue=late))
    assert late["title"].iloc[0] in found["measures_overdue"].sentence(run.reader)
    none = replace(run.measure_year, overdue=late.iloc[:0])
    assert "measures_overdue" not in say(run, none)


def test_incomplete_measures_are_those_that_count_and_lack_a_field(run):
    table = run.measure_year.table
    lacking = table[(table["score"] < 1) & (table["reason"] == "")]
    found = say(run)["measures_incomplete"].values
    assert found["planned"] == lacking["planned"].sum()
    assert found["titles"] == ", ".join(lacking["title"])


def test_double_counts_are_told_with_what_they_take_off(run):
    year = run.measure_year
    small, large = year.table.index[:2]
    row = {"measure_id": small, "other_id": large, "reason": "gain_id", "effect": 1.0}
    doubled = replace(year, conflicts=pd.DataFrame([row | {"other_effect": 2.0}]))
    found = say(run, doubled)["measures_double"].values
    assert found["amount"] == year.table.loc[small, "planned"]
    table = report.conflicts_table(doubled, reader=run.reader)
    assert table.frame["measure_id_title"].tolist() == [year.table.loc[small, "title"]]
    assert run.reader.write(year.gross, "amount") in table.caption


def test_audits_are_counted_by_what_they_say(run):
    found = say(run)["measures_audited"]
    assert dict(found.values) == {"seen": 2.0, "against": 1.0, "unseen": 0.0, "early": 1.0}
    assert found.severity == "watch"
    assert "measures_audited" not in say(run, audits=AUDITS.iloc[:0])


def test_the_audit_table_has_a_row_for_each_measure(run):
    table = report.audit_table(run.audits, year=run.measure_year, reader=run.reader)
    assert table.frame["measure_id"].tolist() == run.ledger.measure["measure_id"].tolist()
    assert run.ledger.measure["title"].iloc[0] in table._repr_html_()


def test_the_picture_tells_the_bridge(run):
    picture = report.measure_bridge(run.measure_year, reader=run.reader)
    assert run.reader.write(run.measure_year.bridge.expected, "amount") in picture.alt


def test_the_verdict_knows_the_measures(run):
    """The judgement's model is the year-end moved by what the measures have left to give."""
    judged = run.judgement
    planned, mean, sd = run.measure_year.as_one[0]
    assert judged.run_rate.measures == pytest.approx(planned * mean)
    assert sd > 0
    steps = run.measure_year.bridge.steps
    new = run.year_end.total.mean() + steps["remaining"] + steps["risks"] + steps["overlap"]
    assert run.measure_year.bridge.expected == pytest.approx(new, abs=1e-9)


def test_risks_are_told_before_and_after_what_answers_to_them(run):
    """The dispute is an event, the price of medicines has no answer, nobody owns it."""
    year = run.measure_year
    table = report.risk_table(year, reader=run.reader)
    frame = table.frame.set_index("risk_id")
    expected = frame[["expected_before", "expected_after"]].sum()
    assert expected["expected_after"] == pytest.approx(year.bridge.steps["risks"], abs=1e-9)
    assert expected["expected_before"] <= expected["expected_after"] <= 0
    assert run.reader.write(expected["expected_after"], "amount") in table.caption
    notes = {note: run.reader.say(f"risk_note.{note}") for note in ("event", "no_measure")}
    assert frame.loc["havdal-R4", "note"] == notes["event"]
    assert frame.loc["havdal-R3", "note"] == notes["no_measure"]
    title = frame.loc["havdal-R3", "title"]
    told = say(run)["risks_open"]
    assert title in told.values["titles"]
    answered = replace(year, orphans=year.orphans.iloc[:0])
    assert "risks_answered" in say(run, answered)


def test_the_requirement_is_followed_to_the_clinics(run):
    """What the clinics must improve and what is not handed on make the trust's part."""
    year = run.measure_year
    told = {"year_end": run.year_end, "book": run.ledger, "reader": run.reader}
    table = report.cascade_table(year, requirement_type="owner", **told)
    frame = table.frame.set_index("unit")
    whole = frame.loc["helse-havdal"]
    assert whole["amount"] == pytest.approx(run.targets.requirement - run.year_end.total.mean())
    clinics = frame.drop(index="helse-havdal")
    assert clinics["amount"].sum() + whole["undistributed"] == pytest.approx(whole["amount"])
    base = run.year_end.by("unit")["mean"]
    required = run.ledger.requirement.query("year == 2025").set_index("unit")["amount"]
    assert clinics["amount"].drop("havdal-dia").to_dict() == pytest.approx(
        (required - base).reindex(clinics.index).drop("havdal-dia").to_dict()
    )
    assert whole["planned"] == pytest.approx(year.table["planned_left"].sum())
    assert run.ledger.name_of("havdal-dia") in table.caption  # its part was never made clear
    none = report.cascade_table(year, requirement_type="balance", **told)
    assert none.caption == run.reader.say("table.cascade_none")
    only = run.ledger.requirement.query("unit == 'helse-havdal'")
    told |= {"book": replace(run.ledger, requirement=only)}
    undistributed = report.cascade_table(year, requirement_type="owner", **told)
    assert undistributed.caption == run.reader.say("table.cascade_not_distributed")


def test_decisions_without_financing_are_listed(run):
    table = report.financing_table(run.measure_year, book=run.ledger, reader=run.reader)
    status = table.frame.set_index("decision_id")["status"]
    assert status["havdal-D2"] == "financed"
    assert status["havdal-D3"] == "unfunded"
    bare = replace(run.ledger, decision=run.ledger.decision.iloc[:0])
    none = report.financing_table(run.measure_year, book=bare, reader=run.reader)
    assert none.caption == run.reader.say("table.financing_none")


def test_the_bank_tells_what_waiting_costs_and_what_goes_together(run):
    year = run.measure_year
    one, two = year.table.index[:2]
    bank = pd.DataFrame(
        {"measure_id": [one], "effect": [5.0], "P15": [2.0], "excludes": [two], "depends_on": None}
    )
    waiting = pd.DataFrame(
        {"effect": [5.0], "price_of_waiting": [1.5], "last_in_full": ["2025-10"],
         "last_with_effect": ["2025-12"]}, index=[one],
    )  # fmt: skip
    table = report.bank_table(replace(year, bank=bank, waiting=waiting), reader=run.reader)
    assert table.frame["excludes"].tolist() == [year.table.loc[two, "title"]]
    html = table._repr_html_()
    for written in (run.reader.write(1.5, "amount"), run.reader.write("2025-10", "month")):
        assert written in html


def test_uncertainty_names_its_sources(run):
    table = report.uncertainty_table(run.measure_year, reader=run.reader)
    assert table.frame["name"].iloc[0] == run.reader.say("uncertainty.base")
    risks = set(run.measure_year.risks["title"])
    assert any(title in name for title in risks for name in table.frame["name"])

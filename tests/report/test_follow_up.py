"""What is said of deviations under follow-up and of project hours is what their tables show."""

from dataclasses import replace

from balanse_lib import report


def test_open_loops_are_listed_oldest_first_and_those_past_their_day_told(run):
    loops, unanswered = report.follow_up_tables(run.changes, book=run.ledger, reader=run.reader)
    frame = loops.frame
    # of the six made up, the first is closed; the days are to 30 September
    assert frame["action_id"].tolist() == [f"havdal-A{n}" for n in range(2, 7)]
    assert frame["days"].tolist() == [230, 202, 110, 80, 49]
    assert frame["next_step"].tolist() == [
        "check",
        "correct_anew",
        "choose",
        "decide",
        "find_cause",
    ]
    assert frame["overdue"].tolist() == [True, True, False, False, False]
    assert run.reader.say("table.loops", closed=1.0) == loops.caption
    said = {f.key: f for f in report.follow_up_findings(run.changes, book=run.ledger)}
    told = said["loops_overdue"].values
    assert (told["n"], told["open"], told["days"]) == (2.0, 5.0, 230.0)
    assert run.reader.label("hire_in") in said["loops_overdue"].sentence(run.reader)
    assert said["signals_unanswered"].values == {"n": float(len(unanswered.frame))}
    assert set(unanswered.frame["meaning"]) == {"concern"}


def test_tables_are_written_in_words(run):
    loops, unanswered = report.follow_up_tables(run.changes, book=run.ledger, reader=run.reader)
    html = loops._repr_html_()
    assert run.reader.say("next_step.correct_anew") in html
    assert html.count(run.reader.say("word.overdue")) == 2
    assert run.reader.write("2025-07-12", "date") in html
    assert run.ledger.measure.set_index("measure_id").loc["havdal-T01", "title"] in html
    assert "<table" in unanswered._repr_html_()


def test_a_trust_that_delivers_no_follow_up_is_told_nothing(run):
    none = replace(run.ledger, action=run.ledger.action.iloc[:0])
    assert report.follow_up_findings(run.changes, book=none) == []
    loops, unanswered = report.follow_up_tables(run.changes, book=none, reader=run.reader)
    assert loops.frame.empty
    assert unanswered.frame.empty
    assert loops.caption == run.reader.say("table.loops_none", closed=0.0)


def test_claims_that_rest_on_missing_hours_are_told(run):
    (table,) = [
        t for t in report.staffing_tables(run.ledger, reader=run.reader) if t.name == "project_time"
    ]
    frame, said = table.frame, {f.key: f for f in run.findings("50_indicators")}
    told = said["claims_at_risk"]
    # nine months of 140 hours a post: two posts in the system, one on paper, half a one not at all
    psy = frame.set_index("unit").loc["havdal-psy"]
    assert round(psy["missing"], 6) == 140 * (
        2 * (5 * 0.1 + 4 * 0.2) + (5 * 0.3 + 4 * 0.4) + 9 * 0.5
    )
    assert "months_lacking" not in table.headings  # every month of the year is delivered
    assert told.values["at_risk"] == frame["at_risk"].sum() < told.values["claim"]
    assert run.reader.write(told.values["at_risk"], "amount") in told.sentence(run.reader)
    none = replace(run.ledger, project_hours=run.ledger.project_hours.iloc[:0])
    kept = report.indicator_findings(run.changes, book=none)
    assert "claims_at_risk" not in {finding.key for finding in kept}


def test_indicators_are_held_against_the_measures_by_stage(run):
    table = report.linked_table(run.changes, book=run.ledger, reader=run.reader)
    frame = table.frame.set_index(["indicator", "link"])
    register = run.ledger.measure.set_index("measure_id")
    t01, t03, t04 = (register.loc[f"havdal-T0{n}"] for n in (1, 3, 4))
    goods = frame.loc["deviation_goods_cost", "moves"]
    assert goods["confirmed"] == f"{t03['title']}; {t04['title']}"
    assert frame.loc["overtime_fte", "guards"]["confirmed"] == t01["title"]
    concerns = run.changes.current.query("meaning == 'concern'")["indicator"]
    assert set(frame.xs("nothing", level="link").index) <= set(concerns)
    states = table.frame["state"].tolist()
    order = ["concern", "change", "improvement", "calm", "no_values"]
    assert states == sorted(states, key=order.index)
    assert run.reader.say("stage.confirmed") in table._repr_html_()

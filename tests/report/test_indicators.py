"""What is said of the indicators follows from the figures."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import indicators, report
from balanse_lib.indicators.charts import ChartSettings, make_charts


def test_the_counts_are_those_of_the_charts(run):
    changes = run.changes
    found = {finding.key: finding for finding in run.findings("50_indicators")}
    told = found["indicators_counted"].values
    rules = changes.charts.rules
    assert told["charts"] == rules.shape[1]
    assert told["marked"] == (rules > 0).any().sum()
    assert told["current"] == (rules.iloc[-1] > 0).sum()
    lengths = (~changes.charts.charted.isna()).sum()
    rates = [changes.alarms["charts"][n, "any"] for n in lengths]
    assert told["by_chance"] == pytest.approx(sum(rates))
    assert told["months"] == max(lengths)
    basis = changes.basis["status"].value_counts()
    assert found["basis_counted"].values["broken"] == basis.get("broken", 0)


def test_every_finding_is_a_sentence_and_each_signal_has_its_chart(run):
    found = run.findings("50_indicators")
    assert all(finding.sentence(run.reader) for finding in found)
    signals = [finding for finding in found if finding.key in ("signal", "signal_money")]
    figures = report.signal_figures(run.changes, book=run.ledger, reader=run.reader)
    assert len(signals) == len(figures)
    assert signals
    for finding, (_, figure) in zip(signals, figures, strict=True):
        assert str(finding.values["unit_name"]) in figure.alt
        assert run.reader.write(finding.values["indicator"], "name") in figure.alt


def test_the_flow_is_shown_in_its_order_with_what_is_marked(run):
    figures, table = report.flow_parts(run.changes, book=run.ledger, reader=run.reader)
    (figure,) = figures
    shown = table.frame
    rank = [indicators.FLOW.index(stage) for stage in shown["stage"]]
    assert rank == sorted(rank)
    assert len(rank) == len(indicators.FLOW)  # the synthetic trusts deliver every stage
    for row in shown.to_dict("records"):
        chart = run.changes.charts.of(row["stage"], run.changes.trust)
        assert row["value"] == chart["value"].iloc[-1]
        marked = chart["rule"].iloc[-1] > 0
        assert (row["marks"] == run.reader.say("word.yes")) == marked
        assert row["name"] in figure.alt
    assert figure.caption


def test_a_trust_without_activity_is_told_that_the_flow_cannot_be_followed(run):
    charts = make_charts(run.changes.measured.iloc[:0])
    empty = replace(run.changes, charts=charts, measured=run.changes.measured.iloc[:0])
    figures, table = report.flow_parts(empty, book=run.ledger, reader=run.reader)
    assert figures == []
    assert table.caption == run.reader.say("table.flow_none")


def test_the_page_shows_what_signals_and_folds_the_rest(run):
    figures = report.signal_figures(run.changes, book=run.ledger, reader=run.reader)
    said = run.findings("50_indicators")
    told = {"found": run.changes, "figures": figures, "occasion": run.occasion}
    page = report.changes(said, **told, reader=run.reader).html
    shown, folded = page.split("<details>")
    assert shown.count("<img") == len(figures)
    assert folded.count("<table") == 3


def test_a_chart_tells_its_numbers_and_the_measures_that_began(run):
    changes = run.changes
    indicator, unit = "beds_closed", "havdal-kir"
    figure = report.chart_figure(changes, indicator, unit, book=run.ledger, reader=run.reader)
    chart = changes.charts.of(indicator, unit)
    for value in (chart["value"].iloc[-1], chart["mean"].iloc[0], chart["upl"].iloc[0]):
        assert run.reader.write(float(value), "amount") in figure.alt
    assert "havdal-T06" in figure.caption  # the day surgery that closes in summer


def test_measures_that_begin_in_the_same_month_are_all_told(run):
    changes = run.changes
    (first,) = [b for b in changes.begun if b.measure_id == "havdal-T06"]
    twin = replace(first, measure_id="havdal-T99")
    both = replace(changes, begun=(*changes.begun, twin))
    figure = report.chart_figure(
        both, "beds_closed", "havdal-kir", book=run.ledger, reader=run.reader
    )
    assert "havdal-T06" in figure.caption
    assert "havdal-T99" in figure.caption
    assert ">T06, T99<" in figure.svg


def test_indicators_that_no_assumption_names_are_all_in_the_table(run):
    left = ("letters_1_day_pct", "drg_points_ytd")  # an accumulated one has no chart
    changes = replace(run.changes, unlinked=left)
    (found,) = [
        f for f in report.indicator_findings(changes, book=run.ledger)
        if f.key == "indicators_unlinked"
    ]  # fmt: skip
    frame = report.indicators_table(changes, reader=run.reader).frame
    assert found.values["n"] == 2
    assert sorted(frame.loc[frame["unlinked"], "indicator"]) == sorted(left)
    # a row for every indicator with values, the last one as it was computed
    told = changes.measured.dropna(subset="value")
    assert set(frame["indicator"]) == set(told["indicator"])
    points = told[(told["indicator"] == "drg_points_ytd") & (told["unit"] == changes.trust)]
    row = frame.set_index("indicator").loc["drg_points_ytd"]
    assert row["last"] == points["value"].iloc[-1]
    assert np.isnan(row["mean"])


def test_a_target_is_drawn_by_its_steps_and_told(run):
    changes = run.changes
    months, name = list(changes.charts.charted.index), ("letters_1_day_pct", changes.trust)
    goal = changes.targets.iloc[[0]].assign(indicator=name[0], unit=name[1])
    first = goal.assign(target=50.0, valid_from=months[2], valid_to=months[9])
    later = goal.assign(target=10.0, valid_from=months[10], valid_to=None)
    both = replace(changes, targets=pd.concat([later, first], ignore_index=True))
    target = both.target(*name)
    assert target.tolist() == [70.0] * 2 + [50.0] * 8 + [10.0] * (len(months) - 10)  # 70 national
    figure = report.chart_figure(both, *name, book=run.ledger, reader=run.reader)
    word = run.reader.say("figure.xmr.target")
    assert f">{word} 10" in figure.svg
    assert run.reader.say("assurance.pass") in figure.caption  # every month is far above 10
    assert run.reader.say("assurance.pass") in figure.alt
    # posts are charted by their change, of which no target is set
    assert both.target("agreed_fte", changes.trust).isna().all()


def test_every_goal_that_is_charted_has_its_chart(run):
    goals = run.changes.goals
    accumulated = goals.iloc[[0]].assign(indicator="drg_points_ytd")
    changes = replace(run.changes, goals=pd.concat([goals, accumulated], ignore_index=True))
    figures = report.goal_figures(changes, book=run.ledger, reader=run.reader)
    assert len(figures) == len(goals) >= 3
    word = run.reader.say("figure.xmr.target")
    assert all(f"{word} " in figure.alt for figure in figures)


def test_goals_are_told_by_what_the_processes_give(run):
    goals = pd.concat([run.changes.goals.iloc[[0]]] * 3, ignore_index=True)
    goals["assurance"], goals["goal"] = ["pass", "fail", "fail"], ["a", "b", "c"]
    changes = replace(run.changes, goals=goals)
    told = {f.key: f.values for f in report.indicator_findings(changes, book=run.ledger)}
    assert told["goals_assured"] == {
        "reached": 1.0, "now_and_then": 0.0, "not_reached": 2.0, "unknown": 0.0,
    }  # fmt: skip
    assert told["goals_failing"]["goals"] == "b; c"


def test_signals_are_listed_with_the_alarms_of_their_rule(run):
    table = report.signals_table(run.changes, book=run.ledger, reader=run.reader)
    rates, charted = run.changes.alarms["charts"], run.changes.charts.charted
    for row in table.frame.to_dict("records"):
        months = charted[row["indicator"], row["unit"]].notna().sum()
        assert row["false_alarms"] == rates[months, row["rule"]]
    assert table.frame["until"].min() > "2025-03"


def test_a_trust_without_indicators_is_told_so(run):
    changes = run.changes
    empty = make_charts(changes.measured.iloc[:0], settings=ChartSettings())
    none = replace(changes, charts=empty, signals=changes.signals.iloc[:0])
    (finding,) = report.indicator_findings(none, book=run.ledger)
    assert finding.key == "indicators_none"
    assert not report.signal_figures(none, book=run.ledger, reader=run.reader)


def test_all_tables_can_be_written(run):
    tables = [
        *report.money_tables(run.ledger, reader=run.reader),
        *report.staffing_tables(run.ledger, reader=run.reader),
        report.leads_table(run.changes, book=run.ledger, reader=run.reader),
        report.guards_table(run.changes, reader=run.reader),
        report.goals_table(run.changes, reader=run.reader),
        report.basis_table(run.changes, reader=run.reader),
    ]
    assert all("<table" in table._repr_html_() for table in tables)
    split = tables[0].frame
    parts = split["volume"] + split["price"]
    assert np.allclose(parts, split["amount"] - split["before"])

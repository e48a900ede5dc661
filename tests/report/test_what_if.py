"""What an analyst sees of scenarios: their names, the table, the pictures, the sliders."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from balanse_lib import measures, report
from balanse_lib.measures import Scenario
from balanse_lib.report.figures import draw_panels, to_svg
from balanse_lib.report.what_if_panel import what_if_panel
from balanse_lib.report.what_if_tables import scenario_name

SHOCK = Scenario(shock=-12.5)


def test_a_name_tells_all_that_is_changed_and_nothing_else(run):
    year = run.measure_year
    one, two = year.table.index[:2]
    plain = scenario_name(Scenario(), year=year, reader=run.reader)
    assert plain.lower() == run.reader.say("what_if.unchanged")
    changed = Scenario(0.5, 2, left_out=(one,), added=(two,), shock=-12.5)
    name = scenario_name(changed, year=year, reader=run.reader)
    assert len(name.split("; ")) == 5
    for part in (
        run.reader.write(0.5, "share"),
        year.table.loc[one, "title"],
        year.table.loc[two, "title"],
        run.reader.write(-12.5, "amount"),
    ):
        assert part in name


def test_the_table_has_a_row_for_each_scenario(run):
    table = report.scenarios_table(run.what_if, scenarios=(Scenario(), SHOCK), reader=run.reader)
    assert table.frame["change"].tolist() == pytest.approx([0.0, -12.5])
    chance = run.measure_year.joint.p_reach(run.targets.requirement)
    assert table.frame["p_reach"].iloc[0] == chance
    assert run.reader.write(-12.5, "amount") in table._repr_html_()


def test_the_pictures_tell_their_numbers(run):
    p50 = run.measure_year.joint.quantiles()["P50"]
    every = report.scenarios_figure(run.what_if, scenarios=(Scenario(), SHOCK), reader=run.reader)
    one = report.scenario_figure(run.what_if, scenario=SHOCK, reader=run.reader)
    for figure in (every, one):
        assert run.reader.write(p50, "amount") in figure.alt
        assert run.reader.write(p50 - 12.5, "amount") in figure.alt
        assert run.reader.heading("result_requirement") in figure.svg
    chance = measures.play_scenario(run.what_if, SHOCK).p_reach(run.targets.requirement)
    assert run.reader.write(chance, "chance") in one.alt


def drawn(run, scenario: Scenario) -> str:
    return report.scenario_figure(run.what_if, scenario=scenario, reader=run.reader)._repr_html_()


def test_the_panel_answers_every_control(run):
    decided, bank = measures.measures_to_choose(run.measure_year)
    panel = what_if_panel(run.what_if, reader=run.reader)
    assert (tuple(panel.decided), tuple(panel.bank)) == (decided, bank)
    assert panel.scenario == Scenario()
    assert panel.picture.value == drawn(run, Scenario())
    panel.shock.value = panel.shock.step
    panel.realisation.value = 50
    panel.delay.value = 2
    panel.decided[decided[0]].value = False
    asked = Scenario(0.5, 2, left_out=decided[:1], shock=panel.shock.step)
    assert panel.scenario == asked
    assert panel.picture.value == drawn(run, asked) != drawn(run, Scenario())
    view = "application/vnd.jupyter.widget-view+json"
    assert panel._repr_mimebundle_()[view]["model_id"] == panel.box.model_id


def test_sliders_moved_at_once_are_drawn_one_after_the_other(run):
    """JupyterLab answers each control in a thread of its own."""
    panel = what_if_panel(run.what_if, reader=run.reader)
    moves = [(panel.shock, panel.shock.step), (panel.realisation, 50), (panel.delay, 2)]
    with ThreadPoolExecutor(len(moves)) as threads:
        list(threads.map(lambda move: move[0].set_trait("value", move[1]), moves))
    assert panel.picture.value == drawn(run, Scenario(0.5, 2, shock=panel.shock.step))


def test_one_picture_is_drawn_at_a_time():
    """The style is matplotlib's for the whole process: two at once would undo each other's."""

    def draw_another() -> str:
        with draw_panels(1.0, 1.0, panels=1) as (canvas, _):
            return to_svg(canvas)

    with ThreadPoolExecutor(1) as threads:
        with draw_panels(1.0, 1.0, panels=1):
            another = threads.submit(draw_another)
            with pytest.raises(TimeoutError):
                another.result(timeout=0.3)
        assert another.result(timeout=30).startswith("<svg")


def test_an_undecided_measure_can_be_ticked(run):
    year = run.measure_year
    name = year.table.index[0]
    bank = year.bank.reindex([0]).assign(measure_id=name, effect=1.0)
    what_if = measures.WhatIf(replace(year, bank=bank), ledger=run.ledger, rng=run.rng)
    panel = what_if_panel(what_if, reader=run.reader)
    assert not panel.bank[name].value
    panel.bank[name].value = True
    assert panel.scenario == Scenario(added=(name,))
    assert year.table.loc[name, "title"] in panel.picture.value


def test_a_trust_without_a_register_has_sliders_all_the_same(run):
    empty = replace(run.ledger, measure=run.ledger.measure.iloc[:0])
    year = measures.value_measures(empty, year_end=run.year_end, requirement=None, rng=run.rng)
    what_if = measures.WhatIf(year, ledger=empty, rng=run.rng)
    panel = what_if_panel(what_if, reader=run.reader)
    before = panel.picture.value
    panel.shock.value = -panel.shock.step
    assert panel.picture.value != before
    assert not panel.decided


def test_widgets_are_loaded_by_the_panel_alone():
    asked = "import sys, balanse_lib.report, balanse_lib.runs; print('ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

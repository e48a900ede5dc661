"""Scenarios in words and as a table."""

from collections.abc import Sequence

from balanse_lib import measures
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader, with_capital


def scenario_name(
    scenario: measures.Scenario, *, year: measures.MeasureYear, reader: Reader
) -> str:
    """What a scenario changes, in words."""
    parts = []
    if scenario.realisation != 1:
        parts.append(reader.say("what_if.realisation", factor=scenario.realisation))
    if scenario.delay_months:
        parts.append(reader.say("what_if.delay", months=scenario.delay_months))
    if scenario.left_out:
        decided, _ = measures.measures_to_choose(year)
        every = len(decided) > 1 and set(decided) <= set(scenario.left_out)
        titles = _titles(scenario.left_out, year)
        parts.append(
            reader.say("what_if.without_all") if every else reader.say("what_if.without", **titles)
        )
    if scenario.added:
        parts.append(reader.say("what_if.with", **_titles(scenario.added, year)))
    if scenario.shock:
        parts.append(reader.say("what_if.shock", amount=scenario.shock))
    text = "; ".join(parts) or reader.say("what_if.unchanged")
    return with_capital(text)


def scenarios_table(
    what_if: measures.WhatIf, *, scenarios: Sequence[measures.Scenario], reader: Reader
) -> Table:
    """Each scenario with its year-end, its change and the chance of the requirement."""
    year = what_if.year
    frame = measures.scenarios_table(what_if, scenarios)
    names = [scenario_name(scenario, year=year, reader=reader) for scenario in scenarios]
    frame.insert(0, "name", names)
    headings = {
        "name": reader.say("heading.scenario"),
        "change": reader.say("heading.scenario_change"),
        **{level: level for level in ("P10", "P35", "P50", "P90")},
    }
    if year.requirement is not None:
        headings["p_reach"] = reader.say("heading.scenario_chance")
    kinds = dict.fromkeys(("change", "P10", "P35", "P50", "P90"), "amount")
    caption = reader.say("table.scenarios")
    return Table("scenarios", frame, caption, headings, reader, {**kinds, "p_reach": "chance"})


def _titles(ids: Sequence[str], year: measures.MeasureYear) -> dict[str, str]:
    return {"titles": ", ".join(year.table.loc[list(ids), "title"])}

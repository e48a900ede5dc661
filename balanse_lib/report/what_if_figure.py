"""Scenarios as pictures: all of them side by side, and one against nothing changed."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from balanse_lib import measures
from balanse_lib.report.figures import ACCENT, BAND, INK, QUIET, Figure, draw_panels, to_svg
from balanse_lib.report.numbers import format_number
from balanse_lib.report.what_if_tables import scenario_name, scenarios_table
from balanse_lib.report.words import Reader

BINS = 60
EDGE = 0.005  # share of the draws beyond each end of the axis
_PLACE = (0.09, 0.19, 0.82, 0.7)  # of the axes on the canvas, with room for labels


def scenarios_figure(
    what_if: measures.WhatIf, *, scenarios: Sequence[measures.Scenario], reader: Reader
) -> Figure:
    """Intervals of the year-end, one row for each scenario; line: requirement."""
    frame = scenarios_table(what_if, scenarios=scenarios, reader=reader).frame
    with draw_panels(9.6, 0.42 * len(frame) + 1.0, panels=1) as (canvas, (axes,)):
        levels = frame[["P10", "P35", "P50", "P65", "P90"]].to_numpy()
        for place, (p10, p35, p50, p65, p90) in enumerate(levels):
            colour = ACCENT if place == 0 else QUIET
            axes.plot([p10, p90], [place, place], color=colour, linewidth=1.4)
            axes.plot([p35, p65], [place, place], color=colour, linewidth=5.0)
            axes.plot(p50, place, color=colour, marker="o", markersize=8)
        axes.set_yticks(range(len(frame)), [_short(name) for name in frame["name"]])
        axes.set_ylim(len(frame) - 0.4, -0.9)
        _mark_requirement(axes, what_if.year, reader)
        _dress_amounts(axes, reader)
        svg = to_svg(canvas)
    middle = frame.set_index("name")["P50"]
    values = {
        "n": len(frame),
        "p50": float(what_if.year.joint.quantiles()["P50"]),
        "low": float(middle.min()),
        "worst": middle.idxmin(),
        "high": float(middle.max()),
        "best": middle.idxmax(),
    }
    return Figure(
        svg,
        reader.say("figure.scenarios.alt", **values),
        reader.say("figure.scenarios.caption", **values),
    )


def scenario_figure(
    what_if: measures.WhatIf, *, scenario: measures.Scenario, reader: Reader
) -> Figure:
    """Distribution of the year-end under a scenario, before that of nothing changed."""
    year = what_if.year
    before, after = year.joint, measures.play_scenario(what_if, scenario)
    with draw_panels(9.6, 3.2, panels=1) as (canvas, (axes,)):
        canvas.set_layout_engine("none")  # which would take half the time of a move
        axes.set_position(_PLACE)
        _draw_distributions(axes, before.total, after.total, year.requirement)
        _mark_requirement(axes, year, reader)
        _dress_amounts(axes, reader)
        axes.set_yticks([])
        svg = to_svg(canvas)
    p = after.quantiles()
    text = reader.say(
        "figure.scenario.alt",
        scenario=scenario_name(scenario, year=year, reader=reader),
        p10=p["P10"],
        p35=p["P35"],
        p50=p["P50"],
        p90=p["P90"],
        before=before.quantiles()["P50"],
    )
    if year.requirement is not None:
        chances = (joint.p_reach(year.requirement) for joint in (before, after))
        said = dict(zip(("before", "chance"), chances, strict=True))
        text += " " + reader.say("figure.scenario.chance", **said)
    return Figure(svg, text, f"{text} {reader.say('figure.scenario.marks')}")


def _draw_distributions(
    axes: Axes, before: np.ndarray, after: np.ndarray, requirement: float | None
) -> None:
    """Nothing changed as a surface, the scenario as a line, on one scale and in the same bins."""
    ends = np.quantile(np.concatenate([before, after]), (EDGE, 1 - EDGE))
    low, high = (ends[0], ends[1]) if ends[1] > ends[0] else (ends[0] - 1, ends[0] + 1)
    edges = np.linspace(low, high, BINS + 1)
    axes.stairs(np.histogram(before, edges)[0], edges, fill=True, color=BAND)
    axes.stairs(np.histogram(after, edges)[0], edges, color=ACCENT, linewidth=2.0)
    for draws, colour in ((before, QUIET), (after, ACCENT)):
        axes.axvline(float(np.median(draws)), color=colour, linewidth=1.4, ymax=0.85)
    shown = [low, high] if requirement is None else [low, high, requirement]
    room = 0.03 * float(np.ptp(shown))
    axes.set_xlim(min(shown) - room, max(shown) + room)
    axes.margins(y=0.2)


def _mark_requirement(axes: Axes, year: measures.MeasureYear, reader: Reader) -> None:
    if year.requirement is None:
        return
    axes.axvline(year.requirement, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
    written = reader.write(year.requirement, "amount")
    axes.annotate(
        f"{reader.heading('result_requirement')} {written}",
        (year.requirement, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
    )


def _dress_amounts(axes: Axes, reader: Reader) -> None:
    """Amounts below, thin rules."""
    axes.xaxis.set_major_formatter(
        lambda value, _: format_number(
            value, language=reader.language, decimals=0 if float(value).is_integer() else 1
        )
    )
    axes.set_xlabel(reader.unit)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color="#e3e7eb", linewidth=0.8)


def _short(name: str, *, length: int = 48) -> str:
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"

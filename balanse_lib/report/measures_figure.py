"""The bridge from the base forecast to the expected result, as a picture."""

import numpy as np

from balanse_lib import measures
from balanse_lib.report.figures import ACCENT, INK, QUIET, Figure, draw_panels, to_svg
from balanse_lib.report.measures_tables import OPTIONAL_STEPS
from balanse_lib.report.numbers import format_amount
from balanse_lib.report.words import Reader

BAR = "#92b4d1"


def measure_bridge(year: measures.MeasureYear, *, reader: Reader) -> Figure | str:
    """Waterfall: base + confirmed + remaining (+ risks + overlap) = expected; line: requirement."""
    if year.table.empty:
        return reader.say("figure.bridge.none")
    bridge = year.bridge
    steps = bridge.steps[~bridge.steps.index.isin(OPTIONAL_STEPS) | (bridge.steps != 0)]
    names = [*steps.index, "expected"]
    heights = np.array([*steps, bridge.expected])
    bottoms = np.array([0.0, *steps.cumsum().iloc[:-1], 0.0])
    with draw_panels(9.0, 3.2, panels=1) as (canvas, (axes,)):
        colours = [BAR] * len(steps) + [ACCENT]
        axes.bar(range(len(names)), heights, bottom=bottoms, color=colours, width=0.62)
        axes.axhline(0.0, color=QUIET, linewidth=0.8)
        for place, (height, bottom) in enumerate(zip(heights, bottoms, strict=True)):
            top = max(bottom, bottom + height)
            text = format_amount(height, language=reader.language)
            axes.annotate(
                text, (place, top), xytext=(0, 3), textcoords="offset points", ha="center"
            )
        if year.requirement is not None:
            end = len(names) - 0.5
            level = [year.requirement] * 2
            axes.plot([-0.5, end], level, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
            written = format_amount(year.requirement, language=reader.language)
            text = f"{reader.heading('result_requirement')} {written}"
            axes.annotate(text, (end + 0.05, year.requirement), va="center", annotation_clip=False)
        axes.set_xticks(range(len(names)), [reader.say(f"bridge_step.{name}") for name in names])
        axes.set_xlim(-0.6, len(names) + 0.9)
        axes.margins(y=0.15)
        axes.set_yticks([])
        axes.tick_params(length=0)
        for side in ("bottom", "left"):
            axes.spines[side].set_visible(False)
        svg = to_svg(canvas)
    values = {
        "base": steps["base"],
        "confirmed": steps["confirmed"],
        "remaining": float(year.draws.total.mean()),
        "expected": bridge.expected,
    }
    return Figure(
        svg,
        reader.say("figure.bridge.alt", **values),
        reader.say("figure.bridge.caption", **values),
    )

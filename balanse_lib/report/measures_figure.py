"""The bridge from the base forecast to the expected result, as a picture."""

from balanse_lib import measures
from balanse_lib.report.figures import INK, Figure, draw_panels, to_svg
from balanse_lib.report.measures_tables import OPTIONAL_STEPS
from balanse_lib.report.numbers import format_amount
from balanse_lib.report.waterfall import draw_waterfall
from balanse_lib.report.words import Reader


def measure_bridge(year: measures.MeasureYear, *, reader: Reader) -> Figure | str:
    """Waterfall: base + confirmed + remaining (+ risks + overlap) = expected; line: requirement."""
    if year.table.empty:
        return reader.say("figure.bridge.none")
    bridge = year.bridge
    steps = bridge.steps[~bridge.steps.index.isin(OPTIONAL_STEPS) | (bridge.steps != 0)]
    names = [*steps.index, "expected"]
    with draw_panels(9.0, 3.2, panels=1) as (canvas, (axes,)):
        shown = [reader.say(f"bridge_step.{name}") for name in names]
        draw_waterfall(axes, steps, total=bridge.expected, names=shown, reader=reader)
        if year.requirement is not None:
            end = len(names) - 0.5
            level = [year.requirement] * 2
            axes.plot([-0.5, end], level, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
            written = format_amount(year.requirement, language=reader.language)
            text = f"{reader.heading('result_requirement')} {written}"
            axes.annotate(text, (end + 0.05, year.requirement), va="center", annotation_clip=False)
        axes.set_xlim(-0.6, len(names) + 0.9)
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

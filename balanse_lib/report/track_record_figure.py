"""How good the forecasts have been, as a picture: intervals that hold, misses by month."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from balanse_lib import forecast
from balanse_lib.report.figures import ACCENT, INK, QUIET, Figure, draw_panels, to_svg
from balanse_lib.report.numbers import format_number, format_share
from balanse_lib.report.words import Reader

# The rules are told apart without colour.
DASHES = ((1, 1.5), (4, 2), (7, 2), (5, 2, 1, 2))
LEVELS = (0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)


def track_record(year_end: forecast.YearEnd, *, others: pd.DataFrame, reader: Reader) -> Figure:
    """Left: promised against held intervals; right: mean miss by months known, beside the rules."""
    reliability = forecast.measure_reliability(year_end.record, levels=LEVELS)
    misses = forecast.score_months(year_end.record, others=others)
    with draw_panels(9.6, 3.6, panels=2) as (canvas, (left, right)):
        _draw_reliability(left, reliability, reader)
        _draw_misses(right, misses, reader)
        svg = to_svg(canvas)
    learnt = year_end.recalibration
    values = {
        "n": float(len(year_end.record.table())),
        "inside": float(reliability["inside"][LEVELS.index(0.8)]),
        "missed": float(year_end.record.table()["error"].abs().mean()),
        "factor_80": format_number(learnt.factor_80, language=reader.language, decimals=2),
        "factor_95": format_number(learnt.factor_95, language=reader.language, decimals=2),
        "years": float(learnt.n_years),
        "windows": float(learnt.n_windows),
    }
    alt = reader.say("figure.track_record.alt", **values)
    return Figure(svg, alt, reader.say("figure.track_record.caption", **values))


def _draw_reliability(axes: Axes, reliability: pd.DataFrame, reader: Reader) -> None:
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1.0, linestyle=(0, (4, 3)))
    axes.plot(reliability["level"], reliability["inside"], color=ACCENT, linewidth=2.0, marker="o")
    ticks = [0.2, 0.5, 0.8, 0.95]
    labels = [format_share(tick, language=reader.language) for tick in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set(xlim=(0.1, 1.02), ylim=(0.0, 1.04))
    axes.set_xlabel(reader.say("figure.track_record.promised"))
    axes.set_ylabel(reader.say("figure.track_record.held"))
    axes.set_title(reader.say("figure.track_record.reliability"), fontsize=11, loc="left")


def _draw_misses(axes: Axes, misses: pd.DataFrame, reader: Reader) -> None:
    axes.plot(
        misses.index,
        misses["model"],
        color=ACCENT,
        linewidth=2.4,
        label=reader.say("figure.track_record.model"),
    )
    for rule, dashes in zip(forecast.RULES, DASHES, strict=True):
        if rule in misses:
            name = reader.say(f"rule_name.{rule}")
            axes.plot(misses.index, misses[rule], color=INK, linestyle=(0, dashes), label=name)
    axes.legend(frameon=False, fontsize=8, handlelength=3.2, loc="upper right")
    axes.set_ylim(bottom=0.0)
    axes.set_xticks(np.arange(1, 12, 2))
    axes.yaxis.set_major_formatter(
        lambda value, _: format_number(value, language=reader.language, decimals=0)
    )
    axes.set_xlabel(reader.say("figure.track_record.known"))
    axes.set_title(
        f"{reader.say('figure.track_record.errors')} {reader.unit}", fontsize=11, loc="left"
    )

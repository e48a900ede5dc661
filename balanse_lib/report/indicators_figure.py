"""The XmR chart of an indicator as a picture: limits with labels, marks, measure starts."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from balanse_lib import indicators
from balanse_lib.indicators.beside import Begun
from balanse_lib.indicators.xmr import NO_RULE
from balanse_lib.ledger import Ledger
from balanse_lib.report.figures import (
    ACCENT,
    INK,
    QUIET,
    Figure,
    draw_panels,
    spread_labels,
    to_svg,
)
from balanse_lib.report.indicators_findings import TOLD, charted_as, name_of
from balanse_lib.report.numbers import format_amount, month_short
from balanse_lib.report.words import Reader

_EVERY = 3  # months between the names on the axis
_LABEL = 0.11  # height of a label, of the axis


def signal_figures(
    changes: indicators.Changes, *, book: Ledger, reader: Reader
) -> list[tuple[tuple[str, str], Figure]]:
    """Charts that mark the last month, what is worth most first, by (indicator, unit)."""
    names = list(
        changes.current[["indicator", "unit"]].drop_duplicates().itertuples(index=False, name=None)
    )
    return [(name, chart_figure(changes, *name, book=book, reader=reader)) for name in names[:TOLD]]


def goal_figures(changes: indicators.Changes, *, book: Ledger, reader: Reader) -> list[Figure]:
    """Charts of the indicators that goals are set for, drawn with their targets."""
    asked = changes.goals[["indicator", "unit"]].drop_duplicates().to_numpy()
    names = [(str(indicator), str(unit)) for indicator, unit in asked]
    return [
        chart_figure(changes, *name, book=book, reader=reader)
        for name in names
        if name in changes.charts.limits.index
    ]


def chart_figure(
    changes: indicators.Changes, indicator: str, unit: str, *, book: Ledger, reader: Reader
) -> Figure:
    """One chart; filled points are marked by a rule, broken lines are measures that began.

    A target is a line of steps, with what the limits promise of it in the caption.
    """
    chart = changes.charts.of(indicator, unit)
    target = changes.target(indicator, unit)
    starts = [begun for begun in changes.starts(indicator, unit) if begun.start in chart.index]
    with draw_panels(9.0, 2.5, panels=1) as (canvas, (axes,)):
        _draw_values(axes, chart)
        _draw_target(axes, target)
        _draw_limits(axes, chart)
        _label_lines(axes, chart, target, reader)
        _draw_starts(axes, list(chart.index), starts)
        _dress(axes, list(chart.index), reader)
        svg = to_svg(canvas)
    last = chart.iloc[-1]
    values = {
        "indicator": reader.write(name_of(changes, indicator), "name"),
        "unit_name": book.name_of(unit),
        "measured_in": f"measured_in.{changes.definition(indicator)['measured_in']}",
        "month": str(chart.index[-1]),
        "first": str(chart.index[0]),
        "value": float(last["value"]),
        "mean": float(last["mean"]),
        "low": float(last["lpl"]),
        "high": float(last["upl"]),
        "marked": float((chart["rule"] != NO_RULE).sum()),
        "shown": charted_as(changes, indicator, unit),
    }
    alt = reader.say("figure.xmr.alt", **values)
    caption = reader.say("figure.xmr.caption", **values)
    if not np.isnan(target.iloc[-1]):
        way = str(changes.definition(indicator)["direction"])
        promised = indicators.assure(
            lpl=float(last["lpl"]), upl=float(last["upl"]), target=target.iloc[-1], direction=way
        )
        told = reader.say(
            "figure.xmr.target_told", target=target.iloc[-1], promised=f"assurance.{promised}"
        )
        alt, caption = f"{alt} {told}", f"{caption} {told}"
    if starts:
        named = ", ".join(
            f"{begun.measure_id} ({reader.write(begun.start, 'month')})" for begun in starts
        )
        caption += " " + reader.say("figure.xmr.starts", begun=named)
    return Figure(svg, alt, caption)


def _draw_values(axes: Axes, chart: pd.DataFrame) -> None:
    places, marked = np.arange(len(chart)), chart["rule"].to_numpy() != NO_RULE
    axes.plot(places, chart["value"], color=QUIET, linewidth=1.2)
    axes.plot(places[~marked], chart["value"][~marked], "o", color=QUIET, markersize=3)
    axes.plot(places[marked], chart["value"][marked], "o", color=ACCENT, markersize=6)


def _draw_target(axes: Axes, target: pd.Series) -> None:
    """Target by steps, broken off in months without one."""
    axes.step(
        range(len(target)), target, where="mid", color=QUIET, linewidth=2.0,
        linestyle=(0, (6, 1.5, 1, 1.5)),
    )  # fmt: skip


def _draw_limits(axes: Axes, chart: pd.DataFrame) -> None:
    """Mean and limits; a rebased chart has steps in them."""
    places = np.arange(len(chart))
    for line, dashes in (("upl", (4, 2)), ("mean", (1, 0)), ("lpl", (4, 2))):
        axes.step(
            places, chart[line], where="post", color=INK, linewidth=0.9, linestyle=(0, dashes)
        )


def _label_lines(axes: Axes, chart: pd.DataFrame, target: pd.Series, reader: Reader) -> None:
    """Mean, limits and target named at their right end, apart from each other."""
    ends = {line: float(chart[line].iloc[-1]) for line in ("lpl", "mean", "upl")}
    ends["target"] = float(target.iloc[-1])
    shown = sorted((level, line) for line, level in ends.items() if np.isfinite(level))
    low, high = axes.get_ylim()
    heights = spread_labels([level for level, _ in shown], step=_LABEL * (high - low))
    for (level, line), height in zip(shown, heights, strict=True):
        written = format_amount(level, language=reader.language)
        axes.annotate(
            f"{reader.say(f'figure.xmr.{line}')} {written}", (len(chart) - 0.6, height),
            color=QUIET if line == "target" else INK, va="center", annotation_clip=False,
        )  # fmt: skip


def _draw_starts(axes: Axes, months: list[str], starts: list[Begun]) -> None:
    """A line for each month in which measures began, with the names of them all."""
    for month in dict.fromkeys(begun.start for begun in starts):
        place = months.index(month)
        names = [begun.measure_id.rsplit("-", 1)[-1] for begun in starts if begun.start == month]
        axes.axvline(place, color=INK, linewidth=1.0, linestyle=(0, (1, 2)))
        axes.annotate(
            ", ".join(names), (place, 1.0), xycoords=("data", "axes fraction"),
            xytext=(0, 2), textcoords="offset points", ha="center", fontsize=9,
        )  # fmt: skip


def _dress(axes: Axes, months: list[str], reader: Reader) -> None:
    dress_months(axes, months, reader)
    axes.set_xlim(-0.5, len(months) + 4.0)
    axes.set_yticks([])


def dress_months(axes: Axes, months: list[str], reader: Reader) -> None:
    """Months on the axis, every third by name, and nothing drawn that carries no figure."""
    places = [*range(len(months) - 1, -1, -_EVERY)][::-1]
    labels = [
        f"{month_short(months[place], language=reader.language)} {months[place][2:4]}"
        for place in places
    ]
    axes.set_xticks(places, labels)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)

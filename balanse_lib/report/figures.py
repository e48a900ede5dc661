"""Figures: one message each, labels on the lines, text as text, alt text with numbers.

Colours are told apart by the colour-blind and in grey print; the accent is used for one thing.
"""

import io
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from threading import RLock
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from balanse_lib import forecast, ledger
from balanse_lib.report.numbers import format_amount, format_number, month_short
from balanse_lib.report.words import Reader

INK, QUIET, ACCENT, BAND = "#1a1a1a", "#5f6b76", "#0b4f8a", "#c9d9e8"
# the SVG keeps its text; a fixed salt and no date make the same figure the same bytes
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "balanse",
    "font.family": "sans-serif",
    "font.sans-serif": ["Segoe UI", "Helvetica", "Arial", "DejaVu Sans"],
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.constrained_layout.use": True,
}
# the style is set for the whole process, and JupyterLab answers sliders in threads of their own
_ONE_AT_A_TIME = RLock()


@dataclass(frozen=True)
class Figure:
    """A picture and its words: `alt` for those who do not see it, `caption` for all."""

    svg: str
    alt: str
    caption: str

    def _repr_html_(self) -> str:
        # text in an <img> cannot be a script, whatever a unit is called
        source = "data:image/svg+xml;base64," + b64encode(self.svg.encode()).decode()
        return (
            f'<figure><img alt="{escape(self.alt)}" src="{source}">'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return self.alt


@contextmanager
def _canvas(width: float, height: float) -> Iterator[tuple[Canvas, Axes]]:
    with draw_panels(width, height, panels=1) as (canvas, (axes,)):
        yield canvas, axes


@contextmanager
def draw_panels(width: float, height: float, *, panels: int) -> Iterator[tuple[Canvas, list[Axes]]]:
    """A canvas in the house's style with panels side by side."""
    with _ONE_AT_A_TIME, mpl.rc_context(_STYLE):
        canvas = Canvas(figsize=(width, height))
        yield canvas, [canvas.add_subplot(1, panels, place + 1) for place in range(panels)]


def to_svg(canvas: Canvas) -> str:
    """The canvas as SVG whose bytes depend on what is drawn only."""
    out = io.StringIO()
    with _ONE_AT_A_TIME, mpl.rc_context(_STYLE):
        canvas.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


def year_fan(
    year_end: forecast.YearEnd, *, targets: ledger.Targets, book: ledger.Ledger, reader: Reader
) -> Figure:
    """The year so far and the fan to its end, with requirement, budget path and reported forecast.

    The budget path is left out when the year has no complete phased budget.
    """
    budget = ledger.budget_by_month(book, year=year_end.year)
    path = year_end.cumulative()
    known = [p for p in path.index if p in year_end.booked_months.index]
    with _canvas(9.6, 3.7) as (canvas, axes):
        _draw_fan(axes, path, known)
        marks = _target_marks(year_end, targets, reader)
        if len(budget):
            axes.plot(
                range(len(path)),
                budget.reindex(path.index).cumsum(),
                color=QUIET,
                linewidth=1.4,
                linestyle=(0, (1, 1.5)),
            )
            marks.append((float(budget.sum()), reader.heading("budget"), QUIET))
        _label_ends(axes, marks, x=len(path) - 1)
        _dress_year_axis(axes, list(path.index), reader)
        svg = to_svg(canvas)
    last = path.iloc[-1]
    numbers = {
        "p50": last["P50"],
        "low": last["P10"],
        "high": last["P90"],
        "booked": float(path.loc[known[-1], "P50"]) if known else 0.0,
        "period": known[-1] if known else year_end.period,
        "year": str(year_end.year),
    }
    alt = reader.say("figure.year_fan.alt", **numbers)
    for key, value in (("requirement", targets.requirement), ("reported", targets.reported)):
        if value is not None:
            alt += " " + reader.say(f"figure.year_fan.{key}", value=value)
    return Figure(svg, alt, reader.say("figure.year_fan.caption", **numbers))


def _draw_fan(axes: Axes, path: pd.DataFrame, known: list[str]) -> None:
    start = max(len(known) - 1, 0)
    ahead = range(start, len(path))
    rest = path.iloc[start:]
    axes.fill_between(ahead, rest["P10"], rest["P90"], color=BAND, linewidth=0)
    axes.fill_between(ahead, rest["P35"], rest["P65"], color="#92b4d1", linewidth=0)
    axes.plot(range(len(known)), path["P50"].iloc[: len(known)], color=INK, linewidth=2.2)
    axes.plot(ahead, rest["P50"], color=ACCENT, linewidth=2.2)
    axes.axhline(0.0, color=QUIET, linewidth=0.8)


def _target_marks(
    year_end: forecast.YearEnd, targets: ledger.Targets, reader: Reader
) -> list[tuple[float, str, str]]:
    p = year_end.quantiles()
    marks = [
        (p["P50"], f"P50 {format_amount(p['P50'], language=reader.language)}", ACCENT),
        (p["P10"], "P10", ACCENT),
        (p["P90"], "P90", ACCENT),
    ]
    for value, term in (
        (targets.requirement, "result_requirement"),
        (targets.reported, "reported_forecast"),
    ):
        if value is not None:
            written = format_amount(value, language=reader.language)
            marks.append((value, f"{reader.heading(term)} {written}", INK))
    return marks


def _label_ends(axes: Axes, marks: list[tuple[float, str, str]], *, x: float) -> None:
    """Write each label beside its value, pushed apart so that no two collide."""
    for value, text, colour in marks:
        if not text.startswith("P"):
            axes.plot([x - 0.25, x + 0.25], [value, value], color=colour, linewidth=1.6)
    low, high = axes.get_ylim()
    low, high = min(low, *(m[0] for m in marks)), max(high, *(m[0] for m in marks))
    axes.set_ylim(low - 0.04 * (high - low), high + 0.04 * (high - low))
    ordered = sorted(marks)
    places = spread_labels([mark[0] for mark in ordered], step=0.065 * (high - low))
    for (value, text, colour), place in zip(ordered, places, strict=True):
        axes.annotate(
            text,
            (x + 0.12, value),
            xytext=(x + 0.45, place),
            color=colour,
            va="center",
            fontsize=10,
            annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6},
        )


def spread_labels(values: list[float], *, step: float) -> list[float]:
    """Places at least `step` apart in the same order, moved as little as possible as a block.

    >>> spread_labels([0.0, 0.1, 5.0], step=1.0)
    [-0.45, 0.55, 5.0]
    """
    blocks = [[value, 1.0] for value in values]  # centre, number of labels
    merged: list[list[float]] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and (
            merged[-1][0] - merged[-2][0] < step * (merged[-1][1] + merged[-2][1]) / 2
        ):
            (c1, n1), (c0, n0) = merged.pop(), merged.pop()
            merged.append([(c0 * n0 + c1 * n1) / (n0 + n1), n0 + n1])
    return [
        round(centre + step * (k - (n - 1) / 2), 10) for centre, n in merged for k in range(int(n))
    ]


def _dress_year_axis(axes: Axes, months: list[str], reader: Reader) -> None:
    dress_months(axes, months, reader)
    axes.set_xlim(-0.3, len(months) + 2.6)


def dress_months(axes: Axes, months: list[str], reader: Reader) -> None:
    """Months below, amounts to the left, thin rules."""
    axes.set_xticks(
        range(len(months)), [month_short(month, language=reader.language) for month in months]
    )
    axes.set_ylabel(reader.unit)
    axes.yaxis.set_major_formatter(
        lambda value, _: format_number(
            value, language=reader.language, decimals=0 if float(value).is_integer() else 1
        )
    )
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color="#e3e7eb", linewidth=0.8)


def line_drivers(year_end: forecast.YearEnd, *, deviations: pd.Series, reader: Reader) -> Figure:
    """Bars: expected deviation from budget of each statement line for the whole year."""
    shown = deviations.reindex(deviations.abs().sort_values().index)
    names = [reader.heading(str(line)) for line in shown.index]
    svg = signed_bars(shown, names=names, marked=shown < 0, reader=reader)
    worst, best = str(shown.idxmin()), str(shown.idxmax())
    values = {
        "worst": worst,
        "low": float(shown[worst]),
        "best": best,
        "high": float(shown[best]),
        "year": str(year_end.year),
    }
    return Figure(
        svg,
        reader.say("figure.line_drivers.alt", **values),
        reader.say("figure.line_drivers.caption", **values),
    )


def signed_bars(
    values: pd.Series, *, names: Sequence[str], marked: pd.Series, reader: Reader
) -> str:
    """Bars to both sides of zero with their amounts, the first lowest; `marked` ones stand out."""
    with _canvas(9.0, 0.42 * len(values) + 1.0) as (canvas, axes):
        colours = [ACCENT if mark else "#92b4d1" for mark in marked]
        axes.barh(range(len(values)), values, color=colours, height=0.62)
        axes.set_yticks(range(len(values)), names)
        axes.axvline(0.0, color=QUIET, linewidth=0.8)
        room = 0.02 * float(np.ptp([*values, 0.0]))
        for place, value in enumerate(values):
            axes.text(
                value + np.copysign(room, value),
                place,
                format_amount(value, language=reader.language),
                va="center",
                ha="left" if value >= 0 else "right",
                fontsize=10,
            )
        axes.margins(x=0.16)
        axes.set_xticks([])
        axes.tick_params(length=0)
        for side in ("bottom", "left"):
            axes.spines[side].set_visible(False)
        return to_svg(canvas)

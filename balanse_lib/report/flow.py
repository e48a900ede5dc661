"""The patient flow as one picture and one table: what has changed, and which stage moves first."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from balanse_lib import indicators
from balanse_lib.ledger import Ledger
from balanse_lib.report.figures import ACCENT, BAND, QUIET, Figure, draw_panels, to_svg
from balanse_lib.report.indicators_figure import dress_months
from balanse_lib.report.indicators_findings import name_of
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader

_LIMIT, _FARTHEST = 3.0, 4.5  # standard deviations
_ROOM = 2 * _FARTHEST  # height of one stage


def flow_parts(
    changes: indicators.Changes, *, book: Ledger, reader: Reader
) -> tuple[list[Figure], Table]:
    """Figure and table of the flow; no figure, and an empty table, when no stage is charted."""
    away, marked = indicators.chart_flow(changes.charts, trust=changes.trust)
    names = {str(stage): reader.heading(name_of(changes, str(stage))) for stage in away}
    leads = indicators.lead_flow(book, values=changes.measured)
    table = _flow_table(changes, marked, leads=leads, names=names, reader=reader)
    return [_flow_figure(away, marked, names=names, reader=reader)] if names else [], table


def _flow_table(
    changes: indicators.Changes,
    marked: pd.DataFrame,
    *,
    leads: pd.DataFrame,
    names: dict[str, str],
    reader: Reader,
) -> Table:
    """Each stage in the order of the flow: last month, what is usual, whether it is marked."""
    rows = []
    for stage, name in names.items():
        chart = changes.charts.of(stage, changes.trust).iloc[-1]
        measured_in = changes.definition(stage)["measured_in"]
        rows.append(
            {
                "stage": stage,
                "name": name,
                "measured": reader.say(f"measured_in.{measured_in}"),
                **chart[["value", "mean", "lpl", "upl"]],
                "marks": reader.say("word.yes" if marked[stage].iloc[-1] else "word.no"),
                "moves": _moves(leads[leads["indicator"] == stage], names, reader),
            }
        )
    headings = {
        "name": reader.say("heading.flow_stage"),
        "measured": reader.say("heading.measured_in"),
        "value": reader.say("heading.last_value"),
        "mean": reader.say("figure.xmr.mean"),
        "lpl": reader.say("figure.xmr.lpl"),
        "upl": reader.say("figure.xmr.upl"),
        "marks": reader.say("heading.marks_last"),
        "moves": reader.say("heading.moves_before"),
    }
    kinds = dict.fromkeys(["value", "mean", "lpl", "upl"], "amount")
    tried = float(leads["tried"].iloc[0]) if len(leads) else 0.0
    caption = reader.say("table.flow" if rows else "table.flow_none", tried=tried)
    frame = pd.DataFrame(rows, columns=["stage", *headings])
    return Table("flow", frame, caption, headings, reader, kinds)


def _moves(leads: pd.DataFrame, names: dict[str, str], reader: Reader) -> str:
    """Later stages that this one moves before, beyond what the search itself would find."""
    found = leads[leads["leads"].astype(bool) & leads["line"].isin(list(names))]
    told = [
        reader.say("flow.lead", stage=names[str(row["line"])], months=float(row["lead"]),
                   correlation=float(row["correlation"]))
        for row in found.to_dict("records")
    ]  # fmt: skip
    return "; ".join(told)


def _flow_figure(
    away: pd.DataFrame, marked: pd.DataFrame, *, names: dict[str, str], reader: Reader
) -> Figure:
    """Stages under each other against their own limits; marked months stand out."""
    with draw_panels(9.0, 0.62 * len(names) + 0.7, panels=1) as (canvas, (axes,)):
        for row, stage in enumerate(names):
            _draw_stage(axes, away[stage], marked[stage], centre=-row * _ROOM)
        dress_months(axes, list(away.index), reader)
        axes.set_yticks([-row * _ROOM for row in range(len(names))], list(names.values()))
        axes.set_xlim(-0.5, len(away) - 0.5)
        svg = to_svg(canvas)
    last = [names[stage] for stage in names if marked[stage].iloc[-1]]
    values = {
        "stages": ", ".join(names.values()),
        "marked": ", ".join(last),
        "month": str(away.index[-1]),
    }
    alt = reader.say("figure.flow.alt" if last else "figure.flow.alt_calm", **values)
    return Figure(svg, alt, reader.say("figure.flow.caption"))


def _draw_stage(axes: Axes, away: pd.Series, marked: pd.Series, *, centre: float) -> None:
    places = np.arange(len(away))
    heights = centre + away.clip(-_FARTHEST, _FARTHEST).to_numpy()
    axes.axhspan(centre - _LIMIT, centre + _LIMIT, color=BAND, linewidth=0)
    axes.plot(places, heights, color=QUIET, linewidth=1.2)
    told = marked.to_numpy(dtype=bool)
    axes.plot(places[told], heights[told], "o", color=ACCENT, markersize=6)

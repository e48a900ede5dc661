"""Trusts side by side: own past first, common limits for shares, no ranking of noise."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes

from balanse_lib import indicators, region
from balanse_lib.report.coverage_tables import (
    coverage_findings,
    coverage_table,
    indicator_counts_table,
)
from balanse_lib.report.figures import ACCENT, BAND, INK, Figure, draw_panels, to_svg
from balanse_lib.report.findings import Finding
from balanse_lib.report.numbers import format_amount
from balanse_lib.report.page import Piece, render, section
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader

Names = Mapping[str, str]  # trust → name that readers know
_PERCENT = 100


def region_page(
    changes: Mapping[str, indicators.Changes],
    *,
    cascade: Piece,
    names: Names,
    period: str,
    reader: Reader,
) -> tuple[str, list[Table]]:
    """The page of a region's month, with the requirement's way down, and the tables behind it."""
    compared = region.compare_core(changes)
    catalogue = next(iter(changes.values())).catalogue.set_index("indicator")
    table = side_by_side_table(compared, catalogue=catalogue, names=names, reader=reader)
    figures = [
        funnel_figure(found, names=names, reader=reader)
        for found in compared
        if "centre" in found.table and found.table["share"].notna().any()
    ]
    said = region_findings(compared, names=names, reader=reader)
    body = section("section.region", *said, *figures, table, reader=reader)
    covered = region.cover_core(changes)
    held = [one.indicator for one in compared]
    tables = [
        coverage_table(covered, compared=held, names=names, reader=reader),
        indicator_counts_table(changes, names=names, reader=reader),
    ]
    told = coverage_findings(covered)
    beside = section("section.coverage", *told, *tables, reader=reader)
    title = f"{reader.say('section.region')} – {reader.write(period, 'month')}"
    made_from = [(f"../../../{trust}/{period}/report.html", names[trust]) for trust in changes]
    html = render(
        "region.html.j2",
        title=title,
        body=Markup(cascade.html + body.html + beside.html),
        made_from=made_from,
        reader=reader,
    )
    return html, [table, *tables]


def region_findings(
    compared: Sequence[region.Comparison], *, names: Names, reader: Reader
) -> list[Finding]:
    """Who can be told apart in what, and what nobody is ranked in."""
    found, alike = [], []
    for one in compared:
        if not one.apart:
            alike.append(reader.write(f"indicator_{one.indicator}", "name"))
            continue
        pairs = "; ".join(f"{names[better]} – {names[worse]}" for better, worse in one.apart)
        values = {"indicator": reader.heading(f"indicator_{one.indicator}"), "pairs": pairs}
        found.append(Finding("region_apart", values))
    if alike:
        found.append(Finding("region_alike", {"indicators": "; ".join(alike)}))
    return found


def side_by_side_table(
    compared: Sequence[region.Comparison],
    *,
    catalogue: pd.DataFrame,
    names: Names,
    reader: Reader,
) -> Table:
    """Every indicator and trust: its own past first, then the level with its span."""
    parts = [one.table.rename_axis("trust").reset_index().assign(indicator=one.indicator)
             for one in compared]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    columns = ["indicator", "trust", "own_mean", "own_lpl", "own_upl", "signal", "level", "low",
               "high", "lower", "upper", "outside", "suppressed"]  # fmt: skip
    frame = frame.reindex(columns=columns)
    rows = catalogue.reindex(frame["indicator"])
    frame["name"] = [reader.heading(f"indicator_{name}") for name in frame["indicator"]]
    frame["of"] = [names.get(trust, trust) for trust in frame["trust"]]
    frame["unit_of"] = [
        reader.say(f"measured_in.{unit}")
        + (f" {reader.say('region.scaled')}" if kind in region.SCALED else "")
        for unit, kind in zip(rows["measured_in"], rows["kind"], strict=True)
    ]
    frame["marks"] = [reader.say("word.yes") if signal else "" for signal in frame["signal"]]
    limits = ["lower", "upper"]
    frame[limits] = frame[limits].astype("float64") * _PERCENT
    frame["stands"] = [
        _stands(outside, few, reader)
        for outside, few in zip(frame["outside"], frame["suppressed"], strict=True)
    ]
    headings = {
        "name": reader.say("heading.indicator"),
        "of": reader.say("index.trust"),
        "unit_of": reader.say("heading.measured_in"),
        "own_mean": reader.say("region.own_mean"),
        "own_lpl": reader.say("region.own_lpl"),
        "own_upl": reader.say("region.own_upl"),
        "marks": reader.say("region.marks"),
        "level": reader.say("region.level"),
        "low": reader.say("region.low"),
        "high": reader.say("region.high"),
        "stands": reader.say("region.stands"),
    }
    kinds = dict.fromkeys(["own_mean", "own_lpl", "own_upl", "level", "low", "high"], "amount")
    return Table("region", frame, reader.say("table.region"), headings, reader, kinds)


def funnel_figure(found: region.Comparison, *, names: Names, reader: Reader) -> Figure:
    """A share in each trust with the limits for its number of cases, the largest first."""
    shown = found.table[found.table["share"].notna()].sort_values("denominator", ascending=False)
    with draw_panels(9.0, 2.6, panels=1) as (canvas, (axes,)):
        _draw_funnel(axes, shown, names, reader)
        svg = to_svg(canvas)
    told = "; ".join(
        f"{names[str(trust)]} {format_amount(row['share'] * _PERCENT, language=reader.language)}"
        for trust, row in shown.iterrows()
    )
    values = {
        "indicator": reader.heading(f"indicator_{found.indicator}"),
        "centre": float(shown["centre"].iloc[0]) * _PERCENT,
        "shares": told,
    }
    return Figure(
        svg,
        reader.say("figure.funnel.alt", **values),
        reader.say("figure.funnel.caption", **values),
    )


def _draw_funnel(axes: Axes, shown: pd.DataFrame, names: Names, reader: Reader) -> None:
    places = np.arange(len(shown))
    lower, upper, share = (shown[name] * _PERCENT for name in ("lower", "upper", "share"))
    axes.bar(places, upper - lower, bottom=lower, width=0.5, color=BAND)
    axes.axhline(float(shown["centre"].iloc[0]) * _PERCENT, color=INK, linewidth=0.9)
    beyond = shown["outside"].fillna(False).to_numpy(dtype=bool)
    axes.plot(places[~beyond], share[~beyond], "o", color=INK, markersize=6)
    axes.plot(places[beyond], share[beyond], "D", color=ACCENT, markersize=7)
    for place, value in zip(places, share, strict=True):
        written = format_amount(float(value), language=reader.language)
        axes.annotate(
            written, (place, value), xytext=(9, 0), textcoords="offset points", va="center"
        )
    axes.set_xticks(places, [names[str(trust)] for trust in shown.index])
    axes.set_yticks([])
    axes.set_xlim(-0.5, len(shown) - 0.3)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _stands(outside: object, few: object, reader: Reader) -> str:
    """Where a share stands to the common limits; empty where there are none."""
    if not pd.isna(few) and few:  # type: ignore[call-overload]
        return reader.say("region.few")
    if outside is None or pd.isna(outside):  # type: ignore[call-overload]
        return ""
    return reader.say("region.outside" if outside else "region.inside")

"""The requirement from region to trust to unit, on the page of a region."""

from collections.abc import Mapping

import pandas as pd

from balanse_lib import region
from balanse_lib.report.figures import Figure, signed_bars
from balanse_lib.report.findings import Finding
from balanse_lib.report.page import Piece, section
from balanse_lib.report.steering_tables import cascade_as_table
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader

_TRUSTS = 1
_STEP_IN = "\u2003"


def region_cascade(
    cascades: Mapping[str, pd.DataFrame],
    *,
    name: str,
    held_back: float | None,
    reader: Reader,
) -> tuple[Piece, Table]:
    """Section of a region's page, and the table behind it.

    `cascades` has each trust's own table of its report by unit, with the `name` of each unit.
    """
    stacked = region.cascade_region(cascades, region=name, held_back=held_back)
    stacked.loc[name, "name"] = name
    key = "table.region_cascade" if held_back is not None else "table.region_cascade_trusts"
    frame = stacked.rename_axis("unit").reset_index()
    frame["name"] = [
        _STEP_IN * level + name for level, name in zip(frame["level"], frame["name"], strict=True)
    ]
    table = cascade_as_table(
        "requirement_cascade", frame, caption=reader.say(key, region=name), reader=reader
    )
    trusts = stacked[stacked["level"] == _TRUSTS]
    told = region_cascade_finding(trusts)
    figures = [cascade_figure(trusts, reader=reader)] if trusts["amount"].notna().all() else []
    return section("section.region_cascade", told, *figures, table, reader=reader), table


def region_cascade_finding(trusts: pd.DataFrame) -> Finding:
    """What must be improved in all, what measures cover of it, and who has no clear requirement."""
    unclear = trusts.loc[trusts["amount"].isna(), "name"]
    if len(unclear):
        return Finding("region_cascade_unclear", {"trusts": "; ".join(unclear)})
    short = trusts[trusts["amount"] > 0].sort_values("amount", ascending=False)
    if short.empty:
        return Finding("region_cascade_met", {"net": float(trusts["amount"].sum())})
    values: dict[str, float | str] = {
        "amount": float(short["amount"].sum()),
        "prudent": float(short["prudent"].sum()),
        "trusts": "; ".join(short["name"]),
    }
    return Finding("region_cascade", values)


def cascade_figure(trusts: pd.DataFrame, *, reader: Reader) -> Figure:
    """Bars: what each trust must improve beyond its expected forecast, the largest on top."""
    shown = trusts.sort_values("amount")
    svg = signed_bars(
        shown["amount"], names=list(shown["name"]), marked=shown["amount"] > 0, reader=reader
    )
    told = "; ".join(
        f"{row['name']} {reader.write(row['amount'], 'amount')}"
        for row in shown[::-1].to_dict("records")
    )
    return Figure(
        svg,
        reader.say("figure.region_cascade.alt", amounts=told),
        reader.say("figure.region_cascade.caption"),
    )

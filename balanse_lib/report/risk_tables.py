"""Tables of `40_measures`: risks before and after what answers to them, and what spreads most."""

import pandas as pd

from balanse_lib import measures
from balanse_lib.ledger import split_names
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader

_SOURCES = 8  # of uncertainty that are named; the rest hardly moves the year


def risk_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """Open risks of the year: chance, expected amount and P10, before and after mitigation."""
    frame = year.risks.reset_index()
    titles = year.table["title"]
    frame["answered_by"] = [
        ", ".join(str(titles.get(name, name)) for name in split_names(cell)) or None
        for cell in frame["measure_id"]
    ]
    frame["note"] = [reader.say(f"risk_note.{note}") for note in _notes(frame)]
    headings = {
        "title": reader.say("heading.risk"),
        "chance_before": reader.say("heading.chance_before"),
        "chance_after": reader.say("heading.chance_after"),
        "expected_before": reader.say("heading.expected_before"),
        "expected_after": reader.say("heading.expected_after"),
        "owner": reader.say("heading.owner"),
        "answered_by": reader.say("heading.answered_by"),
        "P10_before": reader.say("heading.p10_before"),
        "P10_after": reader.say("heading.p10_after"),
        "note": reader.say("heading.note"),
    }
    kinds = dict.fromkeys(("chance_before", "chance_after"), "share")
    kinds |= {name: "amount" for name in headings if name.startswith(("expected", "P10"))}
    sums = {when: float(frame[f"expected_{when}"].sum()) for when in ("before", "after")}
    caption = reader.say("table.risks" if len(frame) else "table.risks_none", **sums)
    return Table("risks", frame, caption, headings, reader, kinds)


def _notes(frame: pd.DataFrame) -> list[str]:
    """What is to be known of each risk: counted elsewhere, answered by nothing, owned by nobody."""
    return [
        "event" if pd.notna(event)
        else "no_measure" if pd.isna(answered)
        else "no_owner" if pd.isna(owner)
        else "answered"
        for event, answered, owner in zip(
            frame["event_id"], frame["answered_by"], frame["owner"], strict=True
        )
    ]  # fmt: skip


def uncertainty_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """What the spread of the year-end comes from, the largest part first."""
    frame = year.uncertainty[year.uncertainty["sd"] > 0].head(_SOURCES).reset_index()
    names = pd.concat([year.table["title"], year.risks["title"]])
    frame["name"] = [
        reader.say(f"uncertainty.{kind}", title=names.get(source, source))
        for source, kind in zip(frame["source"], frame["kind"], strict=True)
    ]
    headings = {
        "name": reader.say("heading.uncertain"),
        "expected": reader.say("heading.expected_amount"),
        "sd": reader.say("heading.sd"),
        "share": reader.say("heading.share_of_spread"),
    }
    kinds = {"expected": "amount", "sd": "amount", "share": "share"}
    caption = reader.say("table.uncertainty")
    return Table("measure_uncertainty", frame, caption, headings, reader, kinds)

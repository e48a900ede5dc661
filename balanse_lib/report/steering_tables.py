"""Tables of `40_measures`: the requirement by unit, decisions and what pays for them."""

import pandas as pd

from balanse_lib import forecast, ledger, measures
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def cascade_table(
    year: measures.MeasureYear,
    *,
    year_end: forecast.YearEnd,
    book: ledger.Ledger,
    requirement_type: str,
    reader: Reader,
) -> Table:
    """What must be improved by each unit, what is handed on, and how much of it measures cover."""
    frame = measures.cascade_year(
        book, year_end=year_end, year=year, requirement_type=requirement_type
    ).reset_index()
    frame["name"] = frame["unit"].map(book.name_of)
    return cascade_as_table(
        "requirement_cascade",
        frame,
        caption=_caption(frame, book=book, reader=reader),
        reader=reader,
    )


def cascade_as_table(name: str, frame: pd.DataFrame, *, caption: str, reader: Reader) -> Table:
    """A requirement on its way down, one row for each unit; `name` is what readers call it."""
    headings = {
        "name": reader.heading("unit"),
        "amount": reader.say("heading.to_improve"),
        "distributed": reader.say("heading.distributed"),
        "undistributed": reader.say("heading.undistributed"),
        "planned": reader.say("heading.planned_left"),
        "prudent": reader.say("heading.prudent_left"),
        "identified_coverage": reader.say("heading.identified_coverage"),
        "prudent_coverage": reader.say("heading.prudent_coverage"),
        "uncovered": reader.say("heading.uncovered"),
    }
    coverage = ("identified_coverage", "prudent_coverage")
    kinds = {column: "share" if column in coverage else "amount" for column in [*headings][1:]}
    return Table(name, frame, caption, headings, reader, kinds)


def _caption(frame: pd.DataFrame, *, book: ledger.Ledger, reader: Reader) -> str:
    """The table's words; says plainly which requirements are not there."""
    told = frame["amount"].notna()
    parts = frame["unit"] != book.trust
    if not told[~parts].any():
        return reader.say("table.cascade_none")
    if not told[parts].any():
        return reader.say("table.cascade_not_distributed")
    unclear = ", ".join(frame.loc[parts & ~told, "name"])
    return reader.say("table.cascade_unclear" if unclear else "table.cascade", units=unclear)


def financing_table(year: measures.MeasureYear, *, book: ledger.Ledger, reader: Reader) -> Table:
    """Decisions of this year that cost money, what pays for them, and which lack financing."""
    frame = measures.finance_year(book, year=year).reset_index()
    frame["found"] = [reader.say(f"financing.{status}") for status in frame["status"]]
    headings = {
        "title": reader.say("heading.decision"),
        "found": reader.say("heading.found"),
        "decided": reader.say("heading.decided"),
        "cost": reader.say("heading.cost"),
        "financing": reader.say("heading.financing"),
        "missing": reader.say("heading.still_missing"),
        "cost_next_year": reader.say("heading.cost_next_year"),
        "financing_next_year": reader.say("heading.financing_next_year"),
    }
    kinds = {name: "amount" for name in headings if name.startswith(("cost", "fin", "missing"))}
    lacking = float((frame["status"] != "financed").sum())
    key = "table.financing" if len(frame) else "table.financing_none"
    caption = reader.say(key, lacking=lacking, n=float(len(frame)))
    return Table("financing", frame, caption, headings, reader, {**kinds, "decided": "month"})

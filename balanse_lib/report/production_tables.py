"""Tables of `50_indicators` that hold the year's plan of activity against what there is for it."""

from balanse_lib import indicators
from balanse_lib.ledger import Ledger
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def production_tables(book: Ledger, *, reader: Reader) -> list[Table]:
    """Planned visits against staff time."""
    return [_capacity(book, reader)]


def _capacity(book: Ledger, reader: Reader) -> Table:
    frame = indicators.check_capacity(book, period=book.last)
    frame["unit_name"] = [book.name_of(str(unit)) for unit in frame["unit"]]
    frame["span_name"] = [reader.say(f"capacity_span.{span}") for span in frame["span"]]
    frame["lacking"] = [
        ", ".join(reader.write(f"indicator_{kind}", "name") for kind in kinds.split("; ") if kind)
        for kinds in frame["without_norm"]
    ]
    hours = ["planned", "minutes", "visit_hours", "other_hours", "worked", "gap", "gap_months"]
    headings = {"unit_name": reader.heading("unit"), "span_name": reader.say("heading.span")}
    headings |= {name: reader.say(f"heading.capacity_{name}") for name in hours}
    headings["lacking"] = reader.say("heading.without_norm")
    kinds = dict.fromkeys(hours, "count")
    caption = reader.say("table.capacity", hours=book.full_time_hours)
    return Table("capacity", frame, caption, headings, reader, kinds)

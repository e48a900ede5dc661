"""Tables of `50_indicators` that hold the year's plan of activity against what there is for it."""

from balanse_lib import indicators, terms
from balanse_lib.ledger import Ledger
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def production_tables(book: Ledger, *, reader: Reader) -> list[Table]:
    """Planned visits against staff time; each agreement's plan, done and expected; flight hours.

    Flight hours for who delivers them alone: for all others there is nothing to say of them.
    """
    tables = [_capacity(book, reader), _agreements(book, reader)]
    flights = _flights(book, reader)
    return [*tables, flights] if len(flights.frame) else tables


def activity_name(kind: str, *, reader: Reader) -> str:
    """Name of a kind of activity; its code where the vocabulary has none."""
    names = [name for name in (f"indicator_{kind}", f"activity_{kind}") if terms.is_term(name)]
    return reader.heading(names[0]) if names else kind


def _capacity(book: Ledger, reader: Reader) -> Table:
    frame = indicators.check_capacity(book, period=book.last)
    frame["unit_name"] = [book.name_of(str(unit)) for unit in frame["unit"]]
    frame["span_name"] = [reader.say(f"capacity_span.{span}") for span in frame["span"]]
    frame["lacking"] = [
        ", ".join(activity_name(kind, reader=reader) for kind in kinds.split("; ") if kind)
        for kinds in frame["without_norm"]
    ]
    hours = ["planned", "minutes", "visit_hours", "other_hours", "worked", "gap", "gap_months"]
    headings = {"unit_name": reader.heading("unit"), "span_name": reader.say("heading.span")}
    headings |= {name: reader.say(f"heading.capacity_{name}") for name in hours}
    headings["lacking"] = reader.say("heading.without_norm")
    kinds = dict.fromkeys(hours, "count")
    caption = reader.say("table.capacity", hours=book.full_time_hours)
    return Table("capacity", frame, caption, headings, reader, kinds)


def _agreements(book: Ledger, reader: Reader) -> Table:
    frame = indicators.follow_agreements(book, period=book.last)
    frame["name"] = [activity_name(kind, reader=reader) for kind in frame["type"]]
    frame["agreement_name"] = [name or reader.say("agreement.none") for name in frame["agreement"]]
    counts = ["plan", "done", "gap", "plan_year", "expected", "expected_gap"]
    headings = {"agreement_name": reader.say("heading.agreement")}
    headings["name"] = reader.say("heading.activity")
    headings |= {name: reader.say(f"heading.agreement_{name}") for name in counts}
    kinds = dict.fromkeys(counts, "count")
    return Table("agreements", frame, reader.say("table.agreements"), headings, reader, kinds)


def _flights(book: Ledger, reader: Reader) -> Table:
    frame = indicators.follow_flights(book, period=book.last)
    frame["unit_name"] = [book.name_of(str(unit)) for unit in frame["unit"]]
    frame["name"] = [activity_name(kind, reader=reader) for kind in frame["type"]]
    headings = {
        "unit_name": reader.heading("unit"),
        "name": reader.say("heading.activity"),
        "done": reader.say("heading.so_far"),
        "before": reader.say("heading.year_before"),
        "plan": reader.say("heading.agreement_plan"),
        "expected": reader.say("heading.agreement_expected"),
        "plan_year": reader.say("heading.agreement_plan_year"),
        "cost_per_hour": reader.say("heading.cost_per_hour"),
        "cost": reader.say("heading.cost_so_far"),
        "budget": reader.heading("budget"),
        "volume": reader.say("heading.volume_part"),
        "price": reader.say("heading.price_part"),
    }
    kinds = dict.fromkeys(["done", "before", "plan", "expected", "plan_year"], "count")
    kinds |= dict.fromkeys(["cost_per_hour", "cost", "budget", "volume", "price"], "amount")
    return Table("flights", frame, reader.say("table.flights"), headings, reader, kinds)

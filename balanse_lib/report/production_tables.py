"""Tables of `50_indicators` that hold the year's plan of activity against what there is for it."""

import numpy as np

from balanse_lib import indicators, terms
from balanse_lib.indicators.cancellations import NOT_TOLD
from balanse_lib.ledger import Ledger
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def production_tables(book: Ledger, *, reader: Reader) -> list[Table]:
    """Planned visits against staff time; plans by agreement; causes of cancelling; flight hours.

    The last two for who delivers them alone: for all others there is nothing to say of them.
    """
    told = [_capacity(book, reader), _agreements(book, reader)]
    some = [_cancelled(book, reader), _flights(book, reader)]
    return [*told, *(table for table in some if len(table.frame))]


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


def _cancelled(book: Ledger, reader: Reader) -> Table:
    frame = indicators.cancelled_by_cause(book, period=book.last)
    frame["name"] = [_cause_name(str(cause), reader=reader) for cause in frame["cause"]]
    counts = ["now", "before", "change"]
    headings = {
        "name": reader.say("heading.cause"),
        "now": reader.say("heading.so_far"),
        "before": reader.say("heading.year_before"),
        "change": reader.say("heading.change"),
        "share": reader.say("heading.share_of_cancelled"),
    }
    kinds = dict.fromkeys(counts, "count") | {"share": "share"}
    untold = float(frame.set_index("cause")["now"].get(NOT_TOLD, 0.0))
    sums = "cancelled_agree" if untold == 0 else "cancelled_differ"
    sums = "cancelled_unknown" if np.isnan(untold) else sums
    caption = reader.say("table.cancelled", sums=f"sum.{sums}")
    return Table("cancelled", frame, caption, headings, reader, kinds)


def _cause_name(cause: str, *, reader: Reader) -> str:
    term = f"cancelled_{cause}"
    return reader.heading(term) if terms.is_term(term) else cause


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

"""Tables of `50_indicators` on money, staff and production: what drives the lines."""

import pandas as pd

from balanse_lib import indicators
from balanse_lib.indicators.leads import LINES
from balanse_lib.ledger import Ledger
from balanse_lib.report.indicators_findings import name_of
from balanse_lib.report.production_tables import production_tables
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader, with_capital

LEADS_SHOWN = 8


def money_tables(book: Ledger, *, reader: Reader) -> list[Table]:
    """Volume and price of the lines, the pay bridge, what drivers are worth, coding, beds."""
    return [
        _split(book, reader),
        _pay_bridge(book, reader),
        _effects(book, reader),
        _coding(book, reader),
        _beds(book, reader),
    ]


def staffing_tables(book: Ledger, *, reader: Reader) -> list[Table]:
    """Agreed, worked and paid with pay; need, plan, outcome; norms; capacity; who may decide."""
    return [
        _staffing(book, reader),
        _production(book, reader),
        _norms(book, reader),
        *production_tables(book, reader=reader),
        _projects(book, reader),
        _authority(book, reader),
        _orphans(book, reader),
    ]


def leads_table(changes: indicators.Changes, *, book: Ledger, reader: Reader) -> Table:
    """Which indicators move before which lines, likeliest first, all that was tried counted."""
    wide, lines = indicators.lead_series(
        book, values=changes.measured, catalogue=changes.catalogue, lines=LINES
    )
    frame = indicators.find_leads(wide, lines).head(LEADS_SHOWN)
    keys = [name_of(changes, str(name)) for name in frame["indicator"]]
    frame = frame.assign(
        name=[with_capital(reader.write(key, "name")) for key in keys],
        chance=frame["p_adjusted"],
        told=[reader.say("word.yes") if lead else reader.say("word.no") for lead in frame["leads"]],
    )
    headings = {
        "name": reader.say("heading.indicator"),
        "line": reader.say("heading.line"),
        "lead": reader.say("heading.lead_months"),
        "correlation": reader.say("heading.correlation"),
        "chance": reader.say("heading.chance_by_noise"),
        "told": reader.say("heading.leads"),
    }
    kinds = {"line": "term", "lead": "count", "correlation": "correlation", "chance": "chance"}
    tried = int(frame["tried"].iloc[0]) if len(frame) else 0
    caption = reader.say("table.leads", tried=tried)
    return Table("leads", frame, caption, headings, reader, kinds)


def _split(book: Ledger, reader: Reader) -> Table:
    frame = _named(indicators.split_lines(book, period=book.last), book)
    headings = {
        "unit_name": reader.heading("unit"),
        "line": reader.say("heading.line"),
        "amount": reader.say("heading.so_far"),
        "before": reader.say("heading.year_before"),
        "volume": reader.say("heading.volume_part"),
        "price": reader.say("heading.price_part"),
    }
    kinds = {"line": "term"} | dict.fromkeys(["amount", "before", "volume", "price"], "amount")
    return Table("line_split", frame, reader.say("table.line_split"), headings, reader, kinds)


def _pay_bridge(book: Ledger, reader: Reader) -> Table:
    frame = _named(indicators.bridge_pay(book, period=book.last), book)
    headings = {
        "unit_name": reader.heading("unit"),
        "before": reader.say("heading.year_before"),
        "volume": reader.say("pay_step.volume"),
        "price": reader.say("pay_step.price"),
        "one_offs": reader.say("pay_step.one_offs"),
        "now": reader.say("heading.so_far"),
    }
    kinds = dict.fromkeys(["before", "volume", "price", "one_offs", "now"], "amount")
    return Table("pay_bridge", frame, reader.say("table.pay_bridge"), headings, reader, kinds)


def _effects(book: Ledger, reader: Reader) -> Table:
    frame = indicators.driver_effects(book, period=book.last)
    frame["name"] = [reader.say(f"driver.{driver}") for driver in frame["driver"]]
    headings = {
        "name": reader.say("heading.driver"),
        "quantity": reader.say("heading.quantity"),
        "compared": reader.say("heading.compared"),
        "effect": reader.unit,
        "rate_of": reader.say("heading.rate_of"),
    }
    kinds = {"quantity": "count", "compared": "count", "effect": "amount"}
    return Table("drivers", frame, reader.say("table.drivers_money"), headings, reader, kinds)


def _coding(book: Ledger, reader: Reader) -> Table:
    frame = indicators.coding_backlog(book, period=book.last)
    headings = {
        "month": reader.say("heading.month"),
        "before": reader.say("heading.delivered_before"),
        "now": reader.say("heading.delivered_now"),
        "came_in": reader.say("heading.came_in"),
        "to_come": reader.say("heading.to_come"),
        "worth": reader.unit,
        "rate_of": reader.say("heading.rate_of"),
    }
    kinds = {"month": "month", "worth": "amount"}
    kinds |= dict.fromkeys(["before", "now", "came_in", "to_come"], "count")
    return Table("coding", frame, reader.say("table.coding"), headings, reader, kinds)


def _beds(book: Ledger, reader: Reader) -> Table:
    frame = _named(indicators.closed_beds(book, period=book.last), book)
    counts = ["budgeted", "open", "closed", "lasting", "seasonal"]
    headings = {"unit_name": reader.heading("unit")}
    headings |= {name: reader.say(f"heading.beds_{name}") for name in counts}
    headings |= {
        "occupancy_open": reader.say("heading.occupancy_open"),
        "occupancy_budgeted": reader.say("heading.occupancy_budgeted"),
    }
    kinds = dict.fromkeys(counts, "count")
    kinds |= dict.fromkeys(["occupancy_open", "occupancy_budgeted"], "share")
    return Table("beds", frame, reader.say("table.beds"), headings, reader, kinds)


def _staffing(book: Ledger, reader: Reader) -> Table:
    frame = _named(indicators.bridge_staffing(book, period=book.last), book)
    counts = ["agreed", "worked", "paid", "sick", "overtime"]
    headings = {"unit_name": reader.heading("unit")}
    headings |= {name: reader.say(f"heading.fte_{name}") for name in counts}
    headings |= {
        "pay": reader.say("heading.pay"),
        "cost_per_paid": reader.say("heading.cost_per_paid"),
        "unsigned": reader.say("heading.unsigned"),
    }
    kinds = dict.fromkeys([*counts, "pay", "cost_per_paid", "unsigned"], "amount")
    return Table("staffing", frame, reader.say("table.staffing"), headings, reader, kinds)


def _production(book: Ledger, reader: Reader) -> Table:
    frame = _named(indicators.plan_production(book, period=book.last), book)
    frame["kind"] = [reader.heading(f"indicator_{kind}") for kind in frame["type"]]
    counts = ["need", "plan", "outcome", "plan_gap", "outcome_gap"]
    headings = {"unit_name": reader.heading("unit"), "kind": reader.say("heading.activity")}
    headings |= {name: reader.say(f"heading.production_{name}") for name in counts}
    kinds = dict.fromkeys(counts, "count")
    return Table("production", frame, reader.say("table.production"), headings, reader, kinds)


def _norms(book: Ledger, reader: Reader) -> Table:
    found = indicators.staff_by_norm(book, period=book.last)
    frame = _named(found, book)
    headings = {
        "unit_name": reader.heading("unit"),
        "by_norm": reader.say("heading.by_norm"),
        "worked": reader.say("heading.fte_worked"),
        "gap": reader.say("heading.above_norm"),
    }
    kinds = dict.fromkeys(["by_norm", "worked", "gap"], "amount")
    covered = indicators.norm_coverage(found) if len(found) else 0.0
    caption = reader.say("table.norms", covered=covered)
    return Table("norms", frame, caption, headings, reader, kinds)


def _projects(book: Ledger, reader: Reader) -> Table:
    frame = _named(indicators.miss_project_time(book, period=book.last), book)
    hours = ["expected", "registered", "on_paper", "not_recorded", "missing"]
    headings = {"project": reader.say("heading.project"), "unit_name": reader.heading("unit")}
    headings |= {name: reader.say(f"heading.hours_{name}") for name in hours}
    headings |= {
        "missing_share": reader.say("heading.missing_share"),
        "claim": reader.say("heading.claim"),
        "at_risk": reader.say("heading.claim_at_risk"),
        "last": reader.say("heading.last_delivered"),
    }
    if (frame["months_lacking"] > 0).any():
        headings["months_lacking"] = reader.say("heading.months_lacking")
    kinds = dict.fromkeys([*hours, "months_lacking"], "count") | {"missing_share": "share"}
    kinds |= {"claim": "amount", "at_risk": "amount", "last": "month"}
    caption = reader.say("table.project_time")
    return Table("project_time", frame, caption, headings, reader, kinds)


def _authority(book: Ledger, reader: Reader) -> Table:
    frame = _named(indicators.match_authority(book, period=book.last), book)
    frame["what"] = [reader.say(f"right.{right}") for right in frame["right"]]
    headings = {
        "unit_name": reader.heading("unit"),
        "what": reader.say("heading.right"),
        "answers": reader.say("heading.answers_budget"),
        "decides": reader.say("heading.decides"),
        "amount": reader.unit,
    }
    caption = reader.say("table.authority")
    return Table("authority", frame, caption, headings, reader, {"amount": "amount"})


def _orphans(book: Ledger, reader: Reader) -> Table:
    joined = indicators.join_sources(book, period=book.last)
    frame = _named(joined.orphans, book)
    headings = {
        "unit_name": reader.heading("unit"),
        "period": reader.say("heading.month"),
        "lacking": reader.say("heading.lacking"),
    }
    caption = reader.say("table.orphans", keys=len(joined.table))
    return Table("orphans", frame, caption, headings, reader, {"period": "month"})


def _named(frame: pd.DataFrame, book: Ledger) -> pd.DataFrame:
    return frame.assign(unit_name=[book.name_of(str(unit)) for unit in frame["unit"]])

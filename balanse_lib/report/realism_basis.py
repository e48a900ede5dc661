"""Tables behind the sentences of `30_realism`: what must be true, what it costs, whose habit."""

import pandas as pd

from balanse_lib import ledger, periods, realism
from balanse_lib.report.tables import Rows, Table, figures_table
from balanse_lib.report.words import Reader


def mean_month(book: ledger.Ledger, *, period: str) -> float | None:
    """Mean result of the booked months of the fiscal year; None when none is booked."""
    rows = book.until(period).ledger_month
    this_year = rows["period"].map(book.year_of) == book.year_of(period)
    months = rows[this_year].groupby("period")["amount"].sum()
    return None if months.empty else float(months.mean())


def required_table(judgement: realism.Judgement, *, book: ledger.Ledger, reader: Reader) -> Table:
    """What each month left must give, and how often that much was reached in earlier years."""
    found = judgement.achieved
    rows: Rows = [
        ("so_far", mean_month(book, period=judgement.period), "amount"),
        ("months", periods.months_left(judgement.period, start=book.start), "count"),
    ]
    if found is not None:
        rows += [
            ("needed", found.required_per_month, "amount"),
            ("best", found.best_per_month, "amount"),
            ("windows", found.windows, "count"),
            ("reached", found.reached, "count"),
            ("same_windows", found.windows_calendar, "count"),
            ("same_reached", found.reached_calendar, "count"),
        ]
    names = [reader.say(f"required_row.{figure}") for figure, _, _ in rows]
    caption = reader.say("table.required")
    return figures_table("required", rows, caption=caption, names=names, reader=reader)


def price_table(judgement: realism.Judgement, *, reader: Reader) -> Table:
    """What three figures are expected to cost, and the quantile that each of them really is."""
    prices = {
        "reported": judgement.price_reported,
        "prudent": judgement.price_prudent,
        "stacked": judgement.price_stacked,
    }
    rows = [
        (name, reader.say(f"price_row.{name}"), p.figure, p.unused, p.shortfall, p.p_below)
        for name, p in prices.items()
        if p is not None
    ]
    columns = ["figure", "name", "amount", "unused", "shortfall", "p_below"]
    headings = {
        "name": reader.say("heading.figure"),
        "amount": reader.unit,
        "unused": reader.say("heading.unused"),
        "shortfall": reader.say("heading.shortfall"),
        "p_below": reader.say("heading.p_below"),
    }
    kinds = dict.fromkeys(("amount", "unused", "shortfall"), "amount") | {"p_below": "chance"}
    frame = pd.DataFrame(rows, columns=columns)
    return Table("price", frame, reader.say("table.price"), headings, reader, kinds)


def habit_table(source: realism.BiasRecord, *, revisions: pd.DataFrame, reader: Reader) -> Table:
    """How many forecasts the habit is told from, and whether revisions could be foreseen."""
    test = realism.check_revisions(revisions)
    rows: Rows = [
        ("own", source.n_own, "count"),
        ("others", source.n_region + source.n_published, "count"),
        ("without_size", source.n_without_size, "count"),
        ("revisions", test.n, "count"),
        ("revisions_p", test.p_value if test.n else None, "chance"),
        ("late_changes", len(realism.late_changes(revisions)), "count"),
    ]
    names = [reader.say(f"habit_row.{figure}") for figure, _, _ in rows]
    caption = reader.say("table.habit")
    return figures_table("habit", rows, caption=caption, names=names, reader=reader)


def requirements_table(book: ledger.Ledger, *, period: str, reader: Reader) -> Table:
    """What was required of the year, by the month each version holds from."""
    rows = book.requirement
    rows = rows[(rows["year"] == book.year_of(period)) & (rows["unit"] == book.trust)]
    frame = rows.sort_values(["type", "valid_from"])[
        ["valid_from", "type", "amount", "document_ref"]
    ].reset_index(drop=True)
    frame["asked_by"] = [reader.say(f"requirement_type.{kind}") for kind in frame["type"]]
    headings = {
        "valid_from": reader.say("heading.valid_from"),
        "asked_by": reader.say("heading.asked_by"),
        "amount": reader.unit,
        "document_ref": reader.say("heading.document"),
    }
    kinds = {"valid_from": "month", "amount": "amount"}
    caption = reader.say("table.requirements")
    return Table("requirements", frame, caption, headings, reader, kinds)


def unusual_table(judgement: realism.Judgement, *, reader: Reader) -> Table:
    """Months far from the others of the year that no event explains."""
    frame = pd.DataFrame(judgement.unusual.items(), columns=["month", "amount"])
    headings = {"month": reader.heading("month"), "amount": reader.say("heading.from_others")}
    kinds = {"month": "month", "amount": "amount"}
    return Table("unusual", frame, reader.say("table.unusual"), headings, reader, kinds)

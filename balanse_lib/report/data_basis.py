"""Tables of `10_data_basis`: months, files, sums, and what was out of the ordinary."""

import pandas as pd

from balanse_lib import ledger, params, terms
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def gap_map(book: ledger.Ledger, *, reader: Reader) -> Table:
    """Booked rows by fiscal year and month: 0 is a gap, a dash is a month still to come."""
    counts = ledger.months_present(book)
    frame = counts.reset_index()
    frame.columns = pd.Index([str(column) for column in frame.columns])
    headings = {"year": reader.heading("year")} | {str(m): str(m) for m in counts.columns}
    return Table(
        "gap_map",
        frame,
        reader.say("table.gap_map"),
        headings,
        reader,
        {str(m): "count" for m in counts.columns},
    )


def inputs(book: ledger.Ledger, *, reader: Reader) -> Table:
    """Which files the run was made from, with the first digits of their fingerprint."""
    frame = pd.DataFrame(
        [
            (
                s.table,
                s.file,
                s.rows,
                s.rows_of_others,
                ", ".join(s.columns_not_used),
                s.sha256[:12],
            )
            for s in book.inputs
        ],
        columns=["table", "file", "rows", "others", "not_used", "sha256"],
    )
    headings = {
        "table": reader.heading("table"),
        "file": reader.heading("file"),
        "rows": reader.heading("rows"),
        "others": reader.say("heading.rows_of_others"),
        "not_used": reader.say("heading.not_used"),
        "sha256": "SHA-256",
    }
    return Table(
        "inputs",
        frame,
        reader.say("table.inputs"),
        headings,
        reader,
        {"rows": "count", "others": "count"},
    )


def control_totals(book: ledger.Ledger, *, reader: Reader, years: int = 4) -> Table:
    """Booked amount by statement line and fiscal year, period 13 included, and the result."""
    rows = book.ledger_month
    wide = rows.assign(year=rows["period"].map(book.year_of)).pivot_table(
        index="line", columns="year", values="amount", aggfunc="sum"
    )
    wide = wide.reindex([code for code in terms.LINE_CODES if code in wide.index]).iloc[:, -years:]
    wide.loc["result"] = wide.sum()
    frame = wide.reset_index()
    frame.columns = pd.Index([str(column) for column in frame.columns])
    columns = list(frame.columns[1:])
    headings = {"line": reader.heading("line")} | {year: year for year in columns}
    caption = reader.say("table.control_totals", last=book.last)
    return Table(
        "control_totals",
        frame,
        caption,
        headings,
        reader,
        {"line": "term"} | dict.fromkeys(columns, "amount"),
    )


def one_offs(book: ledger.Ledger, *, reader: Reader) -> Table:
    """One-offs, extra grants and uncertain events of this fiscal year."""
    year = book.year_of(book.last)
    frame = book.event[book.event["period"].map(book.year_of) == year].sort_values("period")
    frame = frame.assign(
        type="event_" + frame["type"].str.replace(r"[ -]", "_", regex=True),
        booked=frame["period"] <= book.last,
    )
    headings = {
        "period": reader.heading("month"),
        "type": reader.say("heading.type"),
        "line": reader.heading("line"),
        "amount": reader.unit,
        "probability": reader.heading("probability"),
    }
    return Table(
        "one_offs",
        frame,
        reader.say("table.one_offs", year=str(year)),
        headings,
        reader,
        {
            "period": "month",
            "type": "term",
            "line": "term",
            "amount": "amount",
            "probability": "share",
        },
    )


def unit_gaps(book: ledger.Ledger, *, reader: Reader) -> Table:
    """Months in which a unit has nothing booked although it has before and after."""
    frame = ledger.unit_gaps(book)
    frame = frame.assign(name=frame["unit"].map(book.name_of))
    headings = {"name": reader.heading("unit"), "period": reader.heading("month")}
    caption = reader.say("table.unit_gaps")
    return Table("unit_gaps", frame, caption, headings, reader, {"period": "month"})


def thresholds(trust: params.Trust, *, reader: Reader) -> Table:
    """Every threshold of the run: value, whether the trust has set it, and its source."""
    sources = params.threshold_sources(reader.language)
    frame = pd.DataFrame(
        [
            (name, value if isinstance(value, str) else f"{value:g}", sources[name])
            for name, value in trust.thresholds
        ],
        columns=["name", "value", "source"],
    )
    headings = {
        "name": reader.say("heading.threshold"),
        "value": reader.say("heading.value"),
        "source": reader.say("heading.source"),
    }
    return Table("thresholds", frame, reader.say("table.thresholds"), headings, reader)

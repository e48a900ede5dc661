"""The calendar of deadlines as readers see it, and what is to be said of it."""

import pandas as pd

from balanse_lib import ledger, periods
from balanse_lib.report.findings import Finding
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader

_SATURDAY = 5


def deadlines(book: ledger.Ledger, *, period: str) -> pd.DataFrame:
    """The calendar as it stands when the month of the report ends."""
    month = periods.calendar_month(period, start=book.start)
    return ledger.check_deadlines(book.deadline, day=periods.last_day(month))


def deadlines_table(book: ledger.Ledger, *, period: str, reader: Reader) -> Table:
    """What is due, on which day of the week, and how it stands when the month ends."""
    frame = deadlines(book, period=period)
    frame["stands"] = [reader.say(f"deadline.{status}") for status in frame["status"]]
    headings = {
        "what": reader.say("heading.deadline"),
        "due": reader.say("heading.due"),
        "falls_on": reader.say("heading.weekday"),
        "stands": reader.say("heading.status"),
        "days": reader.say("heading.days_left"),
        "source": reader.say("heading.source"),
    }
    caption = reader.say("table.deadlines" if len(frame) else "table.deadlines_none", month=period)
    return Table(
        "deadlines",
        frame,
        caption,
        headings,
        reader,
        {"days": "count", "due": "date", "falls_on": "weekday"},
    )


def deadline_findings(book: ledger.Ledger, *, period: str) -> list[Finding]:
    """What is late, what is next, and which days need a second look."""
    frame = deadlines(book, period=period)
    ahead = frame[(frame["days"] >= 0) & (frame["status"] != "done")]
    found = [
        Finding("deadline_late", named, "alarm")
        for named in _named(frame[frame["status"] == "late"])
    ]
    for named in _named(ahead.head(1)):
        days = float(ahead["days"].iloc[0])
        cell = f"deadlines[status={ahead['status'].iloc[0]}, days].min"
        found.append(Finding("deadline_next", {**named, "days": days}, cells={"days": cell}))
    found += [
        Finding("deadline_weekday", named, "watch")
        for named in _named(ahead[ahead["weekday_wrong"]])
    ]
    found += [
        Finding("deadline_weekend", named, "watch")
        for named in _named(ahead[ahead["falls_on"] >= _SATURDAY])
    ]
    return found


def _named(rows: pd.DataFrame) -> list[dict[str, float | str]]:
    """What is due and when, and the day of the week that the source gives."""
    return [
        {"what": str(row["what"]), "due": str(row["due"]), "given": str(row["weekday"])}
        for row in rows.to_dict("records")
    ]

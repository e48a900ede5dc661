"""Deviations that are followed up as readers see them: what is open, and what nobody answers."""

import pandas as pd

from balanse_lib import indicators, periods
from balanse_lib.indicators.follow_up import CLOSED
from balanse_lib.ledger import Ledger, split_names
from balanse_lib.ledger.follow_up_tables import INDICATOR, MEASURE
from balanse_lib.report.findings import Finding
from balanse_lib.report.indicators_findings import name_of
from balanse_lib.report.indicators_tables import indicator_names
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader, with_capital


def follow_up_tables(changes: indicators.Changes, *, book: Ledger, reader: Reader) -> list[Table]:
    """Open loops, the oldest first; current signals for the worse that no deviation answers."""
    return [_loops(changes, book, reader), _unanswered(changes, book, reader)]


def follow_up_findings(changes: indicators.Changes, *, book: Ledger) -> list[Finding]:
    """How many loops are past their day, the oldest named; how many signals nobody answers."""
    loops, left = _open(_followed(book)), _left(changes, book)
    late = loops[loops["overdue"]]
    found = []
    if len(late):
        oldest = late.iloc[0]
        told: dict[str, float | str] = {
            "n": float(len(late)), "open": float(len(loops)), "days": float(oldest["days"]),
            "about": _about(oldest, changes, book), "unit_name": book.name_of(oldest["unit"]),
            "step": f"next_step.{oldest['next_step']}",
        }  # fmt: skip
        cells = {"n": "loops[overdue=True, days].count", "open": "loops[:, days].count",
                 "days": "loops[overdue=True, days].max"}  # fmt: skip
        found.append(Finding("loops_overdue", told, "watch", cells))
    if len(left):
        cells = {"n": "unanswered[:, indicator].count"}
        found.append(Finding("signals_unanswered", {"n": float(len(left))}, "watch", cells))
    return found


def _loops(changes: indicators.Changes, book: Ledger, reader: Reader) -> Table:
    followed = _followed(book)
    frame = _open(followed)
    titles = book.measure.set_index("measure_id")["title"]
    rows = [row for _, row in frame.iterrows()]
    frame["name"] = [with_capital(reader.write(_about(row, changes, book), "name")) for row in rows]
    frame["unit_name"] = [book.name_of(unit) for unit in frame["unit"]]
    frame["correction"] = [
        ", ".join(str(titles[name]) for name in split_names(row["measure_id"])) or row["corrective"]
        for row in rows
    ]
    frame["stands"] = [
        reader.say(f"loop_state.{state}") + (f", {reader.say('word.overdue')}" if late else "")
        for state, late in zip(frame["state"], frame["overdue"], strict=True)
    ]
    frame["next"] = [reader.say(f"next_step.{step}") for step in frame["next_step"]]
    headings = {
        "name": reader.say("heading.deviates"),
        "unit_name": reader.heading("unit"),
        "days": reader.say("heading.days_since"),
        "cause": reader.say("heading.cause"),
        "correction": reader.say("heading.correction"),
        "stands": reader.say("heading.status"),
        "next": reader.say("heading.next_step"),
        "owner": reader.say("heading.owner"),
        "due": reader.say("heading.due"),
    }
    kinds = {"days": "count", "due": "date"}
    key = "table.loops" if len(frame) else "table.loops_none"
    caption = reader.say(key, closed=float(len(followed) - len(frame)))
    return Table("loops", frame, caption, headings, reader, kinds)


def _unanswered(changes: indicators.Changes, book: Ledger, reader: Reader) -> Table:
    frame = _left(changes, book)
    frame["name"] = indicator_names(frame["indicator"], changes, reader)
    frame["unit_name"] = [book.name_of(unit) for unit in frame["unit"]]
    headings = {
        "name": reader.say("heading.indicator"),
        "unit_name": reader.heading("unit"),
        "since": reader.say("heading.since"),
        "money": reader.say("heading.worth_per_month"),
        "measures": reader.say("heading.measures_beside"),
    }
    caption = reader.say("table.unanswered")
    kinds = {"since": "month", "money": "amount"}
    return Table("unanswered", frame, caption, headings, reader, kinds)


def _followed(book: Ledger) -> pd.DataFrame:
    """Deviations as they stood when the last month with accounts was over."""
    return indicators.follow_up(book.action, day=periods.last_day(book.last))


def _open(followed: pd.DataFrame) -> pd.DataFrame:
    return followed[followed["state"] != CLOSED].reset_index(drop=True)


def _left(changes: indicators.Changes, book: Ledger) -> pd.DataFrame:
    signals = changes.current.drop_duplicates(["indicator", "unit"])
    return indicators.find_unanswered(signals, followed=_followed(book), trust=book.trust)


def _about(row: pd.Series, changes: indicators.Changes, book: Ledger) -> str:
    """What deviates, to be written as a `name`: an indicator, a line, the title of a measure."""
    if row["kind"] == INDICATOR:
        return name_of(changes, str(row["about"]))
    if row["kind"] == MEASURE:
        titles = book.measure.set_index("measure_id")["title"]
        return str(titles[row["about"]])
    return str(row["about"])

"""Tables of `50_indicators`: signals, all indicators, guards, decision basis, goals."""

import numpy as np
import pandas as pd

from balanse_lib import indicators, periods
from balanse_lib.ledger import Ledger
from balanse_lib.report.indicators_findings import chart_counts, charted_as, name_of, signal_id
from balanse_lib.report.tables import Rows, Table, figures_table
from balanse_lib.report.words import Reader, with_capital

RECENT = 6  # months back that signals are listed


def signals_table(changes: indicators.Changes, *, book: Ledger, reader: Reader) -> Table:
    """Recent signals, newest first, with the share of stable charts that the same rule marks."""
    last = str(changes.charts.charted.index[-1]) if len(changes.charts.charted) else ""
    recent = [periods.shift(month, RECENT) > last for month in changes.signals["until"]]
    frame = changes.signals[np.array(recent, dtype=bool)].reset_index(drop=True)
    frame.insert(0, "id", [signal_id(row) for row in frame.to_dict("records")])
    frame["name"] = indicator_names(frame["indicator"], changes, reader)
    frame["unit_name"] = [book.name_of(unit) for unit in frame["unit"]]
    ways = zip(frame["rule"], frame["rising"], strict=True)
    frame["how"] = [
        reader.say(f"signal_rule.{rule}_{'up' if rising else 'down'}") for rule, rising in ways
    ]
    frame["means"] = [reader.say(f"signal_meaning.{meaning}") for meaning in frame["meaning"]]
    pairs = zip(frame["measures"], frame["since"], strict=True)
    frame["measures"] = [_near(measures, since) for measures, since in pairs]
    lengths = [
        changes.charts.months[name] for name in zip(frame["indicator"], frame["unit"], strict=True)
    ]
    rates = pd.MultiIndex.from_arrays([lengths, frame["rule"]])
    frame["false_alarms"] = changes.alarms["charts"].reindex(rates).to_numpy()
    headings = {
        "name": reader.say("heading.indicator"),
        "unit_name": reader.heading("unit"),
        "how": reader.say("heading.signal"),
        "since": reader.say("heading.since"),
        "until": reader.say("heading.until"),
        "usual": reader.say("heading.usual"),
        "level": reader.say("heading.level"),
        "means": reader.say("heading.meaning"),
        "money": reader.say("heading.worth_per_month"),
        "measures": reader.say("heading.measures_beside"),
        "false_alarms": reader.say("heading.false_alarms"),
    }
    kinds = {"since": "month", "until": "month", "false_alarms": "share"}
    kinds |= dict.fromkeys(["usual", "level", "money"], "amount")
    longest = float(changes.charts.months.max()) if len(changes.charts.months) else 0.0
    caption = reader.say("table.signals", months=longest, recent=RECENT)
    return Table("signals", frame, caption, headings, reader, kinds)


def chart_counts_table(changes: indicators.Changes, *, reader: Reader) -> Table:
    """Charts that mark something, beside what chance alone would mark."""
    counts = {} if changes.charts.charted.empty else chart_counts(changes)
    by_chance = ("by_chance", "current_by_chance")
    rows: Rows = [
        (name, value, "amount" if name in by_chance else "count") for name, value in counts.items()
    ]
    names = [reader.say(f"chart_counts_row.{name}") for name, _, _ in rows]
    caption = reader.say("table.chart_counts")
    return figures_table("chart_counts", rows, caption=caption, names=names, reader=reader)


def _near(measures: str, since: str) -> str:
    """Measures that began in the year before the signal or during it."""
    first = periods.shift(since, -periods.MONTHS_IN_YEAR)
    return ", ".join(told for told in measures.split("; ") if told[-7:] >= first)


def indicators_table(changes: indicators.Changes, *, reader: Reader) -> Table:
    """Every indicator with values, for the whole trust: last month, mean, limits, what is charted.

    One that is not charted (an accumulated one, one that only units have) has no limits.
    """
    charts, trust = changes.charts, changes.trust
    told = changes.measured[changes.measured["reason"] == ""]
    names = pd.MultiIndex.from_product(
        [told["indicator"].unique(), [trust]], names=["indicator", "unit"]
    )
    frame = charts.limits.reindex(names)[["mean", "lpl", "upl"]].reset_index()
    whole = told[(told["unit"] == trust) & (told["month"] == told["month"].max())]
    values = whole.set_index(["indicator", "unit"])["value"].reindex(names)
    shown = charts.charted.tail(1).T.reindex(names).to_numpy().ravel()
    frame["last"] = np.where(names.isin(charts.charted.columns), shown, values)
    frame["rule"] = charts.rules.tail(1).T.reindex(names).to_numpy().ravel()
    frame["name"] = indicator_names(frame["indicator"], changes, reader)
    measured = changes.catalogue.set_index("indicator")["measured_in"]
    frame["unit_of"] = [reader.say(f"measured_in.{measured[name]}") for name in frame["indicator"]]
    frame["charted"] = [reader.say(charted_as(changes, *name)) for name in names]
    linked = reader.say("word.yes")
    frame["unlinked"] = frame["indicator"].isin(changes.unlinked)
    frame["linked"] = ["" if name in changes.unlinked else linked for name in frame["indicator"]]
    headings = {
        "name": reader.say("heading.indicator"),
        "unit_of": reader.say("heading.measured_in"),
        "charted": reader.say("heading.charted"),
        "last": reader.say("heading.last_value"),
        "mean": reader.say("figure.xmr.mean"),
        "lpl": reader.say("figure.xmr.lpl"),
        "upl": reader.say("figure.xmr.upl"),
        "linked": reader.say("heading.linked"),
    }
    kinds = dict.fromkeys(["last", "mean", "lpl", "upl"], "amount")
    return Table("indicators", frame, reader.say("table.indicators"), headings, reader, kinds)


def guards_table(changes: indicators.Changes, *, reader: Reader) -> Table:
    """What must not get worse while each measure saves, and whether it did."""
    frame = changes.guards.copy()
    frame["name"] = indicator_names(frame["indicator"], changes, reader)
    frame["says"] = [reader.say(f"guard_state.{state}") for state in frame["state"]]
    frame["from"] = frame["since"].where(frame["since"] != "")
    headings = {
        "title": reader.heading("measure"),
        "name": reader.say("heading.guard"),
        "says": reader.say("heading.found"),
        "from": reader.say("heading.since"),
    }
    caption = reader.say("table.guards")
    return Table("guards", frame, caption, headings, reader, {"from": "month"})


def basis_table(changes: indicators.Changes, *, reader: Reader) -> Table:
    """The decision basis: assumption, amount, source, day of approval, status; focus first."""
    frame = changes.basis.copy()
    frame["stands"] = [reader.say(f"assumption_status.{status}") for status in frame["status"]]
    frame["in_focus"] = [reader.say("word.yes") if focus else "" for focus in frame["focus"]]
    frame["name"] = indicator_names(frame["indicator"], changes, reader)
    frame["hash"] = frame["sha256"].str[:8]
    headings = {
        "number": reader.say("heading.number"),
        "text": reader.say("heading.assumption"),
        "in_focus": reader.say("heading.focus"),
        "amount": reader.unit,
        "stands": reader.say("heading.status"),
        "name": reader.say("heading.indicator"),
        "level": reader.say("heading.level"),
        "source": reader.say("heading.source"),
        "approved": reader.say("heading.approved"),
        "hash": reader.say("heading.hash"),
    }
    kinds = {"amount": "amount", "level": "amount"}
    return Table("basis", frame, reader.say("table.basis"), headings, reader, kinds)


def goals_table(changes: indicators.Changes, *, reader: Reader) -> Table:
    """The goals of the year: so far, expected at its end, chance, and what the chart promises."""
    frame = changes.goals.copy()
    frame["promises"] = [reader.say(f"assurance.{state}") for state in frame["assurance"]]
    headings = {
        "goal": reader.say("heading.goal"),
        "responsible": reader.say("heading.responsible"),
        "target": reader.say("heading.target"),
        "so_far": reader.say("heading.so_far"),
        "expected": reader.say("heading.expected_year"),
        "chance": reader.say("heading.chance"),
        "promises": reader.say("heading.assurance"),
    }
    kinds = dict.fromkeys(["target", "so_far", "expected"], "amount") | {"chance": "chance"}
    return Table("goals", frame, reader.say("table.goals"), headings, reader, kinds)


def indicator_names(cells: pd.Series, changes: indicators.Changes, reader: Reader) -> list[str]:
    """Names as readers know them; a name that is no indicator stays, an empty cell is empty."""
    known = set(changes.catalogue["indicator"])
    keys = [name_of(changes, name) if name in known else name for name in cells]
    written = [reader.write(key, "name") for key in keys]
    return [with_capital(name) for name in written]

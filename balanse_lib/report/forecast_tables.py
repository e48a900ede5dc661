"""Tables of `20_forecast`: the year-end distribution, its lines, the rules of thumb beside it."""

import pandas as pd

from balanse_lib import forecast, ledger, terms
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def year_end_table(year_end: forecast.YearEnd, *, targets: ledger.Targets, reader: Reader) -> Table:
    """Quantiles of the year-end result and, for each, its distance from the requirement."""
    frame = year_end.quantiles().rename_axis("quantile").reset_index(name="result")
    headings = {"quantile": reader.heading("quantile"), "result": reader.unit}
    kinds = {"result": "amount"}
    if targets.requirement is not None:
        frame["to_requirement"] = frame["result"] - targets.requirement
        headings["to_requirement"] = reader.say("heading.to_requirement")
        kinds["to_requirement"] = "amount"
    caption = reader.say("table.year_end", year=str(year_end.year))
    return Table("year_end", frame, caption, headings, reader, kinds)


def line_deviations(year_end: forecast.YearEnd, *, book: ledger.Ledger) -> pd.DataFrame:
    """Each line's expected year against its budget: booked, P10, P50, P90, sd, budget, deviation.

    Budget and deviation are missing where the year has no complete budget.
    """
    lines = year_end.by("line")
    lines = lines.reindex([code for code in terms.LINE_CODES if code in lines.index])
    has_budget = len(ledger.budget_by_month(book, year=year_end.year)) > 0
    this_year = book.budget["period"].map(book.year_of) == year_end.year
    budget = book.budget[this_year].groupby("line")["amount"].sum().reindex(lines.index)
    lines["budget"] = budget.fillna(0.0) if has_budget else float("nan")
    return lines.assign(deviation=lines["P50"] - lines["budget"])


def lines_table(year_end: forecast.YearEnd, *, book: ledger.Ledger, reader: Reader) -> Table:
    """Where the year-end of each statement line lies, and how sure that is."""
    frame = line_deviations(year_end, book=book).reset_index()
    headings = {
        "line": reader.heading("line"),
        "booked": reader.say("heading.booked"),
        "P10": "P10",
        "P50": "P50",
        "P90": "P90",
        "budget": reader.heading("budget"),
        "deviation": reader.heading("deviation"),
    }
    kinds = {"line": "term"} | dict.fromkeys(list(headings)[1:], "amount")
    return Table(
        "lines", frame, reader.say("table.lines", year=str(year_end.year)), headings, reader, kinds
    )


def rules_table(rules: pd.Series, *, year_end: forecast.YearEnd, reader: Reader) -> Table:
    """Other models and the finance department's rules of thumb beside the model's median."""
    model = pd.Series({"model": year_end.quantile(0.5)})
    values = pd.concat([model, rules])
    frame = pd.DataFrame(
        {
            "rule": [reader.say(f"rule_name.{name}") for name in values.index],
            "result": values.to_numpy(),
            "from_model": values.to_numpy() - values["model"],
        }
    )
    headings = {
        "rule": reader.say("heading.rule"),
        "result": reader.unit,
        "from_model": reader.say("heading.from_model"),
    }
    return Table(
        "rules",
        frame,
        reader.say("table.rules", year=str(year_end.year)),
        headings,
        reader,
        {"result": "amount", "from_model": "amount"},
    )


def units_table(year_end: forecast.YearEnd, *, book: ledger.Ledger, reader: Reader) -> Table:
    """Where the year-end of each clinic lies."""
    frame = year_end.by("unit").reset_index()
    frame["unit"] = frame["unit"].map(book.name_of)
    headings = {
        "unit": reader.heading("unit"),
        "booked": reader.say("heading.booked"),
        "P10": "P10",
        "P50": "P50",
        "P90": "P90",
    }
    kinds = dict.fromkeys(list(headings)[1:], "amount")
    caption = reader.say("table.units", year=str(year_end.year))
    return Table("units", frame, caption, headings, reader, kinds)


def record_table(year_end: forecast.YearEnd, *, reader: Reader) -> Table:
    """How the rest of earlier years was forecast, and what it came to."""
    frame = year_end.record.table()
    headings = {
        "origin": reader.say("heading.origin"),
        "months_left": reader.say("heading.months_left"),
        "P10": "P10",
        "P50": "P50",
        "P90": "P90",
        "outcome": reader.say("heading.outcome"),
        "error": reader.heading("forecast_error"),
    }
    kinds = dict.fromkeys(("P10", "P50", "P90", "outcome", "error"), "amount")
    kinds |= {"origin": "month", "months_left": "count"}
    return Table("record", frame, reader.say("table.record"), headings, reader, kinds)

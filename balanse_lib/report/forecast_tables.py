"""Tables of `20_forecast`: the year-end distribution, its lines, the rules of thumb beside it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from balanse_lib import forecast, indicators, ledger, terms
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
    """Each line's expected year against its budget: as `YearEnd.by`, with budget and deviation.

    deviation = mean − budget, which adds up over the lines. Budget and deviation are missing where
    the year has no complete budget.
    """
    return _against_budget(year_end, book=book, level="line", order=terms.LINE_CODES)


def _against_budget(
    year_end: forecast.YearEnd, *, book: ledger.Ledger, level: str, order: Sequence[str] = ()
) -> pd.DataFrame:
    parts = year_end.by(level)
    parts = parts.reindex([code for code in order if code in parts.index]) if order else parts
    has_budget = len(ledger.budget_by_month(book, year=year_end.year)) > 0
    this_year = book.budget["period"].map(book.year_of) == year_end.year
    budget = book.budget[this_year].groupby(level)["amount"].sum().reindex(parts.index)
    parts["budget"] = budget.fillna(0.0) if has_budget else float("nan")
    return parts.assign(deviation=parts["mean"] - parts["budget"])


def lines_table(year_end: forecast.YearEnd, *, book: ledger.Ledger, reader: Reader) -> Table:
    """Where the year-end of each statement line lies, how sure that is, its part in the whole.

    Where pay is booked without a signed list, its line is marked with the part that is.
    """
    frame = line_deviations(year_end, book=book).reset_index()
    share = indicators.unsigned_share(book, period=year_end.period)
    frame["unsigned"] = np.where(frame["line"] == "pay_cost", share, np.nan)
    table = _parts_table("lines", frame, "line", year_end=year_end, reader=reader)
    if not share > 0:
        return table
    marked = {**table.headings, "unsigned": reader.say("heading.unsigned_share")}
    return replace(table, headings=marked, kinds={**table.kinds, "unsigned": "share"})


def units_table(year_end: forecast.YearEnd, *, book: ledger.Ledger, reader: Reader) -> Table:
    """Where the year-end of each clinic lies, how sure that is, its part in the whole."""
    frame = _against_budget(year_end, book=book, level="unit").reset_index()
    frame["unit"] = frame["unit"].map(book.name_of)
    return _parts_table("units", frame, "unit", year_end=year_end, reader=reader)


def _parts_table(
    name: str, frame: pd.DataFrame, level: str, *, year_end: forecast.YearEnd, reader: Reader
) -> Table:
    headings = {
        level: reader.heading(level),
        "booked": reader.say("heading.booked"),
        "P10": "P10",
        "P50": "P50",
        "P90": "P90",
        "budget": reader.heading("budget"),
        "deviation": reader.heading("deviation"),
        "uncertainty": reader.say("heading.uncertainty"),
    }
    kinds = dict.fromkeys(list(headings)[1:], "amount") | {"uncertainty": "share"}
    kinds |= {"line": "term"} if level == "line" else {}
    caption = reader.say(f"table.{name}", year=str(year_end.year))
    return Table(name, frame, caption, headings, reader, kinds)


def rules_table(
    rules: pd.Series, *, year_end: forecast.YearEnd, others: pd.DataFrame, reader: Reader
) -> Table:
    """Other models and the finance department's rules of thumb beside the model's median.

    With how far each missed at earlier origins, and how far the model missed at the same ones.
    """
    values = pd.concat([pd.Series({"model": year_end.quantile(0.5)}), rules])
    scores = forecast.score_methods(year_end.record, others=others).reindex(values.index)
    frame = pd.DataFrame(
        {
            "method": values.index,
            "kind": [_kind(str(name)) for name in values.index],
            "rule": [reader.say(f"rule_name.{name}") for name in values.index],
            "result": values,
            "from_model": values - values["model"],
            "mae": scores["mae"],
            "model_mae": scores["model_mae"],
            "bias": scores["bias"],
            "n": scores["n"],
        }
    ).reset_index(drop=True)
    headings = {
        "rule": reader.say("heading.rule"),
        "result": reader.unit,
        "from_model": reader.say("heading.from_model"),
        "mae": reader.say("heading.missed"),
        "model_mae": reader.say("heading.model_missed"),
        "n": reader.say("heading.n"),
    }
    kinds = dict.fromkeys(("result", "from_model", "mae", "model_mae"), "amount")
    caption = reader.say("table.rules", year=str(year_end.year))
    return Table("rules", frame, caption, headings, reader, kinds | {"n": "count"})


def _kind(method: str) -> str:
    if method == "model":
        return method
    return "rule" if method in forecast.RULES else "series"


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

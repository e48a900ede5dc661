"""Where next year starts: this year's end without what will not come again, with carry-over."""

import pandas as pd

from balanse_lib import forecast, ledger, measures
from balanse_lib.report.findings import Finding
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader

_LAST_MONTHS = 3


def next_year_steps(
    year_end: forecast.YearEnd,
    *,
    book: ledger.Ledger,
    year: measures.MeasureYear,
    carried: pd.DataFrame,
) -> pd.Series:
    """Expected end of this year, less one-offs and extra grants, plus carry-over: the level.

    Before growth in prices and activity, new grants and next year's requirement. `carried` is
    `measures.carry_over`. exit_month and exit_budget are the mean of the last three months as
    expected and as budgeted (missing without a phased budget): the rate the year is left at.
    """
    events = book.event[book.event["period"].map(book.year_of) == year_end.year]
    booked = float(events.loc[events["period"] <= book.last, "amount"].sum())
    passing = booked + float(year_end.events.mean())
    expected, brought = float(year.joint.total.mean()), float(carried["expected"].sum())
    path = year_end.cumulative()["P50"]
    budget = ledger.budget_by_month(book, year=year_end.year)
    last = float(path.iloc[-1] - path.iloc[-1 - _LAST_MONTHS]) / _LAST_MONTHS
    planned = float(budget.iloc[-_LAST_MONTHS:].mean()) if len(budget) else float("nan")
    return pd.Series(
        {
            "expected": expected,
            "one_offs": -passing,
            "carry_over": brought,
            "level": expected - passing + brought,
            "exit_month": last,
            "exit_budget": planned,
        }
    )


def next_year_table(steps: pd.Series, *, year: int, reader: Reader) -> Table:
    """The steps from this year's end to the level that next year starts from."""
    frame = pd.DataFrame({"figure": steps.index, "value": steps.to_numpy()})
    frame["name"] = [reader.say(f"next_year_row.{figure}") for figure in frame["figure"]]
    headings = {"name": reader.say("heading.figure"), "value": reader.unit}
    caption = reader.say("table.next_year", year=str(year + 1))
    return Table("next_year", frame, caption, headings, reader, {"value": "amount"})


def next_year_findings(steps: pd.Series, *, year: int) -> list[Finding]:
    """What next year starts from, and whether the year is left at a lower rate than budgeted."""
    shown = ("level", "expected", "one_offs", "carry_over")
    values: dict[str, float | str] = {name: float(steps[name]) for name in shown}
    cells = {name: f"next_year[{name}, value]" for name in shown}
    found = [Finding("next_year", {**values, "year": str(year + 1)}, cells=cells)]
    if pd.notna(steps["exit_budget"]) and steps["exit_month"] < steps["exit_budget"]:
        rate: dict[str, float | str] = {
            name: float(steps[name]) for name in ("exit_month", "exit_budget")
        }
        places = {name: f"next_year[{name}, value]" for name in rate}
        found.append(Finding("exit_below_budget", rate, "watch", places))
    return found

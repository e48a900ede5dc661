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
    expected and as budgeted (missing without a phased budget): the rate the year is left at, apart
    from events and year-end entries, which do not go on.
    """
    events = book.event[book.event["period"].map(book.year_of) == year_end.year]
    booked = float(events.loc[events["period"] <= book.last, "amount"].sum())
    passing = booked + float(year_end.events.mean())
    expected, brought = float(year.joint.total.mean()), float(carried["expected"].sum())
    budget = ledger.budget_by_month(book, year=year_end.year)
    planned = float(budget.iloc[-_LAST_MONTHS:].mean()) if len(budget) else float("nan")
    return pd.Series(
        {
            "expected": expected,
            "one_offs": -passing,
            "carry_over": brought,
            "level": expected - passing + brought,
            "exit_month": float(_months_apart_from_events(year_end, events)[-_LAST_MONTHS:].mean()),
            "exit_budget": planned,
        }
    )


def _months_apart_from_events(year_end: forecast.YearEnd, events: pd.DataFrame) -> pd.Series:
    """Result of each month of the year: booked less the events booked in it, else as expected."""
    extraordinary = events.groupby("period")["amount"].sum()
    booked = year_end.booked_months.sub(
        extraordinary.reindex(year_end.booked_months.index, fill_value=0.0)
    )
    ahead = pd.Series(year_end.paths.sum(axis=1).mean(axis=0), index=list(year_end.months))
    return pd.concat([booked, ahead]).sort_index()


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

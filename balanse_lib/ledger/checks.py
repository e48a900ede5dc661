"""Checks across tables: months without accounts, units outside the organisation, periods."""

from collections.abc import Collection

import pandas as pd

from balanse_lib import periods
from balanse_lib.errors import Failure, InputError
from balanse_lib.ledger.book import Ledger


def _file_of(ledger: Ledger, table: str) -> str:
    return next((source.file for source in ledger.inputs if source.table == table), table)


def missing_months(ledger: Ledger) -> list[Failure]:
    """Months between the first and the last that have no accounts and no stated reason.

    A missing month is never read as zero: it is a gap that the parameter file gives the reason
    for (``known_gaps``), or the run stops.
    """
    have = ledger.months
    if not have:
        return [Failure(rule="no_months", file=_file_of(ledger, "ledger_month"), column="period")]
    absent = sorted(set(periods.month_range(have[0], have[-1])) - set(have))
    return [
        Failure(
            rule="missing_month",
            file=_file_of(ledger, "ledger_month"),
            column="period",
            value=month,
        )
        for month in absent
        if month not in ledger.known_gaps
    ]


def unknown_units(table: pd.DataFrame, *, known: Collection[str]) -> list[Failure]:
    """One failure for each unit of a table that is not in the organisation, at its first row.

    >>> table = pd.DataFrame({"unit": ["kirurgi", "medisn"]}, index=[2, 3])
    >>> [(found.row, found.value) for found in unknown_units(table, known=["kirurgi", "medisin"])]
    [(3, 'medisn')]
    """
    first = table[~table["unit"].isin(known)].drop_duplicates("unit")["unit"]
    allowed = ", ".join(sorted(known))
    return [
        Failure(
            rule="unknown_unit", row=int(str(row)), column="unit", value=str(unit), allowed=allowed
        )
        for row, unit in first.items()
    ]


def check_period(ledger: Ledger, *, period: str, min_months: int) -> None:
    """Raise `InputError` unless a run can be made for this month with this ledger."""
    have = ledger.months
    file = _file_of(ledger, "ledger_month")
    allowed = f"{have[0]} – {have[-1]}"
    before = periods.is_month_0(period)
    month = periods.calendar_month(period, start=ledger.start) if before else period
    if not periods.is_period(month) or periods.is_period_13(month):
        rule = "not_a_month"
    elif month > have[-1]:
        rule = "period_in_future"
    elif month < have[0]:
        rule = "period_before_data"
    elif month not in have:
        rule = "missing_month"
    elif have.index(month) + 1 < min_months:
        rule, allowed = "too_few_months", str(min_months)
    else:
        return
    raise InputError(
        [Failure(rule=rule, file=file, column="period", value=period, allowed=allowed)]
    )


def months_present(ledger: Ledger) -> pd.DataFrame:
    """Gap map: fiscal year × month of the year, the number of rows booked; 0 is a gap.

    Columns 1–12 and 13 (year-end entries); months still to come are missing.
    """
    rows = ledger.ledger_month
    counts = pd.crosstab(
        rows["period"].map(ledger.year_of).rename("year"),
        rows["period"].map(lambda p: periods.month_of_year(p, start=ledger.start)).rename("month"),
    )
    span = range(counts.index.min(), counts.index.max() + 1)  # a year without a row is a gap too
    counts = counts.reindex(index=pd.Index(span, name="year"), columns=range(1, 14), fill_value=0)
    counts = counts.astype("Int64")
    to_come = range(periods.month_of_year(ledger.last, start=ledger.start) + 1, 14)
    counts.loc[ledger.year_of(ledger.last), list(to_come)] = pd.NA
    return counts


def unit_gaps(ledger: Ledger) -> pd.DataFrame:
    """Months in which a unit has no rows although it has some before and after: unit, period."""
    found = []
    for unit, rows in ledger.ledger_month.groupby("unit"):
        have = sorted(p for p in rows["period"].unique() if not periods.is_period_13(p))
        span = periods.month_range(have[0], have[-1]) if have else []
        absent = sorted(set(span) - set(have))
        found += [(str(unit), month) for month in absent]
    return pd.DataFrame(found, columns=["unit", "period"])

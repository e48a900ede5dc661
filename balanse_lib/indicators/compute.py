"""The values of the indicators, by unit and month, and why some have none."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from balanse_lib import params, periods, terms
from balanse_lib.indicators.parts import (
    Tables,
    add_parts,
    missing_parts,
    read_tables,
    with_trust,
)
from balanse_lib.ledger import Ledger
from balanse_lib.params.formulas import VALUE, read_parts

NO_SOURCE, NO_DATA, GAP, FEW = "no_source", "no_data", "gap", "few"
COLUMNS = ("indicator", "unit", "month", "value", "denominator", "reason", "missing")


def compute_indicators(
    ledger: Ledger, *, period: str, catalogue: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Every indicator of the catalogue by unit and month, as known when a month was closed.

    value = times · numerator / denominator, for each unit and for the whole trust (there the sum
    of the numerators over the sum of the denominators). Booked one-offs are in it.

    `reason` tells why a value is missing: `no_source` (no canonical table gives the indicator),
    `no_data` (the trust does not deliver the parts named in `missing`), `gap` (a part is missing
    in this month, or the denominator is 0), `few` (the denominator is below the smallest that is
    shown); empty where there is a value. The first two have one row, for the whole trust in the
    last month.
    """
    catalogue = params.indicator_catalogue() if catalogue is None else catalogue
    last = periods.calendar_month(period, start=ledger.start)
    known = ledger.until(period)
    tables = read_tables(known)
    months = periods.month_range(_first_month(known), last)
    found = [_compute(known, row, tables=tables, months=months) for _, row in catalogue.iterrows()]
    return pd.concat(found, ignore_index=True)


def explain_missing(reason: str, language: str = "en") -> str:
    """Why an indicator has no value, in words.

    >>> explain_missing("no_data")
    'not delivered'
    """
    return terms.text(f"not_computed.{reason}", language)


def _compute(ledger: Ledger, row: pd.Series, *, tables: Tables, months: list[str]) -> pd.DataFrame:
    """Rows of one indicator of the catalogue."""
    numerator, denominator = read_parts(row["numerator"]), read_parts(row["denominator"])
    missing = missing_parts(tables, [*numerator, *denominator])
    if missing or not numerator:
        reason = NO_DATA if numerator else NO_SOURCE
        return _not_computed(row["indicator"], ledger.trust, months[-1], reason, missing)
    formulas = [parts for parts in (numerator, denominator) if parts]
    ready = all(table == VALUE for parts in formulas for _, table, _ in parts)
    above, *below = [
        wide if ready else with_trust(wide, ledger.trust)
        for wide in add_parts(tables, *formulas, months=months)
    ]
    if row["accumulate"] == "yes":
        by_year = above.groupby([ledger.year_of(month) for month in months])
        above = by_year.transform(lambda year: year.cumsum(skipna=False))
    return _lengthen(row, above, below[0] if below else None)


def _first_month(ledger: Ledger) -> str:
    tables = (ledger.ledger_month, ledger.staffing, ledger.activity)
    found = pd.concat([table["period"] for table in tables])
    return str(found[~found.map(periods.is_period_13)].min())


def _lengthen(row: pd.Series, above: pd.DataFrame, below: pd.DataFrame | None) -> pd.DataFrame:
    """One row for each unit and month from the first month in which the unit has a value."""
    value = row["times"] * (above if below is None else above / below.where(below != 0))
    found = value.to_numpy().T
    under = np.full(found.shape, np.nan) if below is None else below.to_numpy().T
    begun = np.logical_or.accumulate(~np.isnan(found), axis=1)
    unit, month = np.nonzero(begun)
    few = (under < row["minimum"])[begun]
    cells = np.where(few, np.nan, found[begun])
    return pd.DataFrame(
        {
            "indicator": row["indicator"],
            "unit": value.columns.to_numpy()[unit],
            "month": value.index.to_numpy()[month],
            "value": cells,
            "denominator": under[begun],
            "reason": np.select([few, np.isnan(cells)], [FEW, GAP], ""),
            "missing": "",
        }
    )


def _not_computed(
    indicator: str, trust: str, month: str, reason: str, missing: Sequence[str]
) -> pd.DataFrame:
    cells = (indicator, trust, month, float("nan"), float("nan"), reason, ", ".join(missing))
    return pd.DataFrame([cells], columns=list(COLUMNS))

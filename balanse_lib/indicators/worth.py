"""What a change of an indicator is worth in the accounts, in million a month."""

import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.funding import (
    activity_income,
    discharge_ready_income,
    is_rate_of_year,
)

_INCOME = {"isf": activity_income, "discharge_ready": discharge_ready_income}


def worth_per_month(
    change: float, *, worth: str, month: str, line: pd.Series, volume: pd.Series
) -> float:
    """Effect on the result of a lasting change, million a month; NaN where it cannot be told.

    `worth` as in the catalogue. `amount`: the change itself, `-amount` with the sign turned; `isf`
    and `discharge_ready`: by the rates of the month's year, NaN when they are not published;
    `line`: change × (amount of the statement line / volume, both of the twelve months up to
    `month`), NaN when one of them is missing.

    >>> months = periods.month_range("2024-01", "2024-12")
    >>> pay, staff = pd.Series(-80.0, months), pd.Series(1000.0, months)
    >>> worth_per_month(10.0, worth="line", month="2024-12", line=pay, volume=staff)
    -0.8
    """
    if worth in {"amount", "-amount"}:
        return change if worth == "amount" else -change
    if worth in _INCOME:
        known = is_rate_of_year(worth, month=month)
        return _INCOME[worth](change, month=month) if known else float("nan")
    if worth != "line":
        return float("nan")
    year = periods.month_range(periods.shift(month, 1 - periods.MONTHS_IN_YEAR), month)
    amount, quantity = (part.reindex(year).sum(skipna=False) for part in (line, volume))
    return float(change * amount / quantity) if quantity else float("nan")

"""A small ledger whose numbers can be checked by head."""

from collections.abc import Callable

import pandas as pd
import pytest

from balanse_lib import periods
from balanse_lib.ledger import Ledger, empty_table

MakeLedger = Callable[..., Ledger]


def _rows(amounts: dict[str, dict[str, float]], table: str) -> pd.DataFrame:
    rows = [
        {
            "trust": "t",
            "unit": "t",
            "account": line,
            "period": period,
            "amount": amount,
            "line": line,
        }
        for line, by_period in amounts.items()
        for period, amount in by_period.items()
    ]
    columns = [*empty_table(table).columns, "line"]
    return pd.DataFrame(rows, columns=columns) if rows else empty_table(table).assign(line="")


@pytest.fixture
def make_ledger() -> MakeLedger:
    """Ledger from line → period → amount; everything not given is empty."""

    def make(
        amounts: dict[str, dict[str, float]],
        *,
        budget: dict[str, dict[str, float]] | None = None,
        events: pd.DataFrame | None = None,
        start: int = 1,
        known_gaps: dict[str, str] | None = None,
        **tables: pd.DataFrame,
    ) -> Ledger:
        others = ("requirement", "forecast_log", "measure", "staffing", "activity", "org")
        return Ledger(
            trust="t",
            start=start,
            ledger_month=_rows(amounts, "ledger_month"),
            budget=_rows(budget or {}, "budget"),
            event=empty_table("event").assign(line="") if events is None else events,
            known_gaps=known_gaps or {},
            **{name: tables.get(name, empty_table(name)) for name in others},
        )

    return make


@pytest.fixture
def months() -> Callable[[str, int], list[str]]:
    """Months in a row from a first one."""
    return lambda first, n: periods.month_range(first, periods.shift(first, n - 1))

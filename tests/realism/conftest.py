"""A small ledger whose numbers can be checked by head, and one synthetic trust."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from balanse_lib import forecast, params, periods
from balanse_lib.ledger import Ledger, empty_table, read_ledger
from balanse_lib.params import Trust

MakeLedger = Callable[..., Ledger]
Amounts = dict[tuple[str, str], dict[str, float]]


def rows(amounts: Amounts, table: str) -> pd.DataFrame:
    """Canonical rows from (account, line) → period → amount; all in unit u of trust t."""
    found = [
        {"trust": "t", "unit": "u", "account": account, "period": period, "amount": amount,
         "line": line}
        for (account, line), by_period in amounts.items()
        for period, amount in by_period.items()
    ]  # fmt: skip
    columns = [*empty_table(table).columns, "line"]
    return pd.DataFrame(found, columns=columns) if found else empty_table(table).assign(line="")


def table(name: str, *given: dict[str, Any]) -> pd.DataFrame:
    """Canonical table from rows; columns that are not given are empty."""
    return pd.DataFrame([{"trust": "t", "unit": "t", **row} for row in given]).reindex(
        columns=[*empty_table(name).columns, *(["line"] if name == "event" else [])]
    )


@pytest.fixture
def make_ledger() -> MakeLedger:
    """Ledger from amounts; everything not given is empty."""

    def make(amounts: Amounts, *, budget: Amounts | None = None, **tables: pd.DataFrame) -> Ledger:
        others = ("requirement", "forecast_log", "measure", "staffing", "activity", "org")
        return Ledger(
            trust="t",
            start=1,
            ledger_month=rows(amounts, "ledger_month"),
            budget=rows(budget or {}, "budget"),
            event=tables.get("event", empty_table("event").assign(line="")),
            known_gaps={},
            **{name: tables.get(name, empty_table(name)) for name in others},
        )

    return make


def months(first: str, n: int) -> list[str]:
    """Months in a row from a first one."""
    return periods.month_range(first, periods.shift(first, n - 1))


@pytest.fixture(scope="session")
def granvik() -> Ledger:
    """A synthetic trust as known after June 2025."""
    told = Trust.model_validate(
        {
            "trust": "helse-granvik", "name": "G", "region": "r", "country": "NO",
            "currency": "NOK", "synthetic": {}, "thresholds": params.default_thresholds(),
        }
    )  # fmt: skip
    return read_ledger(told, folder=Path()).until("2025-06")


@pytest.fixture(scope="session")
def granvik_end(granvik: Ledger) -> forecast.YearEnd:
    """Its year-end as forecast after June 2025."""
    return forecast.year_end(granvik, period="2025-06", rng=np.random.default_rng(1), n_paths=1000)


def with_normal(year_end: forecast.YearEnd, mean: float, sd: float) -> forecast.YearEnd:
    """The same year-end with exactly normal totals: the quantile of each path's middle."""
    n = len(year_end.paths)
    totals = norm(mean, sd).ppf((np.arange(n) + 0.5) / n)
    now = year_end.paths.sum(axis=(1, 2)) + year_end.booked.sum()
    paths = year_end.paths.copy()
    paths[:, 0, 0] += totals - now
    zero = np.zeros(n)
    return replace(year_end, paths=paths, period_13=zero, events=zero)


@pytest.fixture(scope="session")
def normal(granvik_end: forecast.YearEnd) -> forecast.YearEnd:
    """Year-end of mean 0 and sd 10."""
    return with_normal(granvik_end, 0.0, 10.0)


@pytest.fixture(scope="session")
def quiet(granvik: Ledger) -> Ledger:
    """The trust without reports and events, so that no flag is raised."""
    return replace(
        granvik, forecast_log=granvik.forecast_log.iloc[:0], event=granvik.event.iloc[:0]
    )

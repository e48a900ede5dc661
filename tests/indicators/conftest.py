"""A small ledger whose indicators can be checked by head."""

from collections.abc import Callable

import pandas as pd
import pytest

from balanse_lib.ledger import Ledger, empty_table

MakeLedger = Callable[..., Ledger]
TABLES = ("requirement", "forecast_log", "measure", "staffing", "activity", "org")


def table(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Canonical table of trust `t`; columns that the rows do not have are empty."""
    empty = empty_table(name)
    if not rows:
        return empty
    frame = pd.DataFrame(rows).assign(trust="t").reindex(columns=empty.columns)
    return frame.astype(dict(empty.dtypes))


def count(kind: str, month: str, value: float, unit: str = "med") -> dict[str, object]:
    """One row of `activity` or of its plan."""
    return {"unit": unit, "period": month, "type": kind, "value": value}


def _money(name: str, rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    cells = [
        {"unit": unit, "account": line, "period": month, "amount": amount}
        for unit, line, month, amount in rows
    ]
    frame = table(name, list(cells))
    return frame.assign(line=frame["account"])


@pytest.fixture
def make_ledger() -> MakeLedger:
    """Ledger of trust `t`; money as (unit, line, month, amount), other tables as rows."""

    def make(
        accounts: list[tuple[str, str, str, float]],
        *,
        budget: list[tuple[str, str, str, float]] | None = None,
        **tables: list[dict[str, object]],
    ) -> Ledger:
        return Ledger(
            trust="t",
            start=1,
            ledger_month=_money("ledger_month", accounts),
            budget=_money("budget", budget or []),
            event=empty_table("event").assign(line=""),
            known_gaps={},
            **{name: table(name, tables.get(name, [])) for name in TABLES},
        )

    return make

"""Trusts whose shares can be checked by head."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from balanse_lib import periods
from balanse_lib.indicators import Changes, find_changes
from balanse_lib.ledger import Ledger, empty_table

MONTHS = periods.month_range("2024-01", "2025-06")


def _changes_of(share: float, due: float = 100.0) -> Changes:
    rows = [
        {"trust": "t", "unit": "med", "period": month, "type": kind, "value": value}
        for place, month in enumerate(MONTHS)
        for kind, value in (("letters_due", due), ("letters_1_day", due * share + place % 2))
    ]
    empty = {name: empty_table(name) for name in
             ("budget", "requirement", "forecast_log", "measure", "staffing", "org")}  # fmt: skip
    accounts = pd.DataFrame({"trust": "t", "unit": "med", "account": "a", "period": MONTHS,
                             "version": None, "amount": -1.0, "line": "pay_cost"})  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=empty_table("activity").columns)
    ledger = Ledger("t", 1, ledger_month=accounts, activity=frame, known_gaps={},
                    event=empty_table("event").assign(line=""), **empty)  # fmt: skip
    return find_changes(ledger, period="2025-06", rng=np.random.default_rng(1))


@pytest.fixture(scope="session")
def changes_of() -> Callable[..., Changes]:
    """Changes of a trust with letters sent within a day: their share, and how many are due."""
    return _changes_of

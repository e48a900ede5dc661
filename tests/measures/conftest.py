"""Registers to count with: a few columns told, the rest empty."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from balanse_lib import forecast, open_run
from balanse_lib.ledger import Ledger, empty_table
from tests.measures.registers import PERIOD

MakeRegister = Callable[..., pd.DataFrame]


@pytest.fixture
def make_register() -> MakeRegister:
    """A register of measures M0, M1 … from lists of cells; what is not told is empty."""

    def make(**columns: list[object]) -> pd.DataFrame:
        count = len(next(iter(columns.values())))
        told = {"measure_id": [f"M{k}" for k in range(count)], "trust": ["helse-prove"] * count}
        empty = empty_table("measure")
        frame = pd.DataFrame(told | columns, index=range(count)).reindex(columns=empty.columns)
        return frame.astype(dict(empty.dtypes))

    return make


@pytest.fixture(scope="session")
def year() -> tuple[Ledger, forecast.YearEnd]:
    """A trust after March, without risks: a ledger to put a register into, and its forecast."""
    run = open_run("helse-havdal", period=PERIOD)
    return replace(run.ledger, risk=empty_table("risk")), run.year_end

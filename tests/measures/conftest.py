"""Registers to count with: a few columns told, the rest empty."""

from collections.abc import Callable

import pandas as pd
import pytest

from balanse_lib.ledger import empty_table

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

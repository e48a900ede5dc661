"""Development panels: parquet files with `series_id, month, value`, as series × months."""

from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib.forecast.frames import read_panel
from balanse_lib.forecast.kernels import FloatArray


def load_panel(path: Path) -> FloatArray:
    """Series (rows) moved so that all end in the last column; NaN where nothing is known."""
    panel = read_panel(pd.read_parquet(path))
    width = panel.matrix.shape[1]
    moved = np.full_like(panel.matrix, np.nan)
    for row, (values, end) in enumerate(zip(panel.matrix, panel.ends, strict=True)):
        moved[row, width - end :] = values[:end]
    return moved


def to_frame(values: FloatArray) -> pd.DataFrame:
    """Long frame of series × months, numbered from 0, the last column being 2019-12."""
    months = pd.period_range(end="2019-12", periods=values.shape[1], freq="M")
    wide = pd.DataFrame(values, columns=months.to_timestamp())
    wide.index.name = "series_id"
    return wide.reset_index().melt("series_id", var_name="month").dropna(ignore_index=True)

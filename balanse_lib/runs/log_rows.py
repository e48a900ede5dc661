"""What one run has to say of the year's end, as rows of the forecast log.

Columns as in the hubverse's model output: one row per forecast and quantile. `target_end` and
`origin_date` are last days of a month: of the fiscal year, and of the data the forecast had.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import periods
from balanse_lib.forecast import YearEnd
from balanse_lib.forecast.year_end import QUANTILES
from balanse_lib.ledger import Targets

REPORTED, BEFORE, AFTER = "reported", "model_before_measures", "model_after_measures"
TABLE = "forecast_log"  # in the run's own data/
COLUMNS = {
    "model_id": "str",
    "location": "str",
    "origin_date": "str",
    "horizon": "int64",  # months of the fiscal year that were to come
    "target": "str",
    "target_end": "str",
    "output_type": "str",  # quantile, mean, median, point
    "output_type_id": "float64",  # level of a quantile
    "value": "float64",  # million, + improves the result
    "basis": "str",  # result, deviation
    "requirement": "float64",
    "unit": "str",
}


def log_rows(
    year_end: YearEnd,
    *,
    targets: Targets,
    unit: str,
    start: int = 1,
    after_measures: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """Reported forecast and the model's, before and (draws of the result) after measures.

    A forecast reported as a deviation stands as it was given; where the figure it is measured from
    is known, it also stands as a result.
    """
    frames = [_model_rows(BEFORE, year_end.total)]
    if after_measures is not None:
        frames.append(_model_rows(AFTER, after_measures))
    rows = pd.concat(frames).assign(origin=year_end.period, basis="result")
    rows = pd.concat([rows, _reported_rows(targets)], ignore_index=True)
    end = periods.months_of_year(year_end.year, start=start)[-1]
    full = rows.assign(
        location=year_end.trust,
        origin_date=[_last_day(month) for month in rows["origin"]],
        horizon=[periods.months_left(month, start=start) for month in rows["origin"]],
        target="year_end_result",
        target_end=_last_day(end),
        requirement=np.nan if targets.requirement is None else targets.requirement,
        unit=unit,
    )
    return full[list(COLUMNS)].astype(COLUMNS)


def read_rows(run: Path) -> pd.DataFrame:
    """Rows that a finished run left in its folder."""
    file = run / "data" / f"{TABLE}.csv"
    return pd.read_csv(file, dtype=COLUMNS)


def _model_rows(model: str, draws: NDArray[np.float64]) -> pd.DataFrame:
    summary = [("mean", np.nan, draws.mean()), ("median", np.nan, np.median(draws))]
    levels = [("quantile", level, np.quantile(draws, level)) for level in QUANTILES]
    rows = pd.DataFrame(summary + levels, columns=["output_type", "output_type_id", "value"])
    return rows.assign(model_id=model)


def _reported_rows(targets: Targets) -> pd.DataFrame:
    given = {targets.reported_basis: targets.reported_raw, "result": targets.reported}
    known = {basis: value for basis, value in given.items() if basis and value is not None}
    return pd.DataFrame(
        {
            "output_type": "point",
            "output_type_id": np.nan,
            "value": list(known.values()),
            "model_id": REPORTED,
            "origin": targets.reported_period,
            "basis": list(known),
        }
    )


def _last_day(month: str) -> str:
    return str(periods.to_month_index([month])[0].end_time.date())

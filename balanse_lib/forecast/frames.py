"""Long frames `series_id, month, value` into panels, and forecasts back into long frames."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.forecast.layout import IntArray
from balanse_lib.forecast.panel import MIN_MONTHS

MonthForm = Literal["text", "date", "period"]
LARGEST = 1e300
LAST_MONTH = 12 * 10_000
NO_MONTH = -LAST_MONTH
COLUMNS = ("series_id", "month", "value")


@dataclass(frozen=True)
class Panel:
    """Series side by side: `matrix` is series × calendar months from `first_month`, NaN = missing.

    `ends` counts the months up to and including each series' last value; `refused` names the
    series that cannot be forecast and why.
    """

    series_ids: tuple[object, ...]
    first_month: pd.Period
    matrix: FloatArray
    ends: IntArray
    refused: pd.DataFrame
    month_form: MonthForm


def read_panel(frame: pd.DataFrame) -> Panel:
    """Panel of the series in a long frame; months may be dates, periods or text `YYYY-MM`.

    Refused, by name, are series with a repeated month, an infinite value or too few values.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ValueError(f"columns {missing} not found; needed are {list(COLUMNS)}")
    codes, series_ids = pd.factorize(frame["series_id"])
    if (codes < 0).any():
        raise ValueError(f"{(codes < 0).sum()} rows have no series_id; give every row one")
    months = _number_months(frame["month"])
    values = frame["value"].to_numpy(dtype=float, na_value=np.nan)
    reasons = _find_reasons(codes, months, values, count=len(series_ids))
    usable = np.array([reason == "" for reason in reasons], dtype=bool)
    refused = {"series_id": series_ids[~usable], "reason": [r for r in reasons if r]}
    kept = usable[codes] & ~np.isnan(values)
    first = int(months[kept].min(initial=LAST_MONTH)) if kept.any() else 0
    matrix = np.full((len(series_ids), int(months[kept].max(initial=first)) - first + 1), np.nan)
    matrix[codes[kept], months[kept] - first] = values[kept]
    matrix = matrix[usable]
    return Panel(
        series_ids=tuple(series_ids[usable]),
        first_month=pd.Period(ordinal=first, freq="M"),
        matrix=matrix,
        ends=np.asarray(matrix.shape[1] - (~np.isnan(matrix))[:, ::-1].argmax(axis=1)),
        refused=pd.DataFrame(refused),
        month_form=_name_form(frame["month"]),
    )


def _name_form(months: pd.Series) -> MonthForm:
    if isinstance(months.dtype, pd.PeriodDtype):
        return "period"
    return "date" if _is_date(months) else "text"


def _is_date(months: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(months))


def are_months(months: pd.Series) -> pd.Series:
    """Where a month can be read: a date, a period or text that begins YYYY-MM.

    >>> are_months(pd.Series(["2024-01", "2024-13", "January", None])).tolist()
    [True, False, False, False]
    """
    if isinstance(months.dtype, pd.PeriodDtype) or _is_date(months):
        return months.notna()
    text = months.astype("str").str[:7]
    return months.notna() & pd.to_datetime(text, format="%Y-%m", errors="coerce").notna()


def _number_months(months: pd.Series) -> IntArray:
    """Months since 1970-01; `NO_MONTH` where none is given."""
    codes, written = pd.factorize(months)
    if isinstance(months.dtype, pd.PeriodDtype):
        index = pd.PeriodIndex(written, freq="M")
    else:
        dates = pd.to_datetime(
            written if _is_date(months) else written.astype("str").str[:7],
            format=None if _is_date(months) else "%Y-%m",
        )
        index = pd.PeriodIndex(dates, freq="M")
    numbers = np.asarray((index.year - 1970) * 12 + index.month - 1, dtype=np.intp)
    return np.append(numbers, NO_MONTH)[codes]


def _find_reasons(
    codes: IntArray, months: IntArray, values: FloatArray, *, count: int
) -> list[str]:
    """Say why each series cannot be forecast; an empty text where it can."""
    repeated = pd.Series(codes * (2 * LAST_MONTH) + months).duplicated().to_numpy()
    faults = [
        (months == NO_MONTH, "a row without a month"),
        (repeated, "the same month more than once"),
        (np.isinf(values), "an infinite value"),
        (np.abs(values) > LARGEST, f"values beyond ±{LARGEST:g}"),
    ]
    reasons = [""] * count
    known = np.bincount(codes, weights=~np.isnan(values), minlength=count)
    for series in np.flatnonzero(known < MIN_MONTHS):
        reasons[series] = f"fewer than {MIN_MONTHS} months with a value"
    for fault, reason in reversed(faults):
        for series in np.unique(codes[fault]):
            reasons[series] = reason
    return reasons


def name_months(panel: Panel, *, horizon: int) -> pd.Index:
    """Months forecast for every series, one series after the other, written as the input's were."""
    steps = panel.ends[:, None] + np.arange(horizon)
    longest = pd.period_range(panel.first_month, periods=int(steps.max(initial=0)) + 1, freq="M")
    named: dict[MonthForm, pd.Index] = {
        "period": longest,
        "date": longest.to_timestamp(),
        "text": longest.strftime("%Y-%m"),
    }
    return named[panel.month_form].take(steps.ravel())


def align_regressors(panel: Panel, regressors: pd.DataFrame, horizon: int) -> FloatArray:
    """Columns common to the panel, one row per month of its history and horizon."""
    first = panel.first_month
    months = pd.period_range(first, periods=panel.matrix.shape[1] + horizon, freq="M")
    missing = months.difference(pd.PeriodIndex(regressors.index, freq="M"))
    if len(missing):
        raise ValueError(f"regressors lack {len(missing)} of the months {first} to {months[-1]}")
    return regressors.loc[months].to_numpy(dtype=float)

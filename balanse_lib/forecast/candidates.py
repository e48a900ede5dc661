"""Well-known single-series models on the trust's result, shown beside the panel model.

They see only the result itself, not its lines, and are there for comparison: where they agree with
the panel model there is little to discuss, where they do not, the reader should know.
"""

import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

from balanse_lib import periods
from balanse_lib.forecast.calendar import Country, calendar_regressors
from balanse_lib.forecast.history import monthly_series
from balanse_lib.ledger import Ledger

Forecaster = Callable[[pd.Series, int, np.ndarray | None], np.ndarray]


def candidate_models(ledger: Ledger, *, period: str, country: Country | None = None) -> pd.Series:
    """Year-end result by each single-series model, in million; left out where one cannot be fitted.

    The index holds `structural` (`UnobservedComponents` with working days), `ets`, `theta` and
    `sarimax`. Nothing is fitted over a gap or when the year is over.
    """
    known = ledger.until(period)
    result = monthly_series(known).sum(axis=1, min_count=1)
    left = periods.months_left(period, start=ledger.start)
    booked = monthly_series(known, without_events=False).sum(axis=1, min_count=1)
    this_year = [ledger.year_of(month) == ledger.year_of(period) for month in booked.index]
    if result.isna().any() or left == 0:
        return pd.Series(dtype=float)
    series = pd.Series(result.to_numpy(), index=periods.to_month_index(result.index))
    calendar = None
    if country is not None:
        months = pd.period_range(series.index[0], periods=len(series) + left, freq="M")
        calendar = calendar_regressors(months, country=country)
    ytd = float(booked[this_year].sum())
    return pd.Series(
        {
            name: ytd + float(np.sum(forecast(series, left, calendar)))
            for name, forecast in CANDIDATES.items()
        }
    )


def _structural(series: pd.Series, steps: int, calendar: np.ndarray | None) -> np.ndarray:
    centred, ahead = None, None
    if calendar is not None:
        columns = calendar - calendar.mean(axis=0)
        centred, ahead = columns[: len(series)], columns[len(series) :]
    model = UnobservedComponents(
        series / series.std(),
        level="local linear deterministic trend",
        seasonal=periods.MONTHS_IN_YEAR,
        stochastic_seasonal=False,
        exog=centred,
    )
    fitted = model.fit(disp=0, maxiter=200)
    return np.asarray(fitted.forecast(steps, exog=ahead) * series.std())


def _ets(series: pd.Series, steps: int, _: np.ndarray | None) -> np.ndarray:
    model = ETSModel(
        series / series.std(),
        error="add",
        trend="add",
        damped_trend=True,
        seasonal="add",
        seasonal_periods=periods.MONTHS_IN_YEAR,
    )
    return np.asarray(model.fit(disp=0).forecast(steps) * series.std())


def _theta(series: pd.Series, steps: int, _: np.ndarray | None) -> np.ndarray:
    model = ThetaModel(series, period=periods.MONTHS_IN_YEAR, method="additive")
    return np.asarray(model.fit().forecast(steps))


def _sarimax(series: pd.Series, steps: int, _: np.ndarray | None) -> np.ndarray:
    model = SARIMAX(
        series / series.std(),
        order=(0, 1, 1),
        seasonal_order=(0, 1, 1, periods.MONTHS_IN_YEAR),
        concentrate_scale=True,
    )
    return np.asarray(model.fit(disp=0).forecast(steps) * series.std())


def _quietly(forecaster: Forecaster) -> Forecaster:
    """A model that did not converge still forecasts; it is a comparison, not the answer."""

    def forecast(series: pd.Series, steps: int, calendar: np.ndarray | None) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.simplefilter("ignore", EstimationWarning)
            warnings.simplefilter("ignore", UserWarning)
            return forecaster(series, steps, calendar)

    return forecast


CANDIDATES: Mapping[str, Forecaster] = {
    "structural": _quietly(_structural),
    "ets": _quietly(_ets),
    "theta": _quietly(_theta),
    "sarimax": _quietly(_sarimax),
}

"""Well-known single-series models on the headline, shown and scored beside the panel model.

They see the result or its statement lines, each alone, and are there for comparison: where they
agree with the panel model there is little to discuss, where they do not, the reader should know.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence

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

# The months after which trusts report to their owner: tertials and quarters.
ORIGIN_MONTHS = (3, 6, 9)
Forecaster = Callable[[pd.Series, int, np.ndarray | None], np.ndarray]


def candidate_models(ledger: Ledger, *, period: str, country: Country | None = None) -> pd.Series:
    """Year-end result by each single-series model, in million; left out where one cannot be fitted.

    The index holds `structural` (`UnobservedComponents` with working days), `structural_lines`
    (the same for every statement line, summed), `ets`, `theta` and `sarimax`. Nothing is fitted
    over a gap or when the year is over.
    """
    known = ledger.until(period)
    booked = monthly_series(known, without_events=False).sum(axis=1, min_count=1)
    ytd = float(booked[booked.index.map(ledger.year_of) == ledger.year_of(period)].sum())
    left = periods.months_left(period, start=ledger.start)
    months = monthly_series(known)
    found = forecast_rest(months, left=left, country=country)
    if not found.empty:
        lines = months.T.groupby(level="line").sum().T
        structural = {"structural": CANDIDATES["structural"]}
        by_line = [
            forecast_rest(lines[[line]], left=left, country=country, models=structural).sum()
            for line in lines
        ]
        found["structural_lines"] = float(np.sum(by_line))
    return ytd + found


def candidates_record(
    ledger: Ledger, *, origins: Sequence[str], country: Country | None = None
) -> pd.DataFrame:
    """Rest of the year by each single-series model at earlier origins (rows), in million.

    A model is fitted anew at every origin; so only at those after months 3, 6 and 9, and not line
    by line.
    """
    months = monthly_series(ledger)
    number = {origin: periods.month_of_year(origin, start=ledger.start) for origin in origins}
    found = {
        origin: forecast_rest(
            months.loc[:origin], left=periods.MONTHS_IN_YEAR - number[origin], country=country
        )
        for origin in origins
        if number[origin] in ORIGIN_MONTHS
    }
    return pd.DataFrame(found).T


def forecast_rest(
    months: pd.DataFrame,
    *,
    left: int,
    country: Country | None,
    models: Mapping[str, Forecaster] | None = None,
) -> pd.Series:
    """Sum of the `left` months to come by each model, of the sum of months × series."""
    if left == 0 or months.isna().any(axis=None):
        return pd.Series(dtype=float)
    index = periods.to_month_index(months.index)
    calendar = None
    if country is not None:
        ahead = pd.period_range(index[0], periods=len(index) + left, freq="M")
        calendar = calendar_regressors(ahead, country=country)
    result = pd.Series(months.sum(axis=1).to_numpy(), index=index)
    chosen = CANDIDATES if models is None else models
    return pd.Series(
        {name: float(forecast(result, left, calendar).sum()) for name, forecast in chosen.items()}
    )


def _structural(series: pd.Series, steps: int, calendar: np.ndarray | None) -> np.ndarray:
    centred, ahead = None, None
    if calendar is not None:
        columns = calendar - calendar.mean(axis=0)
        centred, ahead = columns[: len(series)], columns[len(series) :]
    if series.std() == 0:  # a line that never moves needs no model
        return np.full(steps, series.iloc[-1])
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

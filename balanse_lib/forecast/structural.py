"""One monthly series under a structural time-series model (statsmodels).

`y_t = level_t + drift·t + season_t + ε_t`: a level that wanders, a fixed drift, a fixed season. A
season or a slope that may change every month is more than six years of months can tell from noise.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.statespace.structural import (
    UnobservedComponents,
    UnobservedComponentsResults,
)

from balanse_lib.periods import MONTHS_IN_YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PathDistribution:
    """Gaussian distribution of a series' unknown months, in the unit of the series.

    `mean` (months,), `cov` (months, months), `residuals`: standardised one-step errors of the
    months after the first season, for the dependence between series. `converged` is False when the
    optimiser gave up before it was done; the estimate is then usable but said to be uncertain.
    """

    mean: Floats
    cov: Floats
    residuals: Floats
    converged: bool


def fit_paths(series: pd.Series, *, horizon: int) -> PathDistribution:
    """Distribution of a series' missing months and of the `horizon` months after its end.

    `series` is indexed by every month in order; NaN marks a month that is not known. The unknown
    months come first in the result, the future months after them.
    """
    values = series.to_numpy(dtype=float)
    centre, spread = np.nanmean(values), np.nanstd(values)
    gaps = np.flatnonzero(np.isnan(values))
    if spread == 0 or not np.isfinite(spread):
        size = len(gaps) + horizon
        return PathDistribution(
            np.full(size, centre), np.zeros((size, size)), np.zeros(len(values)), True
        )
    results, converged = _fit((values - centre) / spread)
    mean, cov = _future(results, horizon)
    if len(gaps):
        mean, cov = _with_gaps(results, gaps, mean, cov)
    residuals = results.filter_results.standardized_forecasts_error[0].copy()
    residuals[: MONTHS_IN_YEAR + 2] = np.nan  # the model is still learning its season and drift
    return PathDistribution(centre + spread * mean, spread**2 * cov, residuals, converged)


def _fit(standardised: Floats) -> tuple[UnobservedComponentsResults, bool]:
    model = UnobservedComponents(
        standardised,
        level="local linear deterministic trend",
        seasonal=MONTHS_IN_YEAR,
        stochastic_seasonal=False,
    )
    with warnings.catch_warnings():
        # not converging is reported in the result, not shouted from inside
        warnings.simplefilter("ignore", ConvergenceWarning)
        results = model.fit(disp=0, maxiter=200)
    return results, bool(results.mle_retvals["converged"])


def _future(results: UnobservedComponentsResults, horizon: int) -> tuple[Floats, Floats]:
    """Mean and covariance of the next months, by the state-space recursion.

    `cov(y_{n+i}, y_{n+j}) = Z P_i (T^{j-i})' Z' + H·1[i=j]` with `P_{i+1} = T P_i T' + R Q R'`.
    """
    ssm = results.filter_results
    transition, design = ssm.transition[:, :, 0], ssm.design[0, :, 0]
    noise = ssm.selection[:, :, 0] @ ssm.state_cov[:, :, 0] @ ssm.selection[:, :, 0].T
    state, state_cov = ssm.predicted_state[:, -1], ssm.predicted_state_cov[:, :, -1]
    mean, cov = np.empty(horizon), np.empty((horizon, horizon))
    for i in range(horizon):
        mean[i] = design @ state
        carried = state_cov @ design
        for j in range(i, horizon):
            cov[i, j] = cov[j, i] = design @ carried
            carried = transition @ carried
        cov[i, i] += ssm.obs_cov[0, 0, 0]
        state = transition @ state
        state_cov = transition @ state_cov @ transition.T + noise
    return mean, cov


def _with_gaps(
    results: UnobservedComponentsResults, gaps: NDArray[np.intp], mean: Floats, cov: Floats
) -> tuple[Floats, Floats]:
    """Put the missing months in front, each by its own prediction from the months before it.

    They are taken as independent of the future, which is a little wide, never narrow.
    """
    ssm = results.filter_results
    gap_mean = ssm.forecasts[0, gaps]
    gap_var = ssm.forecasts_error_cov[0, 0, gaps]
    size = len(gaps) + len(mean)
    joined = np.zeros((size, size))
    joined[: len(gaps), : len(gaps)] = np.diag(gap_var)
    joined[len(gaps) :, len(gaps) :] = cov
    return np.concatenate([gap_mean, mean]), joined

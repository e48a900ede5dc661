"""Forecast any number of monthly series: median, quantiles, totals and sample paths."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from balanse_lib.forecast.conformal import NEUTRAL, Recalibration, learn_recalibration
from balanse_lib.forecast.draws import draw_fit, draw_totals
from balanse_lib.forecast.frames import Panel, align_regressors, name_months, read_panel
from balanse_lib.forecast.grid import Grid, read_grid
from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.forecast.mixture import iterate_mixtures, mixture_quantiles
from balanse_lib.forecast.panel import MIN_MONTHS, Model, PanelFit, fit_origins
from balanse_lib.params import base_prior

CALIBRATION_PATHS = 200
CALIBRATION_YEARS = 5
CALIBRATION_MONTHS = 24


@dataclass(frozen=True)
class SeriesForecast:
    """Forecast of a panel; paths and totals are drawn when asked for, always the same ones."""

    panel: Panel
    fit: PanelFit
    recalibration: Recalibration
    n_paths: int
    rng: np.random.Generator

    @property
    def series_ids(self) -> list[object]:
        """Series in the order of `paths`; refused series are not among them."""
        return list(self.panel.series_ids)

    @property
    def refused(self) -> pd.DataFrame:
        """Series that could not be forecast: `series_id`, `reason`."""
        return self.panel.refused

    @cached_property
    def paths(self) -> FloatArray:
        """Sample paths (series × paths × horizon) that add up to `totals`."""
        paths = np.empty((len(self.series_ids), self.n_paths, self.fit.horizon))
        for row, path, places in draw_fit(self.fit, n_paths=self.n_paths, rng=deepcopy(self.rng)):
            paths[row, places] = path
        if self.recalibration is not NEUTRAL:
            _move_to_totals(paths, self.totals)
        return paths

    @cached_property
    def totals(self) -> FloatArray:
        """Sum over the horizon of every path (series × paths), recalibrated."""
        totals = draw_totals(self.fit, n_paths=self.n_paths, rng=deepcopy(self.rng))
        return self.recalibration.widen(totals)

    def point(self) -> pd.DataFrame:
        """Median of every month: `series_id, month, value`."""
        return self.quantiles([0.5]).drop(columns="level")

    def quantiles(self, levels: Sequence[float]) -> pd.DataFrame:
        """Quantiles of every month: `series_id, month, level, value`."""
        wanted = np.asarray(levels, dtype=float)
        shape = (len(self.series_ids), len(wanted), self.fit.horizon)
        values = np.empty(shape)
        for mixture in iterate_mixtures(self.fit):
            values[mixture.rows] = mixture_quantiles(mixture, wanted)
        months = name_months(self.panel, horizon=shape[2])
        order = np.arange(len(months)).reshape(-1, 1, shape[2]).repeat(shape[1], axis=1)
        return pd.DataFrame(
            {
                "series_id": np.repeat(
                    np.array(self.series_ids, dtype=object), shape[1] * shape[2]
                ),
                "month": months.take(order.ravel()),
                "level": np.tile(np.repeat(wanted, shape[2]), shape[0]),
                "value": values.ravel(),
            }
        )

    def total_quantiles(self, levels: Sequence[float]) -> pd.DataFrame:
        """Quantiles of the sum over the horizon, summed per path: `series_id, level, value`."""
        wanted = np.asarray(levels, dtype=float)
        return pd.DataFrame(
            {
                "series_id": np.repeat(np.array(self.series_ids, dtype=object), len(wanted)),
                "level": np.tile(wanted, len(self.series_ids)),
                "value": np.quantile(self.totals, wanted, axis=1).T.ravel(),
            }
        )


def forecast_series(
    frame: pd.DataFrame,
    *,
    horizon: int,
    rng: np.random.Generator,
    n_paths: int = 1000,
    recalibrate: bool = True,
    prior: Grid | None = None,
    regressors: pd.DataFrame | None = None,
) -> SeriesForecast:
    """Forecast every series of a long frame `series_id, month, value` from its own last month.

    `recalibrate` learns the width of totals from the panel's own earlier years. `regressors`
    are columns common to the panel, indexed by month (`PeriodIndex`) over history and horizon.
    Series that cannot be forecast are named in `refused`.
    """
    panel = read_panel(frame)
    cuts = _earlier_years(panel, horizon=horizon) if recalibrate else []
    model = Model(
        grid=read_grid(base_prior()) if prior is None else prior,
        horizon=horizon,
        regressors=None if regressors is None else align_regressors(panel, regressors, horizon),
    )
    fit, *earlier = fit_origins(
        panel.matrix,
        model=model,
        cuts=[0, *cuts],
        min_months=[MIN_MONTHS, *[CALIBRATION_MONTHS] * len(cuts)],
        ends=panel.ends,
    )
    own = rng.spawn(1)[0]  # kept as it is, so that paths and totals are the same draws
    recalibration = _recalibrate(panel, earlier, cuts=cuts, rng=own) if cuts else NEUTRAL
    return SeriesForecast(panel, fit, recalibration, n_paths, own)


def _earlier_years(panel: Panel, *, horizon: int) -> list[int]:
    """Months before the end at which the same months of an earlier year were all still ahead."""
    first = 12 * -(-horizon // 12)
    longest = int((~np.isnan(panel.matrix)).sum(axis=1).max(initial=0)) - CALIBRATION_MONTHS
    return list(range(first, min(longest, first + 12 * (CALIBRATION_YEARS - 1)) + 1, 12))


def _recalibrate(
    panel: Panel, earlier: list[PanelFit], *, cuts: list[int], rng: np.random.Generator
) -> Recalibration:
    years = []
    for cut, fit in zip(cuts, earlier, strict=True):
        rows = fit.rows
        columns = panel.ends[rows, None] - cut + np.arange(fit.horizon)
        outcome = panel.matrix[rows[:, None], columns].sum(axis=1)
        draws = draw_totals(fit, n_paths=CALIBRATION_PATHS, rng=deepcopy(rng))[rows]
        years.append((outcome, draws))
    return learn_recalibration(years)


def _move_to_totals(paths: FloatArray, totals: FloatArray) -> None:
    """Spread what each total was moved by over its months, in proportion to their size."""
    for row, total in enumerate(totals):
        path = paths[row]
        size = np.abs(path)
        whole = size.sum(axis=1, keepdims=True)
        share = np.where(whole > 0, size / np.where(whole > 0, whole, 1.0), 1 / path.shape[1])
        paths[row] += (total - path.sum(axis=1))[:, None] * share

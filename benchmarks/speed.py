"""Seconds and memory: 767 series beside the library, a trust's backtest, and up to 50 000 series.

OMP_NUM_THREADS=1 python -m benchmarks.speed
"""

import resource
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from statsforecast.models import AutoETS, DynamicOptimizedTheta

from balanse_lib.forecast.calendar import Common
from balanse_lib.forecast.grid import read_grid
from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.forecast.series import forecast_series
from balanse_lib.forecast.trust_panel import model_view
from balanse_lib.forecast.view import View
from balanse_lib.params import base_prior
from balanse_lib.periods import month_range
from benchmarks.panels import to_frame

ETS_SERIES = 60


def simulate(series: int, months: int) -> FloatArray:
    """Draw counts around 20 to 400 with season, a wandering level and noise."""
    rng = np.random.default_rng(0)
    season = rng.normal(0, 0.15, (series, 12))[:, np.arange(months) % 12]
    level = rng.normal(0, 0.03, (series, months)).cumsum(axis=1)
    mean = np.exp(rng.uniform(3, 6, (series, 1)) + season + level)
    return rng.poisson(mean).astype(float)


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def forecast(frame: pd.DataFrame, ask: str, *, n_paths: int = 1000, recalibrate: bool) -> None:
    rng = np.random.default_rng(0)
    fc = forecast_series(frame, horizon=12, rng=rng, n_paths=n_paths, recalibrate=recalibrate)
    if ask == "paths":
        fc.paths.sum()
    fc.point()
    fc.total_quantiles([0.1, 0.5, 0.9])


def library(values: FloatArray, model: type) -> None:
    fitted = model(season_length=12)
    for row in values:
        fitted.forecast(y=row.copy(), h=12, level=[80, 95])


def trust_year(values: FloatArray) -> None:
    """One view of a trust: 24 origins backtested, 2 000 joint paths of the rest of the year."""
    months = tuple(month_range("2019-10", "2025-12"))  # 72 months booked, three ahead
    added = np.zeros((len(values), len(months)))
    view = View("amounts", months, values, np.ones(len(values)), added)
    rng = np.random.default_rng(0)
    prior = read_grid(base_prior())
    model = model_view(view, month=9, gaps=(), prior=prior, common=Common("NO"), rng=rng)
    model.draw(n_paths=2000, rng=rng)


def main() -> None:
    values = simulate(767, 84)
    frame = to_frame(values)
    library(values[:2], DynamicOptimizedTheta)  # compile before the clock starts
    library(values[:2], AutoETS)
    theta = seconds(lambda: library(values, DynamicOptimizedTheta))
    ets = seconds(lambda: library(values[:ETS_SERIES], AutoETS)) * len(values) / ETS_SERIES
    print(
        f"DynamicOptimizedTheta {theta:.2f} s; AutoETS {ets:.1f} s ({ETS_SERIES} series scaled up)"
    )
    for label, ask, recalibrate in (
        ("point and totals", "totals", False),
        ("point, totals and 1 000 paths", "paths", False),
        ("the same, recalibrated", "paths", True),
    ):
        used = seconds(lambda ask=ask, on=recalibrate: forecast(frame, ask, recalibrate=on))
        print(f"{label}: {used:.2f} s = 1/{theta / used:.1f} of Theta, 1/{ets / used:.0f} of ETS")
    used = seconds(lambda: trust_year(values[:120, :72]))
    print(f"trust, 120 lines x 24 origins + joint paths: {used:.2f} s")
    for count in (1_000, 5_000, 20_000, 50_000):
        many = to_frame(simulate(count, 84))
        used = seconds(lambda many=many: forecast(many, "paths", n_paths=100, recalibrate=False))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{count} series, 100 paths: {used:.1f} s, peak {peak:.2f} GB")


if __name__ == "__main__":
    main()

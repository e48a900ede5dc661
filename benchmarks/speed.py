"""Seconds and memory: 767 series beside the library, a trust's backtest, and up to 50 000 series.

OMP_NUM_THREADS=1 python -m benchmarks.speed
"""

import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from statsforecast.models import AutoETS, DynamicOptimizedTheta

from balanse_lib.forecast import forecast_series, year_end
from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.ledger.tables import TABLES
from balanse_lib.periods import month_range
from benchmarks.panels import to_frame

ETS_SERIES = 60
PAIRS = 7


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


def make_trust(values: FloatArray) -> Ledger:
    """Trust with 10 clinics × 12 lines, six booked years to September 2025 and phased budgets."""
    months = month_range("2019-10", "2025-12")
    rng = np.random.default_rng(1)
    frames = {name: empty_table(name) for name in Ledger.__dataclass_fields__ if name in TABLES}
    rows = [
        {"trust": "t", "unit": f"clinic {k // 12}", "account": f"{k % 12}", "line": f"{k % 12}"}
        | {"period": month, "amount": float(value)}
        for k, series in enumerate(values)
        for month, value in zip(months, series, strict=False)
    ]
    booked = pd.DataFrame(rows)
    budget = booked.assign(amount=booked["amount"] * rng.normal(1.0, 0.02, len(booked)))
    frames["ledger_month"] = booked[booked["period"] <= "2025-09"]
    frames["event"] = frames["event"].assign(line="")
    return Ledger(trust="t", start=1, known_gaps={}, **(frames | {"budget": budget}))


def trust_year(book: Ledger) -> None:
    """A trust's year-end seen as amounts and as deviations, 24 origins backtested for each."""
    rng = np.random.default_rng(0)
    year_end(book, period="2025-09", rng=rng, n_paths=4000, country="NO")


def beside_theta(values: FloatArray, ask: str, *, recalibrate: bool) -> tuple[float, float]:
    """Median seconds and median times faster than Theta over pairs timed one after the other."""
    frame = to_frame(values)
    pairs = [
        (
            seconds(lambda: forecast(frame, ask, recalibrate=recalibrate)),
            seconds(lambda: library(values, DynamicOptimizedTheta)),
        )
        for _ in range(PAIRS)
    ]
    own = [used for used, _ in pairs]
    return statistics.median(own), statistics.median(theta / used for used, theta in pairs)


def main() -> None:
    values = simulate(767, 84)
    for model in (DynamicOptimizedTheta, AutoETS):
        library(values[:2], model)  # compile before the clock starts
    forecast(to_frame(values[:2]), "paths", recalibrate=True)
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
        used, ratio = beside_theta(values, ask, recalibrate=recalibrate)
        print(f"{label}: {used:.2f} s = 1/{ratio:.1f} of Theta, 1/{ets / used:.0f} of ETS")
    book = make_trust(simulate(120, 75))
    trust_year(book)  # imports and holidays before the clock starts
    used = seconds(lambda: trust_year(book))
    print(f"trust, 120 lines x 72 months, two views x 24 origins, 4 000 joint paths: {used:.2f} s")
    for count in (1_000, 5_000, 20_000, 50_000):
        many = to_frame(simulate(count, 84))
        used = seconds(lambda many=many: forecast(many, "paths", n_paths=100, recalibrate=False))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{count} series, 100 paths: {used:.1f} s, peak {peak:.2f} GB")


if __name__ == "__main__":
    main()

"""Accuracy, calibration and speed beside statsforecast and the finance rules, in one run.

    OMP_NUM_THREADS=1 python -m benchmarks.compare FOLDER_OF_PARQUET_FILES OUT.md --series 100

Per panel: 12 months ahead (MASE, coverage of the months), and the annual total from months 3, 6
and 9 (median absolute error in % of the total; coverage of its intervals; their mean Winkler
score in units of a seasonal naive year, 12 times the error MASE is scaled by). Every method sees
the same series and months; seconds are processor seconds of one core. The other methods give no
joint distribution: their monthly half-widths are added in quadrature or straight, whichever has
the better 80 % Winkler score; the three of statsmodels are compared by their point only. `t` is
that of the paired difference to the panel model over the series of a panel: of scaled errors
(monthly ones 12 months ahead, those of the total else); above 2 the panel model is better.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from statsforecast.models import AutoCES, AutoETS, AutoTheta, DynamicOptimizedTheta
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.statespace.structural import UnobservedComponents

from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.forecast.series import forecast_series
from benchmarks.panels import load_panel, to_frame
from benchmarks.tables import to_markdown

LEVELS = [0.025, 0.1, 0.5, 0.9, 0.975]
LIBRARY = (DynamicOptimizedTheta, AutoTheta, AutoETS, AutoCES)
MIN_MONTHS = 48
POINT_COLUMNS = ("panel", "method", "known", "seconds", "APE", "MASE", "t")


def choose_series(values: FloatArray, count: int) -> FloatArray:
    """Evenly spread series with a complete last year that is not all zero."""
    recent = values[:, -12:]
    usable = (~np.isnan(values)).sum(axis=1) >= MIN_MONTHS
    usable &= ~np.isnan(recent).any(axis=1) & (np.abs(np.nan_to_num(recent).sum(axis=1)) > 0)
    values = values[usable]
    return values[np.linspace(0, len(values) - 1, min(count, len(values))).astype(int)]


def run_panel(history: FloatArray, horizon: int, *, recalibrate: bool) -> list[FloatArray]:
    """Quantiles of the months and of the total (series × …) from the panel model."""
    fc = forecast_series(
        to_frame(history), horizon=horizon, rng=np.random.default_rng(0), recalibrate=recalibrate
    )
    order = np.argsort(np.array(fc.series_ids))
    months = fc.quantiles(LEVELS)["value"].to_numpy().reshape(-1, len(LEVELS), horizon)
    totals = fc.total_quantiles(LEVELS)["value"].to_numpy().reshape(-1, len(LEVELS))
    return [months[order], totals[order]]


def run_library(history: FloatArray, horizon: int, *, model: type) -> list[FloatArray]:
    """Run a statsforecast model; totals by quadrature and by straight addition."""
    fitted = model(season_length=12)
    months = np.empty((len(history), len(LEVELS), horizon))
    for row, values in enumerate(history):
        answer = fitted.forecast(y=values[~np.isnan(values)].copy(), h=horizon, level=[80, 95])
        keys = ("lo-95", "lo-80", "mean", "hi-80", "hi-95")
        months[row] = [answer[key] for key in keys]
    middle = months[:, 2].sum(axis=1, keepdims=True)
    sign = np.array([-1, -1, 1, 1, 1])
    quadrature = middle + sign * np.sqrt(((months - months[:, 2:3]) ** 2).sum(axis=2))
    return [months, quadrature, months.sum(axis=2)]


def run_statsmodels(history: FloatArray, horizon: int, *, model: Callable) -> list[FloatArray]:
    """Run a statsmodels model: months, all levels alike, since only its point is compared."""
    months = np.empty((len(history), len(LEVELS), horizon))
    for row, values in enumerate(history):
        known = values[~np.isnan(values)]
        size = np.abs(known).max()
        months[row] = np.asarray(model(pd.Series(known / size), horizon)) * size
    return [months, months.sum(axis=2)]


def theta(y: pd.Series, h: int) -> pd.Series:
    way = "additive" if (y <= 0).any() else "auto"
    return ThetaModel(y, period=12, method=way).fit().forecast(h)


def holt_winters(y: pd.Series, h: int) -> pd.Series:
    model = ExponentialSmoothing(
        y, trend="add", damped_trend=True, seasonal="add", seasonal_periods=12
    )
    return model.fit().forecast(h)


def local_level(y: pd.Series, h: int) -> pd.Series:
    model = UnobservedComponents(y, level="local level", seasonal=12, stochastic_seasonal=False)
    return model.fit(disp=0, maxiter=100).forecast(h)


STATSMODELS = {
    "statsmodels Theta": theta,
    "statsmodels Holt-Winters": holt_winters,
    "statsmodels local level": local_level,
}


def finance_rules(values: FloatArray, known: int) -> Iterator[tuple[str, FloatArray]]:
    """Rest of the year by the three rules of finance departments (needs one earlier year)."""
    this, last = values[:, -12:], values[:, -24:-12]
    ytd, rest = this[:, :known].sum(axis=1), last[:, known:].sum(axis=1)
    before = last[:, :known].sum(axis=1)
    growth = np.where(before != 0, ytd / np.where(before != 0, before, 1.0), 1.0)
    yield "run rate", ytd / known * (12 - known)
    yield "last year's months", rest
    yield "last year scaled", rest * growth


def score_months(months: FloatArray, outcome: FloatArray, scale: FloatArray) -> dict[str, float]:
    error = np.abs(months[:, 2] - outcome).mean(axis=1)
    return {
        "MASE": _mean_ratio(error, scale),
        "cover80_months": _cover(months[:, 1], months[:, 3], outcome),
        "cover95_months": _cover(months[:, 0], months[:, 4], outcome),
    }


def paired_t(error: FloatArray, ours: FloatArray, scale: FloatArray) -> float:
    """Mean by its standard error of how much larger a method's scaled errors are than ours."""
    difference = (error - ours)[scale > 0] / scale[scale > 0]
    spread = difference.std(ddof=1)
    return float(difference.mean() / spread * np.sqrt(len(difference))) if spread > 0 else 0.0


def seasonal_naive_error(history: FloatArray) -> FloatArray:
    return np.asarray(np.nanmean(np.abs(history[:, 12:] - history[:, :-12]), axis=1))


def score_totals(
    totals: FloatArray, outcome: FloatArray, *, size: FloatArray, naive: FloatArray
) -> dict[str, float]:
    low95, low80, middle, high80, high95 = totals.T
    return {
        "APE": float(np.median(np.abs(middle - outcome) / size) * 100),
        "cover80": _cover(low80, high80, outcome),
        "cover95": _cover(low95, high95, outcome),
        "winkler80": _mean_ratio(_winkler(low80, high80, outcome, 0.2), 12 * naive),
        "winkler95": _mean_ratio(_winkler(low95, high95, outcome, 0.05), 12 * naive),
    }


def _mean_ratio(score: FloatArray, scale: FloatArray) -> float:
    return float(np.mean(score[scale > 0] / scale[scale > 0]))


def _cover(low: FloatArray, high: FloatArray, outcome: FloatArray) -> float:
    return float(((outcome >= low) & (outcome <= high)).mean())


def _winkler(low: FloatArray, high: FloatArray, outcome: FloatArray, alpha: float) -> FloatArray:
    miss = np.maximum(low - outcome, 0) + np.maximum(outcome - high, 0)
    return high - low + 2 / alpha * miss


def compare_panel(name: str, values: FloatArray) -> list[dict[str, object]]:
    """One row per method and origin."""
    rows: list[dict[str, object]] = []
    size = np.abs(values[:, -12:].sum(axis=1))
    for known in (0, 3, 6, 9):
        horizon = 12 - known
        history, outcome = values[:, :-horizon], values[:, -horizon:]
        naive, total = seasonal_naive_error(history), outcome.sum(axis=1)
        ours = None
        for method, run in methods().items():
            start = time.process_time()
            months, *totals = run(history, horizon)
            row = {"panel": name, "method": method, "known": known}
            row["seconds"] = time.process_time() - start
            scores = [score_totals(drawn, total, size=size, naive=naive) for drawn in totals]
            row |= min(scores, key=lambda score: score["winkler80"])
            error = np.abs(totals[0][:, 2] - total)
            if known == 0:
                row |= score_months(months, outcome, naive)
                error = np.abs(months[:, 2] - outcome).mean(axis=1)
            ours = error if ours is None else ours
            row["t"] = paired_t(error, ours, naive)
            if method in STATSMODELS:
                row = {key: row[key] for key in POINT_COLUMNS if key in row}
            rows.append(row)
        if known:
            for rule, rest in finance_rules(values, known):
                error = np.abs(rest - total)
                ape, t = float(np.median(error / size) * 100), paired_t(error, ours, naive)
                rows.append({"panel": name, "method": rule, "known": known, "APE": ape, "t": t})
    return rows


def methods() -> dict[str, Callable[[FloatArray, int], list[FloatArray]]]:
    table: dict[str, Callable[[FloatArray, int], list[FloatArray]]] = {
        "panel": lambda history, h: run_panel(history, h, recalibrate=False),
        "panel, recalibrated": lambda history, h: run_panel(history, h, recalibrate=True),
    }
    for model in LIBRARY:
        table[model.__name__] = lambda history, h, model=model: run_library(history, h, model=model)
    for name, model in STATSMODELS.items():
        table[name] = lambda history, h, model=model: run_statsmodels(history, h, model=model)
    return table


def write_tables(rows: pd.DataFrame, out: Path) -> None:
    """Two markdown tables: 12 months ahead, and annual totals averaged over months 3, 6, 9."""
    months = rows[rows["known"] == 0].set_index(["panel", "method"])
    ahead = ["MASE", "t", "cover80_months", "cover95_months", "seconds"]
    totals = rows[rows["known"] > 0].groupby(["panel", "method"], sort=False)
    annual = totals[["APE", "t", "cover80", "cover95", "winkler80", "winkler95"]].mean()
    pooled = (
        rows[rows["known"] > 0]
        .groupby("method", sort=False)[["cover80", "cover95"]]
        .mean()
        .dropna()
    )
    parts = [
        ("12 months ahead", months[ahead]),
        ("Annual totals from months 3, 6 and 9 (mean of the three)", annual),
        ("Coverage pooled over panels", pooled),
    ]
    text = [f"## {title}\n\n{to_markdown(table)}\n" for title, table in parts]
    out.write_text("\n".join(text), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--series", type=int, default=10**9, help="at most so many per panel")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = []
    for path in sorted(options.folder.glob("*.parquet")):
        values = choose_series(load_panel(path), options.series)
        for _, run in methods().items():  # compile before the clock starts
            run(values[:2], 12)
        rows += compare_panel(path.stem, values)
        write_tables(pd.DataFrame(rows), options.out)
        print(f"{path.stem}: {len(values)} series done", flush=True)


if __name__ == "__main__":
    main()

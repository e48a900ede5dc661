"""How the trusts report their year-end forecast: honest, optimistic, hoarding or silent.

A reporter gives the best-informed expectation + a bias in sds of that forecast + own noise of
0.25 sd. The silent one is honest but leaves two months out.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger.synthetic.frames import make_frame
from balanse_lib.ledger.synthetic.grid import Grid
from balanse_lib.ledger.synthetic.profiles import Reporter

BIAS_SD: Mapping[Reporter, float] = MappingProxyType(
    {"honest": 0.0, "optimistic": 1.0, "hoarding": -1.0, "silent": 0.0}
)
NOISE_SD = 0.25
_SILENT_MONTHS = (3, 4)


def report_forecasts(
    known: pd.DataFrame, *, bias_sd: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Reported year-end result by year and month, rounded to 0.1 MNOK as reports are."""
    shift = bias_sd + NOISE_SD * rng.standard_normal(len(known))
    forecast = (known["expected"] + shift * known["sd"]).round(1)
    return known[["year", "month"]].assign(forecast=forecast)


def silent_periods(last: str) -> tuple[str, ...]:
    """Months a silent trust leaves out: March and April of the latest year that has both.

    >>> silent_periods("2025-09")
    ('2025-03', '2025-04')
    """
    year, month = periods.parse_period(last)
    year -= month <= _SILENT_MONTHS[-1]
    return tuple(f"{year}-{silent:02d}" for silent in _SILENT_MONTHS)


def forecast_log(grid: Grid, reports: pd.DataFrame, *, budget: Mapping[int, float]) -> pd.DataFrame:
    """Canonical `forecast_log` from the second year to `last`, on the trust's basis.

    budget : budgeted result by year; a forecast on basis deviation is measured from it.
    """
    data = reports["year"].astype(str) + "-" + reports["month"].map("{:02d}".format)
    left_out = silent_periods(grid.last) if grid.profile.reporter == "silent" else ()
    kept = (reports["year"] > grid.years[0]) & (data <= grid.last) & ~data.isin(left_out)
    shown, data = reports[kept], data[kept]
    deviates = grid.profile.basis == "deviation"
    base = shown["year"].map(budget).astype(float) if deviates else 0.0
    return make_frame(
        "forecast_log",
        len(shown),
        {
            "trust": grid.profile.trust,
            "unit": grid.profile.trust,
            "made_at": [f"{periods.shift(period, 1)}-12" for period in data],
            "period_of_data": data.tolist(),
            "target_year": shown["year"].to_numpy(),
            "basis": grid.profile.basis,
            "basis_from": "budget" if deviates else None,
            "forecast": (shown["forecast"] - base).round(1).to_numpy(),
            "author": "økonomidirektør",
            "text": None,
        },
    )

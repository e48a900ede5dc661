"""What each measure can be counted on for when others depend on it: its prudent worth."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta as beta_distribution

from balanse_lib.measures.year_plan import YearPlan

Floats = NDArray[np.float64]


def prudent_worth(plan: YearPlan, *, effects: Floats, level: float) -> pd.DataFrame:
    """Prudent effect of every measure: measure_id → this_year, next_year, confirmed (flag).

    this_year is the quantile `level` of the drawn `effects` (draws × measures) over the months
    left, next_year that of a whole year at full strength. A confirmed measure is worth its plan.
    """
    portfolio = plan.portfolio
    confirmed = (plan.table["stage"] == "confirmed").to_numpy(dtype=bool)
    rate = rate_quantile(portfolio.alpha, portfolio.beta, portfolio.p_none, level=level)
    full_year = plan.table["full_year"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "this_year": np.where(
                confirmed, plan.table["planned"], np.quantile(effects, level, axis=0)
            ),
            "next_year": full_year * np.where(confirmed, 1.0, rate),
            "confirmed": confirmed,
        },
        index=plan.table.index,
    )


def rate_quantile(alpha: Floats, beta: Floats, p_none: Floats, *, level: float) -> Floats:
    """Realised rate that is not reached with probability `level`, no effect included.

    >>> one, half = np.array([1.0]), np.array([0.5])
    >>> rate_quantile(one, one, half, level=0.75), rate_quantile(one, one, half, level=0.4)
    (array([0.5]), array([0.]))
    """
    above = np.clip((level - p_none) / np.maximum(1 - p_none, 1e-300), 0.0, 1.0)
    return np.where(level > p_none, beta_distribution.ppf(above, alpha, beta), 0.0)

"""What each measure can be counted on for when others depend on it: its prudent worth."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib.measures.double_counting import HELD
from balanse_lib.measures.rate_record import rate_quantile
from balanse_lib.measures.year_plan import YearPlan

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def prudent_worth(plan: YearPlan, *, effects: Floats, level: float) -> pd.DataFrame:
    """Prudent effect of every measure: measure_id → this_year, next_year, confirmed (flag).

    this_year is the quantile `level` of the drawn `effects` (draws × measures) over the months
    left, next_year that of a whole year at full strength. A confirmed measure is worth its plan.
    What another record has, or what is halted, is worth nothing: one gain pays once.
    """
    portfolio = plan.portfolio
    confirmed = (plan.table["stage"] == "confirmed").to_numpy(dtype=bool)
    rate = rate_quantile(portfolio.alpha, portfolio.beta, portfolio.p_none, level=level)
    full_year = plan.table["full_year"].to_numpy(dtype=float)
    own = counts_at_all(plan)
    return pd.DataFrame(
        {
            "this_year": own
            * np.where(confirmed, plan.table["planned"], np.quantile(effects, level, axis=0)),
            "next_year": own * full_year * np.where(confirmed, 1.0, rate),
            "confirmed": confirmed,
        },
        index=plan.table.index,
    )


def counts_at_all(plan: YearPlan) -> Bools:
    """Measures whose gain is their own, also where accounts or budget hold it already.

    Of several records that the accounts or the budget hold under one `gain_id` the largest has it.
    """
    table = plan.table
    own = table["reason"].isin(("", *HELD)) & ~table["stage"].isin(("paused", "stopped"))
    by_size = table[own].sort_values("full_year", ascending=False, kind="stable")
    again = by_size["gain_id"].notna() & by_size["gain_id"].duplicated()
    return (own & ~table.index.isin(by_size.index[again])).to_numpy(dtype=bool)

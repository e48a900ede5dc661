"""Somebody's own reported year-end forecasts, judged against nothing but a monthly series."""

from copy import deepcopy

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import periods, terms
from balanse_lib.realism.own_flags import raise_flags
from balanse_lib.realism.own_input import check_tables
from balanse_lib.realism.own_model import draw_rest
from balanse_lib.realism.own_origin import place_reports
from balanse_lib.realism.own_record import draw_outcome, median_and_spread, standardise
from balanse_lib.realism.verdict import NOT_ASSESSABLE, classify

Floats = NDArray[np.float64]
_NAMES = {"fiscal_year": "year", "through_month": "month", "reported_forecast": "reported"}
LEVELS = {"P15": 0.15, "P35": 0.35, "P50": 0.50, "P85": 0.85}


def judge_series(
    actuals: pd.DataFrame,
    reported: pd.DataFrame,
    *,
    fiscal_year_start: int = 1,
    rng: np.random.Generator,
    n_paths: int = 4000,
    language: str = "en",
) -> pd.DataFrame:
    """Probability that each reported forecast is reached, verdict, and where the year may end.

    `actuals` holds `month, result[, budget]`, `reported` holds `fiscal_year, through_month,
    reported_forecast[, requirement, plan]`; amounts in any unit, + improves the result. A row sees
    the months up to its own `through_month`, and of earlier fiscal years the outcomes and what was
    reported; nothing later. P15–P85 and `p_reach` = P(outcome ≥ reported forecast) are read from
    the same draws. A row that cannot be judged says why (in `language`); tables that cannot be
    read raise `InputError` with everything that is wrong.
    """
    booked, rows = check_tables(actuals, reported, start=fiscal_year_start)
    rows = place_reports(rows, booked["result"], start=fiscal_year_start)
    able = rows[rows["reason"] == ""]
    own = rng.spawn(1)[0]  # every row takes the same draws of it, so no row depends on another
    ends = _draw_year_ends(able, booked["result"], rng=own, n_paths=n_paths)
    median, spread = median_and_spread(ends)
    able = able.assign(median=median, spread=spread)
    reports = standardise(able.rename(columns=_NAMES))
    errors = (ends - able[["median"]].to_numpy()) / able[["spread"]].to_numpy()
    judged = able.copy()
    for k, row in enumerate(able.index):
        drawn = draw_outcome(errors[k], reports=reports, row=k, rng=deepcopy(own))
        outcome = able.loc[row, "median"] + able.loc[row, "spread"] * drawn
        judged.loc[row, "p_reach"] = (outcome >= able.loc[row, "reported_forecast"]).mean()
        judged.loc[row, list(LEVELS)] = np.quantile(outcome, list(LEVELS.values()))
    judged["flags"] = raise_flags(able, booked, start=fiscal_year_start)
    added = judged.reindex(index=rows.index, columns=["p_reach", *LEVELS, "flags"])
    return _table(rows.join(added), language=language)


def _draw_year_ends(
    able: pd.DataFrame, result: pd.Series, *, rng: np.random.Generator, n_paths: int
) -> Floats:
    """The model's draws of the year's result, reports × draws."""
    rest = draw_rest(
        result.to_numpy(),
        known=able["known"].to_numpy(dtype=np.intp),
        left=periods.MONTHS_IN_YEAR - able["through_month"].to_numpy(dtype=np.intp),
        rng=rng,
        n_paths=n_paths,
    )
    return able[["to_date"]].to_numpy() + rest


def _table(rows: pd.DataFrame, *, language: str) -> pd.DataFrame:
    """The answer: one row per report, in the order they came."""
    left = periods.MONTHS_IN_YEAR - rows["through_month"]
    in_year = rows["through_month"].between(1, periods.MONTHS_IN_YEAR - 1)
    return pd.DataFrame(
        {
            "fiscal_year": rows["fiscal_year"],
            "through_month": rows["through_month"],
            "p_reach": rows["p_reach"],
            "verdict": [NOT_ASSESSABLE if np.isnan(p) else classify(p) for p in rows["p_reach"]],
            **{name: rows[name] for name in LEVELS},
            "required_per_month": ((rows["reported_forecast"] - rows["to_date"]) / left).where(
                in_year
            ),
            "achieved_per_month": (rows["to_date"] / rows["through_month"]).where(in_year),
            "flags": rows["flags"].fillna(""),
            "reason": [
                terms.text(f"reason.{reason}", language, value=value) if reason else ""
                for reason, value in zip(rows["reason"], rows["value"], strict=True)
            ],
        }
    )

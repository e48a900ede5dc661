"""The record of a trust's own forecasts and of the model's: bias, misses, kept promises.

Forecasts come from the run's forecast log (`logged_forecasts`) or from the reported forecasts that
the trust delivers (`reported_forecasts`), outcomes from the ledger. Every table has one row per
forecast: `trust`, `model`, `year`, `month` of the fiscal year the data went to, `forecast`, `P10`,
`P35`, `P90` where there is a distribution, the day it was `made`, the month the year `ends`, and in
`not_comparable` why it cannot be held against a result (empty when it can). Amounts in million, +
improves the result.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from balanse_lib import periods, terms
from balanse_lib.ledger import Ledger, as_result

REPORTED = "reported"
COLUMNS = [
    "trust", "model", "year", "month", "forecast", "P10", "P35", "P90", "made", "ends",
    "not_comparable",
]  # fmt: skip
_QUANTILES = {0.10: "P10", 0.35: "P35", 0.90: "P90"}
_INCOME = [line.code for line in terms.STATEMENT_LINES if line.kind == "income"]


def logged_forecasts(log: pd.DataFrame, *, period: str) -> pd.DataFrame:
    """What the forecast log says of months before `period`, the latest entry of each month.

    Since the month of `period` itself does not count, a second run gives the same numbers. A
    reported deviation that the log could not turn into a result is `not_comparable`.
    """
    earlier = log[log["period"] < period]
    latest = earlier.groupby(["location", "period"])["number"].transform("max")
    rows = earlier[earlier["number"] == latest].sort_values("number", kind="stable")
    rows = rows.assign(kind=_kinds(rows))
    key = ["location", "model_id", "target_end", "horizon", "kind"]
    rows = rows.dropna(subset="kind").drop_duplicates(key, keep="last")
    told = rows.pivot_table(index=key[:-1], columns="kind", values="value", aggfunc="last")
    made = rows.groupby(key[:-1])["made"].last().str[:10]
    told = told.assign(made=made).reset_index()
    found = told.reindex(columns=[*key[:-1], "forecast", *_QUANTILES.values(), "made"]).rename(
        columns={"location": "trust", "model_id": "model"}
    )
    found = found.assign(
        year=found["target_end"].str[:4].astype("int64"),
        month=periods.MONTHS_IN_YEAR - found["horizon"].astype("int64"),
        ends=found["target_end"].str[:7],
        not_comparable=np.where(found["forecast"].isna(), "deviation_unknown_base", ""),
    )
    return found[COLUMNS].sort_values(["trust", "model", "year", "month"], ignore_index=True)


def _kinds(rows: pd.DataFrame) -> pd.Series:
    """Which column of the record a row of the log fills; missing for those that fill none."""
    kinds = rows["output_type_id"].map(_QUANTILES).astype("object")
    kinds[rows["output_type"].isin(["point", "median"])] = "forecast"
    kinds[rows["basis"] != "result"] = "deviation"
    return kinds


def reported_forecasts(
    ledger: Ledger, *, period: str, requirement_type: str = "owner"
) -> pd.DataFrame:
    """The trust's own forecasts known in a month, as results.

    A deviation becomes a result only from the budget or requirement that it names, as known in the
    month of the forecast. `not_comparable` says `deviation_unknown_base` for the others and
    `other_year` for a forecast of a year that its data do not lie in.
    """
    log = ledger.until(period).forecast_log
    rows = log[log["unit"] == ledger.trust].sort_values("period_of_data")
    told = []
    for _, row in rows.iterrows():
        month, year = str(row["period_of_data"]), int(row["target_year"])
        inside = ledger.year_of(month) == year
        result = as_result(ledger, row, requirement_type=requirement_type) if inside else None
        reason = "" if inside else "other_year"
        if inside and result is None:
            reason = "deviation_unknown_base"
        number = periods.month_of_year(month, start=ledger.start)
        ends = periods.months_of_year(year, start=ledger.start)[-1]
        told.append((year, number, result, str(row["made_at"]), ends, reason))
    columns = ["year", "month", "forecast", "made", "ends", "not_comparable"]
    kinds = {"year": "int64", "month": "int64", "forecast": "float64"}
    found = pd.DataFrame(told, columns=columns).astype(kinds)
    none = dict.fromkeys(_QUANTILES.values(), np.nan)
    return found.assign(trust=ledger.trust, model=REPORTED, **none)[COLUMNS]


def year_outcomes(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Result of every complete fiscal year before that of `period`, with its revenue.

    `month_12` is the result of the twelve months, `period_13` what the year-end entries moved it by
    (missing when there are none), `outcome` their sum. When a trust books year-end entries in other
    years, the outcome of a year without them is not known yet.
    """
    known = ledger.until(period).ledger_month
    rows = known.assign(
        year=known["period"].map(ledger.year_of), last=known["period"].map(periods.is_period_13)
    )
    booked, last = rows[~rows["last"]], rows[rows["last"]]
    months = booked.groupby("year")["period"].nunique()
    complete = months.index[(months == 12) & (months.index < ledger.year_of(period))]
    found = pd.DataFrame(
        {
            "month_12": booked.groupby("year")["amount"].sum(),
            "period_13": last.groupby("year")["amount"].sum(),
            "revenue": rows[rows["line"].isin(_INCOME)].groupby("year")["amount"].sum(),
        }
    ).reindex(complete)
    outcome = found["month_12"] if last.empty else found["month_12"] + found["period_13"]
    found = found.assign(outcome=outcome, trust=ledger.trust).reset_index(names="year")
    return found[["trust", "year", "month_12", "period_13", "outcome", "revenue"]]


def forecast_errors(forecasts: pd.DataFrame, *, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Forecasts whose outcome is known, with error = outcome − forecast (negative: too optimistic).

    `error_pct` is in per cent of the year's revenue; `reached`, `reached_p35` and `covered_80` are
    1 when the outcome was at least the forecast (P35) or lay within P10–P90, 0 when not;
    `hindsight` tells that the forecast was made after the fiscal year.

    >>> told = pd.DataFrame({"trust": ["A"], "year": [2024], "forecast": [10.0], "P35": [4.0],
    ...                      "P10": [-9.0], "P90": [25.0], "made": ["2024-09-12"],
    ...                      "ends": ["2024-12"]})
    >>> came = pd.DataFrame({"trust": ["A"], "year": [2024], "outcome": [6.0], "revenue": [2000.0]})
    >>> forecast_errors(told, outcomes=came)[["error", "error_pct", "reached", "reached_p35"]]
       error  error_pct  reached  reached_p35
    0   -4.0       -0.2      0.0          1.0
    """
    known = outcomes.dropna(subset="outcome")
    both = forecasts.merge(known, on=["trust", "year"], validate="many_to_one")
    error = terms.forecast_error(both["outcome"], both["forecast"])  # type: ignore[arg-type]
    return both.assign(
        error=error,
        error_pct=100 * error / both["revenue"],
        reached=_share(both["outcome"] >= both["forecast"], both["forecast"]),
        reached_p35=_share(both["outcome"] >= both["P35"], both["P35"]),
        covered_80=_share(both["outcome"].between(both["P10"], both["P90"]), both["P10"]),
        hindsight=both["made"].str[:7] > both["ends"],
    )


def _share(happened: pd.Series, given: pd.Series) -> pd.Series:
    """1 or 0, missing where nothing was given."""
    return happened.astype("float64").where(given.notna())


def score_by_month(errors: pd.DataFrame) -> pd.DataFrame:
    """Record of each trust and model by month of the fiscal year.

    `bias` and `mae` are mean and mean absolute error, `hit_rate` and `hit_rate_p35` the shares of
    outcomes at or above the forecast (0.65 is promised of a P35), `coverage_80` that of outcomes
    within P10–P90, with `n_intervals` behind it. `n_hindsight` forecasts of the `n` were made after
    the year was over; `n_not_comparable` more could not be held against a result.
    """
    rows = errors.assign(absolute=errors["error"].abs(), late=errors["error"].notna())
    rows["late"] &= rows["hindsight"]
    return rows.groupby(["trust", "model", "month"], as_index=False).agg(
        n=("error", "count"),
        bias=("error", "mean"),
        mae=("absolute", "mean"),
        hit_rate=("reached", "mean"),
        hit_rate_p35=("reached_p35", "mean"),
        coverage_80=("covered_80", "mean"),
        n_intervals=("covered_80", "count"),
        n_hindsight=("late", "sum"),
        n_not_comparable=("not_comparable", lambda reasons: int((reasons != "").sum())),
    )


def errors_by_trust(errors: pd.DataFrame, *, months: Collection[int]) -> dict[str, list[float]]:
    """Errors of the reported forecasts given in some months, in per cent of revenue, by trust.

    Every trust has a list, empty when it has no comparable forecast in these months.
    """
    rows = errors[(errors["model"] == REPORTED) & errors["month"].isin(list(months))]
    known = rows.dropna(subset="error_pct").groupby("trust")["error_pct"].apply(list).to_dict()
    return {str(trust): known.get(trust, []) for trust in errors["trust"].unique()}

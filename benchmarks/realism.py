"""Reported year-end forecasts judged row by row, and how good the judgement was in the end.

    OMP_NUM_THREADS=1 python -m benchmarks.realism ACTUALS REPORTED --fiscal-year-start 10

Files as `balanse realism` takes them; without files the US Treasury's of `data/published`. Rows
whose outcome is not known are left out. `--since YEAR` scores later years only, with the record of
all. Bands are 95 % and count years, not rows: whole years are drawn anew (forecasts of a year share
its outcome). A hit rate is in order when its promise lies in the band.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib import periods, realism
from balanse_lib.forecast.rules import last_year_rest, run_rate
from balanse_lib.realism.own_series import LEVELS
from balanse_lib.runs.series_file import read_table

PUBLISHED = Path(__file__).resolve().parents[1] / "data" / "published"
REDRAWN = 4000


def published() -> tuple[pd.DataFrame, pd.DataFrame]:
    """US federal results in billion USD and the budget office's forecasts of the fiscal year."""
    months = pd.read_csv(PUBLISHED / "us_treasury_monthly_result.csv")
    log = pd.read_csv(PUBLISHED / "us_cbo_forecasts.csv")
    through = [periods.month_of_year(period, start=10) for period in log["period_of_data"]]
    return months.assign(result=months["result_musd"] / 1000), pd.DataFrame(
        {
            "fiscal_year": log["target_year"],
            "through_month": through,
            "reported_forecast": log["forecast_bn_usd"],
        }
    )


def add_rules(judged: pd.DataFrame, result: pd.Series, *, start: int) -> pd.DataFrame:
    """Outcome, run rate and last year's remaining months beside each judged row."""
    rows = []
    for year, month in zip(judged["fiscal_year"], judged["through_month"], strict=True):
        this, last = (
            result.reindex(periods.months_of_year(year - back, start=start)) for back in (0, 1)
        )
        ytd = float(this.iloc[:month].sum(skipna=False))
        rest = float(last.iloc[month:].sum(skipna=False))
        rows.append(
            {
                "outcome": this.sum(skipna=False),
                "run rate": run_rate(ytd, month=month),
                "last year's months": last_year_rest(ytd, rest_last_year=rest),
            }
        )
    return judged.join(pd.DataFrame(rows, index=judged.index))


def expanding_share(hit: pd.Series, year: pd.Series) -> pd.Series:
    """Share of earlier years' forecasts that were reached; one half before there are any."""
    shares = [hit[year < own].mean() if (year < own).any() else 0.5 for own in year]
    return pd.Series(shares, index=hit.index)


def band(values: pd.Series, year: pd.Series, *, rng: np.random.Generator) -> tuple[float, float]:
    """95 % band of a mean when whole years are drawn anew."""
    by_year = values.groupby(year).agg(["sum", "count"]).to_numpy(dtype=float)
    drawn = by_year[rng.integers(len(by_year), size=(REDRAWN, len(by_year)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return float(low), float(high)


def score(rows: pd.DataFrame, *, since: int) -> pd.DataFrame:
    """Each measure with its band, and what it is to be compared with."""
    known = rows.dropna(subset=["p_reach", "outcome"])
    hit = (known["outcome"] >= known["reported_forecast"]).astype(float)
    share = expanding_share(hit, known["fiscal_year"])
    values = {
        f"MAE {name}": (known["outcome"] - known[name]).abs()
        for name in ("P50", "reported_forecast", "run rate", "last year's months")
    }
    values |= {f"hit rate {q}": (known["outcome"] >= known[q]).astype(float) for q in LEVELS}
    brier = (known["p_reach"] - hit) ** 2
    values |= {
        "reached": hit,
        "Brier p_reach": brier,
        "Brier share so far": (share - hit) ** 2,
        "Brier p_reach - share so far": brier - (share - hit) ** 2,
        "Brier p_reach - one half": brier - 0.25,
    }
    promised = {f"hit rate {q}": 1 - level for q, level in LEVELS.items()}
    scored = known["fiscal_year"] >= since
    rng = np.random.default_rng(0)
    lines = []
    for name, series in values.items():
        low, high = band(series[scored], known.loc[scored, "fiscal_year"], rng=rng)
        lines.append((name, series[scored].mean(), low, high, promised.get(name, np.nan)))
    return pd.DataFrame(lines, columns=["measure", "value", "low", "high", "promised"])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="ACTUALS REPORTED")
    parser.add_argument("--fiscal-year-start", type=int, default=10)
    parser.add_argument("--since", type=int, default=0)
    options = parser.parse_args()
    if len(options.files) not in {0, 2}:
        parser.error("give both files, or none")
    actuals, reported = map(read_table, options.files) if options.files else published()
    start = options.fiscal_year_start
    rng = np.random.default_rng(2009)
    judged = realism.judge_series(actuals, reported, fiscal_year_start=start, rng=rng)
    judged = judged.assign(reported_forecast=reported["reported_forecast"].to_numpy(dtype=float))
    result = actuals.assign(month=actuals["month"].astype(str).str[:7]).set_index("month")["result"]
    scores = score(add_rules(judged, result, start=start), since=options.since)
    print(scores.round(3).to_string(index=False, na_rep=""))


if __name__ == "__main__":
    main()

"""The prudence rule's operating curve on synthetic trusts, whose truth and reporters are known.

    OMP_NUM_THREADS=1 python -m benchmarks.prudence OUT.md --years 24

Every trust-year is a new synthetic trust, forecast after months 2–6 and 9 and judged with reporters
of seven biases, whose earlier years' reports have the same bias. A reporter gives the mean of what
can be known then + bias + noise of 0.25, in standard deviations of that forecast. Once as the model
assumes, once with departures from it (as in `coverage`). Classes are those by probability, before
flags. Shares of months and means have ± 1.96
standard errors over trust-years, shares of trust-years the exact interval.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib.forecast import YearEnd, year_end
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.ledger.synthetic import (
    PROFILES,
    TrustTruth,
    report_forecasts,
    synthetic_trust,
)
from balanse_lib.realism import Predictive, classify
from balanse_lib.realism.operating_curve import Estimate, OperatingPoint, operating_curve
from balanse_lib.realism.track_record import reported_forecasts, year_outcomes
from balanse_lib.realism.trust_record import earlier_forecasts, match_reports, weigh_report
from benchmarks.coverage import DEPARTURES, YEAR, make_ledger
from benchmarks.tables import to_markdown

FIRST_SEED = 7000  # the seeds of the demo, of the tests and of `coverage` are not among these
MONTHS = (2, 3, 4, 5, 6, 9)
BIASES = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)


def make_origin(number: int, month: int, kind: str) -> tuple[Ledger, TrustTruth]:
    """Ledger and truth of one trust as known after a month of the year."""
    trust, last = PROFILES[number % len(PROFILES)].trust, f"{YEAR}-{month:02d}"
    tables, truth = synthetic_trust(
        trust, seed=FIRST_SEED + number, last=last, departures=DEPARTURES[kind]
    )
    return make_ledger(trust, dict(tables)), truth


def forecast_origin(book: Ledger, *, number: int, month: int) -> YearEnd:
    rng = np.random.default_rng([number, month])
    return year_end(book, period=book.last, rng=rng, n_paths=1000, country="NO")


def write_log(truth: TrustTruth, *, bias: float, number: int, last: str) -> pd.DataFrame:
    """Forecast log of a reporter of one bias; every bias has the same noise."""
    told = report_forecasts(truth.known, bias_sd=bias, rng=np.random.default_rng([number, 0]))
    told["period_of_data"] = told["year"].astype(str) + "-" + told["month"].map("{:02d}".format)
    told = told[(told["year"] > told["year"].min()) & (told["period_of_data"] <= last)]
    log = told.assign(
        trust=truth.trust, unit=truth.trust, basis="result", target_year=told["year"],
        made_at=told["period_of_data"] + "-28",
    )  # fmt: skip
    return log.reindex(columns=empty_table("forecast_log").columns)


def judge_reporters(
    book: Ledger, *, end: YearEnd, truth: TrustTruth, number: int
) -> Iterator[Mapping[str, object]]:
    """Rows for `operating_curve`: by the rule, as if it were a first report, by the model alone."""
    rng = np.random.default_rng(number)
    then = earlier_forecasts(book, year_end=end, rng=rng)
    came = year_outcomes(book, period=book.last)
    model, month = Predictive(end.total), int(book.last[-2:])
    draw = {"model": model, "year": YEAR, "month": month}
    for bias in BIASES:
        told = replace(
            book, forecast_log=write_log(truth, bias=bias, number=number, last=book.last)
        )
        reports = reported_forecasts(told, period=book.last)
        reported = float(reports["forecast"].iloc[-1])
        earlier = match_reports(reports, outcomes=came, model=then)
        judges = {
            "with record": weigh_report(**draw, reported=reported, earlier=earlier, rng=rng),
            "first report": weigh_report(**draw, reported=reported, earlier=earlier[:0], rng=rng),
            "model alone": model,
        }
        for judge, found in judges.items():
            p_reach = found.p_reach(reported)
            yield {
                "judge": judge,
                "bias": bias,
                "trust": f"{book.trust} {number}",
                "year": YEAR,
                "month": month,
                "verdict": classify(p_reach),
                "p_reach": p_reach,
                "p35": found.quantile(0.35),
                "reported": reported,
                "outcome": truth.outcome[YEAR],
                "revenue": came["revenue"].iloc[-1],
            }


def to_table(points: list[OperatingPoint]) -> pd.DataFrame:
    names = [field.name for field in fields(OperatingPoint)]
    rows = [
        [str(v) if isinstance(v, Estimate) else v for v in (getattr(point, n) for n in names)]
        for point in points
    ]
    return pd.DataFrame(rows, columns=names).set_index("bias")


def write_tables(rows: pd.DataFrame, out: Path) -> None:
    """A curve of each generator and judge."""
    parts = [
        f"{kind}, {judge}\n\n" + to_markdown(to_table(operating_curve(judged)))
        for (kind, judge), judged in rows.groupby(["truth", "judge"], sort=False)
    ]
    out.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--years", type=int, default=24, help="trust-years of each kind")
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    for number, kind, month in product(range(options.years), DEPARTURES, MONTHS):
        book, truth = make_origin(number, month, kind)
        end = forecast_origin(book, number=number, month=month)
        found = judge_reporters(book, end=end, truth=truth, number=number)
        rows += [{"truth": kind, **row} for row in found]
        if month == MONTHS[-1] and number > 0:
            write_tables(pd.DataFrame(rows), options.out)


if __name__ == "__main__":
    main()

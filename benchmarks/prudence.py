"""The prudence rule's operating curve on synthetic trusts, whose truth and reporters are known.

    OMP_NUM_THREADS=1 python -m benchmarks.prudence OUT.md --years 24

Every trust-year is a new synthetic trust, forecast after months 2–6 and 9 and judged with reporters
of seven biases, whose earlier years' reports have the same bias. A reporter gives the mean of what
can be known then + bias + noise of 0.25, in standard deviations of that forecast. Once as the model
assumes, once with departures from it (as in `coverage`). Shares of months and means have ± 1.96
standard errors over trust-years, shares of trust-years the exact interval.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import astuple, fields, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib.forecast import YearEnd, year_end
from balanse_lib.ledger import Ledger, empty_table, targets
from balanse_lib.ledger.synthetic import (
    PROFILES,
    TrustTruth,
    report_forecasts,
    synthetic_trust,
)
from balanse_lib.realism import judge
from balanse_lib.realism.operating_curve import OperatingPoint, operating_curve
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
    book: Ledger, *, end: YearEnd, truth: TrustTruth, number: int, biases: tuple[float, ...]
) -> Iterator[Mapping[str, object]]:
    """One row for each bias, as `operating_curve` takes it; before flags and by the model, too."""
    for bias in biases:
        log = write_log(truth, bias=bias, number=number, last=book.last)
        told = replace(book, forecast_log=log)
        found = judge(told, targets=targets(told, period=book.last), year_end=end)
        yield {
            "bias": bias,
            "trust": f"{book.trust} {number}",
            "year": YEAR,
            "month": int(book.last[-2:]),
            "verdict": found.verdict,
            "before_flags": found.class_before_flags,
            "p_reach": found.p_reach,
            "p_reach_model": found.p_reach_model,
            "flags": " ".join(flag.code for flag in found.flags if flag.state == "raised"),
            "p35": found.quantiles["P35"],
            "reported": found.reported,
            "outcome": truth.outcome[YEAR],
            "revenue": truth.ledger.loc[f"{YEAR - 1}-01" : f"{YEAR - 1}-12"]
            .clip(lower=0)
            .sum()
            .sum(),
        }

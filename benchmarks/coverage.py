"""Coverage of the year-end interval over synthetic trust-years, whose truth is known.

    OMP_NUM_THREADS=1 python -m benchmarks.coverage OUT.md --years 204

Every trust-year is a new synthetic trust, forecast after month 3, 6 or 9 in turn: once as the
model assumes, once with departures from it (a lasting level break every other year, Student-t
noise with four degrees of freedom). Beside the forecast stands the generator's own knowledge: the
best anybody could do. Errors are in units of the best possible forecast's standard deviation.
"""

import argparse
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib.forecast import YearEnd, year_end
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.ledger.account_map import map_accounts
from balanse_lib.ledger.synthetic import PROFILES, Departures, synthetic_trust
from balanse_lib.params import account_map
from benchmarks.tables import to_markdown

FIRST_SEED = 5000  # the seeds of the demo and of the tests are not among these
MONTHS = (3, 6, 9)
YEAR = 2025
DEPARTURES = {
    "as assumed": Departures(),
    "breaks and fat tails": Departures(breaks_per_year=0.5, break_sd=1.0, tail_df=4.0),
}
LEVELS = (0.025, 0.10, 0.35, 0.50, 0.90, 0.975)
NORMAL_80, NORMAL_95 = 1.2816, 1.9600


def make_ledger(trust: str, tables: dict[str, pd.DataFrame]) -> Ledger:
    """Ledger of a synthetic trust, as if its tables had been read from files."""
    names = [name for name in Ledger.__dataclass_fields__ if name in tables]
    frames = {name: tables.get(name, empty_table(name)) for name in names}
    for name in ("ledger_month", "budget", "event"):
        frame = frames[name]
        lines = map_accounts(
            frame["account"], months=frame["period"], account_map=account_map(), chart="ns4102"
        )
        frames[name] = frame.assign(line=lines)
    return Ledger(trust=trust, start=1, known_gaps={"2025-03": "", "2025-04": ""}, **frames)


def run_trust_year(number: int, kind: str) -> dict[str, object]:
    """Forecast one trust-year, and compare it with its truth."""
    profile, month = PROFILES[number % len(PROFILES)], MONTHS[number // len(PROFILES) % len(MONTHS)]
    tables, truth = synthetic_trust(
        profile.trust,
        seed=FIRST_SEED + number,
        last=f"{YEAR}-{month:02d}",
        departures=DEPARTURES[kind],
    )
    book = make_ledger(profile.trust, dict(tables))
    rng = np.random.default_rng(number)
    forecast: YearEnd = year_end(book, period=book.last, rng=rng, n_paths=2000, country="NO")
    known = truth.known.query("year == @YEAR and month == @month").iloc[0]
    low95, low80, p35, middle, high80, high95 = (forecast.quantile(level) for level in LEVELS)
    outcome = truth.outcome[YEAR]
    best = abs(outcome - known["expected"]) / known["sd"]
    return {
        "truth": kind,
        "month": month,
        "cover80": low80 <= outcome <= high80,
        "cover95": low95 <= outcome <= high95,
        "at or above P35": outcome >= p35,
        "error": abs(outcome - middle) / known["sd"],
        "width80": (high80 - low80) / (2 * NORMAL_80 * known["sd"]),
        "best cover80": best <= NORMAL_80,
        "best cover95": best <= NORMAL_95,
        "best error": best,
    }


def summarise(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Means, with the Monte-Carlo error of the two coverages."""
    groups = rows.groupby(by, sort=False)
    table = groups.mean(numeric_only=False).astype(float)
    table.insert(0, "years", groups.size())
    for name in ("cover80", "cover95"):
        share = table[name]
        error = np.sqrt(share * (1 - share) / table["years"])
        table.insert(table.columns.get_loc(name) + 1, f"± {name}", error)
    return table


def write_tables(rows: pd.DataFrame, out: Path) -> None:
    whole = summarise(rows.drop(columns="month"), ["truth"])
    parts = (whole, summarise(rows, ["truth", "month"]))
    out.write_text("\n\n".join(to_markdown(part) for part in parts) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--years", type=int, default=204, help="trust-years of each kind")
    options = parser.parse_args()
    rows = []
    for number, kind in product(range(options.years), DEPARTURES):
        rows.append(run_trust_year(number, kind))
        if len(rows) % 40 == 0 or len(rows) == 2 * options.years:
            write_tables(pd.DataFrame(rows), options.out)
            print(f"{len(rows)} of {2 * options.years}", flush=True)


if __name__ == "__main__":
    main()

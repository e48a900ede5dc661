"""Seconds for 1 000 charts of 60 months, false alarms by length, signals of the demo region.

OMP_NUM_THREADS=1 python -m benchmarks.indicators
"""

import time

import numpy as np
import pandas as pd

from balanse_lib import params
from balanse_lib.indicators import Changes, false_alarm_rates, find_changes
from balanse_lib.indicators.xmr import mark_charts
from balanse_lib.ledger import Ledger, read_ledger

TRUSTS = ("helse-granvik", "helse-fjellheim", "helse-havdal", "helse-storvatn")
# class of measure → the indicator that the synthetic truth moves, and which way
PLANTED = {
    "beds/closing": ("beds_closed", True),
    "flow/LOS": ("length_of_stay_days", False),
    "organisation": ("letters_1_day_pct", True),
}


def speed() -> None:
    wide = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 1000)))
    began = time.process_time()
    mark_charts(wide)
    print(f"1 000 charts × 60 months: {time.process_time() - began:.3f} s")


def alarms() -> None:
    print("share of stable charts that mark something, by rule, and on the last month")
    for screen in (True, False):
        for months in (12, 18, 24, 36, 60):
            rng = np.random.default_rng(2)
            rates = false_alarm_rates(months, rng=rng, screen=screen, n_charts=20_000)
            told = " ".join(f"{rule}: {rate:.3f}" for rule, rate in rates["charts"].items())
            last = rates.loc["any", "last"]
            print(f"  screen {screen!s:5} {months} months  {told}  last: {last:.3f}")


def region() -> None:
    folder = params.find_params_folder()
    for trust in TRUSTS:
        book = read_ledger(params.read_trust(trust, folder=folder), folder=folder)
        found = find_changes(book, period=book.last, rng=np.random.default_rng(1))
        n = found.charts.charted.shape[1]
        print(f"{trust}: {n} charts, {len(found.charts.marked)} mark something, "
              f"{len(found.signals)} signals, {len(found.current)} on the last month")  # fmt: skip
        planted(book, found)


def planted(book: Ledger, found: Changes) -> None:
    """Whether what measures did to the flow is seen within half a year."""
    first = found.charts.charted.index[0]
    for row in book.measure.to_dict("records"):
        aim, start = PLANTED.get(row["class"]), row["start_actual"]
        if aim is None or not isinstance(start, str) or start < first:
            continue
        if (aim[0], row["unit"]) not in found.charts.charted.columns:
            continue
        here = found.signals[
            (found.signals["indicator"] == aim[0]) & (found.signals["unit"] == row["unit"])
        ]
        seen = here[(here["rising"] == aim[1]) & (here["until"] >= start)]
        told = ", ".join(f"since {since}" for since in seen["since"]) or "not seen"
        print(f"  {row['measure_id']} from {start}: {aim[0]} {told}")


if __name__ == "__main__":
    speed()
    alarms()
    region()

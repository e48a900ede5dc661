"""What-if panel: seconds from a move to the new picture, in the kernel, on a synthetic trust.

OMP_NUM_THREADS=1 python -m benchmarks.what_if
"""

import argparse
import time
from statistics import median
from typing import Any

from balanse_lib import open_run
from balanse_lib.report.what_if_panel import Panel, what_if_panel


def list_moves(panel: Panel) -> list[tuple[Any, float]]:
    """Twenty moves, each to another value than before."""
    step, tick = panel.shock.step, next(iter(panel.decided.values()))
    return [
        *((panel.realisation, value) for value in (50, 75, 20, 0, 150)),
        *((panel.delay, value) for value in (1, 2, 3, 1, 0)),
        *((panel.shock, k * step) for k in (-1, -2, -3, 2, 1)),
        *((tick, value) for value in (False, True, False, True, False)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trust", default="helse-granvik")
    parser.add_argument("--period", default="2025-03")
    asked = parser.parse_args()
    run = open_run(asked.trust, period=asked.period)
    panel = what_if_panel(run.what_if, reader=run.reader)
    took = []
    for control, value in list_moves(panel):
        began = time.perf_counter()
        control.value = value
        took.append(time.perf_counter() - began)
    draws = len(run.measure_year.joint.base)
    print(f"{len(took)} moves, {draws} draws: median {median(took):.3f} s, max {max(took):.3f} s")


if __name__ == "__main__":
    main()

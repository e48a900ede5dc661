"""How late measures start: triangular by stage, learnt once the register has enough starts."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import triang

from balanse_lib import params, periods
from balanse_lib.measures.delays import WAITING, stage_delays

Floats = NDArray[np.float64]
_STEP, _LONGEST = 0.5, 24.0  # months; grid on which a triangle is fitted
_IMPOSSIBLE = 1e-12  # a triangle that a case contradicts is never chosen, yet has a logarithm


def learn_delays(
    register: pd.DataFrame, *, period: str, thresholds: params.Thresholds | None = None
) -> pd.DataFrame:
    """Delay of the start in months: stage → low, mode, high (triangular), n, source.

    From start_actual − start_plan of the register when there are enough cases, else assumed. A
    measure that was due by `period` and has not started is a case too: it is at least that late
    (leaving it out would show only those that came). An early start counts as no delay. `n` is the
    number of starts. What has started is not delayed further by the register's record.

    >>> from balanse_lib.ledger import empty_table
    >>> found = learn_delays(empty_table("measure"), period="2025-09").loc["planned"]
    >>> [float(found[name]) for name in ("low", "mode", "high")], found["source"]
    ([0.0, 1.0, 4.0], 'assumption')
    """
    limits = thresholds or params.standard_thresholds()
    late, is_over = _cases(register, period)
    starts = int(is_over.sum())
    learnt = starts >= limits.delay_min_cases
    waiting = fit_triangle(late, is_over=is_over) if learnt else None
    rows = {
        stage: (*triangle, starts if stage in WAITING else 0,
                "register" if learnt and stage in WAITING else "assumption")
        for stage, triangle in stage_delays(limits, waiting=waiting).items()
    }  # fmt: skip
    columns = ["low", "mode", "high", "n", "source"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("stage")


def fit_triangle(late: Floats, *, is_over: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Triangle (0, mode, high) that makes the delays most likely, rounded to whole months.

    `late` is months late; where not `is_over` the start is still to come, later than that.
    Likelihood: P(k − ½ < delay < k + ½) of a start after k months, P(delay > k − ½) of one that has
    not come in month k. Grid of half months up to two years.

    >>> fit_triangle(np.zeros(9), is_over=np.ones(9, dtype=bool))   # all on time: the narrowest
    (0.0, 0.0, 1.0)
    """
    grid = np.arange(0.0, _LONGEST + _STEP, _STEP)
    mode, high = (side.ravel()[:, None] for side in np.meshgrid(grid, grid[grid >= 1]))
    mode, high = (side[mode <= high][:, None] for side in (mode, high))
    below = triang.cdf(late - 0.5, mode / high, scale=high)
    above = np.where(is_over, triang.cdf(late + 0.5, mode / high, scale=high), 1.0)
    fit = np.log(np.maximum(above - below, _IMPOSSIBLE)).sum(axis=1)
    best = int(fit.argmax())
    return 0.0, float(mode[best, 0]), float(high[best, 0])


def _cases(register: pd.DataFrame, period: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Months late of measures that were due by `period`, and whether they have started."""
    rows = register[register["start_plan"] <= period]
    rows = rows[~rows["stage"].isin(("paused", "stopped"))]
    is_over = rows["start_actual"].notna() & (rows["start_actual"] <= period)
    # a start that has not come is later than the next month at the earliest
    until = rows["start_actual"].where(is_over, periods.shift(period, 1))
    late = _numbers(until) - _numbers(rows["start_plan"])
    return np.maximum(late, 0.0), is_over.to_numpy(dtype=bool)


def _numbers(months: pd.Series) -> Floats:
    year = pd.to_numeric(months.str[:4]).to_numpy(dtype=float)
    return np.asarray(year * 12 + pd.to_numeric(months.str[5:7]).to_numpy(dtype=float))

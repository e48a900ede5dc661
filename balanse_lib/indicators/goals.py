"""Goals and targets: whether a chart reaches them reliably, and where the year will end."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from balanse_lib import periods
from balanse_lib.indicators.catalogue import months_of
from balanse_lib.indicators.charts import SEASON_OUT, Charts
from balanse_lib.indicators.expected import expect_year
from balanse_lib.indicators.xmr import LIMIT
from balanse_lib.ledger import Ledger

PASS, FAIL, HIT_OR_MISS, UNKNOWN = "pass", "fail", "hit_or_miss", "unknown"
RANGE = 1.128  # mean range of two normal values in standard deviations
HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True)
class GoalStatus:
    """One goal of the year: so far, expected at its end, chance, and what the chart says.

    `so_far` and `expected` are means of months; of an accumulated indicator they are sums.
    """

    goal: str
    indicator: str
    unit: str
    target: float
    so_far: float
    expected: float
    chance: float
    assurance: str
    responsible: str


def assure(*, lpl: float, upl: float, target: float, direction: str) -> str:
    """Whether a process with these limits reaches a target: always, never, now and then.

    `pass` when the whole span between the limits is on the right side, `fail` when all of it is on
    the wrong one, else `hit_or_miss`; `unknown` without limits, target or direction.

    >>> assure(lpl=71.0, upl=79.0, target=70.0, direction="higher")
    'pass'
    >>> assure(lpl=66.0, upl=79.0, target=70.0, direction="lower")
    'hit_or_miss'
    """
    if direction not in (HIGHER, LOWER) or np.isnan([lpl, upl, target]).any():
        return UNKNOWN
    if lpl <= target <= upl:
        return HIT_OR_MISS
    return PASS if (lpl > target) == (direction == HIGHER) else FAIL


def judge_goals(
    ledger: Ledger,
    *,
    period: str,
    values: pd.DataFrame,
    charts: Charts,
    catalogue: pd.DataFrame,
) -> pd.DataFrame:
    """Goals that hold in a month with what is expected of the year and the chance to reach them.

    Expected as `expect_year` does, with the yearly pattern where the chart takes one out. Its
    spread: the process' own noise (mean range / 1.128) in the months left and in that mean. A goal
    of an accumulated indicator is one of the whole year: its months are added up, and the limits of
    a month promise nothing about it.
    """
    in_force = periods.month_in_force(period, start=ledger.start)
    goals = ledger.goal[ledger.goal["valid_to"].fillna(in_force) >= in_force]
    direction = catalogue.set_index("indicator")["direction"]
    months = periods.months_of_year(ledger.year_of(period), start=ledger.start)
    found = []
    for goal in goals.to_dict("records"):
        indicator, unit = str(goal["indicator"]), str(goal["unit"])
        name = (months_of(catalogue, indicator), unit)
        target, summed = float(goal["target"]), name[0] != indicator
        chosen = (values["indicator"] == name[0]) & (values["unit"] == unit)
        cells = values[chosen & (values["month"] <= period)].set_index("month")["value"]
        sigma, lpl, upl = _noise(charts, name)
        way = str(direction.get(indicator, ""))
        seasonal = charts.season.get(name) == SEASON_OUT
        so_far, expected, sd = expect_year(cells, months=months, seasonal=seasonal, sigma=sigma)
        if summed:
            so_far = float(cells.reindex(ledger.year_so_far(period)).sum(skipna=False))
            expected, sd, lpl = len(months) * expected, len(months) * sd, np.nan
        sign = {HIGHER: 1.0, LOWER: -1.0}.get(way, np.nan)
        found.append(
            GoalStatus(
                goal=str(goal["goal"]),
                indicator=indicator,
                unit=unit,
                target=target,
                so_far=so_far,
                expected=expected,
                chance=_chance(sign * (expected - target), sd=sd),
                assurance=assure(lpl=lpl, upl=upl, target=target, direction=way),
                responsible=str(goal["responsible"]),
            )
        )
    columns = list(GoalStatus.__dataclass_fields__)
    return pd.DataFrame([asdict(status) for status in found], columns=columns)


def _noise(charts: Charts, name: tuple[str, str]) -> tuple[float, float, float]:
    """Sd of a month from the moving range, and the limits of the chart."""
    if name not in charts.limits.index:
        return np.nan, np.nan, np.nan
    mean, lpl, upl = charts.limits.T[name][["mean", "lpl", "upl"]]
    return float((upl - mean) / LIMIT / RANGE), float(lpl), float(upl)


def _chance(margin: float, *, sd: float) -> float:
    if np.isnan(margin) or np.isnan(sd):
        return np.nan
    return float(norm.cdf(margin / sd)) if sd else float(margin >= 0)

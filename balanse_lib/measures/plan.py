"""Planned effects and costs of a whole register, month by month."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import params, periods
from balanse_lib.ledger import split_names
from balanse_lib.measures.ramps import active_months, ramp_strength, season_weights

Floats = NDArray[np.float64]
Months = NDArray[np.int64]
YEAR = periods.MONTHS_IN_YEAR
_NEVER, _NO_END = 10**6, 10**6  # month numbers beyond any calendar


def planned_effects(
    register: pd.DataFrame,
    *,
    months: Sequence[str],
    start: Literal["actual", "plan"] = "actual",
    delay: pd.Series | int = 0,
    fiscal_year_start: int = 1,
    kept_in_pause: float = 1.0,
    thresholds: params.Thresholds | None = None,
) -> pd.DataFrame:
    """Planned effect of every measure: measure_id × month, million, + improves the result.

    `start` "actual" counts from the real start where it is known, "plan" from the plan. `delay`
    (months, by measure_id) moves measures that have not started. A stopped measure plans nothing;
    a one-off kind falls away when the fiscal year it started in ends; one that does not say how it
    grows is at full strength at once.

    >>> from balanse_lib.ledger import empty_table
    >>> register = empty_table("measure").reindex(range(1)).assign(
    ...     measure_id="T1", full_year_effect=12.0, start_plan="2025-11", ramp="linear", ramp_len=2)
    >>> planned_effects(register, months=["2025-10", "2025-11", "2025-12"]).loc["T1"].tolist()
    [0.0, 0.5, 1.0]
    """
    at = _numbers(pd.Series(list(months)))
    begin = _starts(register, start, delay)
    work, still = _work(register, at, begin)
    strength = np.zeros(work.shape)
    length = register["ramp_len"].fillna(1.0).to_numpy(dtype=float)[:, None]
    ramps = register["ramp"].fillna("step").to_numpy()
    season = _seasons(register)[:, at % YEAR]
    for name in np.unique(ramps):
        rows = ramps == name
        strength[rows] = ramp_strength(
            work[rows],
            stands_still=still[rows],
            ramp=name,
            ramp_len=length[rows],
            season=season[rows],
            thresholds=thresholds,
        )
    strength *= _counts(register, at, begin, fiscal_year_start)
    monthly = register["full_year_effect"].to_numpy(dtype=float)[:, None] / YEAR
    return _table(monthly * strength * np.where(still, kept_in_pause, 1.0), register, months)


def planned_costs(
    register: pd.DataFrame,
    *,
    months: Sequence[str],
    start: Literal["actual", "plan"] = "actual",
    delay: pd.Series | int = 0,
) -> pd.DataFrame:
    """Costs that come with the measures: measure_id × month, million, negative.

    The one-off cost falls in the first month, a twelfth of running and displaced cost in every
    month from the start on. They come whether the effect does or not; effect + costs is the net.
    """
    at = _numbers(pd.Series(list(months)))
    work, still = _work(register, at, _starts(register, start, delay))
    once, running, displaced = (
        register[name].fillna(0.0).to_numpy(dtype=float)[:, None]  # a cost not stated is none
        for name in ("one_off_cost", "running_cost", "displaced_cost")
    )
    first = (work == 1) & ~still
    costs = once * first + (running + displaced) / YEAR * (work > 0)
    return _table(costs * ~_is_stopped(register)[:, None], register, months)


def _numbers(months: pd.Series, *, missing: int = _NEVER) -> Months:
    """Months as numbers in one count; a number modulo 12 is the calendar month from 0."""
    year = pd.to_numeric(months.str[:4])
    numbers = year * YEAR + pd.to_numeric(months.str[5:7]) - 1
    return numbers.fillna(missing).to_numpy(dtype=np.int64)


def _starts(register: pd.DataFrame, start: str, delay: pd.Series | int) -> Months:
    planned = _numbers(register["start_plan"])
    given = pd.Series(delay, index=register["measure_id"]) if isinstance(delay, int) else delay
    months_late = given.reindex(register["measure_id"]).to_numpy(dtype=float)
    if not ((months_late >= 0) & (months_late % 1 == 0)).all():
        raise ValueError("delay: give whole months of at least 0 for every measure")
    late = planned + months_late.astype(np.int64)
    if start == "plan":
        return late
    known = register["start_actual"].notna().to_numpy()
    return np.where(known, _numbers(register["start_actual"]), late)


def _work(register: pd.DataFrame, at: Months, begin: Months) -> tuple[Months, NDArray[np.bool_]]:
    pause_from = _numbers(register["pause_from"])
    pause_to = _numbers(register["pause_to"], missing=_NO_END)
    return active_months(
        at, start=begin[:, None], pause_from=pause_from[:, None], pause_to=pause_to[:, None]
    )


def _seasons(register: pd.DataFrame) -> Floats:
    """Weight of each calendar month (January first) for every measure."""
    weights = np.ones((len(register), YEAR))
    cells = register["season_months"]
    for k in np.flatnonzero(cells.notna()):
        named = {int(name) for name in split_names(cells.iloc[k])}
        weights[k] = season_weights([float(month in named) for month in range(1, YEAR + 1)])
    return weights


def _counts(register: pd.DataFrame, at: Months, begin: Months, year_start: int) -> Floats:
    """1 where a measure can give an effect: not stopped, a one-off only in the year it started."""
    year = (at - year_start + 1) // YEAR
    first = (begin - year_start + 1) // YEAR
    once = (register["kind"] == "one-off").fillna(False).to_numpy(dtype=bool)
    outside = once[:, None] & (year[None, :] != first[:, None])
    return np.where(outside | _is_stopped(register)[:, None], 0.0, 1.0)


def _is_stopped(register: pd.DataFrame) -> NDArray[np.bool_]:
    return (register["stage"] == "stopped").fillna(False).to_numpy(dtype=bool)


def _table(values: Floats, register: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    index = pd.Index(register["measure_id"].to_numpy(), name="measure_id")
    return pd.DataFrame(values, index=index, columns=pd.Index(list(months), name="period"))

"""What really happened in a synthetic trust, and what could be known of it at each month."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.ledger.synthetic.events import SLOTS, expect_events
from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid
from balanse_lib.ledger.synthetic.measures import expect_measures, rest_of_year, start_month
from balanse_lib.ledger.synthetic.profiles import Reporter
from balanse_lib.ledger.synthetic.reporters import BIAS_SD, report_forecasts
from balanse_lib.ledger.synthetic.simulate import Simulation, period13_moments


@dataclass(frozen=True)
class TrustTruth:
    """The truth of one synthetic trust; amounts in MNOK, + improves the result.

    Attributes
    ----------
    trust, name : key and name of the trust.
    last : last month in the tables; the truth goes on to the end of that fiscal year.
    ledger : all booked amounts, also after `last`: index period (with YYYY-13), columns
        (unit, account).
    monthly : trust by period: year, month, result and its parts (systematic, level, noise,
        measures, events, period13), which sum to the result.
    outcome : final result by year, period 13 and events included.
    known : by year and month (1–12): result to date, expected year-end result and its sd, as the
        best-informed controller could know them: the generator's parameters, all months so far,
        the real effect of started measures, announced events; not the future.
    reporter, bias_sd : how forecasts are reported and the bias in sds of the forecast.
    reports : reported forecast on basis result, by year and month, before any was left out.
    measures : realised rate, delay and start of every measure beside the plan.
    measure_effects : real effect by period and measure_id.
    events : every possible event: booked, announced, amount, probability, happened.
    breaks : level breaks that happened: period, unit, account, full-year effect.
    yearly_sd : sd of the year's result known at its start, without measures, events, period 13
        and departures.
    """

    trust: str
    name: str
    last: str
    ledger: pd.DataFrame
    monthly: pd.DataFrame
    outcome: Mapping[int, float]
    known: pd.DataFrame
    reporter: Reporter
    bias_sd: float
    reports: pd.DataFrame
    measures: pd.DataFrame
    measure_effects: pd.DataFrame
    events: pd.DataFrame
    breaks: pd.DataFrame
    yearly_sd: float


def tell_truth(simulation: Simulation) -> TrustTruth:
    """Gather the truth of a simulation; cheap, no table of the ledger's length is made."""
    grid = simulation.grid
    known = know_year_end(simulation)
    reporter = grid.profile.reporter
    totals = grid.by_year(simulation.amounts).sum(axis=(1, 2)) + simulation.period13.sum(axis=1)
    ids = [measure_id(grid, number) for number in range(len(grid.profile.measures))]
    return TrustTruth(
        trust=grid.profile.trust,
        name=grid.profile.name,
        last=grid.last,
        ledger=_wide_ledger(simulation),
        monthly=_monthly(simulation),
        outcome={year: float(total) for year, total in zip(grid.years, totals, strict=True)},
        known=known,
        reporter=reporter,
        bias_sd=BIAS_SD[reporter],
        reports=report_forecasts(
            known, bias_sd=BIAS_SD[reporter], rng=simulation.stream("reports")
        ),
        measures=_measures(simulation, ids),
        measure_effects=pd.DataFrame(
            simulation.measures.effect, index=pd.Index(grid.months, name="period"), columns=ids
        ),
        events=_events(simulation),
        breaks=_breaks(simulation),
        yearly_sd=simulation.kalman.yearly_sd,
    )


def know_year_end(simulation: Simulation) -> pd.DataFrame:
    """Exact mean and sd of the year's final result given each month: see `noise` for the model."""
    grid, kalman = simulation.grid, simulation.kalman
    month = np.tile(np.arange(1, YEAR + 1), len(grid.years))
    left = (YEAR - month).astype(float)
    to_date = grid.by_year(simulation.amounts.sum(axis=1)).cumsum(axis=1).ravel()
    level = kalman.level_after(simulation.surprises.sum(axis=1))
    measures_mean, measures_var = expect_measures(grid, simulation.measures)
    events_mean, events_var = expect_events(grid, simulation.events)
    mean13, sd13 = period13_moments(grid)
    rest = rest_of_year(grid, simulation.systematic.sum(axis=1)) + left * level
    variance = kalman.sum_variance(left) + measures_var + events_var + sd13**2
    return pd.DataFrame(
        {
            "year": np.repeat(grid.years, YEAR),
            "month": month,
            "to_date": to_date,
            "expected": to_date + rest + measures_mean + events_mean + mean13,
            "sd": np.sqrt(variance),
        }
    )


def measure_id(grid: Grid, number: int) -> str:
    """Identifier of a trust's measure by its place in the register."""
    return f"{grid.profile.short}-T{number + 1:02d}"


def event_id(grid: Grid, year: int, slot: int) -> str:
    """Identifier of an event by year and place among the possible events."""
    return f"{grid.profile.short}-{year}-H{slot + 1}"


def _wide_ledger(simulation: Simulation) -> pd.DataFrame:
    grid = simulation.grid
    folded = grid.by_year(simulation.amounts)
    rows = np.concatenate([folded, simulation.period13[:, None, :]], axis=1)
    columns = pd.MultiIndex.from_arrays(
        [[cell.unit for cell in grid.cells], [cell.account for cell in grid.cells]],
        names=["unit", "account"],
    )
    index = pd.Index(all_periods(grid), name="period")
    return pd.DataFrame(rows.reshape(-1, len(grid.cells)), index=index, columns=columns)


def all_periods(grid: Grid) -> list[str]:
    """Every year's months followed by its period 13."""
    return [f"{year}-{month:02d}" for year in grid.years for month in range(1, YEAR + 2)]


def _monthly(simulation: Simulation) -> pd.DataFrame:
    grid = simulation.grid
    effect = simulation.measures.effect.sum(axis=1)
    result = simulation.amounts.sum(axis=1)
    parts = {
        "systematic": simulation.systematic.sum(axis=1),
        "level": simulation.chance.level.sum(axis=1),
        "measures": effect,
        "events": simulation.known_effects.sum(axis=1) - effect,
    }
    parts["noise"] = result - sum(parts.values(), start=np.zeros(len(result)))
    closing = simulation.period13.sum(axis=1)
    columns = {name: _with_period13(grid, part) for name, part in parts.items()}
    return pd.DataFrame(
        {
            "period": all_periods(grid),
            "year": np.repeat(grid.years, YEAR + 1),
            "month": np.tile(np.arange(1, YEAR + 2), len(grid.years)),
            "result": _with_period13(grid, result, closing),
            **columns,
            "period13": _with_period13(grid, np.zeros(len(result)), closing),
        }
    )


def _with_period13(grid: Grid, monthly: Array, closing: Array | None = None) -> Array:
    last = np.zeros(len(grid.years)) if closing is None else closing
    return np.column_stack([grid.by_year(monthly), last]).ravel()


def _measures(simulation: Simulation, ids: list[str]) -> pd.DataFrame:
    grid, drawn = simulation.grid, simulation.measures
    return pd.DataFrame(
        {
            "measure_id": ids,
            "full_year_effect": drawn.full_year,
            "rate": drawn.rate,
            "delay": drawn.delay.astype(int),
            "start_plan": [start_month(grid, number) for number in drawn.plan],
            "start": [start_month(grid, number) for number in drawn.start],
            "realised_full_year_effect": drawn.rate * drawn.full_year,
        }
    )


def _events(simulation: Simulation) -> pd.DataFrame:
    grid, drawn = simulation.grid, simulation.events
    slots = SLOTS * len(grid.years)
    return pd.DataFrame(
        {
            "id": [event_id(grid, year, slot) for year in grid.years for slot in range(len(SLOTS))],
            "type": [slot.type for slot in slots],
            "account": [slot.account for slot in slots],
            "text": [slot.text for slot in slots],
            "period": [start_month(grid, number) for number in drawn.booked.ravel()],
            "announced": [start_month(grid, number) for number in drawn.announced.ravel()],
            "amount": drawn.amount.ravel(),
            "probability": [slot.probability for slot in slots],
            "happened": drawn.happened.ravel(),
        }
    )


def _breaks(simulation: Simulation) -> pd.DataFrame:
    grid, found = simulation.grid, simulation.chance.breaks
    return pd.DataFrame(
        {
            "period": [grid.months[month] for month, _, _ in found],
            "unit": [grid.cells[cell].unit for _, cell, _ in found],
            "account": [grid.cells[cell].account for _, cell, _ in found],
            "full_year_effect": [amount * YEAR for _, _, amount in found],
        }
    )

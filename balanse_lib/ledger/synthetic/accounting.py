"""Canonical ledger, budget and requirement of a synthetic trust."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.ledger.synthetic import accounts
from balanse_lib.ledger.synthetic.frames import make_frame, repeat_text
from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid
from balanse_lib.ledger.synthetic.measures import phase_in
from balanse_lib.ledger.synthetic.simulate import DECIMALS, Simulation
from balanse_lib.ledger.synthetic.truth import TrustTruth
from balanse_lib.periods import is_period_13

_BUDGET_MONTH = 9  # the budget rests on what was known after September of the year before
_STEP = 5.0  # requirements are given in whole five million
_REVISION_PCT = 0.10  # revised requirement, per cent of turnover above the first
_REVISED_FROM = 7
LEDGER_VERSION, BUDGET_VERSION = "rekneskap", "vedteken"


@dataclass(frozen=True)
class Budget:
    """Phased budget by month × cell, and the result it gives by year (= first requirement)."""

    monthly: Array
    requirement: dict[int, float]


def ledger_table(simulation: Simulation, truth: TrustTruth) -> pd.DataFrame:
    """Canonical `ledger_month` up to `last`; period 13 of the complete years."""
    shown = truth.ledger.loc[: simulation.grid.last]
    return _melt(
        "ledger_month", simulation.grid, shown.to_numpy(), shown.index.tolist(), LEDGER_VERSION
    )


def budget_table(simulation: Simulation, budget: Budget) -> pd.DataFrame:
    """Canonical `budget` for all months of all years, also those after `last`."""
    grid = simulation.grid
    return _melt("budget", grid, budget.monthly, list(grid.months), BUDGET_VERSION)


def _melt(table: str, grid: Grid, wide: Array, rows: list[str], version: str) -> pd.DataFrame:
    """One row per period and cell; period 13 has only the accounts that were booked."""
    booked = (wide != 0.0) | ~np.array([is_period_13(row) for row in rows])[:, None]
    periods, cells = np.nonzero(booked)
    return make_frame(
        table,
        len(cells),
        {
            "trust": grid.profile.trust,
            "unit": repeat_text([cell.unit for cell in grid.cells], cells),
            "account": repeat_text([cell.account for cell in grid.cells], cells),
            "period": repeat_text(rows, periods),
            "version": version,
            "amount": wide[booked],
        },
    )


def make_budget(simulation: Simulation) -> Budget:
    """Budget every year from what was known in September before, made to meet the requirement.

    Planned measures that are taken out of the budget count in full and on time; what is still
    missing to the requirement is laid evenly on fixed pay and other cost.
    """
    grid = simulation.grid
    levels = _levels_known(simulation)
    plan = simulation.systematic + np.repeat(levels, YEAR, axis=0) + _planned_measures(simulation)
    wanted = _requirements(simulation, levels.sum(axis=1))
    gap = wanted - grid.by_year(plan).sum(axis=(1, 2))
    bearers = np.array([c.account in (accounts.FIXED_PAY, accounts.OTHER_COST) for c in grid.cells])
    weights = np.abs(simulation.systematic) * bearers
    yearly = grid.by_year(weights).sum(axis=(1, 2))
    monthly = np.round(plan + weights * np.repeat(gap / yearly, YEAR)[:, None], DECIMALS)
    rest = wanted - grid.by_year(monthly).sum(axis=(1, 2))
    monthly[YEAR - 1 :: YEAR, grid.position("fel", accounts.OTHER_COST)] += rest
    requirement = {year: float(x) for year, x in zip(grid.years, wanted, strict=True)}
    return Budget(np.round(monthly, DECIMALS), requirement)


def _levels_known(simulation: Simulation) -> Array:
    """Year × cell level as estimated when the budget was made; nothing before the first year."""
    levels = simulation.kalman.level_after(simulation.surprises)
    known = levels[_BUDGET_MONTH - 1 :: YEAR][: len(simulation.grid.years) - 1]
    return np.concatenate([np.zeros((1, levels.shape[1])), known])


def _requirements(simulation: Simulation, level: Array) -> Array:
    """First requirement by year: the expected result, half of a drifted level, and a challenge."""
    profile, revenue = simulation.grid.profile, simulation.grid.revenue
    share = (profile.result_pct + profile.challenge_pct) / 100
    wanted = np.round((share * revenue + YEAR * level / 2) / _STEP) * _STEP
    return np.asarray(wanted + 0.0)  # no negative zero


def _planned_measures(simulation: Simulation) -> Array:
    """Month × cell effect the budget counts on: known of the started, the plan of the rest."""
    grid, drawn = simulation.grid, simulation.measures
    ramps = np.array([plan.ramp_len for plan in drawn.plans], dtype=float)
    taken_out = np.array([plan.budget_taken_out for plan in drawn.plans], dtype=float)
    planned = phase_in(len(grid.months), start=drawn.plan, ramp=ramps) * drawn.full_year / YEAR
    made_after = np.repeat(np.arange(len(grid.years)) * YEAR - YEAR + _BUDGET_MONTH - 1, YEAR)
    started = drawn.start <= made_after[:, None]
    spread = np.zeros((len(drawn.cells), len(grid.cells)))
    spread[np.arange(len(drawn.cells)), list(drawn.cells)] = 1.0
    return np.asarray(np.where(started, drawn.effect, planned * taken_out) @ spread)


def requirement_table(simulation: Simulation, budget: Budget) -> pd.DataFrame:
    """Canonical `requirement` of the owner; in the last complete year revised from July.

    In the last year each clinic has its own, the budgeted result in whole million, except the one
    that holds diagnostics: its part was never made clear.
    """
    grid = simulation.grid
    revised = grid.years[-2]
    extra = float(np.ceil(_REVISION_PCT / 100 * grid.profile.revenue(revised) / _STEP) * _STEP)
    rows = [
        (year, f"{year}-01", budget.requirement[year], f"Føretaksmøte januar {year} (syntetisk)")
        for year in grid.years
    ]
    rows.insert(-1, (
        revised, f"{revised}-{_REVISED_FROM:02d}", budget.requirement[revised] + extra,
        f"Føretaksmøte juni {revised} (syntetisk)",
    ))  # fmt: skip
    years, valid_from, amounts, references = (list(column) for column in zip(*rows, strict=True))
    whole = make_frame(
        "requirement",
        len(rows),
        {
            "trust": grid.profile.trust,
            "unit": grid.profile.trust,
            "year": years,
            "type": "owner",
            "valid_from": valid_from,
            "amount": amounts,
            "document_ref": references,
        },
    )
    return pd.concat([whole, _clinic_requirements(grid, budget)], ignore_index=True)


def _clinic_requirements(grid: Grid, budget: Budget) -> pd.DataFrame:
    units = np.array([cell.unit for cell in grid.cells])
    yearly = budget.monthly[-YEAR:].sum(axis=0)
    told = [unit for unit in dict.fromkeys(units) if unit != grid.profile.unit_of("dia")]
    return make_frame(
        "requirement",
        len(told),
        {
            "trust": grid.profile.trust,
            "unit": told,
            "year": [grid.years[-1]] * len(told),
            "type": "owner",
            "valid_from": f"{grid.years[-1]}-01",
            "amount": [np.round(yearly[units == unit].sum()) + 0.0 for unit in told],
            "document_ref": "Fordeling til klinikkane (syntetisk)",
        },
    )

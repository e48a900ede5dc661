"""The patients' way through a synthetic trust: referral, visit, bed, operation, letter, home.

Synthetic assumptions throughout. What measures do to the flow follows their real strength: fewer
beds close beds and fill the corridors, a flow measure shortens stays, a new organisation sends
more discharge letters in time.
"""

from types import MappingProxyType

import numpy as np

from balanse_lib import periods
from balanse_lib.ledger.synthetic import accounts
from balanse_lib.ledger.synthetic.grid import YEAR, Array
from balanse_lib.ledger.synthetic.simulate import Simulation

_STAY_DAYS = MappingProxyType({"med": 4.6, "kir": 4.0, "psy": 8.5})
_OCCUPANCY = 0.88
_SUMMER_CLOSED = (0.01, 0.0, 0.02, 0.01, 0.0, 0.04, 0.22, 0.12, 0.0, 0.0, 0.0, 0.05)
_DISCHARGE_READY = (1.2, 1.2, 1.1, 1.0, 0.9, 0.9, 1.0, 0.9, 0.9, 0.9, 1.0, 1.0)
_SHORTER, _CLOSED, _MORE_IN_CORRIDOR, _MORE_LETTERS = 0.08, 0.07, 1.0, 0.10
_FIRST, _OPERATED, _CANCELLED = 0.35, 0.40, 0.06
_CAUSES = MappingProxyType({"patient": 0.35, "theatre_time": 0.30, "staff": 0.20, "beds": 0.15})
_LETTERS_1, _LETTERS_7 = 0.62, 0.88
_WAITING_DAYS, _WAITING_MONTHS = 62.0, 2.2
_LEFT = 0.1  # of a surplus of referrals stays on the list


def flow_counts(
    simulation: Simulation, *, stays: Array, visits: Array, rng: np.random.Generator
) -> dict[str, Array]:
    """Counts by activity type, month × clinic with activity-based income."""
    cells = simulation.grid.on_account(accounts.ISF)
    units = [simulation.grid.cells[cell].unit for cell in cells]
    counts = {
        **_beds(simulation, units, stays, rng),
        **_theatre(units, stays, rng),
        **_letters(simulation, units, stays, rng),
        **_visits(visits, rng),
    }
    return counts | _causes(counts["operations_cancelled"], rng)


def _beds(
    simulation: Simulation, units: list[str], stays: Array, rng: np.random.Generator
) -> dict[str, Array]:
    days = np.array([periods.last_day(month).day for month in simulation.grid.months])[:, None]
    usual = np.array([_STAY_DAYS.get(unit.rsplit("-")[-1], 4.5) for unit in units])
    shorter = 1 - _SHORTER * _strength(simulation, units, ("flow/LOS",))
    noise = np.exp(0.02 * rng.standard_normal(stays.shape))
    patient_days = np.round(stays * usual * shorter * noise)
    budgeted = np.round(stays.mean(axis=0) * usual / 30.4 / _OCCUPANCY) * np.ones(stays.shape)
    closing = _strength(simulation, units, ("beds/closing",))
    summer = np.tile(_SUMMER_CLOSED, len(days) // YEAR)[:, None]
    closed = np.round(budgeted * (summer + _CLOSED * closing + 0.004 * rng.poisson(1, stays.shape)))
    season = np.tile(_DISCHARGE_READY, len(days) // YEAR)[:, None]
    ready = rng.poisson(stays * 0.02 * season).astype(float)
    return {
        "patient_days": patient_days,
        "beds_budgeted": budgeted,
        "beds_open": budgeted - closed,
        "bed_days_budgeted": budgeted * days,
        "bed_days_open": (budgeted - closed) * days,
        "discharge_ready_patients": ready,
        "discharge_ready_days": ready * 3 + rng.poisson(ready),
        "corridor_patients": rng.poisson(
            stays * 0.01 * (1 + _MORE_IN_CORRIDOR * closing)
        ).astype(float),
    }  # fmt: skip


def _theatre(units: list[str], stays: Array, rng: np.random.Generator) -> dict[str, Array]:
    """Operations are planned in the surgical clinic alone."""
    operates = np.array([unit.endswith("-kir") for unit in units])
    planned = np.where(operates, np.round(stays * _OPERATED), np.nan)
    count = np.nan_to_num(planned).astype(int)
    cancelled = np.where(operates, rng.binomial(count, _CANCELLED), np.nan)
    return {"operations_planned": planned, "operations_cancelled": cancelled}


def _causes(cancelled: Array, rng: np.random.Generator) -> dict[str, Array]:
    """Each cancelled operation has one cause."""
    drawn = rng.multinomial(np.nan_to_num(cancelled).astype(int), list(_CAUSES.values()))
    return {
        f"operations_cancelled_{cause}": np.where(np.isnan(cancelled), np.nan, drawn[..., place])
        for place, cause in enumerate(_CAUSES)
    }


def _letters(
    simulation: Simulation, units: list[str], stays: Array, rng: np.random.Generator
) -> dict[str, Array]:
    better = _MORE_LETTERS * _strength(simulation, units, ("organisation",))
    due = stays.astype(int)
    first = rng.binomial(due, _LETTERS_1 + better)
    later = rng.binomial(due - first, (_LETTERS_7 - _LETTERS_1) / (1 - _LETTERS_1))
    return {
        "letters_due": stays,
        "letters_1_day": first.astype(float),
        "letters_7_days": (first + later).astype(float),
    }


def _visits(visits: Array, rng: np.random.Generator) -> dict[str, Array]:
    """First visits come from referrals; who is referred and not yet seen is waiting."""
    first = rng.binomial(visits.astype(int), _FIRST).astype(float)
    usual = first.mean(axis=0)
    referrals = rng.poisson(usual, first.shape).astype(float)
    waiting = np.round(_WAITING_MONTHS * usual + _LEFT * (referrals - usual).cumsum(axis=0))
    days = _WAITING_DAYS * np.exp(0.03 * rng.standard_normal(first.shape))
    return {
        "referrals": referrals,
        "first_visits": first,
        "return_visits": visits - first,
        "patients_started": first,
        "waiting_days_started": np.round(first * days),
        "still_waiting": waiting,
    }


def _strength(simulation: Simulation, units: list[str], kinds: tuple[str, ...]) -> Array:
    """How strongly measures of some kinds work, month × unit: 1 is all that was planned."""
    drawn, profile = simulation.measures, simulation.grid.profile
    planned = drawn.full_year / YEAR
    found = np.zeros((len(simulation.grid.months), len(units)))
    for number, plan in enumerate(drawn.plans):
        unit = profile.unit_of(plan.role)
        if plan.kind_of in kinds and unit in units:
            found[:, units.index(unit)] += drawn.effect[:, number] / planned[number]
    return found

"""One trust's months as they happened: baseline, chance, measures, events and period 13."""

from dataclasses import dataclass

import numpy as np

from balanse_lib.ledger.synthetic import accounts
from balanse_lib.ledger.synthetic.baseline import systematic
from balanse_lib.ledger.synthetic.events import EventDraw, draw_events, events_by_cell
from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid, make_grid
from balanse_lib.ledger.synthetic.measures import MeasureDraw, draw_measures
from balanse_lib.ledger.synthetic.noise import Chance, Departures, Filter, draw_chance, make_filter
from balanse_lib.ledger.synthetic.profiles import TrustProfile
from balanse_lib.ledger.synthetic.published import isf_rate

_STREAMS = (
    "chance",
    "measures",
    "events",
    "period13",
    "reports",
    "staffing",
    "activity",
    "flow",
    "steering",
)
# Year-end entries: guest-patient settlement, pay accruals, other cost; at common functions.
_PERIOD_13 = {accounts.VISITS: 0.3, accounts.FIXED_PAY: 0.4, accounts.OTHER_COST: 0.3}
DECIMALS = 6  # whole kroner


@dataclass(frozen=True)
class Simulation:
    """All parts of one trust's months (month × cell, MNOK), before and after `last`.

    amounts : what is booked; points : DRG points by month × cell of the ISF account;
    period13 : year × cell.
    """

    grid: Grid
    kalman: Filter
    systematic: Array
    chance: Chance
    measures: MeasureDraw
    events: EventDraw
    points: Array
    amounts: Array
    known_effects: Array
    period13: Array
    seed: int

    @property
    def surprises(self) -> Array:
        """Level + noise as the ledger shows them: month × cell."""
        return self.amounts - self.systematic - self.known_effects

    def stream(self, name: str) -> np.random.Generator:
        """Return a fresh random stream for what is drawn beside the months."""
        return random_stream(self.grid.profile.trust, name, seed=self.seed)


def random_stream(trust: str, name: str, *, seed: int) -> np.random.Generator:
    """Independent random stream of one trust, the same whichever other trusts there are."""
    key = (*trust.encode(), _STREAMS.index(name))
    return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=key))


def simulate(
    profile: TrustProfile, *, seed: int, last: str, years: int, departures: Departures
) -> Simulation:
    """Draw all months of one trust up to the end of the year of `last`."""
    grid = make_grid(profile, last=last, years=years)
    rngs = {name: random_stream(profile.trust, name, seed=seed) for name in _STREAMS}
    base, kalman = systematic(grid), make_filter(grid, departures)
    chance = draw_chance(
        grid, kalman, departures, scale=np.abs(base).mean(axis=0), rng=rngs["chance"]
    )
    measures = draw_measures(grid, rng=rngs["measures"])
    events = draw_events(grid, rng=rngs["events"])
    effects = measures.by_cell(len(grid.cells)) + events_by_cell(grid, events)
    booked = np.round(base + chance.level + chance.noise + effects, DECIMALS)
    points, amounts = _price_activity(grid, booked)
    period13 = _draw_period13(grid, rng=rngs["period13"])
    return Simulation(
        grid, kalman, base, chance, measures, events, points, amounts, effects, period13, seed
    )


def _price_activity(grid: Grid, booked: Array) -> tuple[Array, Array]:
    """DRG points with two decimals, and the booked income made exactly points × price × share."""
    cells = grid.on_account(accounts.ISF)
    rates = np.repeat([isf_rate(year).mnok_per_point for year in grid.years], YEAR)[:, None]
    points = np.round(booked[:, cells] / rates, 2)
    amounts = booked.copy()
    amounts[:, cells] = np.round(points * rates, DECIMALS)
    return points, amounts


def _draw_period13(grid: Grid, *, rng: np.random.Generator) -> Array:
    mean, sd = period13_moments(grid)
    total = mean + sd * rng.standard_normal(len(grid.years))
    spread = np.zeros((len(grid.years), len(grid.cells)))
    for account, part in _PERIOD_13.items():
        spread[:, grid.position("fel", account)] = part * total
    return np.round(spread, DECIMALS)


def period13_moments(grid: Grid) -> tuple[float, float]:
    """Mean and sd of the year-end entries, MNOK."""
    size = float(grid.revenue.mean()) / 100
    return grid.profile.period13_mean_pct * size, grid.profile.period13_sd_pct * size

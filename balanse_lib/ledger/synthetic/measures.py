"""Measures as they really went: realisation and delay, and what could be expected of them.

Realisation follows `measures.md` §4 for a decided measure: no effect at all with probability
0.15, else Beta, mean 0.55 altogether with weight 8. The delay is triangular(0, 1, 4) months,
rounded. A well-informed controller knows both from the month the measure starts.
"""

from dataclasses import dataclass

import numpy as np

from balanse_lib import periods
from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid
from balanse_lib.ledger.synthetic.plans import MeasurePlan

NO_EFFECT, MEAN_RATE, WEIGHT = 0.15, 0.55, 8.0
_BETA_MEAN = MEAN_RATE / (1 - NO_EFFECT)
MEAN_SQUARE = (1 - NO_EFFECT) * (_BETA_MEAN**2 + _BETA_MEAN * (1 - _BETA_MEAN) / (WEIGHT + 1))


def delay_probabilities() -> Array:
    """Probability of a delay of 0 to 4 months: triangular(0, 1, 4) rounded to whole months.

    >>> delay_probabilities()[0]   # below half a month: 0.5² / 4
    np.float64(0.0625)
    """
    edges = np.array([0.0, 0.5, 1.5, 2.5, 3.5, 4.0])
    below = np.where(edges <= 1, edges**2 / 4, 1 - (4 - edges) ** 2 / 12)
    return np.diff(below)


@dataclass(frozen=True)
class MeasureDraw:
    """Truth of a trust's measures, in the order of the profile's plans.

    full_year : planned full-year effect, MNOK; plan : planned start as month number of the grid;
    effect : month × measure as it came, MNOK.
    """

    plans: tuple[MeasurePlan, ...]
    full_year: Array
    plan: Array
    rate: Array
    delay: Array
    effect: Array
    cells: tuple[int, ...]

    @property
    def start(self) -> Array:
        """First month of real effect, as month number of the grid."""
        return self.plan + self.delay

    def by_cell(self, count: int) -> Array:
        """Month × cell effect."""
        spread = np.zeros((len(self.cells), count))
        spread[np.arange(len(self.cells)), list(self.cells)] = 1.0
        return self.effect @ spread


def draw_measures(grid: Grid, *, rng: np.random.Generator) -> MeasureDraw:
    """Draw realisation and delay of every plan of the trust."""
    plans = grid.profile.measures
    none = rng.random(len(plans)) < NO_EFFECT
    beta = rng.beta(WEIGHT * _BETA_MEAN, WEIGHT * (1 - _BETA_MEAN), size=len(plans))
    delay = rng.choice(5, size=len(plans), p=delay_probabilities()).astype(float)
    rate = np.where(none | ~_alive(plans), 0.0, beta)
    full_year, plan = size_plans(grid, plans)
    ramps = np.array([plan.ramp_len for plan in plans], dtype=float)
    effect = rate * full_year / YEAR * phase_in(len(grid.months), start=plan + delay, ramp=ramps)
    cells = tuple(grid.position(plan.role, plan.account) for plan in plans)
    return MeasureDraw(plans, full_year, plan, rate, delay, effect, cells)


def size_plans(grid: Grid, plans: tuple[MeasurePlan, ...]) -> tuple[Array, Array]:
    """Planned full-year effect (MNOK) and planned start (month number of the grid) of each plan."""
    full_year = np.array([plan.effect_pct / 100 * grid.revenue[-1] for plan in plans])
    start = np.array([len(grid.months) - YEAR + plan.start for plan in plans], dtype=float)
    return full_year, start


def _alive(plans: tuple[MeasurePlan, ...]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.array([not plan.stage for plan in plans], dtype=bool)


def phase_in(count: int, *, start: Array, ramp: Array) -> Array:
    """Part of full strength by month (rows): even growth over `ramp` months from `start`.

    >>> phase_in(4, start=np.array([1.0]), ramp=np.array([2.0])).ravel()
    array([0. , 0.5, 1. , 1. ])
    """
    since = np.arange(count).reshape(-1, *[1] * start.ndim) - start
    return np.clip((since + 1) / ramp, 0.0, 1.0)


def expect_measures(grid: Grid, drawn: MeasureDraw) -> tuple[Array, Array]:
    """Mean and variance of the measures' sum over the rest of the year, known after each month.

    Known from its start; before it: mean rate, and the delays that are still possible.
    """
    count, delays = len(grid.months), np.arange(5.0)
    ramps = np.array([plan.ramp_len for plan in drawn.plans], dtype=float)
    start = drawn.plan[:, None] + delays
    per_delay = phase_in(count, start=start, ramp=ramps[:, None]) * drawn.full_year[:, None] / YEAR
    rest = rest_of_year(grid, per_delay)
    now = np.arange(count)[:, None]
    possible = delay_probabilities() * (start > now[..., None])
    chance = possible / np.maximum(possible.sum(axis=-1, keepdims=True), 1e-300)
    alive = _alive(drawn.plans)
    mean = alive * MEAN_RATE * (chance * rest).sum(axis=-1)
    variance = alive * MEAN_SQUARE * (chance * rest**2).sum(axis=-1) - mean**2
    started = drawn.start <= now
    known = rest_of_year(grid, drawn.effect)
    return (
        np.where(started, known, mean).sum(axis=1),
        np.where(started, 0.0, variance).sum(axis=1),
    )


def rest_of_year(grid: Grid, monthly: Array) -> Array:
    """Sum over the months of the same year after each month; first axis is months."""
    folded = grid.by_year(monthly)
    after = folded.sum(axis=1, keepdims=True) - folded.cumsum(axis=1)
    return np.asarray(after.reshape(monthly.shape))


def start_month(grid: Grid, number: float) -> str:
    """Month `number` of the grid, also before its first or after its last month."""
    return periods.shift(grid.months[0], int(number))

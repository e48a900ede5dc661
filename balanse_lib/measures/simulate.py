"""Monte Carlo of what the measures give: realisation, delay, dependence, exclusion, overlap."""

from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from balanse_lib.measures.portfolio import MONTHS, Portfolio
from balanse_lib.measures.rate_table import RateTable, tabulate_rates

Floats = NDArray[np.float64]
Whole = NDArray[np.integer]
BLOCK = 2048  # draws with a random stream of their own


@dataclass(frozen=True)
class MeasureDraws:
    """Draws of the measures' effect over the months that were asked for, million.

    Attributes
    ----------
    ids : name of the measures.
    months : months of this fiscal year, counted from 0; 12 and later are next year's.
    planned : effect of each measure as planned: on time, in full, on its own.
    effects : draws × measures, after delay, dependence and exclusion, each on its own base.
    happened : draws × measures, whether the measure has any effect.
    overlap : draws, what measures on the same base lose together; never above 0.
    monthly : draws × months, effects and overlap by month; None unless asked for.
    """

    ids: tuple[str, ...]
    months: range
    planned: Floats
    effects: Floats
    happened: NDArray[np.bool_]
    overlap: Floats
    monthly: Floats | None = None

    @property
    def total(self) -> Floats:
        """Effect of all measures together in each draw."""
        return np.asarray(self.effects.sum(axis=1) + self.overlap)

    def table(self) -> pd.DataFrame:
        """Each measure's planned effect, its expected one, P10 and P90, and its chance of any."""
        low, high = np.quantile(self.effects, (0.1, 0.9), axis=0)
        return pd.DataFrame(
            {
                "planned": self.planned,
                "expected": self.effects.mean(axis=0),
                "P10": low,
                "P90": high,
                "p_any": self.happened.mean(axis=0),
            },
            index=pd.Index(self.ids, name="measure_id"),
        )


def simulate_measures(
    portfolio: Portfolio,
    *,
    months: range,
    n_draws: int,
    rng: np.random.Generator,
    monthly: bool = False,
    costs: Floats | None = None,
) -> MeasureDraws:
    """Draw the effect of every measure over `months` of the fiscal year (0 = its first month).

    Effect of month t: FY/12 · r · (g(t − start − delay) − g₀), r the realised rate and g₀ what the
    run rate holds already. Rates follow a Gaussian copula with one factor for each trust; a
    measure that depends on others gets its dependence from these alone, so that P(child) =
    P(parents) · P(child | parents) holds exactly. On one base b the remaining shares multiply:
    b/12 · (1 − Π(1 − sᵢrᵢgᵢ)). Every block of draws has a random stream of its own, so more draws
    begin with the same numbers. `costs` (by measure, million, negative) come off the effects of
    what counts, whether the effect itself comes or not.

    >>> measures = pd.DataFrame({
    ...     "measure_id": ["T1"], "full_year_effect": [12.0], "start": [3],
    ...     "alpha": [6.0], "beta": [2.0], "p_none": [1.0]})
    >>> from balanse_lib.measures.portfolio import make_portfolio
    >>> draws = simulate_measures(
    ...     make_portfolio(measures), months=range(12), n_draws=5, rng=np.random.default_rng(0))
    >>> draws.planned, draws.total   # nine months at 1; surely no effect
    (array([9.]), array([0., 0., 0., 0., 0.]))
    """
    if n_draws < 1:
        raise ValueError(f"n_draws is {n_draws}: give at least 1")
    plan = _prepare(portfolio, months)
    key = int(rng.integers(2**63))
    n = len(portfolio.ids)
    effects, happened = np.empty((n_draws, n)), np.empty((n_draws, n), dtype=bool)
    overlap = np.zeros(n_draws)
    by_month = np.empty((n_draws, len(months))) if monthly else None
    for number, first in enumerate(range(0, n_draws, BLOCK)):
        rows = slice(first, min(first + BLOCK, n_draws))
        rates, chance, late = _draw_block(plan, key=key, number=number, count=rows.stop - first)
        rates *= portfolio.counted
        effects[rows] = rates * plan.in_period.take(late + plan.offsets)
        happened[rows] = chance
        for members, base in plan.groups:
            overlap[rows] += _overlap(plan, members, base, rates, late).sum(axis=1)
        if by_month is not None:
            by_month[rows] = _by_month(plan, rates, late)
    if costs is not None:
        effects += costs * (portfolio.counted & portfolio.kept)
    planned = portfolio.counted * plan.steps[:, 0].sum(axis=-1) * plan.per_month
    return MeasureDraws(portfolio.ids, months, planned, effects, happened, overlap, by_month)


@dataclass(frozen=True)
class _Plan:
    """What the draws have in common.

    `steps` is measure × delay × month: share of full strength beyond what the run rate holds.
    `in_period` sums it in million, flat; `offsets` is where a measure's delays begin in it;
    `within` is the probability of a shorter delay than 1, 2 … months.
    """

    portfolio: Portfolio
    table: RateTable
    trusts: Whole
    loading: Floats
    order: tuple[int, ...]
    kept: NDArray[np.bool_]
    per_month: Floats
    steps: Floats
    in_period: Floats
    offsets: Whole
    within: NDArray[np.float32]
    groups: tuple[tuple[Whole, float], ...]


def phase_in(portfolio: Portfolio, *, months: range, start: Whole) -> Floats:
    """Share of full strength by measure × delay × month, beyond what the run rate holds."""
    delays = np.arange(portfolio.delay.shape[1])
    since = np.array(months, dtype=np.int64) - start[:, None, None] - delays[:, None]
    last = portfolio.ramp.shape[1] - 1
    place = np.arange(len(portfolio.ids))[:, None, None]
    reached = portfolio.ramp[place, np.clip(since, 0, last)]
    return np.where(since >= 0, reached, 0.0) - portfolio.in_run_rate[:, None, None]


def _prepare(portfolio: Portfolio, months: range) -> _Plan:
    n, delays = portfolio.delay.shape
    steps = phase_in(portfolio, months=months, start=portfolio.start)
    per_month = portfolio.full_year / MONTHS
    follows = np.array([bool(parents) for parents in portfolio.parents], dtype=bool)
    groups = (np.flatnonzero(portfolio.base_group == g) for g in np.unique(portfolio.base_group))
    return _Plan(
        portfolio=portfolio,
        table=tabulate_rates(portfolio.alpha, portfolio.beta, portfolio.p_none),
        trusts=np.unique(np.array(portfolio.trusts, dtype=str), return_inverse=True)[1],
        loading=np.where(follows, 0.0, np.sqrt(portfolio.correlation)),
        order=tuple(TopologicalSorter(dict(enumerate(portfolio.parents))).static_order()),
        kept=portfolio.kept,
        per_month=per_month,
        steps=steps,
        in_period=(steps.sum(axis=-1) * per_month[:, None]).ravel(),
        offsets=np.arange(n, dtype=np.int32) * delays,
        within=portfolio.delay.cumsum(axis=1)[:, :-1].astype(np.float32),
        groups=tuple(
            (members, float(portfolio.base_amount[members[0]]))
            for members in groups
            if portfolio.base_group[members[0]] >= 0 and len(members) > 1
        ),
    )


def _draw_block(
    plan: _Plan, *, key: int, number: int, count: int
) -> tuple[Floats, NDArray[np.bool_], Whole]:
    """Rates, whether there is any effect, and delays: draws × measures."""
    stream = np.random.SeedSequence(entropy=key, spawn_key=(number,))
    rng = np.random.Generator(np.random.PCG64(stream))
    n, trusts = len(plan.loading), int(plan.trusts.max(initial=-1)) + 1
    factors = rng.standard_normal((BLOCK, trusts))[:count]
    z = rng.standard_normal((BLOCK, n))[:count]
    uniform = rng.random((BLOCK, n), dtype=np.float32)[:count]
    z *= np.sqrt(1 - plan.loading**2)
    z += factors[:, plan.trusts] * plan.loading
    rates, happened = plan.table.look_up(z)
    for i in plan.order:
        happened[:, i] &= plan.kept[i]
        for parent in plan.portfolio.parents[i]:
            happened[:, i] &= happened[:, parent]
    rates *= happened
    late = np.zeros((count, n), dtype=np.int32)
    for below in plan.within.T:
        late += uniform >= below
    return rates, happened, late


def _overlap(plan: _Plan, members: Whole, base: float, rates: Floats, late: Whole) -> Floats:
    """What measures on one base lose to each other: draws × months, never above 0."""
    left, left_now, alone = 1.0, 1.0, 0.0
    for i in members:
        part = (rates[:, i] * (plan.portfolio.full_year[i] / base))[:, None]
        more = part * plan.steps[i].take(late[:, i], axis=0)
        now = 1 - part * plan.portfolio.in_run_rate[i]
        left, left_now, alone = left * (now - more), left_now * now, alone + more
    return np.asarray(base / MONTHS * (left_now - left - alone))


def _by_month(plan: _Plan, rates: Floats, late: Whole) -> Floats:
    """Effect of all measures by month, overlap included: draws × months."""
    count, n = rates.shape
    months = plan.steps.shape[-1]
    # each draw picks one row of steps for each measure: a sparse product adds them up
    picked = csr_array(
        ((rates * plan.per_month).ravel(), (late + plan.offsets).ravel(), np.arange(count + 1) * n),
        shape=(count, plan.steps.size // months),
    )
    total: Floats = picked @ plan.steps.reshape(-1, months)
    for members, base in plan.groups:
        total += _overlap(plan, members, base, rates, late)
    return total

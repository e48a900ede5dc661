"""Chance: a slowly moving level and monthly noise in every cell, moving together.

Model of cell i in month t: ``u_ti = level_ti + noise_ti``, the level a random walk. Noise has
covariance V over the cells and the level's steps have q·V, with one ratio q for all cells. In
such a homogeneous model the best estimate of the trust's level needs the trust's total only, so
the exact conditional mean and sd come from one scalar Kalman filter in its steady state.
"""

from dataclasses import dataclass

import numpy as np

from balanse_lib.ledger.synthetic import accounts
from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid


@dataclass(frozen=True)
class Departures:
    """How the generator leaves the forecast model; by default not at all.

    breaks_per_year : expected number of lasting level breaks a year (at most one a month).
    break_sd : sd of a break's full-year effect, in units of the yearly sd of the result.
    tail_df : degrees of freedom of Student-t noise scaled to the same sd; None is Gaussian.
    """

    breaks_per_year: float = 0.0
    break_sd: float = 0.0
    tail_df: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.breaks_per_year <= YEAR or self.break_sd < 0:
            raise ValueError(f"{self}: give 0 to 12 breaks a year and a break_sd of at least 0")
        if self.tail_df is not None and self.tail_df <= 2:
            raise ValueError(f"tail_df {self.tail_df}: the variance needs more than 2")


@dataclass(frozen=True)
class Filter:
    """Steady-state filter of the trust's level, and the sds that follow from it.

    sigma : sd of a month's noise in the trust's total, MNOK.
    ratio : variance of the level's monthly step, breaks included, relative to the noise.
    break_sd : sd of one break's monthly effect, MNOK; break_rate : breaks a month.
    """

    sigma: float
    ratio: float
    yearly_sd: float
    break_sd: float = 0.0
    break_rate: float = 0.0

    @property
    def predicted(self) -> float:
        """Variance of the level before the month is seen, relative to the noise."""
        return steady_variance(self.ratio)

    @property
    def gain(self) -> float:
        """How much of a surprise moves the level."""
        return self.predicted / (1 + self.predicted)

    def level_after(self, surprises: Array) -> Array:
        """Level as estimated after each month (rows), from level + noise per cell or in total."""
        estimate, rows = np.zeros(surprises.shape[1:]), []
        for row in surprises:
            estimate = estimate + self.gain * (row - estimate)
            rows.append(estimate)
        return np.array(rows)

    def sum_variance(self, months_left: Array) -> Array:
        """Variance of the sum over the months left, given all months so far, MNOK²."""
        return self.sigma**2 * sum_ratio(months_left, ratio=self.ratio)


def steady_variance(ratio: float) -> float:
    """Return the p that solves p = p/(1+p) + q, the filter's steady variance before a month.

    >>> round(steady_variance(0.5), 9)   # 1 = 1/2 + 1/2
    1.0
    """
    return (ratio + float(np.sqrt(ratio**2 + 4 * ratio))) / 2


def sum_ratio(months_left: Array, *, ratio: float) -> Array:
    """Variance of the sum over h months left, relative to one month's noise variance.

    Level known with variance p − q counts h² times, step j of the level j² times, noise h times.

    >>> sum_ratio(np.array([0.0, 1.0]), ratio=0.5)   # one month left: 0.5 + 0.5 + 1
    array([0., 2.])
    """
    h = months_left
    steps = h * (h + 1) * (2 * h + 1) / 6
    return np.asarray((steady_variance(ratio) - ratio) * h**2 + ratio * steps + h)


def make_filter(grid: Grid, departures: Departures) -> Filter:
    """Filter of a trust under the departures."""
    sigma = grid.profile.noise_pct / 100 * float(grid.revenue.mean())
    ratio = grid.profile.level_ratio
    yearly = sigma * float(np.sqrt(sum_ratio(np.array(float(YEAR)), ratio=ratio)))
    rate, size = departures.breaks_per_year / YEAR, departures.break_sd * yearly / YEAR
    return Filter(sigma, ratio + rate * (size / sigma) ** 2, yearly, size, rate)


@dataclass(frozen=True)
class Chance:
    """Drawn level and noise by month × cell, and the breaks inside the level.

    breaks : rows of (month number, cell position, monthly effect).
    """

    level: Array
    noise: Array
    breaks: tuple[tuple[int, int, float], ...]


def draw_chance(
    grid: Grid, kalman: Filter, departures: Departures, *, scale: Array, rng: np.random.Generator
) -> Chance:
    """Draw level and noise; `scale` holds the mean size of each cell, MNOK a month."""
    mix = _Mixture.of(grid, scale, sigma=kalman.sigma)
    count = len(grid.months)
    noise = mix.draw(count, rng)
    steps = mix.draw(count, rng) * np.sqrt(grid.profile.level_ratio)
    steps[0] = mix.draw(1, rng)[0] * np.sqrt(kalman.predicted)
    if departures.tail_df is not None:
        spread = rng.chisquare(departures.tail_df, size=count)
        noise = noise * np.sqrt((departures.tail_df - 2) / spread)[:, None]
    breaks = _draw_breaks(grid, kalman, rng)
    for month, cell, amount in breaks:
        steps[month, cell] += amount
    return Chance(steps.cumsum(axis=0), noise, breaks)


def _draw_breaks(
    grid: Grid, kalman: Filter, rng: np.random.Generator
) -> tuple[tuple[int, int, float], ...]:
    """Breaks hit fixed pay of one clinic, never in the first month (the start level is drawn)."""
    count, cells = len(grid.months), grid.on_account(accounts.FIXED_PAY)
    happens = rng.random(count) < kalman.break_rate
    where, size = rng.choice(cells, size=count), rng.normal(0.0, 1.0, size=count) * kalman.break_sd
    return tuple((int(t), int(where[t]), float(size[t])) for t in np.flatnonzero(happens) if t > 0)


@dataclass(frozen=True)
class _Mixture:
    """Common factors (activity, workload) and own noise of the cells, scaled to the total's sd."""

    common: Array
    own: Array

    @classmethod
    def of(cls, grid: Grid, scale: Array, *, sigma: float) -> "_Mixture":
        by_number = {account.number: account for account in accounts.ACCOUNTS}
        cells = [by_number[cell.account] for cell in grid.cells]
        size = np.abs(scale) * np.array([account.volatility for account in cells])
        loadings = np.array([[account.activity, account.workload] for account in cells]).T
        own = np.sqrt(1 - (loadings**2).sum(axis=0)) * size
        common = loadings * size
        total = np.sqrt((common.sum(axis=1) ** 2).sum() + (own**2).sum())
        return cls(common * sigma / total, own * sigma / total)

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        factors = rng.standard_normal((count, len(self.common)))
        return factors @ self.common + rng.standard_normal((count, self.own.size)) * self.own

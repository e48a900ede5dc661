"""Where the year ends if nothing new is done: joint sample paths of the months that are left."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

from balanse_lib import periods
from balanse_lib.forecast.history import monthly_by_line, period_13_draws, year_to_date
from balanse_lib.forecast.structural import PathDistribution, fit_paths
from balanse_lib.ledger import Ledger

Floats = NDArray[np.float64]
QUANTILES = (0.10, 0.15, 0.35, 0.50, 0.65, 0.85, 0.90)


@dataclass(frozen=True)
class YearEnd:
    """Distribution of the year-end result, in million, + improves the result.

    `paths` (paths, lines, months) are draws of the months of `year` that are not booked: gaps
    first, then the future. `booked` is the year to date by line; `period_13` and `events` are
    draws (paths,) of year-end entries and of known events still to come. Sums are taken path by
    path, so an interval on the year is one on the sum.
    """

    trust: str
    period: str
    year: int
    lines: tuple[str, ...]
    months: tuple[str, ...]
    booked: pd.Series
    booked_months: pd.Series
    paths: Floats
    period_13: Floats
    events: Floats
    direct_median: float
    converged: bool

    @property
    def total(self) -> Floats:
        """Year-end result of each path."""
        rest = self.paths.sum(axis=(1, 2)) + self.period_13 + self.events
        return np.asarray(self.booked.sum() + rest)

    def quantile(self, level: float) -> float:
        """Quantile of the year-end result; the lower the level, the more prudent."""
        return float(np.quantile(self.total, level))

    def quantiles(self) -> pd.Series:
        """The quantiles offered everywhere: P10, P15, P35, P50, P65, P85, P90."""
        values = np.quantile(self.total, QUANTILES)
        return pd.Series(values, index=[f"P{level:.0%}"[:-1] for level in QUANTILES])

    def p_reach(self, requirement: float) -> float:
        """Probability that the year-end result is at least the requirement."""
        return float((self.total >= requirement).mean())

    def by_line(self) -> pd.DataFrame:
        """Each line's year: booked, P10, P50, P90 of the whole year, and sd of what is left."""
        rest = self.paths.sum(axis=2)
        booked = self.booked.reindex(list(self.lines)).fillna(0.0).to_numpy()
        low, mid, high = np.quantile(rest, (0.1, 0.5, 0.9), axis=0)
        return pd.DataFrame(
            {
                "booked": booked,
                "P10": booked + low,
                "P50": booked + mid,
                "P90": booked + high,
                "sd": rest.std(axis=0),
            },
            index=pd.Index(self.lines, name="line"),
        )

    def cumulative(self) -> pd.DataFrame:
        """Result accumulated by month of the fiscal year: booked months as known, then P10–P90."""
        steps = self.paths.sum(axis=1)
        known = self.booked_months.reindex(sorted({*self.booked_months.index, *self.months}))
        columns = {
            month: np.full(len(steps), amount)
            if month in self.booked_months.index
            else steps[:, self.months.index(month)]
            for month, amount in known.items()
        }
        running = np.cumsum(np.column_stack(list(columns.values())), axis=1)
        running[:, -1] += self.period_13 + self.events
        levels = np.quantile(running, (0.1, 0.35, 0.5, 0.65, 0.9), axis=0)
        return pd.DataFrame(
            levels.T,
            index=pd.Index(columns, name="period"),
            columns=["P10", "P35", "P50", "P65", "P90"],
        )


def year_end(
    ledger: Ledger, *, period: str, rng: np.random.Generator, n_paths: int = 4000
) -> YearEnd:
    """Simulate the rest of the fiscal year of `period`, knowing what was known at its close.

    Each statement line follows a structural model fitted to its months without one-offs; lines
    move together as their one-step errors did (Ledoit–Wolf shrinkage).
    """
    known = ledger.until(period)
    year = ledger.year_of(period)
    calendar = periods.months_of_year(year, start=ledger.start)
    history = monthly_by_line(known)
    months = _unknown_months(history, calendar)
    fits = {str(line): _fit_line(history[line], calendar, months) for line in history}
    paths = _draw_paths(list(fits.values()), n_paths=n_paths, rng=rng)
    booked = monthly_by_line(known, without_events=False).sum(axis=1, min_count=1)
    total = _fit_line(history.sum(axis=1, min_count=1), calendar, months)
    ytd = year_to_date(known, year=year)
    return YearEnd(
        trust=ledger.trust,
        period=period,
        year=year,
        lines=tuple(fits),
        months=tuple(months),
        booked=ytd,
        booked_months=booked[booked.index.isin(calendar)].dropna(),
        paths=paths,
        period_13=period_13_draws(known, n=n_paths, rng=rng),
        events=_event_draws(ledger, months, n=n_paths, rng=rng),
        direct_median=float(ytd.sum() + total.mean.sum()),
        converged=all(fit.converged for fit in fits.values()),
    )


def _unknown_months(history: pd.DataFrame, calendar: list[str]) -> list[str]:
    known = set(history.dropna(how="all").index)
    return [month for month in calendar if month not in known]


def _fit_line(series: pd.Series, calendar: list[str], months: list[str]) -> PathDistribution:
    """Distribution of one line over the unknown months of this year only."""
    horizon = sum(month > series.index[-1] for month in calendar)
    fit = fit_paths(series, horizon=horizon)
    gaps = list(series.index[series.isna()])
    asked = [gaps.index(month) for month in months if month in gaps]
    asked += range(len(gaps), len(gaps) + horizon)
    return PathDistribution(
        fit.mean[asked], fit.cov[np.ix_(asked, asked)], fit.residuals, fit.converged
    )


def _draw_paths(fits: list[PathDistribution], *, n_paths: int, rng: np.random.Generator) -> Floats:
    """Draws (paths, lines, months): the lines' shocks are correlated month by month."""
    months = len(fits[0].mean)
    across = np.linalg.cholesky(_correlation(fits))
    shocks = across @ rng.standard_normal((n_paths, len(fits), months))
    draws = np.empty_like(shocks)
    for i, fit in enumerate(fits):
        draws[:, i] = fit.mean + shocks[:, i] @ _root(fit.cov).T
    return draws


def _correlation(fits: list[PathDistribution]) -> Floats:
    residuals = np.column_stack([fit.residuals for fit in fits])
    residuals = residuals[np.isfinite(residuals).all(axis=1)]
    spread = residuals.std(axis=0)
    scaled = residuals / np.where(spread > 0, spread, 1.0)
    cov, _ = ledoit_wolf(scaled)
    cov += np.diag(np.where(spread > 0, 0.0, 1.0))
    root = np.sqrt(np.diag(cov))
    return np.asarray(cov / np.outer(root, root))


def _root(cov: Floats) -> Floats:
    """Lower triangular root, so that a shock belongs to its month; zero for a constant line."""
    if not cov.any():
        return cov
    return np.asarray(np.linalg.cholesky(cov + np.eye(len(cov)) * 1e-12 * np.trace(cov)))


def _event_draws(ledger: Ledger, months: list[str], *, n: int, rng: np.random.Generator) -> Floats:
    """Known events of the months to come, each happening with its probability."""
    ahead = ledger.event[ledger.event["period"].isin(months)]
    happens = rng.random((n, len(ahead))) < ahead["probability"].to_numpy(dtype=float)
    return np.asarray(happens @ ahead["amount"].to_numpy(dtype=float))

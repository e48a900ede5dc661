"""Where the year ends if nothing new is done: joint sample paths of the months that are left."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import periods
from balanse_lib.forecast.calendar import Common, Country
from balanse_lib.forecast.conformal import Recalibration, learn_recalibration
from balanse_lib.forecast.grid import Grid, read_grid
from balanse_lib.forecast.history import (
    event_draws,
    monthly_series,
    period_13_draws,
    year_to_date,
)
from balanse_lib.forecast.record import Record, mix_records, share_out, weigh_records
from balanse_lib.forecast.trust_panel import ViewModel, model_view
from balanse_lib.forecast.view import views
from balanse_lib.ledger import Ledger
from balanse_lib.params import base_prior

Floats = NDArray[np.float64]
QUANTILES = (0.10, 0.15, 0.35, 0.50, 0.65, 0.85, 0.90)


@dataclass(frozen=True)
class YearEnd:
    """Distribution of the year-end result, in million, + improves the result.

    `paths` (paths, series, months) are draws of the months of `year` that are not booked: gaps
    first, then the future; `series` names their (unit, line). `booked` is the year to date by
    series, `booked_months` the result by booked month; `period_13` and `events` are draws
    (paths,) of year-end entries and of known events still to come. Sums are taken path by path,
    so an interval on the year is one on the sum. `views` are the weights of the ways the accounts
    were looked at, `record` how the model did in earlier years, `recalibration` what that taught.
    """

    trust: str
    period: str
    year: int
    series: pd.MultiIndex
    months: tuple[str, ...]
    booked: pd.Series
    booked_months: pd.Series
    paths: Floats
    period_13: Floats
    events: Floats
    views: pd.Series
    record: Record
    recalibration: Recalibration

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

    def by(self, level: str) -> pd.DataFrame:
        """Each `line`'s or `unit`'s year: booked, P10, P50, P90, mean, share of uncertainty, sd.

        Means add up, medians do not. `uncertainty` = covariance with the total / variance of the
        total: what a line or unit brings to the spread of the year-end, below 0 where it dampens.
        Year-end entries and events still to come belong to the trust and are in no line or unit,
        so the shares add up to 1 less theirs.
        """
        names = self.series.get_level_values(level)
        groups = list(dict.fromkeys(names))
        rest = np.column_stack([self.paths[:, names == group].sum(axis=(1, 2)) for group in groups])
        booked = self.booked.groupby(level=level).sum().reindex(groups).fillna(0.0).to_numpy()
        low, mid, high = np.quantile(rest, (0.1, 0.5, 0.9), axis=0)
        apart = self.total - self.total.mean()
        spread = apart @ apart
        shares = apart @ rest / spread if spread > 0 else np.zeros(len(groups))
        return pd.DataFrame(
            {
                "booked": booked,
                "P10": booked + low,
                "P50": booked + mid,
                "P90": booked + high,
                "mean": booked + rest.mean(axis=0),
                "uncertainty": shares,
                "sd": rest.std(axis=0),
            },
            index=pd.Index(groups, name=level),
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
    ledger: Ledger,
    *,
    period: str,
    rng: np.random.Generator,
    n_paths: int = 4000,
    country: Country | None = None,
    marks: pd.DataFrame | None = None,
    prior: Grid | None = None,
) -> YearEnd:
    """Simulate the rest of the fiscal year of `period`, knowing what was known at its close.

    Every (unit, line) is a series of one panel of structural models, seen as amounts and, where
    there are phased budgets, as deviations from them; the backtest weighs the two views and
    widens or narrows the year's interval. `country` adds working days and moving holidays,
    `marks` (months × columns, 0 in months not given) what else moves all lines at once: the month
    in which a wage settlement is paid, holiday pay that falls in another month than usual.
    """
    prior = read_grid(base_prior()) if prior is None else prior
    known = ledger.until(period)
    year, month = ledger.year_of(period), periods.month_of_year(period, start=ledger.start)
    calendar = periods.months_of_year(year, start=ledger.start)
    series, found = views(known, ahead=calendar[month:])
    booked = monthly_series(known, without_events=False).sum(axis=1, min_count=1)
    gaps = [m for m in calendar[:month] if np.isnan(booked[m])]
    models = [
        model_view(
            view,
            month=month,
            gaps=[view.months.index(gap) for gap in gaps],
            prior=prior,
            common=Common(country, marks),
            rng=rng,
        )
        for view in found
    ]
    weights = weigh_records([model.record for model in models])
    record = mix_records([model.record for model in models], weights=weights)
    recalibration = learn_recalibration(record.by_year())
    paths = _mix_paths(models, weights, n_paths=n_paths, rng=rng)
    return YearEnd(
        trust=ledger.trust,
        period=period,
        year=year,
        series=series,
        months=(*gaps, *calendar[month:]),
        booked=year_to_date(known, year=year),
        booked_months=booked[booked.index.isin(calendar)].dropna(),
        paths=_widen(paths, recalibration),
        period_13=period_13_draws(known, n=n_paths, rng=rng),
        events=event_draws(ledger, calendar[month:], n=n_paths, rng=rng),
        views=pd.Series(weights, index=[view.name for view in found]),
        record=record,
        recalibration=recalibration,
    )


def _mix_paths(
    models: list[ViewModel], weights: Floats, *, n_paths: int, rng: np.random.Generator
) -> Floats:
    """Draws (paths, series, months), each model giving its share."""
    counts = share_out(n_paths, weights)
    pairs = zip(models, counts, strict=True)
    drawn = [model.draw(n_paths=count, rng=rng) for model, count in pairs]
    return np.asarray(rng.permutation(np.concatenate(drawn, axis=1).swapaxes(0, 1)))


def _widen(paths: Floats, recalibration: Recalibration) -> Floats:
    """Paths moved so that their sum has the recalibrated width.

    What a path's sum is moved by is shared among its cells as they vary with the sum, so calm
    lines stay calm.
    """
    total = paths.sum(axis=(1, 2))
    if not len(total) or total.std() == 0:
        return paths
    moved = recalibration.widen(total[None, :])[0] - total
    centred = total - total.mean()
    shares = np.tensordot(centred, paths, axes=1) / (centred @ total)
    return np.asarray(paths + moved[:, None, None] * shares)

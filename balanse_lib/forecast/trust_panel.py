"""One view of a trust's accounts as a panel: fitted now and at earlier origins, drawn, scored."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from balanse_lib import periods
from balanse_lib.forecast.calendar import Common
from balanse_lib.forecast.draws import draw_fit
from balanse_lib.forecast.grid import Grid
from balanse_lib.forecast.joint import join_paths, shrink_correlation
from balanse_lib.forecast.panel import Model, PanelFit, fit_origins
from balanse_lib.forecast.record import Record
from balanse_lib.forecast.view import View

Floats = NDArray[np.float64]
N_ORIGINS = 24
MIN_HISTORY = 24
BACKTEST_PATHS = 400


@dataclass(frozen=True)
class Reach:
    """A fit and the months that are taken from it: `months` from column `first` of the view."""

    fit: PanelFit
    first: int
    months: int


@dataclass(frozen=True)
class ViewModel:
    """A fitted view: how to draw the months that are not booked, and its record so far."""

    view: View
    reaches: tuple[Reach, ...]
    correlation: Floats
    record: Record

    def draw(self, *, n_paths: int, rng: np.random.Generator) -> Floats:
        """Amounts (series, paths, months): gaps of the year first, then the months ahead."""
        parts = [np.empty((len(self.view.values), n_paths, 0))]
        for reach in self.reaches:
            paths = draw_independent(reach.fit, months=reach.months, n_paths=n_paths, rng=rng)
            joined = join_paths(paths, correlation=self.correlation, rng=rng)
            added = self.view.added[:, None, reach.first : reach.first + reach.months]
            parts.append(joined * self.view.signs[:, None, None] + added)
        return np.concatenate(parts, axis=2)


def model_view(
    view: View,
    *,
    month: int,
    gaps: Sequence[int],
    prior: Grid,
    common: Common,
    rng: np.random.Generator,
) -> ViewModel:
    """Fit a view whose last month is number `month` of its year, now and at earlier origins.

    `gaps` are columns of this year without accounts; each is predicted from the months before it.
    """
    length = view.values.shape[1]
    cuts = origin_cuts(month=month, length=length)
    now, *earlier = _fit(view, [0, *(cut for cut, _ in cuts)], length, prior, common)
    correlation, record = _backtest(view, earlier, cuts, rng=rng)
    reaches = [Reach(_fit(view, [0], gap, prior, common)[0], gap, 1) for gap in gaps]
    reaches.append(Reach(now, length, periods.MONTHS_IN_YEAR - month))
    return ViewModel(view, tuple(reaches), correlation, record)


def origin_cuts(*, month: int, length: int) -> list[tuple[int, int]]:
    """Earlier origins in years that are over: months before the end, and months then left.

    Origins with less than two years of history are left out.

    >>> cuts = origin_cuts(month=9, length=45)
    >>> cuts[0], cuts[-1]
    ((10, 1), (21, 12))
    """
    back = [(month + k, (k - 1) % periods.MONTHS_IN_YEAR + 1) for k in range(1, N_ORIGINS + 1)]
    return [(cut, left) for cut, left in back if length - cut >= MIN_HISTORY]


def draw_independent(
    fit: PanelFit, *, months: int, n_paths: int, rng: np.random.Generator
) -> Floats:
    """Paths (series, paths, months) of each series by itself; zero for one that is too short."""
    paths = np.zeros((len(fit.weights), n_paths, months))
    for row, path, places in draw_fit(fit, n_paths=n_paths, rng=rng, ahead=months):
        paths[row, places] = path
    return paths


def _fit(view: View, cuts: list[int], length: int, prior: Grid, common: Common) -> list[PanelFit]:
    last = view.months[length - 1]
    after = [periods.shift(last, k) for k in range(1, periods.MONTHS_IN_YEAR + 1)]
    regressors = common.columns([*view.months[:length], *after])
    model = Model(prior, periods.MONTHS_IN_YEAR, regressors=regressors)
    ends = np.full(len(view.values), length, dtype=np.intp)
    return fit_origins(view.values[:, :length], model=model, cuts=cuts, ends=ends)


def _backtest(
    view: View,
    fits: Sequence[PanelFit],
    cuts: Sequence[tuple[int, int]],
    *,
    rng: np.random.Generator,
) -> tuple[Floats, Record]:
    """Correlation between the series' errors, and the record of the trust's total."""
    length = view.values.shape[1]
    outcome = np.column_stack(
        [
            np.empty((len(view.values), 0)),
            *(view.values[:, length - cut : length - cut + left].sum(axis=1) for cut, left in cuts),
        ]
    )
    draws = [
        draw_independent(fit, months=left, n_paths=BACKTEST_PATHS, rng=rng)
        for fit, (_, left) in zip(fits, cuts, strict=True)
    ]
    scores = [rank_scores(d.sum(axis=2), outcome[:, j]) for j, d in enumerate(draws)]
    correlation = shrink_correlation(np.column_stack([np.empty((len(outcome), 0)), *scores]))
    totals = [
        view.signs
        @ join_paths(d.sum(axis=2, keepdims=True), correlation=correlation, rng=rng)[:, :, 0]
        for d in draws
    ]
    added = [view.added[:, length - cut : length - cut + left].sum() for cut, left in cuts]
    record = Record(
        origins=tuple(view.months[length - cut - 1] for cut, _ in cuts),
        left=tuple(left for _, left in cuts),
        outcome=view.signs @ outcome + added,
        draws=np.array(totals).reshape(len(cuts), BACKTEST_PATHS) + np.array(added)[:, None],
    )
    return correlation, record


def rank_scores(draws: Floats, outcome: Floats) -> Floats:
    """Standard normal score of each outcome's rank among its draws; NaN where not known.

    >>> rank_scores(np.array([[1.0, 2.0, 4.0]]), np.array([3.0])).round(2).tolist()
    [0.32]
    """
    below = (draws < outcome[:, None]).sum(axis=1)
    score = ndtri((below + 0.5) / (draws.shape[1] + 1))
    return np.asarray(np.where(np.isfinite(outcome), score, np.nan))

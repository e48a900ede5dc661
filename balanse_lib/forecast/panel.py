"""The panel structural model: every series fitted by one matrix product per grid point."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from balanse_lib.forecast.factor import (
    Factor,
    Predictor,
    factorise_grid,
    log_evidence,
    predict_block,
    residual_squares,
)
from balanse_lib.forecast.grid import Grid, cross_regressors
from balanse_lib.forecast.kernels import FloatArray, standardise_regressors
from balanse_lib.forecast.layout import Aligned, IntArray, Layout, align_starts, group_layouts
from balanse_lib.forecast.posterior import EVIDENCE_POWER, learn_prior, weigh_components
from balanse_lib.forecast.scales import SCALES, Scaled, ScaleName, scale_panel

MIN_MONTHS = 3
# Share of the variance (in standardised units) that rounding alone can explain.
SQUARES_FLOOR = 1e-9
COLUMNS_AT_ONCE = 2048


@dataclass(frozen=True)
class Model:
    """What is to be fitted: grid of variance ratios, months ahead, scales, common regressors.

    `regressors` (months of the panel + horizon × k) hold for every series of the panel.
    """

    grid: Grid
    horizon: int
    scales: tuple[ScaleName, ...] = SCALES
    regressors: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Block:
    """Series that share months and origin, with the predictor of every grid point."""

    rows: IntArray
    observed: int
    predictors: tuple[Predictor, ...]


@dataclass(frozen=True, eq=False)
class PanelFit:
    """Posterior of a panel at one origin; `squares` and `weights` are series × scales × points.

    `blocks` name the series that could be fitted; other rows of `weights` are zero.
    """

    scaled: tuple[Scaled, ...]
    blocks: tuple[Block, ...]
    squares: FloatArray
    weights: FloatArray
    prior: FloatArray
    horizon: int

    @property
    def rows(self) -> IntArray:
        """Rows of the panel that were long enough to be fitted."""
        return np.concatenate([np.array([], dtype=np.intp), *[b.rows for b in self.blocks]])


def fit_panel(values: FloatArray, *, model: Model, ends: IntArray | None = None) -> PanelFit:
    """Fit every series (rows; columns are calendar months, NaN = missing) at its last month.

    `ends` gives the calendar months each series is known for; by default up to its last value.
    """
    return fit_origins(values, model=model, cuts=(0,), ends=ends)[0]


def fit_origins(
    values: FloatArray,
    *,
    model: Model,
    cuts: Sequence[int],
    min_months: Sequence[int] | None = None,
    ends: IntArray | None = None,
) -> list[PanelFit]:
    """Fit the panel as it stood `cut` months before each series' end, for every cut.

    The factor of an earlier origin is a leading block of the later one's, so all origins cost
    little more than one. What is learnt (weights, prior, σ²) sees the months before the origin
    only; the offset at zero and the standardisation are those of the whole series. Series with
    fewer than `min_months` values at a cut are left out of it.
    """
    model = _with_regressors(model)
    aligned = align_starts(values, ends=ends)
    scaled = scale_panel(aligned.matrix, names=model.scales)
    needed = [MIN_MONTHS] * len(cuts) if min_months is None else min_months
    origins = [_Origin.empty(cut, len(values), len(scaled), model.grid.size) for cut in cuts]
    for layout in group_layouts(aligned, dated=model.regressors is not None):
        factors = _factorise_layout(layout, model)
        _fill_squares(origins, factors, layout.rows, aligned=aligned, scaled=scaled)
        for origin, least in zip(origins, needed, strict=True):
            rows = layout.rows[aligned.observed(layout.rows, cut=origin.cut) >= least]
            if len(rows):
                _fill_evidence(origin, factors, rows, aligned=aligned, scaled=scaled)
                months = aligned.months[rows] - origin.cut
                for length in np.unique(months):
                    same = rows[months == length]
                    observed = int(aligned.seen[same[0], length])
                    predictors = (predict_block(f, int(length), model.horizon) for f in factors)
                    origin.blocks.append(Block(same, observed, tuple(predictors)))
    return [_weigh_origin(origin, scaled=scaled, model=model) for origin in origins]


@dataclass(frozen=True)
class _Origin:
    """What is gathered about one origin while the layouts are worked through."""

    cut: int
    squares: FloatArray
    evidence: FloatArray
    blocks: list[Block]

    @classmethod
    def empty(cls, cut: int, *shape: int) -> "_Origin":
        return cls(cut, np.ones(shape), np.full(shape, -np.inf), [])


def _with_regressors(model: Model) -> Model:
    if model.regressors is None:
        return model
    columns = standardise_regressors(model.regressors)
    return replace(model, grid=cross_regressors(model.grid), regressors=columns)


def _factorise_layout(layout: Layout, model: Model) -> list[Factor]:
    own = model.regressors
    if own is not None:
        own = own[layout.start : layout.start + len(layout.present) + model.horizon]
    present = layout.present
    return list(factorise_grid(model.grid, present=present, horizon=model.horizon, regressors=own))


def _fill_squares(
    origins: Sequence[_Origin],
    factors: Sequence[Factor],
    rows: IntArray,
    *,
    aligned: Aligned,
    scaled: tuple[Scaled, ...],
) -> None:
    """Q of every series, scale and grid point at every origin, from one product each."""
    for first in range(0, len(rows), COLUMNS_AT_ONCE):
        part = rows[first : first + COLUMNS_AT_ONCE]
        ends, place = np.unique(
            [np.maximum(aligned.months[part] - origin.cut, 1) for origin in origins],
            return_inverse=True,
        )
        columns = np.arange(len(part))
        for s, scale in enumerate(scaled):
            values = np.asfortranarray(scale.matrix[part, : ends[-1]].T)
            for g, factor in enumerate(factors):
                squares = residual_squares(factor, values, ends=ends)
                for origin, end in zip(origins, place, strict=True):
                    origin.squares[part, s, g] = squares[end, columns] + SQUARES_FLOOR


def _fill_evidence(
    origin: _Origin,
    factors: Sequence[Factor],
    rows: IntArray,
    *,
    aligned: Aligned,
    scaled: tuple[Scaled, ...],
) -> None:
    months = aligned.months[rows] - origin.cut
    observed = aligned.observed(rows, cut=origin.cut)
    evidence = log_evidence(factors, origin.squares[rows], months=months, observed=observed)
    density = np.stack([scale.log_density[rows] for scale in scaled], axis=1)
    origin.evidence[rows] = evidence + density[:, :, None]


def _weigh_origin(origin: _Origin, *, scaled: tuple[Scaled, ...], model: Model) -> PanelFit:
    """Learn the panel's prior at this origin and weigh scales and grid points for every series."""
    base = np.tile(model.grid.weights, len(scaled)) / len(scaled)
    weights = np.zeros_like(origin.evidence)
    blocks = tuple(origin.blocks)
    fit = PanelFit(scaled, blocks, origin.squares, weights, base, model.horizon)
    if len(fit.rows) == 0:
        return fit
    evidence = EVIDENCE_POWER * origin.evidence[fit.rows].reshape(len(fit.rows), -1)
    prior = learn_prior(evidence, base=base)
    weights[fit.rows] = weigh_components(evidence, prior=prior).reshape(-1, *weights.shape[1:])
    return replace(fit, prior=prior)

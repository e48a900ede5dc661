"""Learn the shipped base prior: which variance ratios public monthly panels need.

    python -m benchmarks.learn_base_prior FOLDER_OF_PARQUET_FILES OUT.csv

A wide pool of grid points is weighted by EM steps over all panels, every panel counting the same
and its last 12 months left out. The points with most weight are kept, and beside them a plain
factorial of level, drift and season, so that a panel unlike these finds its shape.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib.forecast.factor import factorise_grid, log_evidence, residual_squares
from balanse_lib.forecast.grid import Grid
from balanse_lib.forecast.kernels import FloatArray
from balanse_lib.forecast.scales import scale_panel
from benchmarks.panels import load_panel

PARTS = ("level", "drift", "slope", "damped", "season", "evolving")
LEVELS = (0, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 4, 16)
DRIFTS = (0, 1e-4, 1e-3, 1e-2, 0.1, 1)
SLOPES = ((0, 0), (1e-4, 0), (1e-3, 0), (0, 3e-4), (0, 3e-3), (0, 3e-2), (0, 0.3))
SEASONS = (0.05, 0.2, 0.6, 2, 8, 50)
EVOLVING_SHARES = (0, 0.03, 0.1, 0.3)
MONTHS, LEFT_OUT, MAX_SERIES = 72, 12, 600
EM_STEPS, POINTS_KEPT = 300, 48
# Plain shapes (level, drift, season) that every panel can fall back on, whatever these needed.
BASIC = tuple(itertools.product((0, 0.03, 0.3, 1), (0, 1e-3, 3e-2), (0, 0.3, 3)))
BASIC_WEIGHT = 0.25


def build_pool() -> Grid:
    seasons = [(0, 0), *((s, s * e) for s, e in itertools.product(SEASONS, EVOLVING_SHARES))]
    ratios = [
        (level, drift, *slopes, *season)
        for level, drift, slopes, season in itertools.product(LEVELS, DRIFTS, SLOPES, seasons)
    ]
    return Grid(PARTS, np.array(ratios, dtype=float), np.full(len(ratios), 1 / len(ratios)))


def compute_likelihood(values: FloatArray, pool: Grid) -> FloatArray:
    """Likelihood (series × scales × points) of series complete over the months used."""
    used = values[:, :-LEFT_OUT][:, -MONTHS:]
    used = used[~np.isnan(used).any(axis=1) & (used.max(axis=1) > used.min(axis=1))]
    step = max(1, len(used) // MAX_SERIES)
    scaled = scale_panel(used[::step])
    count, months = scaled[0].matrix.shape
    full = np.full(count, months)
    squares = np.empty((count, len(scaled), pool.size))
    factors = list(factorise_grid(pool, present=np.ones(months, dtype=bool), horizon=0))
    for g, factor in enumerate(factors):
        for s, own in enumerate(scaled):
            squares[:, s, g] = residual_squares(factor, own.matrix.T, ends=full[:1])[0] + 1e-9
    evidence = log_evidence(factors, squares, months=full, observed=full)
    evidence += np.stack([own.log_density for own in scaled], axis=1)[:, :, None]
    return np.asarray(np.exp(evidence - evidence.max(axis=(1, 2), keepdims=True)))


def learn_weights(likelihoods: list[FloatArray]) -> FloatArray:
    """Weights of the points by EM; each panel has its own mix of scales."""
    weights = np.full(likelihoods[0].shape[2], 1 / likelihoods[0].shape[2])
    scales = [np.full(3, 1 / 3) for _ in likelihoods]
    for _ in range(EM_STEPS):
        updates = []
        for k, likelihood in enumerate(likelihoods):
            by_scale = (likelihood @ weights) * scales[k]
            total = by_scale.sum(axis=1)
            per_point = np.einsum("isg,is->g", likelihood, scales[k] / total[:, None])
            updates.append(per_point * weights / len(likelihood))
            scales[k] = (by_scale / total[:, None]).mean(axis=0)
        weights = np.mean(updates, axis=0)
    return weights


def main(folder: str, out: str) -> None:
    pool = build_pool()
    panels = [load_panel(path) for path in sorted(Path(folder).glob("*.parquet"))]
    weights = learn_weights([compute_likelihood(values, pool) for values in panels])
    kept = weights.argsort()[::-1][:POINTS_KEPT]
    learnt = pd.DataFrame(pool.ratios[kept], columns=list(PARTS))
    learnt["weight"] = (1 - BASIC_WEIGHT) * weights[kept] / weights[kept].sum()
    basic = pd.DataFrame(BASIC, columns=["level", "drift", "season"])
    basic["weight"] = BASIC_WEIGHT / len(basic)
    table = pd.concat([learnt, basic], ignore_index=True).fillna(0.0)
    table.round(6).to_csv(out, index=False)
    print(f"{len(panels)} panels, {pool.size} points; kept {weights[kept].sum():.3f} of the weight")


if __name__ == "__main__":
    main(*sys.argv[1:3])

"""How good has this model been: the rest of earlier years, forecast as it was known then."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """Forecasts of the rest of the year at earlier origins, for the trust as a whole.

    `origins` are the months that were known, `left` the months that were to come, `outcome` what
    they came to (without one-offs), `draws` (origins, paths) what was thought beforehand.
    """

    origins: tuple[str, ...]
    left: tuple[int, ...]
    outcome: Floats
    draws: Floats

    @property
    def crps(self) -> Floats:
        """Continuous ranked probability score of each origin, in million; lower is better."""
        return score_draws(self.draws, outcome=self.outcome)

    def table(self) -> pd.DataFrame:
        """One row per origin: outcome, median, error, P10, P90, whether it was covered, CRPS."""
        low, mid, high = np.quantile(self.draws, (0.1, 0.5, 0.9), axis=1)
        return pd.DataFrame(
            {
                "origin": self.origins,
                "months_left": self.left,
                "outcome": self.outcome,
                "P10": low,
                "P50": mid,
                "P90": high,
                "error": self.outcome - mid,
                "covered": (low <= self.outcome) & (self.outcome <= high),
                "crps": self.crps,
            }
        )

    def by_year(self, *, origins_per_year: int = 12) -> list[tuple[Floats, Floats]]:
        """Outcomes and draws of each earlier year, for learning the width of intervals."""
        cuts = range(0, len(self.origins), origins_per_year)
        return [
            (self.outcome[k : k + origins_per_year], self.draws[k : k + origins_per_year])
            for k in cuts
        ]


def weigh_records(records: Sequence[Record]) -> Floats:
    """Weight of each model from its mean CRPS at the same origins, pulled halfway to equal.

    A weight is proportional to 1/CRPS²; the pull keeps a model that was lucky in two years from
    taking all.

    >>> far = Record(("a",), (1,), np.array([0.0]), np.array([[3.0]]))
    >>> near = Record(("a",), (1,), np.array([0.0]), np.array([[1.0]]))
    >>> weigh_records([far, near]).round(2).tolist()   # 0.1 and 0.9, halfway to 0.5
    [0.3, 0.7]
    """
    scores = np.array([np.mean(record.crps) for record in records])
    if len(scores) == 1 or not np.isfinite(scores).all() or (scores == 0).any():
        return np.full(len(scores), 1 / len(scores))
    shares = scores**-2 / (scores**-2).sum()
    return np.asarray((shares + 1 / len(scores)) / 2)


def mix_records(records: Sequence[Record], *, weights: Floats) -> Record:
    """Record of the mixture: each model gives its share of the draws."""
    first = records[0]
    counts = share_out(first.draws.shape[1], weights)
    draws = [record.draws[:, :count] for record, count in zip(records, counts, strict=True)]
    return Record(first.origins, first.left, first.outcome, np.concatenate(draws, axis=1))


def share_out(n: int, weights: Floats) -> list[int]:
    """Whole numbers that sum to `n`, in proportion to weights.

    >>> share_out(10, np.array([0.25, 0.75]))
    [2, 8]
    """
    bounds = np.round(np.concatenate([[0.0], np.cumsum(weights)]) * n).astype(int)
    return [int(count) for count in np.diff(bounds)]


def score_draws(draws: Floats, *, outcome: Floats) -> Floats:
    """CRPS of draws (last axis): mean |x − y| − ½ mean |x − x′|.

    >>> score_draws(np.array([[1.0, 3.0]]), outcome=np.array([1.0])).tolist()
    [0.5]
    """
    size = draws.shape[-1]
    ordered = np.sort(draws, axis=-1)
    rank = 2 * np.arange(1, size + 1) - size - 1
    spread = (ordered * rank).sum(axis=-1) / size**2
    return np.asarray(np.abs(draws - outcome[..., None]).mean(axis=-1) - spread)

"""How good has this model been: the rest of earlier years, forecast as it was known then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
        """Each origin whose outcome is known: P10, P50, P90, outcome, error, covered, CRPS."""
        low, mid, high = np.quantile(self.draws, (0.1, 0.5, 0.9), axis=1)
        table = pd.DataFrame(
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
        return table.dropna(subset="outcome", ignore_index=True)

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
    crps = np.array([record.crps for record in same_origins(records)])
    scored = crps[:, np.isfinite(crps).all(axis=0)]
    scores = scored.sum(axis=1)
    if (scores == 0).any():  # nothing scored yet, or a model that cannot be told from the truth
        return np.full(len(scores), 1 / len(scores))
    shares = scores**-2 / (scores**-2).sum()
    return np.asarray((shares + 1 / len(scores)) / 2)


def mix_records(records: Sequence[Record], *, weights: Floats) -> Record:
    """Record of the mixture: each model gives its share of the draws."""
    alike = same_origins(records)
    counts = share_out(alike[0].draws.shape[1], weights)
    draws = [record.draws[:, :count] for record, count in zip(alike, counts, strict=True)]
    return replace(alike[0], draws=np.concatenate(draws, axis=1))


def same_origins(records: Sequence[Record]) -> list[Record]:
    """Records cut to the origins that all of them have: the latest ones, which come first.

    >>> long = Record(("b", "a"), (1, 2), np.zeros(2), np.zeros((2, 1)))
    >>> short = Record(("b",), (1,), np.zeros(1), np.zeros((1, 1)))
    >>> [record.origins for record in same_origins([long, short])]
    [('b',), ('b',)]
    """
    n = min(len(record.origins) for record in records)
    return [
        Record(record.origins[:n], record.left[:n], record.outcome[:n], record.draws[:n])
        for record in records
    ]


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

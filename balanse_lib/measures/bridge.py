"""From the base forecast to the expected result, and from its chance to that of the requirement."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import params
from balanse_lib.measures.joint import JointYearEnd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bridge:
    """Steps to the expected year-end result, and what each adds to the chance of the requirement.

    Attributes
    ----------
    steps : base (without confirmed measures), confirmed, remaining, risks, overlap; million, they
        add up to `expected`.
    chance : what each step adds to the probability of meeting the requirement; base is the
        probability without the others, and they add up to `p_reach`.
    buffer : what is missing for the requirement to hold with probability `level`; below 0: to
        spare.
    """

    steps: pd.Series
    chance: pd.Series
    expected: float
    requirement: float
    p_reach: float
    buffer: float
    level: float


def build_bridge(
    joint: JointYearEnd,
    *,
    requirement: float,
    confirmed: float = 0.0,
    level: float | None = None,
) -> Bridge:
    """Bridge base + confirmed + remaining + risks + overlap = expected year-end result.

    `confirmed` is the effect of confirmed measures that the base forecast holds; it is shown
    apart, and taken out of the base. Remaining measures stand at their expected risk-adjusted
    effect. A step's share in the chance is its mean over all orders in which the steps may be
    added to the base (Shapley), since what a step adds depends on which are there already.

    >>> joint = JointYearEnd(np.array([0.0, 4.0]), ("T1",), np.array([[3.0], [3.0]]), np.zeros(2),
    ...     (), np.zeros((2, 0)), np.zeros((2, 0)))
    >>> bridge = build_bridge(joint, requirement=3.0)
    >>> bridge.expected, bridge.p_reach, bridge.chance[["base", "remaining"]].to_dict()
    (5.0, 1.0, {'base': 0.5, 'remaining': 0.5})
    """
    level = _usual_level() if level is None else level
    if not np.isfinite([requirement, confirmed]).all() or not 0 < level < 1:
        raise ValueError(
            f"requirement {requirement}, confirmed {confirmed}, level {level}: give finite amounts "
            "and a level between 0 and 1"
        )
    parts = {
        "base": joint.base - confirmed,
        "confirmed": np.full(len(joint.base), confirmed),
        "remaining": joint.effects.sum(axis=1),
        "risks": joint.risks.sum(axis=1),
        "overlap": joint.overlap,
    }
    total = joint.total
    return Bridge(
        steps=pd.Series({name: float(draws.mean()) for name, draws in parts.items()}),
        chance=_split_chance(parts, total=total, limit=requirement),
        expected=float(total.mean()),
        requirement=requirement,
        p_reach=joint.p_reach(requirement),
        buffer=needed_buffer(total, requirement=requirement, level=level),
        level=level,
    )


def needed_buffer(total: Floats, *, requirement: float, level: float | None = None) -> float:
    """Amount that would make the requirement hold with probability `level`, 0.80 by default.

    >>> needed_buffer(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), requirement=5.0)
    4.0
    """
    level = _usual_level() if level is None else level
    lowest = np.sort(total)[int(np.floor(len(total) * (1 - level) + 1e-9))]
    return float(requirement - lowest)


def _usual_level() -> float:
    """Probability that the buffer is counted for."""
    return params.standard_thresholds().measure_buffer_level


def _split_chance(parts: dict[str, Floats], *, total: Floats, limit: float) -> pd.Series:
    """Share of each part in the probability that all together reach the limit."""
    base, *others = parts
    chances = {
        kept: float(
            (total - sum(parts[name] for name in others if name not in kept) >= limit).mean()
        )
        for kept in map(frozenset, _subsets(others))
    }
    orders = list(permutations(others))
    added = {
        name: sum(
            chances[frozenset(order[: order.index(name) + 1])]
            - chances[frozenset(order[: order.index(name)])]
            for order in orders
        )
        / len(orders)
        for name in others
    }
    return pd.Series({base: chances[frozenset()], **added})


def _subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))

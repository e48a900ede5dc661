"""The year-end with measures and risks: the base forecast's paths and the draws, side by side."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib.measures.risks import RiskDraws
from balanse_lib.measures.simulate import MeasureDraws

Floats = NDArray[np.float64]
QUANTILES = (0.10, 0.15, 0.35, 0.50, 0.65, 0.85, 0.90)


@dataclass(frozen=True)
class JointYearEnd:
    """Year-end result draw by draw, million: base + effects + overlap + risks = total.

    `base` is the forecast if nothing new is done; `effects` and `risks` are draws × measures and
    draws × risks, the latter after mitigation, `risks_before` without it.
    """

    base: Floats
    measure_ids: tuple[str, ...]
    effects: Floats
    overlap: Floats
    risk_ids: tuple[str, ...]
    risks: Floats
    risks_before: Floats

    @property
    def total(self) -> Floats:
        """Year-end result of each draw, after mitigation."""
        return np.asarray(self._without_risks + self.risks.sum(axis=1))

    @property
    def total_before_mitigation(self) -> Floats:
        """Year-end result of each draw if no measure changed any risk."""
        return np.asarray(self._without_risks + self.risks_before.sum(axis=1))

    @property
    def _without_risks(self) -> Floats:
        return np.asarray(self.base + self.effects.sum(axis=1) + self.overlap)

    def quantiles(self) -> pd.Series:
        """The quantiles offered everywhere: P10, P15, P35, P50, P65, P85, P90."""
        names = [f"P{level:.0%}"[:-1] for level in QUANTILES]
        return pd.Series(np.quantile(self.total, QUANTILES), index=names)

    def p_reach(self, requirement: float) -> float:
        """Probability that the year-end result is at least the requirement."""
        return float((self.total >= requirement).mean())


def join_year_end(
    base: Floats, *, measures: MeasureDraws, risks: RiskDraws | None = None
) -> JointYearEnd:
    """Join the base forecast's year-end paths (`YearEnd.total`) with draws of measures and risks.

    The measures must be drawn over the months that `base` forecasts; effects that its run rate or
    its events hold already are 0 in the draws, so nothing is counted twice. When there are more
    draws than paths, each path is used equally often, so the base keeps its distribution.

    >>> draws = MeasureDraws(("T1",), range(9, 12), np.array([3.0]), np.array([[2.0], [1.0]]),
    ...     np.array([[True], [True]]), np.zeros(2))
    >>> join_year_end(np.array([-4.0]), measures=draws).total
    array([-2., -3.])
    """
    n = len(measures.overlap)
    if not len(base) or not np.isfinite(base).all():
        raise ValueError("the base forecast has no paths, or one that is missing or infinite")
    if n % len(base):
        raise ValueError(f"{n} draws for {len(base)} paths: draw a whole number of times as many")
    nothing = np.zeros((n, 0))
    if risks is not None and len(risks.after) != n:
        raise ValueError(f"{n} draws of measures, {len(risks.after)} of risks: draw as many")
    return JointYearEnd(
        base=np.tile(base, n // len(base)),
        measure_ids=measures.ids,
        effects=measures.effects,
        overlap=measures.overlap,
        risk_ids=risks.ids if risks else (),
        risks=risks.after if risks else nothing,
        risks_before=risks.before if risks else nothing,
    )

"""How much of a plan is realised: a Beta distribution beside a probability of no effect at all.

The mean of a stage includes the measures that give nothing: mean = (1 − p_none)·α/(α + β).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import beta as beta_distribution

from balanse_lib import params
from balanse_lib.measures.own_history import exactly_known
from balanse_lib.measures.rate_model import ModelChoice, expect_with_features
from balanse_lib.measures.rate_record import expect_rates, learn_rates
from balanse_lib.measures.register import check_completeness

COLUMNS = ["alpha", "beta", "mean", "p_none", "stage", "cases", "source"]


@dataclass(frozen=True)
class Realisation:
    """What is believed of the mean rate realised / planned: Beta(alpha, beta).

    It narrows as cases come, because a mean is known ever better; the rate of one measure does
    not (see `realisation_rates`).
    """

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """Expected rate: α/(α + β)."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def sd(self) -> float:
        """Standard deviation: √(mean·(1 − mean)/(α + β + 1))."""
        return sqrt(self.mean * (1 - self.mean) / (self.alpha + self.beta + 1))

    def quantile(self, q: float) -> float:
        """Rate that is not reached with probability `q`; the lower, the more prudent."""
        if not 0 <= q <= 1:
            raise ValueError(f"q is {q}: a probability lies between 0 and 1")
        if min(self.alpha, self.beta) == 0:
            return self.mean
        return float(beta_distribution.ppf(q, self.alpha, self.beta))


def update_realisation(mean: float, weight: float, realised: Sequence[float]) -> Realisation:
    """Move a prior mean by one's own finished measures.

    α = mean·weight + Σ r, β = (1 − mean)·weight + Σ (1 − r); `weight` is the number of cases that
    the prior counts for, each r a share of the plan between 0 and 1. A mean of 0 (a requirement
    without a measure) stays 0 until something is realised.

    >>> belief = update_realisation(0.75, 8, [0.9, 0.5, 0.4])
    >>> round(belief.alpha, 6), round(belief.beta, 6), round(belief.mean, 6)
    (7.8, 3.2, 0.709091)
    """
    if not 0 <= mean <= 1:
        raise ValueError(f"mean is {mean}: it must lie between 0 and 1")
    if not (np.isfinite(weight) and weight > 0):
        raise ValueError(f"weight is {weight}: it must be greater than 0")
    rates = np.asarray(list(realised), dtype=float)
    if not ((rates >= 0) & (rates <= 1)).all():
        raise ValueError(
            f"realised is {realised}: give shares of the plan between 0 and 1, and leave out what "
            "is not known (missing is not zero)"
        )
    alpha = mean * weight + float(rates.sum())
    return Realisation(alpha=alpha, beta=(1 - mean) * weight + float((1 - rates).sum()))


def realisation_rates(
    register: pd.DataFrame,
    history: pd.DataFrame,
    *,
    published: pd.DataFrame | None = None,
    choice: ModelChoice | None = None,
    thresholds: params.Thresholds | None = None,
) -> pd.DataFrame:
    """Rate to expect of each measure: measure_id → alpha, beta, mean, p_none, stage, cases, source.

    α and β describe the rate given that there is any effect; with p_none = 1 they mean nothing.
    `history` holds finished measures: trust, class, stage (the one they had when the plan was
    counted), realised (share of the plan; above 1 counts as 1, below 0 as 0), weight where a rate
    is an estimate (`own_history`); for features also the other columns of a register. `published`
    are cases from elsewhere (`params.realisation_evidence`), at a part of the weight.
    `choice` comes from `compare_models`; features are used only if they were better. `cases` is the
    weighted number of cases behind the stage's mean.

    Incomplete measures count as ideas. A stopped measure is worth nothing; so is a confirmed one
    here, because the accounts hold it already, and a paused one whose pause has no end.
    `source` says where the mean comes from: default, record, features, or the stage that makes
    it 0.

    >>> from balanse_lib.ledger import empty_table
    >>> from balanse_lib.measures.rate_record import empty_history
    >>> register = empty_table("measure").reindex(range(1)).assign(
    ...     measure_id="T1", trust="a", stage="idea")
    >>> rates = realisation_rates(register, empty_history())
    >>> float(rates.loc["T1", "mean"]), rates.loc["T1", "source"]
    (0.3, 'default')
    """
    limits = thresholds or params.standard_thresholds()
    learnt = learn_rates(history, published=published, thresholds=limits)
    stage = check_completeness(register)["counts_as"]
    rows = register.set_axis(stage.index).assign(stage=_worth(register, stage))
    if choice is not None and choice.used == "features":
        found = expect_with_features(rows, history=exactly_known(history), learnt=learnt)
        found["source"] = "features"
    else:
        found = expect_rates(rows, learnt=learnt)
        found["source"] = np.where(found["cases"] > 0, "record", "default")
    nothing = found["mean"].isna()
    found = found.fillna({"mean": 0.0, "p_none": 1.0, "cases": 0.0, "alpha": 1.0, "beta": 1.0})
    found["source"] = found["source"].mask(nothing, stage)
    return found.assign(stage=stage)[COLUMNS]


def _worth(register: pd.DataFrame, stage: pd.Series) -> pd.Series:
    """Stage by which a measure is valued: one that pauses and will go on is as one decided."""
    goes_on = (stage == "paused").to_numpy() & register["pause_to"].notna().to_numpy()
    return stage.mask(goes_on, "decided")

"""Realised rates learnt from finished measures: by stage, class and trust, each pulled to the next.

A group's mean moves from that of the wider group by Σ (r − mean)/(n0 + n): with few cases hardly,
with many all the way. The spread between measures is learnt too, since the rate of one measure
stays uncertain however well the mean is known.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta as beta_distribution

from balanse_lib import params

Floats = NDArray[np.float64]
HISTORY = ("trust", "class", "stage", "realised")
_RECORD_OF = {"idea": "idea", "planned": "planned", "decided": "planned", "started": "started",
              "implemented": "implemented"}  # fmt: skip
COUNTING = tuple(_RECORD_OF)
_EDGE = 0.02  # a mean rate stays this far from certain failure and certain success
_LEAST_SIZE = 0.5  # of α + β: below it, all measures would give everything or nothing


@dataclass(frozen=True)
class LearntRates:
    """What finished measures say.

    stages : record (planned and decided share one) → mean, p_none, weighted cases.
    by_class, by_trust : how much a class, then a trust, lies above its stage.
    size : α + β of the rates of single measures.
    """

    stages: pd.DataFrame
    by_class: pd.Series
    by_trust: pd.Series
    size: float


def stage_defaults(limits: params.Thresholds) -> pd.DataFrame:
    """Mean rate (no effect included) and probability of no effect until cases say otherwise.

    >>> stage_defaults(params.standard_thresholds()).loc["idea"].tolist()
    [0.3, 0.3]
    """
    records = list(dict.fromkeys(_RECORD_OF.values()))
    rows = [
        (getattr(limits, f"measure_rate_{name}"), getattr(limits, f"measure_none_{name}"))
        for name in records
    ]
    return pd.DataFrame(rows, index=pd.Index(records, name="stage"), columns=["mean", "p_none"])


def empty_history() -> pd.DataFrame:
    """A history without finished measures."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in HISTORY}).astype(
        {"realised": "float64"}
    )


def learn_rates(
    history: pd.DataFrame, *, published: pd.DataFrame | None, thresholds: params.Thresholds
) -> LearntRates:
    """Learn from finished measures (trust, class, stage, realised) and from published cases.

    Rates above 1 count as 1 and below 0 as 0: no measure is credited with more than its plan.
    Optional: `weight`, the part of an exactly known case that a row is worth. Rows below 1 are
    estimates: they move means, uncut; what share gives nothing and how far measures spread is
    learnt from exact rates only.
    """
    n0 = thresholds.measure_prior_weight
    own = _cases(history)
    cases = own
    if published is not None and len(published):
        counting = published[published["counts"] == "yes"].reindex(columns=list(HISTORY))
        others = _cases(counting)
        cases = pd.concat([own, others.assign(weight=thresholds.measure_published_weight)])
    stages = _learn_stages(cases, thresholds)
    expected = stages["mean"].reindex(own["record"]).to_numpy()
    by_class = _offsets(own, "class", own["realised"] - expected, n0)
    expected = expected + _of(by_class, own["class"])
    by_trust = _offsets(own, "trust", own["realised"] - expected, n0)
    learnt = LearntRates(stages, by_class, by_trust, n0)
    size = _learn_size(own[own["exact"]], learnt, thresholds)
    return LearntRates(stages, by_class, by_trust, size)


def expect_rates(rows: pd.DataFrame, *, learnt: LearntRates) -> pd.DataFrame:
    """Distribution for each row (trust, class, stage): alpha, beta, mean, p_none, cases.

    A stage that gives no effect (stopped, say) has missing values.
    """
    record = rows["stage"].map(_RECORD_OF)
    found = learnt.stages.reindex(record).set_axis(rows.index)
    mean = found["mean"] + _of(learnt.by_class, rows["class"]) + _of(learnt.by_trust, rows["trust"])
    return with_mean(found, mean, size=learnt.size)


def with_mean(found: pd.DataFrame, mean: pd.Series, *, size: float) -> pd.DataFrame:
    """Distributions moved to other means; mean = (1 − p_none)·α/(α + β)."""
    some = 1 - found["p_none"]
    given_some = (mean / some).clip(_EDGE, 1 - _EDGE)
    alpha, beta = given_some * size, (1 - given_some) * size
    return found.assign(alpha=alpha, beta=beta, mean=some * given_some)


def rate_quantile(alpha: Floats, beta: Floats, p_none: Floats, *, level: Floats | float) -> Floats:
    """Realised rate that is not reached with probability `level`, no effect included.

    >>> one, half = np.array([1.0]), np.array([0.5])
    >>> rate_quantile(one, one, half, level=0.75), rate_quantile(one, one, half, level=0.4)
    (array([0.5]), array([0.]))
    """
    above = np.clip((level - p_none) / np.maximum(1 - p_none, 1e-300), 0.0, 1.0)
    return np.where(level > p_none, beta_distribution.ppf(above, alpha, beta), 0.0)


def _cases(history: pd.DataFrame) -> pd.DataFrame:
    """Finished measures of a stage that counts, with the record they belong to."""
    absent = [name for name in HISTORY if name not in history]
    if absent:
        raise ValueError(f"history lacks {', '.join(absent)}")
    if history["realised"].isna().any():
        raise ValueError("a realised rate is missing: leave out what is not known")
    weight = history["weight"].astype(float) if "weight" in history else 1.0
    cases = history.assign(record=history["stage"].map(_RECORD_OF), weight=weight)
    cases["exact"] = cases["weight"] >= 1.0
    bounded = cases["realised"].clip(0.0, 1.0)
    cases["realised"] = cases["realised"].where(~cases["exact"], bounded)
    if cases["record"].isna().any():
        told = ", ".join(sorted(set(history.loc[cases["record"].isna(), "stage"].astype(str))))
        raise ValueError(f"stage {told}: give the stage the measure had when its plan was counted")
    return cases


def _learn_stages(cases: pd.DataFrame, thresholds: params.Thresholds) -> pd.DataFrame:
    """(n0·prior + Σ w·case)/(n0 + Σ w) for the rate and for having no effect."""
    n0, prior = thresholds.measure_prior_weight, stage_defaults(thresholds)
    none = cases["realised"] < thresholds.measure_no_effect_below
    weighted = pd.DataFrame(
        {
            "mean": cases["weight"] * cases["realised"],
            "p_none": cases["weight"] * none * cases["exact"],
            "cases": cases["weight"],
            "exact": cases["weight"] * cases["exact"],
        }
    )
    sums = weighted.groupby(cases["record"]).sum().reindex(prior.index, fill_value=0.0)
    weights = pd.DataFrame({"mean": sums["cases"], "p_none": sums["exact"]})
    learnt = (n0 * prior + sums[["mean", "p_none"]]) / (n0 + weights)
    return learnt.assign(cases=sums["cases"])


def _offsets(cases: pd.DataFrame, column: str, residual: pd.Series, n0: float) -> pd.Series:
    """How far each group lies above the rest; none when there is no other group to compare with."""
    groups, weight = cases[column], cases["weight"]
    if groups.nunique() < 2:
        return pd.Series(dtype="float64")
    return (weight * residual).groupby(groups).sum() / (n0 + weight.groupby(groups).sum())


def _of(offsets: pd.Series, groups: pd.Series) -> Floats:
    return groups.map(offsets).fillna(0.0).to_numpy(dtype=float)  # nothing known of it: no offset


def _learn_size(own: pd.DataFrame, learnt: LearntRates, thresholds: params.Thresholds) -> float:
    """α + β from the squared distances of single rates to what was expected of them.

    A Beta has variance m(1 − m)/(size + 1); its ratio to that with size n0 is averaged over the
    cases and n0 prior ones with ratio 1.
    """
    n0 = thresholds.measure_prior_weight
    some = own[own["realised"] >= thresholds.measure_no_effect_below]
    found = expect_rates(some, learnt=learnt)
    given_some = found["alpha"] / (found["alpha"] + found["beta"])
    usual = given_some * (1 - given_some) / (n0 + 1)
    ratio = (n0 + ((some["realised"] - given_some) ** 2 / usual).sum()) / (n0 + len(some))
    return max(float((n0 + 1) / ratio - 1), _LEAST_SIZE)

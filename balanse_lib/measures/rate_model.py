"""Whether class, size, unit, lead time and the owner's load say more than the record does.

Asked out of sample, whole units left out, with a proper score; features are used only where they
were better by more than chance.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from balanse_lib import params
from balanse_lib.measures.rate_record import (
    LearntRates,
    expect_rates,
    learn_rates,
    rate_quantile,
    with_mean,
)

Floats = NDArray[np.float64]
LEVELS = np.arange(1, 20) / 20
_FOLDS, _REPEATS = 5, 4
_PENALTIES = np.logspace(0, 4, 9)  # up to one that leaves nothing of the features
_NAMES, _NUMBERS = ["class", "stage", "unit"], ["size", "lead", "load"]


@dataclass(frozen=True)
class ModelChoice:
    """Which rates are used, and why.

    Attributes
    ----------
    used : "record" (stages, classes, trusts) or "features" (the same, moved by the features).
    reason : too_few_cases, too_few_units, not_better or better.
    cases, units : finished measures and the units they come from.
    record_score, features_score : mean pinball loss over 19 quantiles out of sample, the lower the
        better; missing when not compared.
    gain, gain_se : record − features with its standard error over units.
    """

    used: Literal["record", "features"]
    reason: str
    cases: int
    units: int
    record_score: float = float("nan")
    features_score: float = float("nan")
    gain: float = float("nan")
    gain_se: float = float("nan")


def compare_models(
    history: pd.DataFrame, *, thresholds: params.Thresholds | None = None
) -> ModelChoice:
    """Compare record and features on finished measures (rows of a register, with `realised`).

    Five groups of units are left out in turn, four times over; features are chosen when the gain
    exceeds its standard error.

    >>> compare_models(pd.DataFrame({"trust": ["a"], "unit": ["u"], "realised": [0.5]})).reason
    'too_few_cases'
    """
    limits = thresholds or params.standard_thresholds()
    groups = history["trust"].astype(str) + "/" + history["unit"].astype(str)
    cases, units = len(history), groups.nunique()
    if cases < limits.measure_model_min_cases:
        return ModelChoice("record", "too_few_cases", cases, units)
    if units < max(limits.measure_model_min_groups, _FOLDS):
        return ModelChoice("record", "too_few_units", cases, units)
    losses = np.zeros((cases, 2))
    for repeat in range(_REPEATS):
        folds = GroupKFold(_FOLDS, shuffle=True, random_state=repeat)
        for known, left_out in folds.split(history, groups=groups):
            rows = history.iloc[left_out]
            losses[left_out] += _losses(history.iloc[known], rows, limits) / _REPEATS
    by_unit = pd.Series(losses[:, 0] - losses[:, 1]).groupby(groups.to_numpy()).mean()
    gain, se = float(by_unit.mean()), float(np.asarray(by_unit.sem()))
    better = gain > se
    scores = losses.mean(axis=0)
    return ModelChoice(
        used="features" if better else "record",
        reason="better" if better else "not_better",
        cases=cases,
        units=units,
        record_score=float(scores[0]),
        features_score=float(scores[1]),
        gain=gain,
        gain_se=se,
    )


def expect_with_features(
    rows: pd.DataFrame, *, history: pd.DataFrame, learnt: LearntRates
) -> pd.DataFrame:
    """Distributions of the record, their means moved by what the features explain of the rest.

    A ridge regression of realised − mean by the record; its penalty is chosen inside the history.
    """
    known = expect_rates(history, learnt=learnt)
    model = _regression()
    model.fit(_features(history, history), history["realised"].clip(0.0, 1.0) - known["mean"])
    found = expect_rates(rows, learnt=learnt)
    moved = found["mean"] + model.predict(_features(rows, history))
    return with_mean(found, moved, size=learnt.size)


def pinball_loss(found: pd.DataFrame, realised: pd.Series) -> Floats:
    """Mean loss of each case over the quantiles 5 % to 95 % of its distribution.

    >>> sure = pd.DataFrame({"alpha": [1e6], "beta": [1e6], "p_none": [0.0]})
    >>> pinball_loss(sure, pd.Series([0.9])).round(3)   # 0.4 away, each level in the mean half
    array([0.2])
    """
    alpha, beta, none = (found[name].to_numpy()[:, None] for name in ("alpha", "beta", "p_none"))
    above = realised.to_numpy()[:, None] - rate_quantile(alpha, beta, none, level=LEVELS)
    return np.asarray(np.maximum(LEVELS * above, (LEVELS - 1) * above).mean(axis=1))


def _losses(history: pd.DataFrame, rows: pd.DataFrame, limits: params.Thresholds) -> Floats:
    learnt = learn_rates(history, published=None, thresholds=limits)
    realised = rows["realised"].clip(0.0, 1.0)
    by_record = expect_rates(rows, learnt=learnt)
    by_features = expect_with_features(rows, history=history, learnt=learnt)
    return np.column_stack([pinball_loss(by_record, realised), pinball_loss(by_features, realised)])


def _features(rows: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Class, stage, unit; size, lead (months from decision to planned start), owner's load.

    Size is the logarithm of million, load the number of the owner's measures in the history.
    """
    load = history["owner"].value_counts()
    decided = pd.to_datetime(rows["decision_date"])
    starts = pd.to_datetime(rows["start_plan"])
    return rows[_NAMES].astype(object).fillna("").assign(
        size=np.log1p(rows["full_year_effect"].abs()),
        lead=((starts - decided).dt.days / 30.4).fillna(0.0),  # not decided: no lead
        load=rows["owner"].map(load).fillna(0.0),
    )  # fmt: skip


def _regression() -> Pipeline:
    encode = OneHotEncoder(handle_unknown="ignore")
    columns = make_column_transformer((encode, _NAMES), (StandardScaler(), _NUMBERS))
    return make_pipeline(columns, RidgeCV(alphas=_PENALTIES))

"""Risk register in the simulation: before and after the measures that answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib.errors import Failure
from balanse_lib.measures import frame_checks
from balanse_lib.measures.simulate import MeasureDraws

Floats = NDArray[np.float64]
NEEDED = ("risk_id", "owner", "probability", "amount")
AMOUNTS = ("low", "amount", "high")
OPTIONAL = ("low", "high", "measure_id", "probability_after", "amount_share_after", "event_id")


@dataclass(frozen=True)
class RiskDraws:
    """Draws of each risk's amount (draws × risks), million, − worsens the result.

    `before` is without mitigation, `after` with it: in draws where the mitigating measure fails
    they are the same.
    """

    ids: tuple[str, ...]
    before: Floats
    after: Floats

    def table(self) -> pd.DataFrame:
        """Expected amount, P10 and chance of each risk, before and after mitigation."""
        parts = {"before": self.before, "after": self.after}
        columns = {
            f"{name}_{when}": values
            for when, amounts in parts.items()
            for name, values in (
                ("expected", amounts.mean(axis=0)),
                ("P10", np.quantile(amounts, 0.1, axis=0)),
                ("chance", (amounts != 0).mean(axis=0)),
            )
        }
        return pd.DataFrame(columns, index=pd.Index(self.ids, name="risk_id"))


def simulate_risks(
    register: pd.DataFrame,
    *,
    n_draws: int,
    rng: np.random.Generator,
    measures: MeasureDraws | None = None,
) -> RiskDraws:
    """Draw every risk: it happens with `probability`, and then costs low – amount – high.

    Needed: risk_id, owner, probability, amount (most likely, − worsens; the sum when low and high
    are empty). Optional: low, high; measure_id with probability_after and amount_share_after, which
    hold where that measure has an effect; event_id: the same thing stands among the events of the
    base forecast, so it counts 0 here. Risks are independent of each other; before and after
    share their random numbers, so that mitigation alone makes the difference.

    >>> register = pd.DataFrame(
    ...     {"risk_id": ["R1"], "owner": ["director"], "probability": [1.0], "amount": [-5.0]})
    >>> simulate_risks(register, n_draws=2, rng=np.random.default_rng(0)).before.ravel()
    array([-5., -5.])
    """
    frame = _checked(register, measures)
    chance, size = np.moveaxis(rng.random((n_draws, len(frame), 2)), -1, 0)
    amount = triangular_quantile(
        size, *(_column(frame, name) for name in ("low", "amount", "high"))
    )
    amount *= frame["event_id"].isna().to_numpy()
    before = np.where(chance < _column(frame, "probability"), amount, 0.0)
    happened = _mitigated(frame, measures, n_draws)
    less_likely = chance < _column(frame, "probability_after")
    smaller = np.where(less_likely, amount * _column(frame, "amount_share_after"), 0.0)
    after = np.where(happened, smaller, before)
    return RiskDraws(tuple(frame["risk_id"]), before, after)


def triangular_quantile(share: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """Amount that a triangular distribution stays below with probability `share`.

    >>> triangular_quantile(np.array([0.5, 0.125]), *np.array([[0.0], [1.0], [2.0]]))
    array([1. , 0.5])
    """
    left, right = mode - low, high - mode
    width = high - low
    rising = low + np.sqrt(share * width * left)
    return np.where(share * width < left, rising, high - np.sqrt((1 - share) * width * right))


def find_orphans(
    risks: pd.DataFrame, *, risks_by_measure: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Risks without a measure, and measures that name a risk or are named by one, one way only.

    `risks_by_measure` is measure_id → risk_ids that the register of measures states.

    >>> risks = pd.DataFrame({"risk_id": ["R1", "R2"], "measure_id": ["T1", None]})
    >>> find_orphans(risks, risks_by_measure={"T1": ("R1", "R3")})
      risk_id measure_id        orphan
    0      R2        NaN    no_measure
    1      R3         T1  not_in_risks
    """
    answered = {
        (risk, measure)
        for risk, cell in zip(risks["risk_id"], risks["measure_id"], strict=True)
        for measure in frame_checks.names(cell)
    }
    stated = {(risk, measure) for measure, own in risks_by_measure.items() for risk in own}
    covered = {risk for risk, _ in answered | stated}
    rows: list[tuple[str, str | None, str]] = [
        (risk, None, "no_measure") for risk in risks["risk_id"] if risk not in covered
    ]
    rows += [(*pair, "not_in_measures") for pair in sorted(answered - stated)]
    rows += [(*pair, "not_in_risks") for pair in sorted(stated - answered)]
    return pd.DataFrame(rows, columns=["risk_id", "measure_id", "orphan"])


def _column(frame: pd.DataFrame, name: str) -> Floats:
    return frame[name].to_numpy(dtype=float)


def _checked(register: pd.DataFrame, measures: MeasureDraws | None) -> pd.DataFrame:
    """Risks with every optional column filled: a fixed sum, nothing mitigated."""
    frame_checks.refuse(frame_checks.missing_columns(register, NEEDED))
    frame = register.reset_index(drop=True).reindex(
        columns=list(dict.fromkeys((*register.columns, *OPTIONAL)))
    )
    for name, other in (
        ("low", "amount"),
        ("high", "amount"),
        ("probability_after", "probability"),
    ):
        frame[name] = frame[name].astype(float).fillna(frame[other].astype(float))
    frame["amount_share_after"] = frame["amount_share_after"].astype(float).fillna(1.0)
    known = () if measures is None else measures.ids
    failures = [
        *frame_checks.repeated(frame, "risk_id"),
        *frame_checks.outside(frame, "probability", low=0.0, high=1.0),
        *frame_checks.outside(frame, "probability_after", low=0.0, high=1.0),
        *frame_checks.outside(frame, "amount_share_after", low=0.0),
        *frame_checks.outside(frame, "amount"),
        *_unordered(frame),
        *frame_checks.unknown(frame, "measure_id", known=known),
    ]
    frame_checks.refuse(failures)
    return frame


def _unordered(frame: pd.DataFrame) -> list[Failure]:
    """Cells of `low` above `amount`, and of `high` below it."""
    found = []
    for row, (low, mode, high) in enumerate(frame[[*AMOUNTS]].to_numpy(float), 1):
        if low > mode:
            found.append(("too_large", row, "low", low, f"≤ {mode:g}"))
        if high < mode:
            found.append(("too_small", row, "high", high, f"≥ {mode:g}"))
    return [
        Failure(rule=rule, row=row, column=column, value=f"{value:g}", allowed=allowed)
        for rule, row, column, value, allowed in found
    ]


def _mitigated(
    frame: pd.DataFrame, measures: MeasureDraws | None, n_draws: int
) -> NDArray[np.bool_]:
    """Draws × risks in which every measure that mitigates the risk has an effect."""
    done = np.zeros((n_draws, len(frame)), dtype=bool)
    if measures is None:
        return done
    if len(measures.effects) != n_draws:
        raise ValueError(f"{n_draws} draws of risks, {len(measures.effects)} of measures")
    for risk, cell in enumerate(frame["measure_id"]):
        places = [measures.ids.index(name) for name in frame_checks.names(cell)]
        if places:
            done[:, risk] = measures.happened[:, places].all(axis=1)
    return done

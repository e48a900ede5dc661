"""What is missing in the measure register, and what a measure may count as until it is there."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib.ledger.measure_columns import INTERNAL_PRICE

Bools = NDArray[np.bool_]

# what every measure must have; further ones depend on how far it has come
ALWAYS = (
    "measure_id", "title", "description", "trust", "unit", "owner", "class", "kind", "stage",
    "account", "base_account", "base_amount", "full_year_effect", "start_plan", "ramp",
    "one_off_cost", "running_cost", "displaced_cost", "indicators", "guard_indicators",
    "budget_taken_out",
)  # fmt: skip
DECIDED = ("decided", "started", "implemented", "confirmed", "paused")
STARTED = ("started", "implemented", "confirmed")
GROWING = ("linear", "logistic", "decay")
# incomplete measures of these stages count as ideas; a confirmed one is in the accounts already
LOWERED = ("planned", "decided", "started", "implemented")
ANCHORS = ("owner", "decision_ref", "consultation_done")


def check_completeness(register: pd.DataFrame) -> pd.DataFrame:
    """How complete each measure is: measure_id → score, missing, counts_as.

    score = filled required fields / required fields. `missing` names the empty ones, separated by
    comma; `counts_as` is the stage the measure may count with: below 1.0 an idea at most.

    >>> from balanse_lib.ledger import empty_table
    >>> told = {name: "x" for name in ALWAYS} | {"owner": None, "stage": "started"}
    >>> told |= {"decision_ref": "x", "decision_date": "x", "start_actual": "x"}
    >>> register = pd.DataFrame([told]).reindex(columns=empty_table("measure").columns)
    >>> found = check_completeness(register).loc["x"]
    >>> round(float(found["score"]), 4), found["missing"], found["counts_as"]   # 23 of 24
    (0.9583, 'owner', 'idea')
    """
    required = _required(register)
    missing = required & register[required.columns].isna()
    score = 1 - missing.sum(axis=1) / required.sum(axis=1)
    names = np.asarray(required.columns)
    lowered = register["stage"].isin(LOWERED) & missing.any(axis=1)
    return pd.DataFrame(
        {
            "score": score.to_numpy(dtype=float),
            "missing": [", ".join(names[row]) for row in missing.to_numpy()],
            "counts_as": register["stage"].mask(lowered, "idea").to_numpy(),
        },
        index=_ids(register),
    )


def list_incomplete(register: pd.DataFrame) -> pd.DataFrame:
    """Measures below a score of 1.0, the least complete first: measure_id → title, owner and rest.

    Columns: title, unit, owner, stage, score, missing, counts_as.
    """
    told = register.set_index("measure_id")[["title", "unit", "owner", "stage"]]
    found = told.join(check_completeness(register))
    return found[found["score"] < 1].sort_values("score", kind="stable")


def list_unanchored(register: pd.DataFrame) -> pd.DataFrame:
    """Measures without an owner, a decision or a consultation: measure_id → which are missing.

    Only from the decision on; an idea has not been decided. Columns: title, unit, missing.
    """
    missing = register[list(ANCHORS)].isna()
    gaps = register["stage"].isin(DECIDED) & missing.any(axis=1)
    names = [", ".join(np.asarray(ANCHORS)[row]) for row in missing.to_numpy()]
    found = register.assign(missing=names)[gaps]
    return found.set_index("measure_id")[["title", "unit", "missing"]]


def list_overdue(register: pd.DataFrame, *, period: str) -> pd.DataFrame:
    """Measures that should have started by the end of `period` and have not.

    Columns: title, unit, owner, stage, start_plan; the longest overdue first.
    """
    waiting = register["stage"].isin(("idea", "planned", "decided"))
    late = waiting & register["start_actual"].isna() & (register["start_plan"] <= period)
    columns = ["title", "unit", "owner", "stage", "start_plan"]
    found = register[late].set_index("measure_id")[columns]
    return found.sort_values("start_plan", kind="stable")


def _required(register: pd.DataFrame) -> pd.DataFrame:
    """Which fields each measure must have: measure × field."""
    stage, ramp = register["stage"], register["ramp"]
    decided, started = stage.isin(DECIDED), stage.isin(STARTED)
    always = pd.DataFrame(True, index=register.index, columns=list(ALWAYS))
    return always.assign(
        decision_ref=decided,
        decision_date=decided,
        start_actual=started,
        pause_from=stage == "paused",
        ramp_len=ramp.isin(GROWING),
        season_months=ramp == "season",
        counter_unit=register["class"] == INTERNAL_PRICE,
    ).fillna(False)


def _ids(register: pd.DataFrame) -> "pd.Index[str]":
    ids: pd.Index[str] = pd.Index(register["measure_id"].to_numpy(), name="measure_id")
    return ids

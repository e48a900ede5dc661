"""Deviations that are followed up: how far each has come, what comes next, what nobody follows.

The four duties of those who follow up are to plan, carry out, evaluate and correct. A deviation is
seen, its cause found, a correction decided, and its effect checked: held closes it, not held opens
it again.
"""

from datetime import date

import numpy as np
import pandas as pd

from balanse_lib.ledger.follow_up_tables import HELD, INDICATOR, LINE, NOT_HELD

STATES = SEEN, CAUSE, CORRECTIVE, CLOSED, REOPENED = (
    "seen", "cause", "corrective", "closed", "reopened",
)  # fmt: skip
FIND_CAUSE, CHOOSE, DECIDE, CHECK, CORRECT_ANEW, NONE_LEFT = (
    "find_cause", "choose", "decide", "check", "correct_anew", "none",
)  # fmt: skip
_NEVER = "9999"  # after every day
_WORSE = "concern"


def follow_up(actions: pd.DataFrame, *, day: date) -> pd.DataFrame:
    """Deviations as they stood when a day was over, oldest first, with what comes next.

    `state` is the furthest step taken, `next_step` the first that lacks, `days` those since it was
    seen; `overdue` when it is not closed and its day is past. What was decided or checked later
    than `day` was not known then.

    >>> row = {"seen": "2025-03-01", "cause": "x", "measure_id": "T1", "corrective": None,
    ...        "decided": "2025-03-20", "due": "2025-04-30", "checked": None, "effect": None}
    >>> found = follow_up(pd.DataFrame([row]), day=date(2025, 5, 31)).iloc[0]
    >>> found["state"], found["next_step"], int(found["days"]), bool(found["overdue"])
    ('corrective', 'check', 91, True)
    """
    now = day.isoformat()
    found = actions[actions["seen"] <= now].sort_values("seen", kind="stable", ignore_index=True)
    decided, checked = (found[name].fillna(_NEVER) <= now for name in ("decided", "checked"))
    named = found["measure_id"].notna() | found["corrective"].notna()
    closed, reopened = (checked & (found["effect"] == effect) for effect in (HELD, NOT_HELD))
    ending = [closed, reopened]
    found["state"] = np.select(
        [*ending, named & decided, found["cause"].notna()],
        [CLOSED, REOPENED, CORRECTIVE, CAUSE],
        SEEN,
    )
    found["next_step"] = np.select(
        [*ending, found["cause"].isna(), ~named, ~decided],
        [NONE_LEFT, CORRECT_ANEW, FIND_CAUSE, CHOOSE, DECIDE],
        CHECK,
    )
    found["days"] = [(day - date.fromisoformat(seen)).days for seen in found["seen"]]
    found["overdue"] = ~closed & (found["due"].fillna(_NEVER) < now)
    return found


def find_unanswered(signals: pd.DataFrame, *, followed: pd.DataFrame, trust: str) -> pd.DataFrame:
    """Signals for the worse that no deviation answers; none is asked for without any follow-up.

    `followed` is of `follow_up`. A row answers a signal of its indicator, or of an indicator that
    moves its line, in its own unit; one of the whole trust answers those of every unit. Once
    closed it answers signals that began before it was seen, or in that month, and no later ones.
    """
    if followed.empty:
        return signals.iloc[:0]
    worse = signals[signals["meaning"] == _WORSE]
    answered = [_is_answered(row, followed, trust) for _, row in worse.iterrows()]
    return worse[~np.array(answered, dtype=bool)].reset_index(drop=True)


def _is_answered(signal: pd.Series, followed: pd.DataFrame, trust: str) -> bool:
    same = ((followed["kind"] == INDICATOR) & (followed["about"] == signal["indicator"])) | (
        (followed["kind"] == LINE) & (followed["about"] == signal["line"])
    )
    here = followed["unit"].isin([signal["unit"], trust])
    alive = (followed["state"] != CLOSED) | (followed["seen"].str[:7] >= signal["since"])
    return bool((same & here & alive).any())

"""The loop of a deviation – seen, cause, correction, effect – on rows worked out by hand."""

from datetime import date

import pandas as pd
import pytest

from balanse_lib.indicators import find_unanswered, follow_up
from balanse_lib.ledger import empty_table

DAY = date(2025, 6, 30)
SEEN = {"seen": "2025-03-01"}
KNOWN = SEEN | {"cause": "c"}
NAMED = KNOWN | {"corrective": "r"}
DECIDED = NAMED | {"decided": "2025-03-20"}


def actions(*rows: dict[str, str]) -> pd.DataFrame:
    told = [
        {"action_id": f"A{place}", "trust": "t", "unit": "med", "kind": "indicator",
         "about": "sick_leave_pct", **row}
        for place, row in enumerate(rows)
    ]  # fmt: skip
    empty = empty_table("action")
    return pd.DataFrame(told).reindex(columns=empty.columns).astype(dict(empty.dtypes))


@pytest.mark.parametrize(
    ("row", "state", "step"),
    [
        (SEEN, "seen", "find_cause"),
        (SEEN | {"corrective": "r"}, "seen", "find_cause"),
        (KNOWN, "cause", "choose"),
        (NAMED, "cause", "decide"),
        (DECIDED, "corrective", "check"),
        (KNOWN | {"measure_id": "T1", "decided": "2025-03-20"}, "corrective", "check"),
        (SEEN | {"corrective": "r", "decided": "2025-03-20"}, "corrective", "find_cause"),
        (DECIDED | {"checked": "2025-06-30", "effect": "held"}, "closed", "none"),
        (DECIDED | {"checked": "2025-06-30", "effect": "not held"}, "reopened", "correct_anew"),
        # decided and checked after the day: not known then
        (NAMED | {"decided": "2025-07-01"}, "cause", "decide"),
        (DECIDED | {"checked": "2025-07-01", "effect": "held"}, "corrective", "check"),
    ],
)
def test_state_and_next_step(row: dict[str, str], state: str, step: str) -> None:
    found = follow_up(actions(row), day=DAY).iloc[0]
    assert (found["state"], found["next_step"]) == (state, step)


def test_oldest_first_with_days_and_what_is_past_its_day() -> None:
    held = {"checked": "2025-06-15", "effect": "held"}
    found = follow_up(
        actions(
            {"seen": "2025-06-29"},
            DECIDED | {"due": "2025-06-29"},
            DECIDED | {"seen": "2025-02-28", "due": "2025-06-30"},  # due today: not past
            DECIDED | {"seen": "2025-03-02", "due": "2025-05-01"} | held,  # closed
            {"seen": "2025-07-01"},  # not seen yet
        ),
        day=DAY,
    )
    assert found["action_id"].tolist() == ["A2", "A1", "A3", "A0"]
    assert found["days"].tolist() == [122, 121, 120, 1]  # 31 + 30 + 31 + 30 from 28 February
    assert found["overdue"].tolist() == [False, True, False, False]


def signals(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["indicator", "unit", "line", "meaning", "since"])


def test_which_signals_nobody_answers() -> None:
    held = {"checked": "2025-06-15", "effect": "held", "decided": "2025-05-20", "corrective": "r"}
    followed = follow_up(
        actions(
            {"seen": "2025-03-01"},  # sick leave in med, open
            {"seen": "2025-03-01", "kind": "line", "about": "hire_in"},
            {"seen": "2025-05-10", "unit": "t", "about": "waiting_days"} | held,
            {"seen": "2025-03-01", "kind": "measure", "about": "pay_cost"},
        ),
        day=DAY,
    )
    asked = signals(
        ("sick_leave_pct", "med", "pay_cost", "concern", "2025-06"),  # answered
        ("sick_leave_pct", "kir", "pay_cost", "concern", "2025-06"),  # another unit
        ("sick_leave_pct", "t", "pay_cost", "concern", "2025-06"),  # the whole trust is no part
        ("hire_in_hours", "med", "hire_in", "concern", "2025-06"),  # answered by its line
        ("waiting_days", "med", "", "concern", "2025-05"),  # the whole trust's, seen that month
        ("waiting_days", "med", "", "concern", "2025-06"),  # began after what was closed
        ("overtime_fte", "kir", "pay_cost", "improvement", "2025-06"),
        ("stays", "kir", "", "change", "2025-06"),
    )
    left = find_unanswered(asked, followed=followed, trust="t")
    assert left[["indicator", "unit", "since"]].to_numpy().tolist() == [
        ["sick_leave_pct", "kir", "2025-06"],
        ["sick_leave_pct", "t", "2025-06"],
        ["waiting_days", "med", "2025-06"],
    ]


def test_without_any_follow_up_no_answer_is_asked_for() -> None:
    asked = signals(("sick_leave_pct", "med", "pay_cost", "concern", "2025-06"))
    nothing = follow_up(empty_table("action"), day=DAY)
    assert find_unanswered(asked, followed=nothing, trust="t").empty

"""Deviations that are followed up are read with everything that is wrong in them."""

import pytest

from balanse_lib.ledger.synthetic import PROFILES, SyntheticRegion
from tests.ledger.conftest import Delivery
from tests.ledger.test_risks_and_decisions import MEASURE, deliver

ACTION = {"action_id": "A1", "unit": "kirurgi", "kind": "indicator", "about": "sick_leave_pct",
          "seen": "02.03.2025", "cause": "c", "measure_id": "T1", "decided": "2025-03-20",
          "due": "2025-04-30", "checked": "2025-05-02", "effect": "held"}  # fmt: skip


def test_a_deviation_is_read_and_known_from_its_month(delivery: Delivery) -> None:
    deliver(delivery, "measure", MEASURE)
    late = ACTION | {"action_id": "A2", "kind": "line", "about": "pay_cost", "seen": "2025-03-31"}
    ledger = deliver(delivery, "action", ACTION, late | dict.fromkeys(["decided"], "")).read()
    assert ledger.action["seen"].tolist() == ["2025-03-02", "2025-03-31"]
    assert ledger.action["decided"].isna().tolist() == [False, True]
    assert ledger.until("2025-02").action.empty
    assert len(ledger.until("2025-03").action) == 2


@pytest.mark.parametrize(
    ("cells", "rule", "column", "allowed"),
    [
        ({"about": "sick_leave"}, "unknown_indicator", "about", "sick_leave_pct"),
        ({"kind": "line", "about": "pay_costs"}, "unknown_line", "about", "pay_cost"),
        ({"kind": "measure", "about": "T2"}, "unknown_measure", "about", "T1"),
        ({"kind": "account"}, "not_allowed", "kind", "indicator, line, measure"),
        ({"measure_id": "T1, X"}, "unknown_measure", "measure_id", "T1"),
        ({"unit": "kirugi"}, "unknown_unit", "unit", "helse-prove, kirurgi, medisin"),
        ({"seen": "2025-03-21"}, "decided_before_seen", "seen", "2025-03-20"),
        ({"due": "2025-03-01"}, "due_before_seen", "seen", "2025-03-01"),
        ({"checked": "2025-03-19"}, "checked_before_decided", "decided", "2025-03-19"),
        ({"decided": "", "checked": "2025-03-01"}, "checked_before_seen", "seen", "2025-03-01"),
        ({"measure_id": ""}, "decided_nothing", "decided", ""),
        ({"effect": ""}, "checked_without_effect", "checked", ""),
        ({"checked": ""}, "effect_without_check", "effect", ""),
        ({"effect": "maybe"}, "not_allowed", "effect", "held, not held"),
        ({"seen": "mars"}, "not_a_date", "seen", ""),
    ],
)
def test_a_wrong_deviation_is_named_where_it_stands(
    delivery: Delivery, cells: dict[str, str], rule: str, column: str, allowed: str
) -> None:
    deliver(delivery, "measure", MEASURE)
    (found,) = deliver(delivery, "action", ACTION | cells).failures()
    assert (found.rule, found.column, found.row, found.file) == (rule, column, 2, "action.csv")
    assert found.allowed == allowed


def test_an_indicator_of_the_trusts_own_may_deviate(delivery: Delivery) -> None:
    deliver(delivery, "measure", MEASURE)
    deliver(delivery, "assumption", {"number": "1", "text": "x", "source": "s",
                                     "approved": "2025-01-02"})  # fmt: skip
    own = {"indicator": "rating", "name": "Rating", "numerator": "value:rating",
           "measured_in": "points", "direction": "higher", "kind": "ratio", "source": "s",
           "assumptions": "1"}  # fmt: skip
    deliver(delivery, "indicator_def", own)
    ledger = deliver(delivery, "action", ACTION | {"about": "rating"}).read()
    assert ledger.action["about"].tolist() == ["rating"]


@pytest.mark.parametrize("trust", [profile.trust for profile in PROFILES])
def test_the_synthetic_trusts_follow_up_deviations_at_every_step(
    region: SyntheticRegion, trust: str
) -> None:
    made = region.tables[trust]["action"]
    assert set(made["kind"]) == {"indicator", "line", "measure"}
    assert made["effect"].value_counts().to_dict() == {"held": 1, "not held": 1}
    assert (made["seen"].str[:7] < "2025-09").all()

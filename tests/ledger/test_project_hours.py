"""Hours of projects are read with everything that is wrong in them."""

import pytest

from balanse_lib.ledger.synthetic import SyntheticRegion
from tests.ledger.conftest import TRUSTS, Delivery
from tests.ledger.test_risks_and_decisions import deliver

HOURS = {"unit": "kirurgi", "project": "P1", "period": "2025-03", "recording": "system",
         "expected": "140", "registered": "120,5", "claim": "0,09"}  # fmt: skip


def test_hours_are_read_and_known_from_their_month(delivery: Delivery) -> None:
    others = HOURS | {"recording": "none", "registered": "", "claim": ""}
    hours = deliver(delivery, "project_hours", HOURS, others).read()
    assert hours.project_hours["registered"].tolist()[0] == 120.5
    assert hours.project_hours["registered"].isna().tolist() == [False, True]
    assert hours.until("2025-02").project_hours.empty
    assert len(hours.until("2025-03").project_hours) == 2


@pytest.mark.parametrize(
    ("cells", "rule", "column"),
    [
        ({"recording": "none"}, "registered_without_recording", "registered"),
        ({"recording": "app"}, "not_allowed", "recording"),
        ({"registered": "−1"}, "too_small", "registered"),
        ({"claim": "−1"}, "too_small", "claim"),
        ({"expected": ""}, "empty_cell", "expected"),
        ({"unit": "kirugi"}, "unknown_unit", "unit"),
    ],
)
def test_wrong_hours_are_named_where_they_stand(
    delivery: Delivery, cells: dict[str, str], rule: str, column: str
) -> None:
    (found,) = deliver(delivery, "project_hours", HOURS | cells).failures()
    assert (found.rule, found.column, found.row) == (rule, column, 2)
    assert found.file == "project_hours.csv"


@pytest.mark.parametrize("trust", TRUSTS)
def test_synthetic_staff_record_hours_in_every_way(region: SyntheticRegion, trust: str) -> None:
    made = region.tables[trust]["project_hours"]
    assert set(made["recording"]) == {"system", "paper", "none"}
    assert made.loc[made["recording"] == "none", "registered"].isna().all()
    assert set(made["period"]) == {f"2025-{month:02d}" for month in range(1, 10)}

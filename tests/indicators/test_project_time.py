"""Hours that nobody has registered, and the claims that rest on them, worked out by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib.indicators import miss_project_time
from balanse_lib.ledger import Ledger, empty_table

MakeLedger = Callable[..., Ledger]


@pytest.fixture
def project_hours(make_ledger: MakeLedger) -> Callable[..., Ledger]:
    """Ledger until April 2025 with hours: unit, month, how recorded, agreed, registered, claim."""

    def make(*rows: tuple[str, str, str, float, float | None, float | None]) -> Ledger:
        empty = empty_table("project_hours")
        names = ["unit", "period", "recording", "expected", "registered", "claim"]
        frame = pd.DataFrame(rows, columns=names).assign(trust="t", project="p")
        ledger = make_ledger([("med", "pay_cost", "2025-04", -1.0)])
        return replace(
            ledger, project_hours=frame.reindex(columns=empty.columns).astype(dict(empty.dtypes))
        )

    return make


def test_missing_hours_and_claims_at_risk(project_hours: Callable[..., Ledger]) -> None:
    known = project_hours(
        ("med", "2024-12", "system", 100.0, 0.0, 9.0),  # last year
        ("med", "2025-01", "system", 100.0, 120.0, 0.10),  # more than agreed: helps no other month
        ("med", "2025-02", "system", 100.0, 75.0, 0.10),  # 25 missing, 0.025 at risk
        ("med", "2025-02", "paper", 50.0, 40.0, 0.05),  # 10 missing, 0.01 at risk
        ("med", "2025-04", "none", 20.0, None, 0.02),  # all missing; March is lacking
    )
    (found,) = miss_project_time(known, period="2025-04").to_dict("records")
    assert found == {
        "project": "p", "unit": "med", "expected": 270.0, "registered": 235.0, "on_paper": 40.0,
        "not_recorded": 20.0, "missing": 55.0, "claim": pytest.approx(0.27),
        "at_risk": pytest.approx(0.055), "missing_share": pytest.approx(55 / 270),
        "last": "2025-04", "months_lacking": 1,
    }  # fmt: skip
    (before,) = miss_project_time(known, period="2025-02").to_dict("records")
    assert (before["missing"], before["last"], before["months_lacking"]) == (35.0, "2025-02", 0)


def test_the_largest_claim_at_risk_comes_first(project_hours: Callable[..., Ledger]) -> None:
    known = project_hours(
        ("med", "2025-04", "system", 100.0, 0.0, None),  # nothing claimed
        ("kir", "2025-04", "system", 100.0, 90.0, 0.10),  # 0.01
        ("psy", "2025-04", "system", 100.0, 90.0, 0.20),  # 0.02
        ("dia", "2025-04", "system", 0.0, None, 0.20),  # no hours agreed: no share of them
    )
    found = miss_project_time(known, period="2025-04").set_index("unit")
    assert found.index.tolist() == ["psy", "kir", "med", "dia"]
    assert found["at_risk"].tolist()[:2] == pytest.approx([0.02, 0.01])
    assert found["at_risk"].isna().tolist() == [False, False, True, True]
    assert np.isnan(found["claim"]["med"])
    assert np.isnan(found["missing_share"]["dia"])


def test_without_projects_the_table_is_empty(make_ledger: MakeLedger) -> None:
    known = make_ledger([("med", "pay_cost", "2025-04", -1.0)])
    assert miss_project_time(known, period="2025-04").empty

"""Measures and the indicators that they are to move or must not harm, and what these signal."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import params, periods
from balanse_lib.indicators import Changes, find_changes, link_measures
from balanse_lib.ledger import empty_table
from tests.indicators.conftest import MakeLedger

MONTHS = periods.month_range("2024-01", "2025-06")
ONE = {
    "measure_id": "T1", "title": "one", "unit": "med", "stage": "started", "class": "hire-in",
    "indicators": "sick_leave_pct", "guard_indicators": "waiting_days; overtime_fte",
}  # fmt: skip


@pytest.fixture
def changes(make_ledger: MakeLedger) -> Changes:
    """Sick leave of 8 and 9 per cent in turn, and 20 in the last month; overtime steady."""
    rows = [
        {"unit": "med", "category": "a", "period": month, "agreed": 100.0, "paid": 100.0,
         "sick": 20.0 if month == MONTHS[-1] else 8.0 + place % 2, "overtime": 3.0 + place % 2}
        for place, month in enumerate(MONTHS)
    ]  # fmt: skip
    known = make_ledger([("med", "pay_cost", month, -10.0) for month in MONTHS], staffing=rows)
    return find_changes(known, period="2025-06", rng=np.random.default_rng(1))


def measures(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=empty_table("measure").columns)


def links(changes: Changes, *rows: dict[str, str]) -> dict[tuple[str, str, object], str]:
    found = link_measures(measures(*rows), changes=changes)
    keys = found[["indicator", "link", "measure_id"]].fillna("").itertuples(index=False, name=None)
    return dict(zip(keys, found["state"], strict=True))


def test_measures_are_linked_by_name_by_class_and_as_guarded(changes: Changes) -> None:
    assert links(changes, ONE) == {
        ("sick_leave_pct", "moves", "T1"): "concern",
        ("hire_in_cost", "moves", "T1"): "no_values",  # by the class hire-in
        ("hire_in_hours", "moves", "T1"): "no_values",
        ("waiting_days", "guards", "T1"): "no_values",
        ("overtime_fte", "guards", "T1"): "calm",
    }


def test_an_indicator_is_seen_in_the_unit_of_the_measure_else_in_the_whole_trust(
    changes: Changes,
) -> None:
    own = changes.signals.assign(
        meaning=["improvement" if unit == "med" else "concern" for unit in changes.signals["unit"]]
    )
    turned = replace(changes, signals=own)
    elsewhere = ONE | {"measure_id": "T2", "unit": "kir"}  # no chart of its own
    found = links(turned, ONE, elsewhere)
    assert found["sick_leave_pct", "moves", "T1"] == "improvement"
    assert found["sick_leave_pct", "moves", "T2"] == "concern"


def test_a_concern_without_a_measure_has_a_row(changes: Changes) -> None:
    other = ONE | {"indicators": "", "class": "ICT", "guard_indicators": ""}
    assert links(changes, other) == {("sick_leave_pct", "nothing", ""): "concern"}
    better = replace(changes, signals=changes.signals.assign(meaning="improvement"))
    assert links(better, other) == {}


def test_a_class_that_is_to_move_and_a_name_are_one_link(changes: Changes) -> None:
    catalogue = params.indicator_catalogue().set_index("indicator")
    assert "hire-in" in catalogue.loc["hire_in_cost", "measures"]
    named = ONE | {"indicators": "hire_in_cost", "guard_indicators": ""}
    assert [name for name, link, _ in links(changes, named) if link == "moves"] == [
        "hire_in_cost", "hire_in_hours",
    ]  # fmt: skip

"""Risks and in-year decisions are read with everything that is wrong in them."""

import pytest

from balanse_lib.ledger.tables import TABLES
from tests.ledger.conftest import Delivery

RISK = {"risk_id": "R1", "title": "Tvist", "unit": "kirurgi", "valid_from": "2025-01",
        "probability": "0,4", "amount": "−5"}  # fmt: skip
DECISION = {"decision_id": "D1", "title": "Stilling", "unit": "kirurgi", "decided": "2025-02",
            "side": "cost", "text": "pay", "this_year": "−2", "next_year": "−4"}  # fmt: skip
MEASURE = {"measure_id": "T1", "title": "Innkjøp", "unit": "kirurgi", "stage": "decided",
           "full_year_effect": "3,5", "start_plan": "2025-04"}  # fmt: skip


def deliver(delivery: Delivery, table: str, *rows: dict[str, str]) -> Delivery:
    delivery.yml += f"  {table}: {{path: {table}.csv}}\n"
    head = list(dict.fromkeys(name for row in rows for name in row))
    delivery.tables[table] = [head, *([row.get(name, "") for name in head] for row in rows)]
    return delivery


def test_a_risk_is_read_and_known_from_its_month(delivery: Delivery) -> None:
    deliver(delivery, "measure", MEASURE)
    told = RISK | {"measure_id": "T1", "probability_after": "0,1"}
    ledger = deliver(delivery, "risk", told, RISK | {"risk_id": "R2"}).read()
    assert ledger.risk[["probability", "amount"]].to_numpy().tolist() == [[0.4, -5.0]] * 2
    assert ledger.risk["owner"].isna().all()
    assert list(ledger.risk.columns) == list(TABLES["risk"].columns)
    assert ledger.until("2024-12").risk.empty
    assert len(ledger.until("2025-01").risk) == 2


@pytest.mark.parametrize(
    ("cells", "rule", "column"),
    [
        ({"probability": "1,2"}, "too_large", "probability"),
        ({"amount": "fem"}, "not_a_number", "amount"),
        ({"unit": "kirugi"}, "unknown_unit", "unit"),
        ({"measure_id": "T9"}, "unknown_measure", "measure_id"),
        ({"event_id": "H1"}, "unknown_event", "event_id"),
        ({"low": "−4"}, "amounts_not_in_order", "low"),
        ({"high": "−6"}, "amounts_not_in_order", "amount"),
        ({"amount_share_after": "−1"}, "too_small", "amount_share_after"),
    ],
)
def test_a_wrong_risk_is_named_where_it_stands(
    delivery: Delivery, cells: dict[str, str], rule: str, column: str
) -> None:
    found = deliver(delivery, "risk", RISK | cells).failures()
    assert [(f.rule, f.column, f.row, f.file) for f in found] == [(rule, column, 2, "risk.csv")]


@pytest.mark.parametrize(
    ("cells", "rule", "column"),
    [
        ({"side": "income"}, "not_allowed", "side"),
        ({"this_year": "2"}, "too_large", "this_year"),
        ({"side": "financing", "this_year": "0"}, "too_small", "next_year"),
        ({"measure_id": "T9"}, "unknown_measure", "measure_id"),
    ],
)
def test_a_wrong_decision_is_named_where_it_stands(
    delivery: Delivery, cells: dict[str, str], rule: str, column: str
) -> None:
    found = deliver(delivery, "decision", DECISION | cells).failures()
    assert [(f.rule, f.column, f.row, f.file) for f in found] == [(rule, column, 2, "decision.csv")]


def test_what_is_not_delivered_is_an_empty_table(delivery: Delivery) -> None:
    ledger = delivery.read()
    assert ledger.risk.empty
    assert ledger.decision.empty
    assert list(ledger.decision.columns) == list(TABLES["decision"].columns)

import pandas as pd
import pytest

from balanse_lib.forecast import finance_rules


def _year(first: list[str], values: list[float]) -> dict[str, float]:
    return dict(zip(first, values, strict=True))


def test_each_rule_by_head(make_ledger, months):
    # last year: income 10 and cost −9 a month; this year, three months of 11 and −10.5
    span = months("2024-01", 15)
    income = _year(span, [10.0] * 12 + [11.0] * 3)
    cost = _year(span, [-9.0] * 12 + [-10.5] * 3)
    budget = {"other_income": _year(months("2025-01", 12), [1.0] * 12)}
    book = make_ledger({"other_income": income, "pay_cost": cost}, budget=budget)
    rules = finance_rules(book, period="2025-03")
    ytd = 3 * 0.5
    assert rules["run_rate"] == pytest.approx(ytd * 4)
    assert rules["last_year_rest"] == pytest.approx(ytd + 9 * 1.0)
    assert rules["last_year_scaled"] == pytest.approx(ytd + 9 * (10 * 1.1 - 9 * 10.5 / 9))
    assert rules["budget_rest"] == pytest.approx(ytd + 9.0)


def test_a_fiscal_year_from_october(make_ledger, months):
    book = make_ledger(
        {"undivided": _year(months("2002-10", 21), [-1.0] * 12 + [-2.0] * 9)}, start=10
    )
    rules = finance_rules(book, period="2004-06")
    assert rules.to_dict() == pytest.approx(
        {"run_rate": -24.0, "last_year_rest": -21.0, "last_year_scaled": -24.0}
    )


def test_a_rule_without_its_data_is_left_out(make_ledger, months):
    book = make_ledger({"other_income": _year(months("2025-01", 3), [1.0] * 3)})
    assert list(finance_rules(book, period="2025-03").index) == ["run_rate"]


def test_later_months_are_not_seen(make_ledger, months):
    span = months("2024-01", 20)
    seen = make_ledger({"other_income": _year(span, [1.0] * 20)})
    blind = make_ledger({"other_income": _year(span[:15], [1.0] * 15)})
    pd.testing.assert_series_equal(
        finance_rules(seen, period="2025-03"), finance_rules(blind, period="2025-03")
    )

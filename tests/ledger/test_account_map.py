"""From accounts to statement lines: most digits win, dates count, the unknown is reported."""

import pandas as pd
import pytest

from balanse_lib.ledger.account_map import map_accounts, unmapped_accounts

MAP = pd.DataFrame(
    [
        ("x", "30", "39", "2020-01", None, "other_income"),
        ("x", "34", "34", "2020-01", None, "basic_grant"),
        ("x", "50", "59", "2020-01", None, "pay_cost"),
        ("x", "542", "544", "2020-01", None, "pension_cost"),
        ("x", "67", "67", "2020-01", "2023-12", "other_cost"),
        ("x", "67", "67", "2024-01", None, "hire_in"),
        ("y", "34", "34", "2020-01", None, "goods_cost"),
    ],
    columns=["chart", "account_from", "account_to", "valid_from", "valid_to", "line"],
)


def line_of(account: str, month: str = "2025-01", *, chart: str = "x") -> object:
    found = map_accounts(
        pd.Series([account]), months=pd.Series([month]), account_map=MAP, chart=chart
    )
    return None if found.isna().all() else found.iloc[0]


@pytest.mark.parametrize(
    ("account", "line"),
    [
        ("3000", "other_income"),
        ("3999", "other_income"),
        ("3400", "basic_grant"),  # 34–34 starts nearer than 30–39
        ("5419", "pay_cost"),
        ("5420", "pension_cost"),  # three digits before two
        ("5449", "pension_cost"),
        ("5450", "pay_cost"),
        ("54", "pay_cost"),  # too short for 542
        ("6000", None),
        ("4", None),
        ("", None),
    ],
)
def test_line_of_an_account(account: str, line: str | None) -> None:
    assert line_of(account) == line


@pytest.mark.parametrize(
    ("month", "line"),
    [
        ("2019-12", None),
        ("2020-01", "other_cost"),
        ("2023-12", "other_cost"),
        ("2024-01", "hire_in"),
        ("2030-01", "hire_in"),
    ],
)
def test_a_row_of_the_map_counts_only_while_it_holds(month: str, line: str | None) -> None:
    assert line_of("6700", month) == line


def test_another_chart_has_its_own_rows() -> None:
    assert line_of("3400", chart="y") == "goods_cost"
    assert line_of("3400", chart="z") is None


def test_order_and_index_are_kept_and_nothing_is_changed() -> None:
    accounts, months = pd.Series(["5000", "9", "3400"], index=[7, 3, 5]), pd.Series(["2025-01"] * 3)
    months.index = accounts.index
    kept = accounts.copy(), months.copy(), MAP.copy()
    found = map_accounts(accounts, months=months, account_map=MAP, chart="x")
    assert found.index.tolist() == [7, 3, 5]
    assert found.loc[[7, 5]].tolist() == ["pay_cost", "basic_grant"]
    pd.testing.assert_series_equal(accounts, kept[0])
    pd.testing.assert_series_equal(months, kept[1])
    pd.testing.assert_frame_equal(MAP, kept[2])


def test_unmapped_accounts_are_told_once_each_with_rows_and_sum() -> None:
    table = pd.DataFrame(
        {
            "account": ["9", "3400", "8", "9"],
            "amount": [1.5, 100.0, -2.0, 2.0],
            "line": pd.Series([None, "basic_grant", None, None], dtype="str"),
        }
    ).set_axis([2, 3, 4, 5])
    found = [(f.value, f.row, f.allowed) for f in unmapped_accounts(table)]
    assert found == [("8", 4, "1 ×, Σ -2.000"), ("9", 2, "2 ×, Σ 3.500")]

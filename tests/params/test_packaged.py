"""What comes with the package: thresholds with their source, the standard account map."""

import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.ledger.account_map import map_accounts
from balanse_lib.ledger.tables import TABLES
from balanse_lib.params.packaged import default_thresholds
from balanse_lib.terms import LANGUAGES, LINE_CODES

ASSUMPTION = {"en": "assumption", "nn": "føresetnad", "nb": "forutsetning", "sv": "antagande"}


def test_every_threshold_of_the_model_has_a_default_and_nothing_else_has() -> None:
    assert set(default_thresholds()) == set(params.Thresholds.model_fields)
    assert params.Thresholds(**default_thresholds()).min_months == 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_default_states_its_source_or_that_it_is_an_assumption(language: str) -> None:
    sources = params.threshold_sources(language)
    assert set(sources) == set(default_thresholds())
    for source in sources.values():
        assert source.startswith(ASSUMPTION[language]) or "http" in source or "20" in source


# Worked out from the classes and groups of NS 4102 and the state's chart, not from our table.
NS4102 = {
    "3000": "other_income",
    "3200": "activity_based_income",
    "3400": "basic_grant",
    "3900": "other_income",
    "4000": "goods_cost",
    "4500": "bought_health_services",
    "4900": "goods_cost",
    "5000": "pay_cost",
    "5410": "pay_cost",
    "5420": "pension_cost",
    "5440": "pension_cost",
    "5800": "pay_cost",
    "6000": "depreciation",
    "6070": "write_down",
    "6740": "hire_in",
    "6700": "other_cost",
    "7900": "other_cost",
    "8000": "net_finance",
    "8150": "net_finance",
}


def test_the_standard_map() -> None:
    accounts = pd.Series(list(NS4102))
    months = pd.Series(["2025-01"] * len(accounts))
    found = map_accounts(accounts, months=months, account_map=params.account_map(), chart="ns4102")
    assert dict(zip(accounts, found, strict=True)) == NS4102


def test_accounts_of_the_balance_sheet_are_not_mapped() -> None:
    accounts = pd.Series(["1920", "2400", "8300", "9999", ""])
    months = pd.Series(["2025-01"] * 5)
    found = map_accounts(accounts, months=months, account_map=params.account_map(), chart="ns4102")
    assert found.isna().all()


def test_the_map_is_a_canonical_table_with_known_lines() -> None:
    table = params.account_map()
    assert list(table.columns) == list(TABLES["account_map"].columns)
    assert set(table["line"]) == set(LINE_CODES) - {"undivided"}
    assert not table.duplicated(list(TABLES["account_map"].key)).any()


def test_the_caller_gets_a_table_of_its_own() -> None:
    table = params.account_map()
    table["line"] = "other_cost"
    assert params.account_map()["line"].nunique() == 12

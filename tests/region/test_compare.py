"""Trusts side by side on small ledgers whose shares can be checked by head."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import periods
from balanse_lib.indicators import Changes, find_changes
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.region import compare_trusts

MONTHS = periods.month_range("2024-01", "2025-06")


def changes_of(share: float, due: float = 100.0) -> Changes:
    rows = [
        {"trust": "t", "unit": "med", "period": month, "type": kind, "value": value}
        for place, month in enumerate(MONTHS)
        for kind, value in (("letters_due", due), ("letters_1_day", due * share + place % 2))
    ]
    empty = {name: empty_table(name) for name in
             ("budget", "requirement", "forecast_log", "measure", "staffing", "org")}  # fmt: skip
    accounts = pd.DataFrame({"trust": "t", "unit": "med", "account": "a", "period": MONTHS,
                             "version": None, "amount": -1.0, "line": "pay_cost"})  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=empty_table("activity").columns)
    ledger = Ledger("t", 1, ledger_month=accounts, activity=frame, known_gaps={},
                    event=empty_table("event").assign(line=""), **empty)  # fmt: skip
    return find_changes(ledger, period="2025-06", rng=np.random.default_rng(1))


def test_shares_have_common_limits_and_only_what_is_apart_is_ranked() -> None:
    trusts = {"a": changes_of(0.60), "b": changes_of(0.61), "c": changes_of(0.90)}
    found = compare_trusts(trusts, indicator="letters_1_day_pct")
    table = found.table
    assert table["level"].to_dict() == pytest.approx({"a": 60.5, "b": 61.5, "c": 90.5})
    centre = (726 + 738 + 1086) / 3600  # twelve months of 60.5, 61.5 and 90.5 of 100
    assert table["centre"].tolist() == pytest.approx([centre] * 3)
    assert table["outside"].tolist() == [True, True, True]  # a and b below, c above
    half = 2.66 * 1.0 / np.sqrt(12)  # every moving range is 1
    assert table["high"]["a"] == pytest.approx(60.5 + half)
    assert found.apart == (("c", "a"), ("c", "b"))  # a and b overlap: 61.5 − 0.77 < 60.5 + 0.77


def test_few_are_suppressed_and_a_trust_without_values_is_missing() -> None:
    few, quiet = changes_of(0.0, due=100.0), changes_of(0.6)
    cells = few.measured.assign(value=few.measured["value"] * 0.5)  # 3 of 1 200 in twelve months
    few = replace(few, measured=cells)
    none = quiet.measured[quiet.measured["indicator"] != "letters_1_day_pct"]
    limits = quiet.charts.limits.drop(index="letters_1_day_pct", level="indicator")
    quiet = replace(quiet, measured=none, charts=replace(quiet.charts, limits=limits))
    told = {"a": changes_of(0.60), "few": few, "none": quiet}
    found = compare_trusts(told, indicator="letters_1_day_pct")
    assert found.table["suppressed"]["few"]
    assert found.table["level"].notna().to_dict() == {"a": True, "few": False, "none": False}
    assert found.apart == ()


def test_trusts_that_define_it_differently_are_not_compared() -> None:
    one, other = changes_of(0.6), changes_of(0.7)
    told = other.catalogue.assign(
        denominator=other.catalogue["denominator"].replace("activity:letters_due", "activity:stays")
    )
    with pytest.raises(ValueError, match="defined differently"):
        compare_trusts(
            {"a": one, "b": replace(other, catalogue=told)}, indicator="letters_1_day_pct"
        )

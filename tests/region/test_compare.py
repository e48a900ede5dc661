"""Trusts side by side on small ledgers whose shares can be checked by head."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from balanse_lib.indicators import Changes
from balanse_lib.region import compare_trusts

ChangesOf = Callable[..., Changes]


def test_shares_have_common_limits_and_only_what_is_apart_is_ranked(changes_of: ChangesOf) -> None:
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


def test_few_are_suppressed_and_a_trust_without_values_is_missing(changes_of: ChangesOf) -> None:
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


def test_trusts_that_define_it_differently_are_not_compared(changes_of: ChangesOf) -> None:
    one, other = changes_of(0.6), changes_of(0.7)
    told = other.catalogue.assign(
        denominator=other.catalogue["denominator"].replace("activity:letters_due", "activity:stays")
    )
    with pytest.raises(ValueError, match="defined differently"):
        compare_trusts(
            {"a": one, "b": replace(other, catalogue=told)}, indicator="letters_1_day_pct"
        )

"""Flags: what raises each, what leaves it alone, what it cannot tell. Revenue 10 000: 2 and 15."""

from typing import Any

import pytest

from balanse_lib import params
from balanse_lib.realism.flags import (
    Flag,
    flag_anchored,
    flag_booking,
    flag_parts,
    flag_raised,
    flag_run_rate,
    flag_stale,
    flag_unidentified,
)

USUAL = params.standard_thresholds()
REVENUE = 10_000.0


@pytest.mark.parametrize(
    ("z", "state"),
    [(-3.0, "clear"), (1.0, "clear"), (1.01, "amber"), (1.645, "amber"), (1.65, "raised"),
     (None, "not checked")],
)  # fmt: skip
def test_f1_run_rate(z: float | None, state: str) -> None:
    assert flag_run_rate(z, thresholds=USUAL).state == state


STALE: list[tuple[dict[str, Any], str, str]] = [
    ({}, "raised", ""),
    ({"base_now": 6.0}, "raised", ""),  # a better base that is not told is stale too
    ({"base_now": -24.0}, "clear", ""),  # 14 is no real movement
    ({"reports": [10.0, 12.1, 10.0, 10.0]}, "clear", ""),
    ({"reports": [10.0, None, 10.0, 10.0]}, "not checked", "reports_missing"),
    ({"reports": [10.0, 10.0, 10.0]}, "not checked", "too_early"),
    ({"revenue": None}, "not checked", "no_revenue"),
    ({"base_then": None}, "not checked", "no_plan"),
]


@pytest.mark.parametrize(("change", "state", "reason"), STALE)
def test_f2_stale(change: dict[str, Any], state: str, reason: str) -> None:
    given = {"reports": [10.0, 11.0, 10.0, 10.0], "base_then": -10.0, "base_now": -26.0,
             "revenue": REVENUE} | change  # fmt: skip
    found = flag_stale(given.pop("reports"), **given, thresholds=USUAL)
    assert (found.state, found.reason) == (state, reason)


ANCHORED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "raised", ""),
    ({"reported": 63.0}, "clear", ""),
    ({"deviation": -14.0}, "clear", ""),
    ({"deviation": 16.0}, "raised", ""),
    ({"month": 5}, "not checked", "too_early"),
    ({"budget": None}, "not checked", "no_budget"),
    ({"revenue": None}, "not checked", "no_revenue"),
    ({"reported": None}, "not checked", "no_forecast"),
]


@pytest.mark.parametrize(("change", "state", "reason"), ANCHORED)
def test_f3_anchored(change: dict[str, Any], state: str, reason: str) -> None:
    given = {"reported": 61.0, "month": 6, "budget": 60.0, "deviation": -48.0,
             "revenue": REVENUE} | change  # fmt: skip
    found = flag_anchored(given.pop("reported"), **given, thresholds=USUAL)
    assert (found.state, found.reason) == (state, reason)


@pytest.mark.parametrize(
    ("parts", "balancing", "state"),
    [
        ([6.0, 4.0], 0.0, "clear"),
        ([6.1, 4.0], None, "clear"),  # two parts and a sum rounded to 0.1 may differ by 0.15
        ([6.2, 4.0], 0.0, "raised"),
        ([6.0, 4.0], 12.0, "raised"),
        ([10.0], 0.0, "not checked"),
        ([], None, "not checked"),
    ],
)
def test_f4_parts(parts: list[float], balancing: float | None, state: str) -> None:
    found = flag_parts(10.0, parts=parts, n_units=2, balancing=balancing, thresholds=USUAL)
    assert found.state == state


@pytest.mark.parametrize(
    ("needed", "identified", "state"),
    [
        (40.0, 36.0, "clear"),  # exactly a tenth
        (40.0, 35.9, "raised"),
        (40.0, 60.0, "clear"),
        (9.0, 0.0, "clear"),  # within one standard deviation: nothing is needed
        (-5.0, 0.0, "clear"),
        (None, 0.0, "not checked"),
        (40.0, None, "not checked"),
    ],
)
def test_f5_unidentified(needed: float | None, identified: float | None, state: str) -> None:
    found = flag_unidentified(needed, identified=identified, sd=10.0, thresholds=USUAL)
    assert found.state == state


RAISED: list[tuple[dict[str, Any], str]] = [
    ({}, "raised"),
    ({"documented": 5.0}, "clear"),  # a contract on paper for the whole rise
    ({"documented": 4.0}, "raised"),
    ({"reported": 11.9}, "clear"),  # the same forecast
    ({"deviation": -24.0}, "clear"),  # 14 worse is no real movement
    ({"deviation": -24.0, "revenue": None}, "raised"),
    ({"reported": 5.0}, "clear"),
    ({"deviation": None}, "not checked"),
]


@pytest.mark.parametrize(("change", "state"), RAISED)
def test_f6_raised(change: dict[str, Any], state: str) -> None:
    given = {"reported": 15.0, "previous": 10.0, "deviation": -26.0, "deviation_then": -10.0,
             "documented": 0.0, "revenue": REVENUE} | change  # fmt: skip
    assert flag_raised(given.pop("reported"), **given, thresholds=USUAL).state == state


@pytest.mark.parametrize(
    ("amounts", "revenue", "state"),
    [
        ([-6.0, 3.9], REVENUE, "clear"),
        ([-6.0, 4.1], REVENUE, "raised"),  # open amounts do not cancel
        ([], REVENUE, "clear"),
        (None, REVENUE, "not checked"),
        ([-99.0], None, "not checked"),
    ],
)
def test_f7_booking(amounts: list[float] | None, revenue: float | None, state: str) -> None:
    assert flag_booking(amounts, revenue=revenue, thresholds=USUAL).state == state


def test_a_flag_that_is_not_checked_says_why_and_the_others_carry_numbers() -> None:
    found: list[Flag] = [
        flag_run_rate(None, thresholds=USUAL),
        flag_booking([-11.0], revenue=REVENUE, thresholds=USUAL),
    ]
    assert found[0].reason == "no_forecast"
    assert found[1].values == {"open": 11.0}

"""Packages that close a gap, against enumeration of every possible one."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balanse_lib.errors import InputError
from balanse_lib.measures.selection import choose_package, choose_packages
from balanse_lib.measures.timing import (
    latest_decision,
    package_in,
    price_of_waiting,
)

M6 = pd.DataFrame(
    {
        "measure_id": ["A", "B", "C", "D"],
        "effect": [6.0, 5.0, 4.0, 3.0],
        "cost": [3.0, 2.0, 2.5, 0.5],
        "excludes": ["B", None, None, None],
    }
)


def test_vector_m6() -> None:
    found = choose_package(M6, 10.0)
    assert (list(found.chosen), found.cost, found.effect) == (["B", "C", "D"], 5.0, 12.0)
    assert found.closes


def test_near_best_packages_come_in_order_of_cost() -> None:
    found = choose_packages(M6, 10.0, count=9)
    assert [(package.chosen, package.cost) for package in found] == [
        (("B", "C", "D"), 5.0),
        (("A", "C"), 5.5),
        (("A", "C", "D"), 6.0),
    ]


def test_a_gap_too_large_tells_how_far_the_bank_reaches() -> None:
    found = choose_package(M6, 20.0)
    assert (found.chosen, found.effect, found.missing) == (("A", "C", "D"), 13.0, 7.0)
    assert not found.closes


def test_no_gap_needs_no_measure() -> None:
    assert choose_package(M6, 0.0).chosen == ()
    assert choose_package(M6, -3.0).chosen == ()


def test_a_cautious_choice_counts_the_lower_quantile() -> None:
    bank = M6.assign(P15=[2.0, 4.0, 3.5, 1.0])
    found = choose_package(bank, 7.0, quantile=0.15)
    assert (found.chosen, found.effect) == (("B", "C"), 7.5)
    with pytest.raises(InputError, match="P35"):
        choose_package(bank, 7.0, quantile=0.35)


def test_overlap_is_taken_off_before_the_gap_counts_as_closed() -> None:
    bank = pd.DataFrame(
        {
            "measure_id": ["A", "B", "C"],
            "effect": [8.0, 10.0, 7.0],
            "cost": [1.0, 1.0, 5.0],
            "base_group": ["beds", "beds", None],
            "base_amount": [40.0, 40.0, np.nan],
        }
    )
    assert choose_package(bank, 16.0).chosen == ("A", "B")
    assert choose_package(bank, 16.0).effect == pytest.approx(16.0)
    assert choose_package(bank, 17.0).chosen == ("B", "C")  # 8 + 10 looks enough, and is not
    assert choose_package(bank, 30.0).effect == pytest.approx(23.0)


@st.composite
def banks(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(1, 7))
    names = [f"T{i}" for i in range(n)]
    whole = st.integers(-2, 12)
    frame = pd.DataFrame(
        {
            "measure_id": names,
            "effect": [draw(whole) / 2 for _ in names],
            "cost": [draw(st.integers(0, 8)) / 2 for _ in names],
            "excludes": [draw(st.sampled_from([None, *names[:i]])) for i in range(n)],
            "depends_on": [draw(st.sampled_from([None, None, *names[i + 1 :]])) for i in range(n)],
            "base_group": [draw(st.sampled_from([None, "b"])) for _ in names],
        }
    )
    frame["base_group"] = frame["base_group"].where(frame["effect"] >= 0)
    return frame.assign(base_amount=8.0)


def enumerate_packages(bank: pd.DataFrame) -> list[tuple[float, float, frozenset[str]]]:
    """Cost, effect and names of every package that is allowed, by other means than the library."""
    rows = bank.to_dict("records")
    found = []
    for taken in product((False, True), repeat=len(rows)):
        chosen = [row for row, yes in zip(rows, taken, strict=True) if yes]
        names = {row["measure_id"] for row in chosen}
        if any(row["excludes"] in names for row in chosen):
            continue
        if any(isinstance(r["depends_on"], str) and r["depends_on"] not in names for r in chosen):
            continue
        left, effect = 1.0, 0.0
        for row in chosen:
            if isinstance(row["base_group"], str):
                left *= 1 - row["effect"] / row["base_amount"]
            else:
                effect += row["effect"]
        effect += 8.0 * (1 - left)
        found.append((sum(row["cost"] for row in chosen), effect, frozenset(names)))
    return found


@settings(max_examples=150, deadline=None)
@given(banks(), st.integers(-1, 40))
def test_the_choice_is_the_best_of_all_packages(bank: pd.DataFrame, half: int) -> None:
    gap = half / 2 + 0.1
    every = enumerate_packages(bank)
    closing = sorted(cost for cost, effect, _ in every if effect >= gap - 1e-9)
    found = choose_packages(bank, gap, count=3)
    if closing:
        assert [package.cost for package in found] == pytest.approx(closing[:3])
        assert len({package.chosen for package in found}) == len(found)
    else:
        assert found[0].effect == pytest.approx(max(effect for _, effect, _ in every))
        assert found[0].missing == pytest.approx(gap - found[0].effect)
    allowed = {names: (cost, effect) for cost, effect, names in every}
    for package in found:
        assert (package.cost, package.effect) == pytest.approx(allowed[frozenset(package.chosen)])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"effect": np.nan}, "empty_cell"),
        ({"cost": -1.0}, "too_small"),
        ({"excludes": "X"}, "unknown_key"),
        ({"measure_id": "A"}, "duplicate_key"),
    ],
)
def test_a_bank_that_cannot_be_chosen_from_says_why(change: dict[str, object], rule: str) -> None:
    with pytest.raises(InputError) as raised:
        choose_package(M6.assign(**change), 5.0)
    assert rule in {failure.rule for failure in raised.value.failures}


def test_waiting_has_its_price() -> None:
    effects = pd.DataFrame(
        [[9.0, 9.0, 8.0, 7.0], [4.0, 2.0, 0.0, 0.0], [0.0] * 4],
        index=["A", "B", "C"],
        columns=range(6, 10),
    )
    found = price_of_waiting(effects)
    assert found["price_of_waiting"].to_list() == [0.0, 2.0, 0.0]
    assert found["last_in_full"].to_list()[:2] == [7, 6]
    assert found["last_with_effect"].to_list()[:2] == [9, 7]
    assert found.loc["C", ["last_in_full", "last_with_effect"]].isna().all()


def test_the_last_month_in_which_the_gap_can_be_closed() -> None:
    bank = pd.DataFrame({"measure_id": ["A", "B"], "effect": 0.0, "cost": [1.0, 2.0]})
    effects = pd.DataFrame(
        [[9.0, 8.0, 6.0, 2.0], [4.0, 3.0, 2.0, 1.0]], index=["A", "B"], columns=range(6, 10)
    )
    assert latest_decision(bank, 8.0, effects=effects) == 8
    assert latest_decision(bank, 11.5, effects=effects) == 6
    assert latest_decision(bank, 14.0, effects=effects) is None
    costs = [package_in(bank, 8.0, effects[month]).cost for month in (6, 7, 8)]
    assert costs == [1.0, 1.0, 3.0]

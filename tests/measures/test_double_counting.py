"""Every effect once: conflicts, what budget and run rate hold, internal prices."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balanse_lib.ledger import empty_table
from balanse_lib.measures import CountedEffects, count_effects, eliminate_internal
from tests.measures.conftest import MakeRegister

PARENTS = {"ortopedi": "kirurgi", "kirurgi": "helse-prove", "medisin": "helse-prove"}


def count(
    register: pd.DataFrame, effects: list[float], *, in_budget_counts: bool = True
) -> CountedEffects:
    by_measure = pd.Series(effects, index=register["measure_id"])
    return count_effects(
        register, effects=by_measure, in_budget_counts=in_budget_counts, parents=PARENTS
    )


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"gain_id": ["G", "G"], "unit": ["kirurgi", "medisin"]}, "gain_id"),
        ({"base_account": ["4300", "4300"], "unit": ["kirurgi", "kirurgi"]}, "base_account"),
        ({"base_account": ["43", "4300"], "unit": ["kirurgi", "kirurgi"]}, "base_account"),
        ({"base_account": ["4300", "43"], "unit": ["kirurgi", "ortopedi"]}, "base_account"),
        ({"base_account": ["50, 43", "4300"], "unit": ["helse-prove", "ortopedi"]}, "base_account"),
        ({"overlap_group": ["O", "O"], "unit": ["kirurgi", "medisin"]}, "overlap_group"),
        (
            {
                "level": ["central", "local"],
                "class": ["purchasing"] * 2,
                "base_account": ["43", "4300"],
                "unit": ["kirurgi", "medisin"],
            },
            "central_local",
        ),
        ({"base_account": ["4300", "4300"], "unit": ["kirurgi", "medisin"]}, ""),
        ({"base_account": ["4300", "4301"], "unit": ["kirurgi", "kirurgi"]}, ""),
        ({"base_account": [None, None], "unit": ["kirurgi", "kirurgi"]}, ""),
        ({"overlap_group": ["O", "O"], "trust": ["a", "b"]}, ""),
        ({"gain_id": ["G", "G"], "trust": ["a", "b"]}, "gain_id"),  # a gain of the whole region
    ],
)
@pytest.mark.parametrize("first_is_larger", [True, False])
def test_the_smaller_of_two_that_count_the_same_is_zero(
    make_register: MakeRegister, columns: dict[str, Any], reason: str, first_is_larger: bool
) -> None:
    effects = [5.0, 3.0] if first_is_larger else [3.0, 5.0]
    counted = count(make_register(**columns), effects)
    assert counted.gross == 8.0
    assert counted.net == (5.0 if reason else 8.0)
    small, large = ("M1", "M0") if first_is_larger else ("M0", "M1")
    assert counted.by_measure.loc[small, "reason"] == reason
    if reason:
        assert counted.by_measure.loc[small, "larger"] == large
        assert counted.conflicts.to_numpy().tolist() == [[small, large, reason, 3.0, 5.0]]
    else:
        assert counted.conflicts.empty


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"stage": ["confirmed"]}, "in_run_rate"),
        ({"stage": ["stopped"]}, "stopped"),
        ({"kind": ["avoided cost"]}, "avoided_cost"),
        ({"class": ["internal price"]}, "internal_price"),
        ({"counter_unit": ["medisin"]}, "internal_price"),
    ],
)
def test_what_adds_nothing_to_the_trust(
    make_register: MakeRegister, columns: dict[str, Any], reason: str
) -> None:
    counted = count(make_register(unit=["kirurgi"], **columns), [4.0])
    assert (counted.gross, counted.net) == (4.0, 0.0)
    assert counted.by_measure.loc["M0", "reason"] == reason


def test_what_is_taken_out_of_the_budget_counts_only_beside_a_trend(
    make_register: MakeRegister,
) -> None:
    register = make_register(unit=["kirurgi"], budget_taken_out=[True])
    assert count(register, [4.0], in_budget_counts=True).net == 4.0
    beside_budget = count(register, [4.0], in_budget_counts=False)
    assert beside_budget.net == 0.0
    assert beside_budget.by_measure.loc["M0", "reason"] == "in_budget"


def test_a_gain_that_the_run_rate_holds_is_not_counted_by_another_record(
    make_register: MakeRegister,
) -> None:
    register = make_register(gain_id=["G", "G"], stage=["confirmed", "decided"])
    counted = count(register, [2.0, 6.0])
    assert counted.net == 0.0
    assert counted.by_measure["reason"].tolist() == ["in_run_rate", "gain_id"]


def test_a_negative_effect_always_counts(make_register: MakeRegister) -> None:
    register = make_register(gain_id=["G", "G"], stage=["decided", "stopped"])
    assert count(register, [5.0, -2.0]).net == 3.0


def test_both_sides_of_internal_prices_sum_to_zero(make_register: MakeRegister) -> None:
    register = make_register(
        unit=["kirurgi", "medisin", "kirurgi"], counter_unit=["lab", "kirurgi", None]
    )
    effects = pd.Series([2.0, 3.0, 7.0], index=register["measure_id"])
    sides = eliminate_internal(register, effects=effects)
    assert sides["amount"].sum() == 0.0
    by_unit = sides.groupby("unit")["amount"].sum().to_dict()
    assert by_unit == {"kirurgi": -1.0, "lab": -2.0, "medisin": 3.0}
    assert count(register, [2.0, 3.0, 7.0]).net == 7.0


def test_an_effect_that_is_not_told_is_refused(make_register: MakeRegister) -> None:
    register = make_register(unit=["kirurgi", "kirurgi"])
    with pytest.raises(ValueError, match="no effect for M1"):
        count_effects(register, effects=pd.Series({"M0": 1.0}), in_budget_counts=True)


RECORDS = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(["helse-prove", "kirurgi", "ortopedi", "medisin"]),
        "gain_id": st.sampled_from([None, "G1", "G2"]),
        "base_account": st.sampled_from([None, "43", "4300", "50", "5000, 43"]),
        "overlap_group": st.sampled_from([None, "O"]),
        "level": st.sampled_from([None, "central", "local"]),
        "class": st.sampled_from(["purchasing", "staffing", "internal price"]),
        "stage": st.sampled_from(["decided", "started", "confirmed", "stopped"]),
        "budget_taken_out": st.booleans(),
        "effect": st.sampled_from([-2.0, 1.0, 2.0, 2.0, 3.0, 5.0, 8.0]),
    }
)


@settings(max_examples=40, deadline=None)
@given(
    records=st.lists(RECORDS, min_size=1, max_size=7),
    double=RECORDS,
    which=st.integers(0, 6),
    share=st.sampled_from([0.5, 1.0]),
    front=st.booleans(),
    in_budget_counts=st.booleans(),
)
def test_the_same_gain_entered_twice_never_raises_the_net(
    records: list[dict[str, Any]],
    double: dict[str, Any],
    which: int,
    share: float,
    front: bool,
    in_budget_counts: bool,
) -> None:
    """Whatever else the second record says: other unit, other account, other stage."""
    original = dict(records[which % len(records)])
    original["gain_id"] = original["gain_id"] or "GX"
    original["effect"] = abs(original["effect"])
    records = [*records]
    records[which % len(records)] = original
    again = double | {"gain_id": original["gain_id"], "effect": share * original["effect"]}
    once = [record | {"measure_id": f"m{k}"} for k, record in enumerate(records)]
    extra = again | {"measure_id": "a" if front else "z"}
    twice = [extra, *once] if front else [*once, extra]
    kept = original["stage"] not in ("confirmed", "stopped")
    counts_alone = kept and original["class"] != "internal price"
    counts_alone &= in_budget_counts or not original["budget_taken_out"]
    before, after = (
        count(as_register(rows), [row["effect"] for row in rows], in_budget_counts=in_budget_counts)
        for rows in (once, twice)
    )
    if counts_alone:  # else the new record is the first one that may count at all
        assert after.net <= before.net + 1e-12
    assert after.net <= after.gross + 1e-12


def as_register(rows: list[dict[str, Any]]) -> pd.DataFrame:
    empty = empty_table("measure")
    frame = pd.DataFrame(rows).assign(trust="helse-prove").reindex(columns=empty.columns)
    return frame.astype(dict(empty.dtypes))


def test_five_thousand_records_are_held_against_one_another(make_register: MakeRegister) -> None:
    count_of = 5000
    register = make_register(
        unit=["kirurgi"] * count_of,
        base_account=[f"{5000 + k // 2}x" for k in range(count_of)],
        gain_id=[f"G{k // 4}" for k in range(count_of)],
    )
    counted = count(register, [1.0 + k % 4 for k in range(count_of)])
    # four records a gain, the largest 4.0; its neighbours share accounts only within the gain
    assert counted.net == 4.0 * count_of / 4
    assert counted.gross == 2.5 * count_of


def test_only_the_largest_of_many_on_one_base_counts(make_register: MakeRegister) -> None:
    """All pairs would be millions; each record is told against the largest."""
    count_of = 3000
    register = make_register(unit=["kirurgi"] * count_of, base_account=["5000"] * count_of)
    counted = count(register, [1.0 + k for k in range(count_of)])
    assert counted.net == count_of
    assert (counted.by_measure["reason"] == "base_account").sum() == count_of - 1
    assert len(counted.conflicts) < 2 * count_of

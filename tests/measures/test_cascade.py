"""The requirement's way down, and whether decisions during the year are paid for."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib.errors import InputError
from balanse_lib.measures.cascade import cascade_requirement
from balanse_lib.measures.financing import check_financing

REQUIREMENT = pd.DataFrame(
    {
        "unit": ["ward", "region", "trust", "surgery", "medicine", "other"],
        "parent": ["surgery", None, "region", "trust", "trust", "region"],
        "amount": [5.0, 100.0, 60.0, 20.0, 25.0, 40.0],
    }
)
MEASURES = pd.DataFrame(
    {
        "unit": ["ward", "ward", "surgery", "trust"],
        "planned": [3.0, 1.0, 8.0, 6.0],
        "prudent": [1.5, 0.5, 4.0, 3.0],
    }
)


def test_what_is_not_distributed_stays_visible_at_every_level() -> None:
    found = cascade_requirement(REQUIREMENT)
    assert found["level"].to_dict() == {
        "ward": 3, "region": 0, "trust": 1, "surgery": 2, "medicine": 2, "other": 1,
    }  # fmt: skip
    assert found.loc["region", "undistributed"] == 0.0
    assert found.loc["trust", "undistributed"] == 15.0
    assert found.loc["surgery", "undistributed"] == 15.0
    assert found.loc[["ward", "medicine", "other"], "undistributed"].isna().all()
    both = found.dropna(subset="distributed")
    assert (both["distributed"] + both["undistributed"]).to_list() == both["amount"].to_list()


def test_a_units_measures_cover_the_levels_above_it() -> None:
    found = cascade_requirement(REQUIREMENT, measures=MEASURES)
    assert found["planned"].to_dict() == {
        "ward": 4.0, "region": 18.0, "trust": 18.0, "surgery": 12.0, "medicine": 0.0, "other": 0.0,
    }  # fmt: skip
    assert found.loc["surgery", "identified_coverage"] == pytest.approx(12 / 20)
    assert found.loc["surgery", "prudent_coverage"] == pytest.approx(6 / 20)
    assert found.loc["trust", "prudent_coverage"] == pytest.approx(9 / 60)
    assert found.loc["trust", "uncovered"] == 51.0


def test_an_unclear_requirement_is_missing_and_counted() -> None:
    unclear = REQUIREMENT.assign(amount=[5.0, 100.0, 60.0, 20.0, np.nan, 40.0])
    found = cascade_requirement(unclear, measures=MEASURES)
    assert found.loc["trust", ["unclear", "undistributed"]].to_list() == [1, 40.0]
    assert pd.isna(found.loc["medicine", "prudent_coverage"])
    nothing = cascade_requirement(REQUIREMENT.assign(amount=[np.nan, 100, 60, 20, 40, 40]))
    assert pd.isna(nothing.loc["surgery", "distributed"])


def test_parts_that_do_not_add_up_are_refused() -> None:
    right = [np.nan, 0.0, 15.0, 15.0, np.nan, np.nan]
    cascade_requirement(REQUIREMENT.assign(undistributed=right))
    with pytest.raises(InputError, match=r"row 3, undistributed: .*55\.00, the whole is 60\.00"):
        cascade_requirement(REQUIREMENT.assign(undistributed=[np.nan, 0, 10.0, 15, np.nan, np.nan]))


@pytest.mark.parametrize(
    ("parents", "rule"),
    [
        (["surgery", None, "region", "trust", "trust", "nowhere"], "unknown_key"),
        (["surgery", None, "ward", "trust", "trust", "region"], "ring"),
    ],
)
def test_a_tree_that_is_none_is_refused(parents: list[str | None], rule: str) -> None:
    with pytest.raises(InputError) as raised:
        cascade_requirement(REQUIREMENT.assign(parent=parents))
    assert rule in {failure.rule for failure in raised.value.failures}


def test_a_measure_of_an_unknown_unit_or_without_a_value_is_refused() -> None:
    for change in ({"unit": "nowhere"}, {"prudent": np.nan}):
        with pytest.raises(InputError):
            cascade_requirement(REQUIREMENT, measures=MEASURES.assign(**change))


def line(decision: str, kind: str, this: float, following: float, **more: object) -> dict:
    sign = -1 if kind == "cost" else 1
    amounts = {"this_year": sign * this, "next_year": sign * following}
    return {"decision_id": decision, "side": kind, **amounts, **more}


def test_each_decision_gets_the_status_it_has_earned() -> None:
    prudent = pd.DataFrame(
        {"this_year": [3.0, 2.0], "next_year": [9.0, 2.0], "confirmed": [False, True]},
        index=["T1", "T2"],
    )
    rows = [
        line("none", "cost", 2.0, 4.0),
        line("paid", "cost", 2.0, 4.0), line("paid", "financing", 2.0, 4.0),
        line("short", "cost", 2.0, 2.0), line("short", "financing", 1.5, 2.0),
        line("later", "cost", 2.0, 6.0), line("later", "financing", 2.0, 2.0),
        line("marked", "cost", 2.0, 6.0, next_year_marked=True),
        line("marked", "financing", 2.0, 2.0),
        line("hoped", "cost", 4.0, 4.0), line("hoped", "financing", 4.0, 4.0, measure_id="T1"),
        line("won", "cost", 2.0, 2.0), line("won", "financing", 2.0, 2.0, measure_id="T2"),
    ]  # fmt: skip
    found = check_financing(pd.DataFrame(rows), prudent=prudent)
    assert found["status"].to_dict() == {
        "none": "unfunded", "paid": "financed", "short": "short", "later": "next_year_open",
        "marked": "financed", "hoped": "short", "won": "financed",
    }  # fmt: skip
    assert found.loc["hoped", "missing"] == 1.0
    assert found.index[found["by_unrealised"]].to_list() == ["hoped"]


def test_a_measure_pays_only_once() -> None:
    prudent = pd.DataFrame(
        {"this_year": [3.0], "next_year": [6.0], "confirmed": [False]}, index=["T1"]
    )
    rows = [
        line("a", "cost", 2.0, 2.0), line("a", "financing", 2.0, 2.0, measure_id="T1"),
        line("b", "cost", 4.0, 4.0), line("b", "financing", 4.0, 4.0, measure_id="T1"),
    ]  # fmt: skip
    found = check_financing(pd.DataFrame(rows), prudent=prudent)
    assert found["financing"].to_dict() == pytest.approx({"a": 1.0, "b": 2.0})
    assert found["financing_next_year"].to_dict() == pytest.approx({"a": 2.0, "b": 4.0})


@pytest.mark.parametrize(
    "change", [{"measure_id": "T9"}, {"side": "grant"}, {"this_year": 1.0}, {"next_year": np.nan}]
)
def test_a_decision_that_cannot_be_read_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        check_financing(pd.DataFrame([{**line("a", "cost", 1.0, 1.0), **change}]))

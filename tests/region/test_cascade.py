"""The requirement from region to unit, worked by hand, and how the page tells it."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib import report
from balanse_lib.errors import InputError
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.ledger.tables import TABLES
from balanse_lib.measures import cascade_requirement
from balanse_lib.region import cascade_region, held_back_by_region
from balanse_lib.report.region_cascade import region_cascade_finding


def cascade(trust: str, amounts: dict[str, float], prudent: float = 0.0) -> pd.DataFrame:
    """A trust's cascade: its own amount first, then its units'; measures are the last unit's."""
    names = list(amounts)
    frame = pd.DataFrame(
        {
            "unit": names,
            "parent": [None, *[trust] * (len(names) - 1)],
            "amount": list(amounts.values()),
        }
    )
    measures = pd.DataFrame({"unit": [names[-1]], "planned": [2 * prudent], "prudent": [prudent]})
    found = cascade_requirement(frame, measures=measures)
    return found.assign(name=[name.title() for name in names])


CASCADES = {
    "avdal": cascade("avdal", {"avdal": 60.0, "kirurgi": 20.0, "medisin": 25.0}, prudent=6.0),
    "bjordal": cascade("bjordal", {"bjordal": -10.0, "kirurgi": -4.0}),
}


def book(trust: str, amounts: dict[str, float]) -> Ledger:
    rows = pd.DataFrame(
        {
            "trust": trust,
            "unit": list(amounts),
            "year": 2025,
            "type": "owner",
            "valid_from": "2025-01",
            "amount": list(amounts.values()),
            "document_ref": "",
        }
    )
    frames = {name: empty_table(name) for name in Ledger.__dataclass_fields__ if name in TABLES}
    return Ledger(trust=trust, start=1, known_gaps={}, **(frames | {"requirement": rows}))


def test_the_regions_own_part_is_what_it_has_not_distributed() -> None:
    """60 − 10 + 5 held back = 55; 6 of measures cover 6/55 of it prudently and 12/55 as planned."""
    found = cascade_region(CASCADES, region="vest", held_back=5.0)
    top = found.loc["vest"]
    assert top[["level", "amount", "distributed", "undistributed"]].to_list() == [0, 55, 50, 5]
    assert top[["planned", "prudent", "uncovered"]].to_list() == [12.0, 6.0, 49.0]
    assert top["identified_coverage"] == pytest.approx(12 / 55)
    assert top["prudent_coverage"] == pytest.approx(6 / 55)
    assert found["level"].to_list() == [0, 1, 2, 2, 1, 2]
    assert found["parent"].to_list()[1:] == ["vest", "avdal", "avdal", "vest", "bjordal"]
    assert found.iloc[1]["undistributed"] == 15.0  # the trust's own, as in its report


def test_without_the_regions_own_requirement_the_trusts_sum_stands_and_nothing_is_claimed() -> None:
    top = cascade_region(CASCADES, region="vest").loc["vest"]
    assert top["amount"] == 50.0
    assert np.isnan(top["undistributed"])


def test_a_trust_without_a_clear_requirement_leaves_the_region_unclear() -> None:
    unclear = {**CASCADES, "dal": cascade("dal", {"dal": float("nan"), "pre": 3.0})}
    top = cascade_region(unclear, region="vest", held_back=5.0).loc["vest"]
    assert np.isnan(top["amount"])
    assert top["unclear"] == 1


def test_what_is_held_back_is_the_regions_result_less_its_trusts() -> None:
    """The region is to reach 100, its trusts 45 and 30: 25 is not distributed."""
    books = {"a": book("a", {"a": 45.0, "vest": 100.0}), "b": book("b", {"b": 30.0})}
    assert held_back_by_region(books, region="vest", period="2025-06") == 25.0
    alone = {"a": book("a", {"a": 45.0}), "b": book("b", {"b": 30.0})}
    assert held_back_by_region(alone, region="vest", period="2025-06") is None
    lacking = {**books, "c": book("c", {"other": 1.0})}
    assert held_back_by_region(lacking, region="vest", period="2025-06") is None


def test_two_trusts_that_tell_the_region_differently_are_not_averaged() -> None:
    books = {"a": book("a", {"a": 45.0, "vest": 100.0}), "b": book("b", {"b": 30.0, "vest": 99.0})}
    with pytest.raises(InputError) as error:
        held_back_by_region(books, region="vest", period="2025-06")
    (failure,) = error.value.failures
    assert (failure.rule, failure.value) == ("region_told_differently", "vest")
    assert failure.allowed == "a 100, b 99"


@pytest.mark.parametrize("language", ["en", "nn", "nb", "sv"])
def test_the_page_sums_those_that_must_improve_and_hands_no_surplus_on(language: str) -> None:
    reader = report.Reader(language, "NOK", synthetic=False)
    piece, table = report.region_cascade(CASCADES, name="vest", held_back=None, reader=reader)
    sentence = region_cascade_finding(table.frame[table.frame["level"] == 1]).sentence(reader)
    assert "60" in sentence
    assert "Avdal" in sentence
    assert "Bjordal" not in sentence
    assert "<figure>" in piece.html
    assert len(table.frame) == 6


def test_nobody_short_and_somebody_unclear_are_said_in_their_own_words() -> None:
    trusts = pd.DataFrame({"amount": [-1.0, -2.0], "prudent": 0.0, "name": ["A", "B"]})
    met = region_cascade_finding(trusts)
    assert (met.key, met.values["net"]) == ("region_cascade_met", -3.0)
    unclear = region_cascade_finding(trusts.assign(amount=[np.nan, 1.0]))
    assert (unclear.key, unclear.values["trusts"]) == ("region_cascade_unclear", "A")

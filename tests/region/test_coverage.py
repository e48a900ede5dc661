"""Which trust has which indicator of the core, and how many it has beside it."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from balanse_lib import report, terms
from balanse_lib.indicators import Changes
from balanse_lib.region import compare_core, count_indicators, cover_core
from balanse_lib.report.page import Piece
from tests.region.test_side_by_side import with_counts

ChangesOf = Callable[..., Changes]
CATALOGUE = [
    "letters_1_day_pct",
    "drg_points",
    "discharge_ready_days",
    "waiting_days",
    "agreed_fte",
]
NAMES = {"a": "Avdal", "b": "Bjordal"}


@pytest.fixture
def trusts(changes_of: ChangesOf) -> dict[str, Changes]:
    """Both have letters; a has points and agreed posts too, b days of one unit and an own one.

    The catalogue is cut down to four indicators of the core and one beside it.
    """
    one = with_counts(changes_of(0.6), drg_points=1000.0, agreed_fte=5.0)
    other = with_counts(changes_of(0.6), discharge_ready_days=20.0, rating=70.0)
    days = other.measured["indicator"] == "discharge_ready_days"
    cells = other.measured.assign(unit=other.measured["unit"].mask(days, "med"))
    common = other.catalogue[other.catalogue["indicator"].isin(CATALOGUE)]
    own = common.iloc[[0]].assign(indicator="rating", name="Rating")
    catalogue = pd.concat([common, own], ignore_index=True)
    return {
        "a": replace(one, catalogue=common),
        "b": replace(other, measured=cells, catalogue=catalogue),
    }


def test_the_core_is_covered_whole_by_units_or_not(trusts: dict[str, Changes]) -> None:
    found = cover_core(trusts)
    assert set(found.index) == set(CATALOGUE) - {"agreed_fte"}
    assert found.loc["letters_1_day_pct"].tolist() == ["whole", "whole"]
    assert found.loc["drg_points"].tolist() == ["whole", "lacking"]
    assert found.loc["discharge_ready_days"].tolist() == ["lacking", "units"]
    assert found.loc["waiting_days"].tolist() == ["lacking", "lacking"]


def test_what_ended_more_than_a_year_ago_is_lacking(trusts: dict[str, Changes]) -> None:
    cells = trusts["a"].measured  # until June 2025
    points = cells["indicator"] == "drg_points"
    until = {
        last: replace(trusts["a"], measured=cells[~points | (cells["month"] <= last)])
        for last in ("2024-06", "2024-07")
    }
    assert cover_core(until).loc["drg_points"].to_dict() == {
        "2024-06": "lacking", "2024-07": "whole",
    }  # fmt: skip


def test_local_extras_are_counted(trusts: dict[str, Changes]) -> None:
    found = count_indicators(trusts)
    had = trusts["a"].measured.query("reason == ''")["indicator"].nunique()
    assert found.loc["b", "own"] == 1
    assert found.loc["a", "own"] == 0
    assert found.loc["a"].sum() == had
    assert found.loc["a", "others"] == found.loc["b", "others"] + 1  # agreed_fte
    assert found["core"].to_dict() == {"a": 2, "b": 2}  # letters and points; letters and days


@pytest.mark.parametrize("language", terms.LANGUAGES)
def test_the_page_tells_who_has_what_and_compares_the_core_only(
    trusts: dict[str, Changes], language: terms.Language
) -> None:
    reader = report.Reader(language, "NOK")
    html, tables = report.region_page(
        trusts, cascade=Piece(""), names=NAMES, period="2025-06", reader=reader
    )
    _, coverage, counts = tables
    held = coverage.frame.set_index("indicator")["held"]
    assert {name for name in held.index if held[name]} == {
        one.indicator for one in compare_core(trusts)
    } == {"letters_1_day_pct"}  # fmt: skip
    # letters in both; points in one; days in a unit of one; waiting in none
    told = reader.say("finding.region_covered", core=4.0, everyone=1.0, nobody=1.0)
    assert told in html
    assert reader.say("coverage.units") in html
    assert counts.frame["of"].tolist() == ["Avdal", "Bjordal"]

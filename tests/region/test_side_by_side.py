"""The core of the indicators side by side: its scale, its page, and what is not shown on it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import report, terms
from balanse_lib.indicators import Changes
from balanse_lib.region import compare_core
from balanse_lib.report.page import Piece

ChangesOf = Callable[..., Changes]
NAMES = {"a": "Avdal", "b": "Bjordal"}
NO_CASCADE = Piece("")


def with_counts(found: Changes, **counts: float) -> Changes:
    """A trust that has these counts too, every month, with limits of one to each side."""
    months = sorted(found.measured["month"].unique())[-18:]
    rows, lines = [found.measured], [found.charts.limits]
    for name, value in counts.items():
        cells = pd.DataFrame({"indicator": name, "unit": "t", "month": months, "value": value,
                              "denominator": np.nan, "reason": "", "missing": ""})  # fmt: skip
        rows.append(cells)
        index = pd.MultiIndex.from_tuples([(name, "t")], names=["indicator", "unit"])
        spans = {"mean": value, "lpl": value - 1, "upl": value + 1, "near_lpl": np.nan,
                 "near_upl": np.nan}  # fmt: skip
        lines.append(pd.DataFrame(spans, index))
    limits = pd.concat(lines)
    rules = found.charts.rules.reindex(columns=limits.index).fillna(0)
    charts = replace(found.charts, limits=limits, rules=rules)
    return replace(found, measured=pd.concat(rows), charts=charts)


@pytest.fixture
def trusts(changes_of: ChangesOf) -> dict[str, Changes]:
    """20 beds closed at 1 000 points a month, and 30 at 2 000: 20 and 15 for each 1 000."""
    small, large = changes_of(0.60), changes_of(0.90)
    return {
        "a": with_counts(small, drg_points=1000.0, discharge_ready_days=20.0, agreed_fte=5.0),
        "b": with_counts(large, drg_points=2000.0, discharge_ready_days=30.0, agreed_fte=9.0),
    }


def test_counts_are_held_against_the_size_of_the_trust(trusts: dict[str, Changes]) -> None:
    found = {one.indicator: one for one in compare_core(trusts)}
    days = found["discharge_ready_days"]
    assert days.table["level"].to_dict() == pytest.approx({"a": 20.0, "b": 15.0})
    half = 1.0 / np.sqrt(12)  # three standard deviations of a mean of twelve
    assert days.table["high"]["b"] == pytest.approx((30.0 + half) / 2)
    assert days.table["own_upl"]["b"] == pytest.approx(31.0 / 2)
    assert days.apart == (("b", "a"),)  # fewer is better
    assert found["letters_1_day_pct"].table["level"]["a"] == pytest.approx(60.5)  # as it is


def test_only_the_core_and_no_standing_numbers_are_compared(trusts: dict[str, Changes]) -> None:
    found = [one.indicator for one in compare_core(trusts)]
    assert set(found) == {"discharge_ready_days", "letters_1_day_pct"}  # not agreed_fte, nor points
    assert compare_core({"a": trusts["a"]}) == []  # nobody to be compared with


def test_without_points_nothing_is_scaled(trusts: dict[str, Changes]) -> None:
    cells = trusts["b"].measured
    none = replace(trusts["b"], measured=cells[cells["indicator"] != "drg_points"])
    found = {one.indicator for one in compare_core({"a": trusts["a"], "b": none})}
    assert "discharge_ready_days" not in found


@pytest.mark.parametrize("language", terms.LANGUAGES)
def test_the_page_ranks_only_what_is_apart(
    trusts: dict[str, Changes], language: terms.Language
) -> None:
    reader = report.Reader(language, "NOK")
    html, (table, *_) = report.region_page(
        trusts, cascade=NO_CASCADE, names=NAMES, period="2025-06", reader=reader
    )
    letters = reader.write("indicator_letters_1_day_pct", "name")
    letters = letters[:1].upper() + letters[1:]
    told = reader.say("finding.region_apart", indicator=letters, pairs="Bjordal – Avdal")
    assert told in html
    assert html.count("<img") == 1  # one share, one funnel
    assert len(table.frame) == 4
    alike = {"a": trusts["a"], "b": trusts["a"]}
    html, _ = report.region_page(
        alike, cascade=NO_CASCADE, names=NAMES, period="2025-06", reader=reader
    )
    assert "Bjordal – Avdal" not in html
    assert "Avdal – Bjordal" not in html


def test_few_are_not_shown(trusts: dict[str, Changes]) -> None:
    cells = trusts["b"].measured
    few = cells.assign(value=cells["value"].mask(cells["indicator"] == "letters_1_day_pct", 0.1))
    hidden = {**trusts, "b": replace(trusts["b"], measured=few), "c": trusts["b"]}  # 1 of 1 200
    reader = report.Reader("en", "NOK")
    html, (table, *_) = report.region_page(
        hidden, cascade=NO_CASCADE, names=NAMES | {"c": "Cedal"}, period="2025-06", reader=reader
    )
    rows = table.frame[table.frame["indicator"] == "letters_1_day_pct"].set_index("trust")
    shown = ["level", "low", "high", "own_mean", "own_lpl", "own_upl", "lower", "upper"]
    assert rows.loc["b", shown].isna().all()
    assert "too few to be shown" in html

"""Limits and rules on charts that can be worked out by hand, and on the published example."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from balanse_lib.indicators import xmr
from balanse_lib.indicators.xmr import Limits, find_rules

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("variant", "screen"), [("screened", True), ("excel", False)])
def test_the_published_example(variant: str, screen: bool) -> None:
    told = VECTORS["I3_spc"]
    chart = xmr(told["data"], screen=screen)
    for name in ("mean", "lpl", "upl"):
        assert chart[name].to_numpy() == pytest.approx(told[variant][name], abs=1e-6)
    assert chart["rule"].tolist() == [1 if value == 10 else 0 for value in told["data"]]


def test_limits_by_hand() -> None:
    chart = xmr([4.0, 7.0, 5.0, 8.0])  # mean 6; moving ranges 3, 2, 3: mean 8/3
    assert chart["mean"].unique().tolist() == [6.0]
    assert chart["upl"].iloc[0] == pytest.approx(6 + 2.66 * 8 / 3)
    assert chart["lpl"].iloc[0] == pytest.approx(6 - 2.66 * 8 / 3)
    assert chart["near_upl"].iloc[0] == pytest.approx(6 + 2.66 * 16 / 9)
    assert chart["near_lpl"].iloc[0] == pytest.approx(6 - 2.66 * 16 / 9)


def test_the_screen_leaves_out_a_moving_range_on_its_limit() -> None:
    # ranges: n − 1 of 1 and one of r; r = 3.267 · (n − 1 + r) / n solved for n = 9
    last = 3.267 * 8 / (9 - 3.267)
    values = [0.0, 1.0] * 4 + [0.0, last + 1e-6]
    assert xmr(values)["upl"].iloc[0] == pytest.approx(np.mean(values) + 2.66)
    values[-1] = last - 1e-6
    mean_range = (8 + values[-1]) / 9
    assert xmr(values)["upl"].iloc[0] == pytest.approx(np.mean(values) + 2.66 * mean_range)


def test_unit_and_sign_change_no_rule() -> None:
    rng = np.random.default_rng(4)
    values = rng.normal(100.0, 5.0, size=200) + np.repeat([0.0, 6.0], 100)
    values[50] = 140.0
    plain = xmr(values)["rule"]
    assert set(plain) >= {0, 1, 4}
    assert xmr(-1e6 * values + 3)["rule"].tolist() == plain.tolist()


def test_a_trend_needs_seven_values_and_no_tie() -> None:
    noise = [5.0, -5.0] * 10
    rising = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]
    chart = xmr(
        [*noise, -4.0, *rising[1:], *noise[1:]]
    )  # −5 (the last of noise) … 3 rises: 8 values
    assert chart.index[chart["rule"] == 2].tolist() == list(range(19, 27))
    tied = [-3.0, -2.0, -1.0, -1.0, 1.0, 2.0, 3.0]
    assert not (xmr([*noise, *tied, *noise[1:]])["rule"] == 2).any()


def test_a_shift_needs_the_length_that_is_asked_for() -> None:
    values = [-5.0, 5.0] * 10 + [-1.0] + [1.0, 2.0] * 3 + [-5.0, 5.0] * 10  # 5 before −1, then six
    chart = xmr(np.array(values) - np.mean(values))
    assert not (chart["rule"] == 4).any()
    six = xmr(np.array(values) - np.mean(values), run_length=6)
    assert six.index[six["rule"] == 4].tolist() == list(range(21, 27))


def test_a_value_on_the_mean_breaks_a_shift() -> None:
    high = [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0]
    broken = [1.0, 2.0, 1.0, 0.0, 1.0, 2.0, 1.0]
    for run, marked in ((high, 7), (broken, 0)):
        rest = [-4.0, 4.0] * 8
        values = [*rest, -sum(run), *run, -4.0, 4.0]
        chart = xmr(values)
        assert chart["mean"].iloc[0] == pytest.approx(0.0)
        assert (chart["rule"] == 4).sum() == marked


@pytest.mark.parametrize(
    ("three", "marked"),
    [
        ((2.5, 0.5, 2.5), [True, False, True]),
        ((2.5, -0.5, 2.5), [False] * 3),  # the middle one lies on the other side
        ((2.5, 0.5, 0.5), [False] * 3),
        ((3.5, 0.5, 2.5), [False] * 3),  # outside the limit is not near it
    ],
)
def test_two_of_three(three: tuple[float, ...], marked: list[bool]) -> None:
    values = np.array([-0.5, *three, -0.5])
    rules = find_rules(values, limits=Limits(0.0, -3.0, 3.0, -2.0, 2.0))
    assert (rules[1:4] == 3).tolist() == marked


def test_a_missing_month_gives_no_range_and_breaks_a_run() -> None:
    values = pd.Series([4.0, 6.0, np.nan, 16.0, 18.0], index=list("abcde"))
    chart = xmr(values)
    assert chart["value"].isna().tolist() == [False, False, True, False, False]
    assert chart["mean"].iloc[0] == 11.0
    assert chart["upl"].iloc[0] == pytest.approx(11 + 2.66 * 2)  # 16 − 6 is no step of one month
    run = [-4.0, 4.0] * 8 + [1.0, 2.0, 1.0, np.nan, 2.0, 1.0, 2.0, 1.0] + [-4.0, 4.0, -4.0, -7.0]
    assert not xmr(run)["rule"].isin([2, 4]).any()
    assert xmr(run)["rule"].iloc[19] == 0


def test_a_constant_series_marks_nothing() -> None:
    assert (xmr([0.1] * 30)["rule"] == 0).all()


@pytest.mark.parametrize("values", [[], [3.0], [3.0, np.nan, 4.0], [np.nan] * 3])
def test_too_little_has_no_limits(values: list[float]) -> None:
    chart = xmr(values)
    assert len(chart) == len(values)
    assert chart[["mean", "lpl", "upl", "near_lpl", "near_upl"]].isna().all(axis=None)
    assert (chart["rule"] == 0).all()


def test_index_and_input_stay() -> None:
    values = pd.Series([1.0, 2.0, 4.0], index=["2025-01", "2025-02", "2025-03"])
    before = values.copy()
    assert xmr(values).index.equals(values.index)
    pd.testing.assert_series_equal(values, before)


def test_what_cannot_be_charted_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        xmr([1.0, np.inf])
    with pytest.raises(ValueError, match="run_length 2"):
        xmr([1.0, 2.0], run_length=2)

"""What activity is worth against the vectors; volume and price; limits of a funnel."""

import json
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from balanse_lib import periods
from balanse_lib.errors import InputError
from balanse_lib.indicators import (
    activity_income,
    discharge_ready_income,
    funnel_limits,
    net_of_points,
    split_deviation,
)
from balanse_lib.indicators.worth import worth_per_month

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
ISF = VECTORS["I1_isf"]
NOTHING = pd.Series(dtype="float64")
numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


@pytest.mark.parametrize(
    ("year", "key"),
    [
        (2018, "100 points 2018 (43428, 50 %)"),
        (2020, "100 points 2020 (45808, 50 %)"),
        (2024, "100 points 2024 (52248, 40 %)"),
    ],
)
def test_i1_income_of_points(year: int, key: str) -> None:
    assert 1e6 * activity_income(100, month=f"{year}-06") == pytest.approx(ISF[key])


@pytest.mark.parametrize(("share", "label"), [(0.80, "80 %"), (0.925, "92.5 %")])
def test_i1_net_of_one_more_point(share: float, label: str) -> None:
    found = 1e6 * net_of_points(1, month="2024-06", marginal_cost_share=share)
    assert found == pytest.approx(ISF[f"net per extra point 2024, marginal cost {label}"])


@pytest.mark.parametrize("year", ["2023", "2024"])
def test_i2_payment_for_thirty_days(year: str) -> None:
    told = VECTORS["I2_utskrivingsklare_30_days"][year]
    assert 1e6 * discharge_ready_income(30, month=f"{year}-12") == pytest.approx(told)


def test_no_rate_before_the_first_published_one() -> None:
    with pytest.raises(InputError):
        discharge_ready_income(30, month="2013-12")


@given(volume=numbers, price=numbers, planned_volume=numbers, planned_price=numbers)
def test_volume_and_price_are_the_deviation_exactly(
    volume: Fraction, price: Fraction, planned_volume: Fraction, planned_price: Fraction
) -> None:
    found = split_deviation(
        volume=volume,  # type: ignore[arg-type]
        price=price,  # type: ignore[arg-type]
        planned_volume=planned_volume,  # type: ignore[arg-type]
        planned_price=planned_price,  # type: ignore[arg-type]
    )
    assert found.deviation == volume * price - planned_volume * planned_price
    if price == planned_price:
        assert found.price == 0
    if volume == planned_volume:
        assert found.volume == 0


def worth(change: float, kind: str, *, month: str = "2024-12") -> float:
    return worth_per_month(change, worth=kind, month=month, line=NOTHING, volume=NOTHING)


def test_worth_of_a_change() -> None:
    assert worth(3.0, "amount") == 3.0
    assert worth(3.0, "-amount") == -3.0
    assert worth(-100.0, "isf") == pytest.approx(-2.08992)
    assert worth(30.0, "discharge_ready") == pytest.approx(0.17235)
    assert pd.isna(worth(3.0, ""))


def test_an_older_rate_gives_no_worth() -> None:
    assert pd.isna(worth(100.0, "isf", month="2023-06"))  # the price of 2023 is not published
    assert pd.isna(worth(30.0, "discharge_ready", month="2025-01"))


def test_worth_by_line_needs_its_whole_year() -> None:
    months = periods.month_range("2023-12", "2024-12")
    pay, staff = pd.Series(-50.0, months), pd.Series(1000.0, months)
    pay["2023-12"] = -1e6  # older than twelve months
    change = worth_per_month(-20.0, worth="line", month="2024-12", line=pay, volume=staff)
    assert change == pytest.approx(1.0)  # 20 fewer at 0.05 million each
    pay["2024-03"] = float("nan")
    gone = worth_per_month(-20.0, worth="line", month="2024-12", line=pay, volume=staff)
    assert pd.isna(gone)


def test_funnel_limits_are_binomial_quantiles() -> None:
    counts = pd.DataFrame(
        {"numerator": [100.0, 8.0, 30.0, None], "denominator": [1000.0, 40.0, 120.0, 50.0]},
        index=["a", "b", "c", "d"],
    )
    found = funnel_limits(counts)
    centre = 138 / 1160
    assert found["centre"].iloc[0] == pytest.approx(centre)
    lower, upper = 120 * found.loc["c", "lower"], 120 * found.loc["c", "upper"]
    assert binom.cdf(lower - 1, 120, centre) < 0.001 <= binom.cdf(lower, 120, centre)
    assert binom.sf(upper, 120, centre) <= 0.001 < binom.sf(upper - 1, 120, centre)
    assert found["outside"].tolist() == [False, False, True, pd.NA]  # 25 % of 120
    assert found.loc["d"].isna().all()


def test_small_cells_are_not_shown_but_count() -> None:
    counts = pd.DataFrame({"numerator": [4, 5, 96], "denominator": [100] * 3}, index=list("abc"))
    found = funnel_limits(counts)
    assert found["centre"].iloc[0] == pytest.approx(105 / 300)
    assert found["suppressed"].tolist() == [True, False, True]
    assert found.loc[["a", "c"], ["share", "lower", "upper"]].isna().all(axis=None)
    assert found["outside"].tolist() == [False, True, False]


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="numerator"):
        funnel_limits(pd.DataFrame({"numerator": [11], "denominator": [10]}))

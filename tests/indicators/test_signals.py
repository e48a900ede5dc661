"""Signals on ledgers into which one change of known size was put."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib import params, periods
from balanse_lib.indicators import find_signals, take_out_season, xmr
from balanse_lib.indicators.beside import Begun, stand_beside
from balanse_lib.indicators.episodes import find_episodes
from balanse_lib.ledger import Ledger, empty_table

MakeLedger = Callable[..., Ledger]
MONTHS = periods.month_range("2023-01", "2024-12")
SWING = [1.0, -1.0] * 12


def signals_of(table: pd.DataFrame, indicator: str, unit: str = "med") -> pd.DataFrame:
    return table[(table["indicator"] == indicator) & (table["unit"] == unit)]


@pytest.fixture
def shifted(make_ledger: MakeLedger) -> Ledger:
    """Hire-in on its budget, from April 2024 six more a month; pay on its budget throughout."""
    hire_in = [-10 + swing - 6 * (month >= "2024-04")
               for month, swing in zip(MONTHS, SWING, strict=True)]  # fmt: skip
    return make_ledger(
        [
            *[("med", "hire_in", m, a) for m, a in zip(MONTHS, hire_in, strict=True)],
            *[("med", "pay_cost", m, -90.0 - s) for m, s in zip(MONTHS, SWING, strict=True)],
        ],
        budget=[
            (*cell, amount)
            for month in MONTHS
            for cell, amount in ((("med", "hire_in", month), -10.0),
                                 (("med", "pay_cost", month), -90.0))
        ],
    )  # fmt: skip


def with_measures(ledger: Ledger, **columns: list[object]) -> Ledger:
    empty = empty_table("measure")
    frame = pd.DataFrame(columns).assign(trust="t").reindex(columns=empty.columns)
    return replace(ledger, measure=frame.astype(dict(empty.dtypes)))


def test_a_shift_is_found_with_its_month_line_and_worth(shifted: Ledger) -> None:
    found = find_signals(shifted, period="2024-12")
    last = signals_of(found, "deviation_hire_in").iloc[0]
    assert last["since"] == "2024-04"
    assert last["usual"] == pytest.approx(1 / 15)  # eight of +1, seven of −1 before April
    assert last["money"] == pytest.approx(last["level"] - last["usual"])
    assert last["money"] == pytest.approx(-6 - 1 / 9 - 1 / 15)  # four of +1, five of −1 after
    assert (last["meaning"], last["line"], last["until"]) == ("concern", "hire_in", "2024-12")
    assert last["current"]
    assert not last["trial"]
    assert last["season"] == "left"
    cost = signals_of(found, "hire_in_cost").iloc[0]
    assert (cost["since"], cost["rising"], cost["meaning"]) == ("2024-04", True, "concern")
    assert cost["money"] == pytest.approx(last["money"])  # a higher cost worsens as much
    assert cost["season"] == "left"  # two years tell no pattern


def test_a_stable_line_has_no_signal(shifted: Ledger) -> None:
    found = find_signals(shifted, period="2024-12")
    assert signals_of(found, "deviation_pay_cost").empty
    assert set(found["indicator"]).isdisjoint({"drg_points_ytd", "beds_closed"})


def test_measures_stand_beside_when_begun_on_the_unit_and_line(shifted: Ledger) -> None:
    ledger = with_measures(
        shifted,
        measure_id=["T1", "T2", "T3", "T4", "T5"],
        unit=["med", "med", "med", "kir", "t"],
        account=["hire_in", "pay_cost", "hire_in", "hire_in", "pay_cost"],
        indicators=[None, None, None, None, "overtime_fte, deviation_hire_in"],
        start_actual=["2024-02", "2024-02", None, "2024-02", "2023-11"],
    )
    found = find_signals(ledger, period="2024-12")
    beside = signals_of(found, "deviation_hire_in").iloc[0]["measures"]
    assert beside == "T5 2023-11; T1 2024-02"


def test_a_measure_of_a_class_that_is_to_move_an_indicator_stands_beside_it() -> None:
    row = params.indicator_catalogue().set_index("indicator").loc["beds_closed"]
    begun = [
        Begun(name, unit, "2025-01", "", kind, frozenset())
        for name, unit, kind in [
            ("A", "kir", "beds/closing"), ("B", "kir", "ICT"), ("C", "med", "beds/closing"),
        ]
    ]  # fmt: skip
    found = stand_beside(begun, row, unit="kir", trust="t")
    assert [measure.measure_id for measure in found] == ["A"]
    whole = stand_beside(begun, row, unit="t", trust="t")
    assert [measure.measure_id for measure in whole] == ["A", "C"]


def test_nothing_later_than_the_period_is_looked_at(shifted: Ledger) -> None:
    early = find_signals(shifted, period="2024-03")
    assert signals_of(early, "deviation_hire_in").empty
    pd.testing.assert_frame_equal(early, find_signals(shifted.until("2024-03"), period="2024-03"))


def test_a_trend_goes_the_way_of_its_later_part() -> None:
    values = [0.0, 9.0] * 6 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    months = periods.month_range("2023-01", "2025-01")
    trends = [found for found in find_episodes(xmr(pd.Series(values, months))) if found.rule == 2]
    assert [(found.rising, found.since, found.until) for found in trends] == [
        (True, "2024-01", "2024-06"),
        (False, "2024-07", "2025-01"),  # 7 belongs to both
    ]


def test_marks_of_several_rules_on_one_side_are_one_signal() -> None:
    rules = [0, 4, 4, 3, 0, 3, 0, 0, 1, 1]
    values = [0.0, 1.0, 1.0, 2.5, 1.0, 2.5, 0.0, 0.0, 4.0, -4.0]
    months = periods.month_range("2024-01", "2024-10")
    chart = xmr(pd.Series(values, months)).assign(rule=rules, mean=0.0)
    found = [(e.rule, e.rising, e.since, e.until, e.level) for e in find_episodes(chart)]
    assert found == [
        (3, True, "2024-02", "2024-06", pytest.approx(7 / 4)),
        (1, True, "2024-09", "2024-09", 4.0),
        (1, False, "2024-10", "2024-10", -4.0),
    ]


def test_growth_is_not_taken_for_season_and_a_step_little() -> None:
    months = periods.month_range("2020-01", "2025-12")
    season = np.sin(np.arange(12) * np.pi / 6)  # sums to 0 over the year
    level = pd.Series([100.0 + 0.5 * n for n in range(len(months))], months)
    values = level + [season[int(month[5:]) - 1] for month in months]
    calm = take_out_season(values)
    assert calm is not None
    pd.testing.assert_series_equal(calm, level)
    assert take_out_season(values.iloc[:35]) is None  # not every month twice
    step = pd.Series([10.0 * (month >= "2023-01") for month in months], months)
    left = take_out_season(values + step)
    assert left is not None
    assert np.abs(left - level - step).max() <= 10 / 2 / 5  # five years with months around


def test_taking_out_the_season_adds_few_false_alarms() -> None:
    rng, count = np.random.default_rng(3), 400
    months = periods.month_range("2019-01", "2025-09")
    season = 20 * np.array([np.sin(int(month[5:])) for month in months])
    marked = 0
    for _ in range(count):
        calm = take_out_season(pd.Series(season + rng.normal(size=len(months)), months))
        assert calm is not None
        marked += (xmr(calm.tail(24))["rule"] > 0).any()
    assert marked / count < 0.20 + 3 * np.sqrt(0.2 * 0.8 / count)  # charts without a season: 20 %

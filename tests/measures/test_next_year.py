"""What measures bring into the next year, what they pay for, and who is asked for how much."""

from dataclasses import replace

import pandas as pd
import pytest

from balanse_lib.ledger import empty_table
from balanse_lib.measures import carry_over, cascade_year, finance_year
from tests.measures.registers import register, value


def test_carry_over_is_next_year_less_this_one(year) -> None:
    """A step of 12 from July gives 6 this year and 12 the next; an idea brings nothing."""
    told = register(
        {}, {"stage": "confirmed", "start_actual": "2025-10"}, {"stage": "idea"},
        {"stage": "stopped"}, {"stage": "confirmed", "start_actual": "2024-01"},
    )  # fmt: skip
    found = value(year, told)
    carried = carry_over(replace(year[0], measure=told), year=found)
    assert carried["this_year"].tolist()[:2] == [6.0, 3.0]
    assert carried["planned"].tolist() == [6.0, 9.0, 0.0, 0.0, 0.0]
    portfolio = found.plan.portfolio
    rate = (1 - portfolio.p_none[0]) * portfolio.alpha[0] / (portfolio.alpha[0] + portfolio.beta[0])
    assert carried["expected"].tolist()[:2] == pytest.approx([6.0 * rate, 9.0])
    assert 0 < rate < 1


def test_a_gain_entered_twice_is_carried_over_once(year) -> None:
    twice = {"gain_id": "G1", "unit": "u", "base_account": "4000"}
    told = register(twice, twice)
    carried = carry_over(replace(year[0], measure=told), year=value(year, told))
    assert sorted(carried["planned"]) == [0.0, 6.0]


def test_a_gain_of_two_confirmed_records_is_carried_over_and_pays_once(year) -> None:
    """One gain of 12 that grows through this year: 5.5 more next year, 12 a year to pay with."""
    twice = {"gain_id": "G1", "unit": "u", "base_account": "4000", "stage": "confirmed",
             "start_actual": "2025-01", "start_plan": "2025-01"}  # fmt: skip
    told = register(twice | {"ramp": "linear", "ramp_len": 12.0}, twice | {"full_year_effect": 6.0})
    found = value(year, told)
    # linear over twelve months: (1 + 2 + … + 12)/12 = 6.5 this year, 12 the next
    assert carry_over(replace(year[0], measure=told), year=found)["planned"].tolist() == [5.5, 0.0]
    assert found.prudent["this_year"].tolist() == [6.5, 0.0]
    assert found.prudent["next_year"].tolist() == [12.0, 0.0]


def test_a_second_record_of_a_gain_pays_for_nothing(year) -> None:
    told = register(
        {"gain_id": "G"}, {"gain_id": "G"}, {"stage": "paused", "pause_from": "2025-02"}
    )
    found = value(year, told)
    paying = found.prudent[["this_year", "next_year"]].to_numpy() > 0
    assert paying[:, 1].sum() == 1
    assert not paying[2].any()


def test_decisions_after_the_period_are_not_yet_made(year) -> None:
    lines = pd.DataFrame(
        {"decision_id": ["D1", "D2", "D3"], "title": "x", "trust": "helse-havdal", "unit": "u0",
         "decided": ["2025-02", "2025-04", "2024-12"], "side": "cost", "text": "x",
         "this_year": -1.0, "next_year": -1.0}
    ).reindex(columns=empty_table("decision").columns)  # fmt: skip
    book = replace(year[0], decision=lines.astype(dict(empty_table("decision").dtypes)))
    told = value(year, register({}))
    assert finance_year(book, year=told).index.tolist() == ["D1"]
    assert finance_year(book, year=replace(told, period="2025-00")).empty


def test_the_cascade_takes_the_requirement_that_is_in_force(year) -> None:
    """Raised by 10 from April: after March the amount is as before, after April 10 more."""
    book, year_end = year
    told = value(year, register({}))
    rows = book.requirement
    asked = rows[(rows["year"] == 2025) & (rows["type"] == "owner") & (rows["unit"] == book.trust)]
    latest = asked.sort_values("valid_from").tail(1)
    raised = latest.assign(valid_from="2025-04", amount=latest["amount"] + 10.0)
    later = replace(book, requirement=pd.concat([rows, raised], ignore_index=True))
    before, now = (
        cascade_year(b, year_end=year_end, year=told).loc[book.trust, "amount"]
        for b in (book, later)
    )
    assert now == before
    after = cascade_year(later, year_end=replace(year_end, period="2025-04"), year=told)
    assert after.loc[book.trust, "amount"] == pytest.approx(before + 10.0)


def test_an_undecided_measure_is_identified_but_covers_nothing_prudently(year) -> None:
    """12 million a year from July plan 6; undecided in March, six months' lead leave it October.

    Planned are 6 + 3; only the decided one can be counted on.
    """
    told = register({}, {"stage": "planned", "decision_ref": None, "decision_date": None})
    book, year_end = replace(year[0], measure=told), year[1]
    found = value(year, told)
    assert found.prudent.loc["M1", "this_year"] > 0  # if it were decided now
    whole = cascade_year(book, year_end=year_end, year=found).loc[book.trust]
    assert whole["planned"] == pytest.approx(9.0)
    assert whole["prudent"] == pytest.approx(found.prudent.loc["M0", "this_year"])


def test_what_comes_once_is_missed_next_year(year) -> None:
    told = register({"kind": "one-off", "ramp": "one-off"})
    carried = carry_over(replace(year[0], measure=told), year=value(year, told))
    assert carried["planned"].tolist() == [-12.0]

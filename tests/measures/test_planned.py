"""From the register to a portfolio: what counts, from when, and what lies in the run rate."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib.errors import InputError
from balanse_lib.ledger import empty_table
from balanse_lib.measures.planned import portfolio_from_register
from balanse_lib.measures.portfolio import Portfolio
from balanse_lib.measures.simulate import simulate_measures

RAMP = [0.25, 0.5, 0.75, 1.0]


def register(*rows: dict[str, object]) -> pd.DataFrame:
    common = {"title": "t", "trust": "t", "unit": "u", "stage": "decided", "full_year_effect": 12.0,
              "start_plan": "2025-11", "budget_taken_out": False}  # fmt: skip
    named = [{"measure_id": f"T{number}", **row} for number, row in enumerate(rows, start=1)]
    columns = dict.fromkeys(
        (*empty_table("measure").columns, *(key for row in rows for key in row))
    )
    return pd.DataFrame([{**common, **row} for row in named]).reindex(columns=list(columns))


def portfolio(frame: pd.DataFrame, period: str = "2025-09", start: int = 1) -> Portfolio:
    rates = pd.DataFrame({"alpha": 3.0, "beta": 1.0, "p_none": 0.2}, index=frame["measure_id"])
    ramps = dict.fromkeys(frame["measure_id"], RAMP)
    return portfolio_from_register(frame, rates=rates, ramps=ramps, period=period, start=start)


def test_what_lies_in_run_rate_or_budget_is_not_counted() -> None:
    frame = register(
        {}, {"stage": "confirmed"}, {"budget_taken_out": True}, {"stage": "paused"},
        {"stage": "stopped"}, {"stage": "idea", "budget_taken_out": None},
    )  # fmt: skip
    assert portfolio(frame).counted.tolist() == [True, False, False, False, False, True]


def test_a_started_measure_adds_only_what_the_run_rate_does_not_hold() -> None:
    frame = register({"stage": "started", "start_plan": "2025-06", "start_actual": "2025-08"})
    found = portfolio(frame)
    assert (found.start.tolist(), found.in_run_rate.tolist()) == ([7], [0.5])
    assert found.delay.tolist() == [[1.0]]
    draws = simulate_measures(found, months=range(9, 12), n_draws=1, rng=np.random.default_rng(0))
    assert draws.planned == pytest.approx([0.25 + 0.5 + 0.5])  # 1 a month; half is there already


def test_a_measure_late_already_can_only_start_after_the_last_month() -> None:
    found = portfolio(register({"start_plan": "2025-08"}, {"start_plan": "2025-01"}, {}))
    assert found.start.tolist() == [7, 0, 10]
    assert found.delay[0, :2].tolist() == [0.0, 0.0]  # August and September have passed
    assert found.delay[0, 2:5] == pytest.approx(np.array([16, 8, 1]) / 25)
    assert (
        found.delay[1].tolist() == np.eye(10)[9].tolist()
    )  # in October, beyond any delay thought of
    assert found.delay[2, :5] == pytest.approx([1 / 16, 20 / 48, 1 / 3, 1 / 6, 1 / 48])


def test_months_count_from_the_start_of_the_fiscal_year() -> None:
    found = portfolio(register({"start_plan": "2026-01"}), period="2025-11", start=10)
    assert found.start.tolist() == [3]


def test_links_and_bases_come_along() -> None:
    base = {"overlap_group": "beds", "base_amount": -40.0}
    found = portfolio(register(base, {**base, "depends_on": "T1; T3"}, {"excludes": "T1"}))
    assert found.base_group.tolist() == [0, 0, -1]
    assert found.base_amount[:2].tolist() == [40.0, 40.0]
    assert found.parents == ((), (0, 2), ())
    assert found.excludes == ((2,), (), (0,))


def test_a_measure_without_a_rate_is_refused() -> None:
    rates = pd.DataFrame({"measure_id": ["T2"], "alpha": 1.0, "beta": 1.0, "p_none": 0.0})
    with pytest.raises(InputError, match="T1"):
        portfolio_from_register(register({}), rates=rates, ramps={}, period="2025-09")

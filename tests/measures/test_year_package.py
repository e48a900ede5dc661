"""What could close the year's gap, and until when it can be decided."""

import numpy as np
import pytest

from tests.measures.registers import register, value


def test_the_package_comes_from_what_is_not_decided(year) -> None:
    prudent = float(np.quantile(year[1].total, 0.35))
    told = register(
        {"stage": "planned", "start_plan": "2025-07", "full_year_effect": 60.0},
        {"stage": "planned", "start_plan": "2025-07", "full_year_effect": 60.0,
         "running_cost": -6.0},
    )  # fmt: skip
    found = value(year, told, requirement=prudent + 1.0)
    assert found.draws.total.sum() == 0.0  # nothing is decided
    assert found.gap == pytest.approx(1.0)
    assert found.packages[0].chosen == ("M0",)  # the same effect without the cost
    assert found.packages[0].effect >= 1.0
    short = value(year, told, requirement=prudent + 500.0)
    assert short.packages[0].missing == pytest.approx(500.0 - short.packages[0].effect)
    assert short.last_month == ""


def test_the_last_months_of_decision_are_those_of_the_net_effect(year) -> None:
    """Decided at once it starts in April: nine months at 5 less 1, and each month later costs 4.

    A gap of nearly all it gives net is closed by a decision in April and in no later month; the
    same measure without its cost would still close it when decided a month later.
    """
    prudent = float(np.quantile(year[1].total, 0.35))
    told = {"stage": "planned", "start_plan": "2025-04", "decision_date": "2025-04-01",
            "full_year_effect": 60.0}  # fmt: skip
    free, dear = register(told), register(told | {"running_cost": -12.0})
    gross = value(year, free, requirement=prudent + 500.0).packages[0].effect
    found = value(year, dear, requirement=prudent + gross - 9.0 - 1e-6)
    assert found.packages[0].effect == pytest.approx(gross - 9.0)
    assert found.packages[0].closes
    assert (found.package_month, found.last_month) == ("2025-04", "2025-04")
    assert found.waiting["effect"].tolist() == pytest.approx([gross - 9.0])
    later = value(year, free, requirement=prudent + gross - 9.0 - 1e-6)
    assert later.package_month > "2025-04"


def test_each_month_of_waiting_takes_a_month_of_effect(year) -> None:
    """A month less takes the mean rate of the 1 million that a month at full strength is worth."""
    told = register({"stage": "planned", "start_plan": "2025-04", "decision_date": "2025-04-01"})
    found = value(year, told, requirement=1000.0)
    effects = found.waiting.loc["M0"]
    assert effects["last_in_full"] == "2025-04"
    assert effects["last_with_effect"] == "2025-12"
    assert effects["effect"] == pytest.approx(found.table.loc["M0", "expected"])
    rate = found.plan.portfolio.mean_rate[0]
    assert effects["price_of_waiting"] == pytest.approx(rate, rel=0.05)


def test_a_rival_of_a_decided_measure_is_not_in_the_bank(year) -> None:
    told = register({}, {"stage": "idea", "excludes": "M0"}, {"stage": "idea"})
    found = value(year, told, requirement=1000.0)
    assert found.bank["measure_id"].tolist() == ["M2"]
    assert found.draws.planned.tolist() == [6.0, 0.0, 0.0]

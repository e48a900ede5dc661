"""The patient flow: stages in their order, each against its own limits, and what leads what."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from balanse_lib import indicators, periods
from balanse_lib.ledger import Ledger

MakeLedger = Callable[..., Ledger]
MONTHS = periods.month_range("2019-01", "2025-09")


@pytest.fixture
def ledger(make_ledger: MakeLedger) -> Ledger:
    """Referrals at random; discharge-ready days follow them by two months, with as much noise."""
    rng = np.random.default_rng(11)
    came = rng.normal(size=len(MONTHS) + 2)
    ready = came[:-2] + 0.4 * rng.normal(size=len(MONTHS))
    stages = {"referrals": 500 + 20 * came[2:], "discharge_ready_days": 100 + 9 * ready}
    rows = [
        {"unit": "med", "period": month, "type": stage, "value": float(value)}
        for stage, values in stages.items()
        for month, value in zip(MONTHS, values, strict=True)
    ]
    return make_ledger([("med", "pay_cost", month, -10.0) for month in MONTHS], activity=rows)


def test_only_later_stages_are_tried_and_the_planted_lead_is_found(ledger: Ledger) -> None:
    values = indicators.compute_indicators(ledger, period="2025-09")
    found = indicators.lead_flow(ledger, values=values)
    assert len(found) == 1
    only = found.iloc[0]
    assert (only["indicator"], only["line"]) == ("referrals", "discharge_ready_days")
    assert (only["lead"], only["tried"], only["leads"]) == (2, 6, True)  # one pair, six leads
    assert only["correlation"] == pytest.approx(1 / np.sqrt(1.16), abs=0.06)


def test_a_stage_stands_at_its_distance_from_its_own_mean(make_ledger: MakeLedger) -> None:
    """10 and 12 in turn: mean 11, limits 2.66 · 2 away, so each month is 1.128/2 sd from it."""
    months = periods.month_range("2024-01", "2025-12")
    rows = [
        {
            "unit": "med",
            "period": month,
            "type": "discharge_ready_days",
            "value": 10.0 + 2 * (n % 2),
        }
        for n, month in enumerate(months)
    ]
    ledger = make_ledger([("med", "pay_cost", month, -10.0) for month in months], activity=rows)
    charts = indicators.make_charts(indicators.compute_indicators(ledger, period="2025-12"))
    away, marked = indicators.chart_flow(charts, trust="t")
    assert list(away) == ["discharge_ready_days"]
    assert away["discharge_ready_days"].abs().to_numpy() == pytest.approx(np.full(24, 3 / 5.32))
    assert not marked.any(axis=None)


def test_without_activity_there_is_no_flow(make_ledger: MakeLedger) -> None:
    ledger = make_ledger([("med", "pay_cost", month, -10.0) for month in MONTHS])
    values = indicators.compute_indicators(ledger, period="2025-09")
    assert indicators.lead_flow(ledger, values=values).empty
    away, _ = indicators.chart_flow(indicators.make_charts(values), trust="t")
    assert isinstance(away, pd.DataFrame)
    assert away.empty

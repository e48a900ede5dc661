"""Flags that look at the trust's log, its budget and its units: raised, clear, not checked."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from balanse_lib.forecast import YearEnd
from balanse_lib.ledger import Ledger, targets
from balanse_lib.realism import judge


def log(ledger: Ledger, forecasts: dict[str, float], unit: str | None = None) -> pd.DataFrame:
    rows = [
        {"trust": ledger.trust, "unit": unit or ledger.trust, "made_at": "2025-07-12",
         "period_of_data": month, "target_year": 2025, "basis": "result", "forecast": told}
        for month, told in forecasts.items()
    ]  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=ledger.forecast_log.columns)


def flags(ledger: Ledger, end: YearEnd, **options: Any) -> dict[str, str]:
    found = judge(
        ledger,
        targets=targets(ledger, period="2025-06"),
        year_end=end,
        **options,
        rng=np.random.default_rng(1),
    )
    return {flag.code: flag.state for flag in found.flags}


def shift_june(ledger: Ledger, amount: float) -> Ledger:
    """The ledger with one more row in June: the deviation moves by `amount`."""
    row = ledger.ledger_month[ledger.ledger_month["period"] == "2025-06"].iloc[[0]]
    rows = pd.concat([ledger.ledger_month, row.assign(account="9999", amount=amount)])
    return replace(ledger, ledger_month=rows)


LAST_FOUR = ("2025-03", "2025-04", "2025-05", "2025-06")


@pytest.mark.parametrize("june", [-200.0, 200.0])
def test_f2_and_f6_look_at_the_trusts_own_log(quiet: Ledger, normal: YearEnd, june: float) -> None:
    """Revenue is 16 207, so that 3.2 is the same forecast and 24 a real movement."""
    book = shift_june(quiet, june)
    same = replace(book, forecast_log=log(book, dict.fromkeys(LAST_FOUR, 50.0)))
    assert flags(same, normal)["F2"] == "raised"
    assert flags(same, normal)["F6"] == "clear"
    rises = log(book, dict(zip(LAST_FOUR, (50.0, 50.0, 50.0, 60.0), strict=True)))
    found = flags(replace(book, forecast_log=rises), normal)
    assert found["F2"] == "clear"
    assert found["F6"] == ("raised" if june < 0 else "clear")
    gap = replace(book, forecast_log=log(book, {"2025-03": 50.0, "2025-06": 50.0}))
    assert flags(gap, normal)["F2"] == "not checked"


def test_f6_is_answered_by_a_contract(quiet: Ledger, normal: YearEnd) -> None:
    book = shift_june(quiet, -200.0)
    rises = log(book, dict(zip(LAST_FOUR, (50.0, 50.0, 50.0, 60.0), strict=True)))
    row = {
        "id": "e", "trust": book.trust, "unit": book.trust, "account": "3900", "line": "x",
        "period": "2025-11", "type": "extra grant", "amount": 10.0, "probability": 1.0,
    }  # fmt: skip
    for evidence, state in (("letter 7", "clear"), (None, "raised")):
        event = pd.DataFrame([row | {"evidence": evidence}])
        told_now = replace(book, forecast_log=rises, event=event)
        assert flags(told_now, normal)["F6"] == state


def test_f3_compares_with_the_budget(quiet: Ledger, normal: YearEnd) -> None:
    budget = targets(quiet, period="2025-06").budget
    assert budget is not None
    for june, state in ((-200.0, "raised"), (0.0, "clear")):
        book = shift_june(quiet, june)
        anchored = replace(book, forecast_log=log(book, {"2025-06": budget + 3.0}))
        assert flags(anchored, normal)["F3"] == state


def test_f4_needs_all_units_on_the_trusts_basis(quiet: Ledger, normal: YearEnd) -> None:
    open_now = quiet.org[(quiet.org["parent"] == quiet.trust) & quiet.org["valid_to"].isna()]
    units = sorted(open_now["unit"])
    whole = log(quiet, {"2025-06": 10.0 * len(units)})
    parts = [log(quiet, {"2025-06": 10.0}, unit) for unit in units]
    for told_now, state in (
        ([whole, *parts], "clear"),
        ([whole, *parts[1:]], "not checked"),
        ([whole, *parts[1:], log(quiet, {"2025-06": 30.0}, units[0])], "raised"),
    ):
        book = replace(quiet, forecast_log=pd.concat(told_now))
        assert flags(book, normal)["F4"] == state


def test_f5_holds_planned_measures_against_what_is_needed(quiet: Ledger, normal: YearEnd) -> None:
    book = replace(quiet, forecast_log=log(quiet, {"2025-06": 40.0}))  # mean 0, sd 10
    assert flags(book, normal)["F5"] == "not checked"
    assert flags(book, normal, measures=[(20, 0.9, 0.1)])["F5"] == "raised"
    assert flags(book, normal, measures=[(20, 0.9, 0.1), (17, 0.9, 0.1)])["F5"] == "clear"

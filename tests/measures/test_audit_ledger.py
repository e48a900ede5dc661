"""The audit of a whole register, from a small ledger whose answers are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from balanse_lib import periods
from balanse_lib.errors import InputError
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.measures.audit_ledger import COLUMNS, audit_measures
from balanse_lib.measures.audit_portfolio import portfolio_rate, realisation_evidence
from balanse_lib.measures.audit_verdict import explain_audit

PERIOD, START = "2025-09", "2025-01"
MONTHS = periods.month_range("2021-01", "2025-12")


def wide() -> pd.DataFrame:
    """Three units with two accounts; `a` saves 2 a month on goods from the start."""
    rng = np.random.default_rng(11)
    common = np.resize(rng.normal(0, 1, 12), 60) + rng.normal(0, 0.5, 60)
    columns = {
        (unit, account): size * (-20 + common) + 0.1 * rng.standard_normal(60)
        for unit, size in (("a", 1.0), ("b", 2.0), ("c", 1.0))
        for account in ("4000", "6740")
    }
    frame = pd.DataFrame(columns, index=pd.Index(MONTHS, name="period"))
    frame.loc[START:, ("a", "4000")] += 2.0
    return frame


def measure(measure_id: str, **given: object) -> dict[str, object]:
    usual = {
        "title": measure_id, "trust": "t", "unit": "a", "stage": "implemented", "account": "4000",
        "full_year_effect": 24.0, "start_plan": "2024-11", "start_actual": START, "ramp": "step",
        "ramp_len": 1.0,
    }  # fmt: skip
    return {"measure_id": measure_id, **usual, **given}


def make(register: list[dict[str, object]], amounts: pd.DataFrame | None = None) -> Ledger:
    frame = wide() if amounts is None else amounts
    long = frame.melt(ignore_index=False, var_name=["unit", "account"], value_name="amount")
    rows = long.reset_index().assign(trust="t", line="goods_cost", version="")
    names = ("budget", "requirement", "forecast_log", "staffing", "activity", "org")
    return Ledger(
        trust="t",
        start=1,
        ledger_month=rows,
        event=empty_table("event").assign(line=""),
        measure=pd.DataFrame(register).reindex(columns=empty_table("measure").columns),
        known_gaps={},
        **{name: empty_table(name) for name in names},
    )


def test_one_row_per_measure_with_its_verdict() -> None:
    register = [
        measure("works"),
        measure("nothing", unit="c"),
        measure("paused", stage="paused"),
        measure("stopped", stage="stopped", start_actual=None),
        measure("waits", stage="decided", start_actual=None),
        measure("young", unit="b", start_actual="2025-06"),
        measure("coming", unit="b", start_actual="2025-11"),
        measure("nowhere", account="9999"),
        measure("untold", account=None),
        measure("fades", account="6740", ramp="decay"),
    ]
    audits = audit_measures(make(register), period=PERIOD).set_index("measure_id")
    assert audits["verdict"].to_dict() == {
        "works": "confirmed", "nothing": "contradicted", "paused": "paused", "stopped": "paused",
        "waits": "too_early", "young": "too_early", "coming": "too_early",
        "nowhere": "inconclusive", "untold": "inconclusive", "fades": "inconclusive",
    }  # fmt: skip
    assert audits["reason"][["stopped", "waits", "untold", "fades"]].tolist() == [
        "stage_stopped", "not_started", "no_accounts", "ramp_not_known",
    ]  # fmt: skip
    for verdict, reason in zip(audits["verdict"], audits["reason"], strict=True):
        assert len({explain_audit(verdict, reason, language=code) for code in ("en", "nn")}) == 2
    works = audits.loc["works"]
    assert works["in_year_effect"] == pytest.approx(18.0, abs=1.5)  # nine months of 2
    assert works["planned_in_year"] == pytest.approx(18.0)
    assert works["start"] == START
    assert works["displacement"] == 0.0


def test_columns_and_the_empty_register() -> None:
    ledger = replace(make([measure("a")]), measure=empty_table("measure"))
    none = audit_measures(ledger, period=PERIOD)
    assert none.columns.tolist() == COLUMNS
    assert none.empty


def test_what_comes_later_changes_nothing() -> None:
    ledger = make([measure("works")])
    later = wide()
    later.loc["2025-10":] = 1000.0
    first = audit_measures(ledger, period=PERIOD)
    pd.testing.assert_frame_equal(
        first, audit_measures(make([measure("works")], later), period=PERIOD)
    )


def test_the_ledger_stays_as_it_was() -> None:
    ledger = make([measure("works")])
    kept = ledger.ledger_month.copy(), ledger.measure.copy()
    audit_measures(ledger, period=PERIOD)
    pd.testing.assert_frame_equal(ledger.ledger_month, kept[0])
    pd.testing.assert_frame_equal(ledger.measure, kept[1])


def test_a_booked_one_off_is_no_effect() -> None:
    """An insurance payment of 30 on the line in June: taken out by its event."""
    ledger = make([measure("works")])
    hit = wide()
    hit.loc["2025-06", ("a", "4000")] += 30.0
    event = pd.DataFrame(
        {"id": ["e"], "trust": ["t"], "unit": ["a"], "account": ["4000"], "period": ["2025-06"],
         "type": ["one-off"], "amount": [30.0], "probability": [1.0], "line": ["goods_cost"]}
    )  # fmt: skip
    taken_out = replace(make([measure("works")], hit), event=event)
    usual = audit_measures(ledger, period=PERIOD)
    pd.testing.assert_frame_equal(audit_measures(taken_out, period=PERIOD), usual)


def test_a_unit_that_changed_its_name_is_still_there() -> None:
    org = pd.DataFrame(
        {"unit": ["t", "a", "a"], "parent": [None, "t", "t"], "name": ["T", "Old", "New"],
         "valid_from": ["2021-01", "2021-01", "2023-01"], "valid_to": [None, "2022-12", None]}
    )  # fmt: skip
    ledger = make([measure("works")])
    pd.testing.assert_frame_equal(
        audit_measures(replace(ledger, org=org), period=PERIOD),
        audit_measures(ledger, period=PERIOD),
    )


def test_units_with_a_measure_of_their_own_are_no_controls() -> None:
    """`b` saves 4 from the same month: as a control it would hide what `a` saves."""
    amounts = wide()
    amounts.loc[START:, ("b", "4000")] += 4.0
    known = make([measure("works"), measure("other", unit="b", full_year_effect=48.0)], amounts)
    hidden = make([measure("works")], amounts)
    first = audit_measures(known, period=PERIOD).iloc[0]
    assert first["effect_per_month"] == pytest.approx(2.0, abs=0.15)
    assert audit_measures(hidden, period=PERIOD).iloc[0]["effect_per_month"] < 1.5


def test_covariates_must_have_every_month() -> None:
    index = pd.Index(MONTHS)
    prices = pd.DataFrame({"lpik": np.linspace(1.0, 1.2, 60) ** 2}, index=index)
    audits = audit_measures(make([measure("works")]), period=PERIOD, covariates=prices)
    assert audits.loc[0, "verdict"] == "confirmed"
    with pytest.raises(ValueError, match="covariates: no value in 2021-01"):
        audit_measures(make([measure("works")]), period=PERIOD, covariates=prices.iloc[1:])


@pytest.mark.parametrize("period", ["2026-01", "2025-13", "2022-11"])
def test_a_period_without_enough_accounts_is_refused(period: str) -> None:
    with pytest.raises(InputError):
        audit_measures(make([measure("works")]), period=period)


def test_the_portfolio_and_its_lessons() -> None:
    """Measured 9 + 2 of planned 12 + 8; half the plan of one could not be seen."""
    audits = pd.DataFrame(
        {
            "measure_id": ["a", "b", "c", "d"],
            "verdict": ["confirmed", "not_detectable", "too_early", "paused"],
            "in_year_effect": [9.0, 2.0, np.nan, np.nan],
            "planned_in_year": [12.0, 8.0, np.nan, np.nan],
            "realisation_rate": [0.75, 0.25, np.nan, np.nan],
            "rate_sd": [0.1, 0.5, np.nan, np.nan],
        }
    )
    found = portfolio_rate(audits)
    assert (found.measures, found.measured, found.planned) == (2, 11.0, 20.0)
    assert found.rate == pytest.approx(0.55)
    assert found.rate_sd == pytest.approx(np.sqrt(1.2**2 + 4.0**2) / 20)
    assert found.not_detectable_share == pytest.approx(0.4)
    lessons = realisation_evidence(audits)
    assert lessons["measure_id"].tolist() == ["a", "b"]
    assert lessons["weight"].tolist() == pytest.approx(
        [1 / 12 / (1 / 12 + 0.01), 1 / 12 / (1 / 12 + 0.25)]
    )
    assert lessons["rate"].tolist() == [0.75, 0.25]


def test_what_audits_teach_is_not_drawn_to_the_middle() -> None:
    """20 000 true rates of mean 0.85 seen with errors of sd 0.3 teach 0.85.

    The mean of the rates that are possible, E[r | 0 ≤ r ≤ 1], would teach less than 0.75.
    """
    rng = np.random.default_rng(3)
    true = rng.beta(8 * 0.85, 8 * 0.15, 20_000)
    seen = true + 0.3 * rng.standard_normal(len(true))
    audits = pd.DataFrame({"measure_id": "x", "realisation_rate": seen, "rate_sd": 0.3})
    lessons = realisation_evidence(audits)
    taught = (lessons["weight"] * lessons["rate"]).sum() / lessons["weight"].sum()
    assert taught == pytest.approx(0.85, abs=4 * 0.33 / np.sqrt(len(true)))
    low, high = -seen / 0.3, (1 - seen) / 0.3
    cut = seen + 0.3 * (norm.pdf(low) - norm.pdf(high)) / (norm.cdf(high) - norm.cdf(low))
    assert cut.mean() < 0.75


def test_a_portfolio_of_nothing_has_no_rate() -> None:
    none = portfolio_rate(pd.DataFrame(columns=["planned_in_year", "in_year_effect", "verdict",
                                                "rate_sd"]))  # fmt: skip
    assert none.measures == 0
    assert np.isnan(none.rate)

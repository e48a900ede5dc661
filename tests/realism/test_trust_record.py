"""A trust's earlier reports and the model's forecasts then: one basis, nothing from later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.forecast.conformal import NEUTRAL
from balanse_lib.ledger import targets
from balanse_lib.realism import judge
from balanse_lib.realism.trust_record import earlier_forecasts, earlier_reports

if TYPE_CHECKING:
    from balanse_lib.forecast import YearEnd
    from balanse_lib.ledger import Ledger


def reports_of(ledger: Ledger, end: YearEnd) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return earlier_reports(ledger, year_end=end, requirement_type="owner", min_years=1, rng=rng)


def test_the_model_was_as_wrong_as_its_record_says(granvik: Ledger, granvik_end: YearEnd) -> None:
    """Outcome − model = error on the rest without one-offs + error on the year-end entries.

    Booked events of the rest count as known, so they are in neither; the year-end entries expected
    are the mean of the years before.
    """
    end = replace(granvik_end, recalibration=NEUTRAL)
    found = reports_of(granvik, end)
    entries = granvik.ledger_month[granvik.ledger_month["period"].str.endswith("-13")]
    entries = entries.groupby(entries["period"].str[:4].astype(int))["amount"].sum()
    record = end.record.table().set_index("origin")
    assert set(found["year"]) == {2023, 2024}
    for row in found.to_dict("records"):
        then = record.loc[f"{row['year']}-{row['month']:02d}"]
        expected = entries[entries.index < row["year"]].mean()
        error = then["error"] + entries[row["year"]] - expected
        noise = 4 * row["spread"] / np.sqrt(end.record.draws.shape[1])
        assert row["outcome"] - row["median"] == pytest.approx(error, abs=noise)


def test_reports_stand_as_results_of_the_whole_year(granvik: Ledger, granvik_end: YearEnd) -> None:
    found = reports_of(granvik, granvik_end).set_index(["year", "month"])
    booked = granvik.ledger_month[granvik.ledger_month["period"].str[:4] == "2024"]
    told = targets(granvik, period="2024-08").reported
    assert found.loc[(2024, 8), "reported"] == told
    assert found.loc[(2024, 8), "outcome"] == pytest.approx(booked["amount"].sum())


def test_nothing_of_this_year_or_later_is_looked_at(granvik: Ledger, granvik_end: YearEnd) -> None:
    rows = granvik.ledger_month
    later = rows[rows["period"] == "2025-06"].assign(period="2025-07", amount=1e6)
    log = granvik.forecast_log
    told = log.tail(1).assign(period_of_data="2025-07", forecast=1e6)
    more = replace(
        granvik, ledger_month=pd.concat([rows, later]), forecast_log=pd.concat([log, told])
    )
    pd.testing.assert_frame_equal(reports_of(more, granvik_end), reports_of(granvik, granvik_end))


def test_years_the_accounts_do_not_hold_give_no_forecast(
    granvik: Ledger, granvik_end: YearEnd
) -> None:
    rows = granvik.ledger_month
    short = replace(granvik, ledger_month=rows[rows["period"] >= "2024-01"])
    found = earlier_forecasts(short, year_end=granvik_end, rng=np.random.default_rng(1))
    assert found.loc[found["year"] == 2023, "median"].isna().all()
    assert set(reports_of(short, granvik_end)["year"]) <= {2024}


@pytest.mark.parametrize("sign", [1, -1])
def test_who_was_always_too_high_is_believed_less(
    granvik: Ledger, granvik_end: YearEnd, sign: int
) -> None:
    """The same forecast, from a reporter whose earlier ones lay two spreads above what came."""
    two_years = params.standard_thresholds().model_copy(update={"bias_default_k": 2.0})
    now = granvik_end.quantile(0.5)
    known = reports_of(granvik, granvik_end)
    log = granvik.forecast_log[granvik.forecast_log["target_year"].isin([2023, 2024, 2025])]
    figures = {
        f"{row['year']}-{row['month']:02d}": row["outcome"] + sign * 2 * row["spread"]
        for row in known.to_dict("records")
    }
    told = log.assign(basis="result", forecast=log["period_of_data"].map(figures).fillna(now))
    biased = replace(granvik, forecast_log=told)
    first = replace(granvik, forecast_log=told[told["target_year"] == 2025])
    p_biased, p_first = (
        judge(
            book,
            targets=targets(book, period="2025-06"),
            year_end=granvik_end,
            thresholds=two_years,
            rng=np.random.default_rng(1),
        ).p_reach
        for book in (biased, first)
    )
    usual = judge(
        biased,
        targets=targets(biased, period="2025-06"),
        year_end=granvik_end,
        rng=np.random.default_rng(1),
    )
    assert usual.p_reach == p_first  # two years are too few by the usual thresholds
    assert p_first == pytest.approx(0.5, abs=0.02)
    assert p_biased is not None
    assert p_biased < 0.3 if sign > 0 else p_biased > 0.7

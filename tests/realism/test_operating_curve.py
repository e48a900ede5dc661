"""The operating curve: counted by hand, and rerun on synthetic reporters whose bias is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib.forecast import year_end
from balanse_lib.ledger import Ledger, empty_table, targets
from balanse_lib.ledger.account_map import map_accounts
from balanse_lib.ledger.synthetic import (
    PROFILES,
    TrustTruth,
    report_forecasts,
    synthetic_trust,
)
from balanse_lib.params import account_map
from balanse_lib.realism import classify, judge
from balanse_lib.realism.operating_curve import (
    OperatingPoint,
    exact,
    operating_curve,
    over_years,
)

N_YEARS, MONTHS, FIRST_SEED = 14, (2, 3, 4, 5, 6), 9000


def verdicts() -> pd.DataFrame:
    """Two trust-years of one bias: one warned about in May and lost, one never warned about."""
    rows = [
        ("a", 5, "Optimistisk", 0.2, 4.0, 10.0, 0.0), ("a", 6, "Realistisk", 0.4, 4.0, 8.0, 0.0),
        ("a", 9, "Urealistisk", 0.1, 1.0, 8.0, 0.0), ("b", 5, "Realistisk", 0.5, 4.0, 5.0, 6.0),
        ("b", 6, "Over-forsiktig", 0.95, 5.0, 1.0, 6.0), ("b", 9, "Optimistisk", 0.3, 5.0, 6.0, 6.0)
    ]  # fmt: skip
    names = ["trust", "month", "verdict", "p_reach", "p35", "reported", "outcome"]
    return pd.DataFrame(rows, columns=names).assign(bias=0.5, year=2025, revenue=1000.0)


def test_by_hand() -> None:
    (point,) = operating_curve(verdicts())
    assert (point.bias, point.n_years, point.n) == (0.5, 2, 6)
    assert point.called_optimistic.value == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert point.caught.value == 0.5  # b is warned about in September only
    assert point.called_over_prudent.value == pytest.approx(1 / 6)
    assert point.hit_rate.value == 0.5  # June: 0 < 4, 6 ≥ 5
    errors = [0.2**2, 0.4**2, 0.1**2, 0.5**2, 0.05**2, 0.7**2]
    assert point.brier.value == pytest.approx(np.mean(errors))
    assert point.unused.value == pytest.approx((2 + 1 + 1) / 6)
    assert point.shortfall.value == pytest.approx((4 + 4 + 1) / 6)
    assert point.lead_months == 12 - 5


def test_each_bias_has_its_own_point() -> None:
    both = pd.concat([verdicts().assign(bias=1.0), verdicts()])
    assert [point.bias for point in operating_curve(both)] == [0.5, 1.0]


def test_months_of_a_year_are_not_counted_as_years() -> None:
    """Years' means 0 and 1: standard error ½, however many months; exact interval of 1 of 2."""
    values = pd.Series([0.0] * 6 + [1.0] * 6)
    found = over_years(values, [pd.Series(["a"] * 6 + ["b"] * 6)])
    assert found.high - found.value == pytest.approx(1.96 * 0.5)
    one_of_two = exact(pd.Series([True, False]))  # (1 − p)² = 0.025 gives the upper end
    assert one_of_two.high == pytest.approx(1 - (1 - np.sqrt(1 - 0.025)), abs=1e-9)


def known_as_a_whole(number: int, month: int) -> tuple[Ledger, TrustTruth]:
    """A synthetic trust whose accounts are not split by unit: quick to forecast."""
    trust = PROFILES[number % len(PROFILES)].trust
    last = f"2025-{month:02d}"
    tables, truth = synthetic_trust(trust, seed=FIRST_SEED + number, last=last)
    whole = dict(tables)
    for name in ("ledger_month", "budget"):
        rows = whole[name].assign(unit=trust)
        keys = [column for column in rows.columns if column != "amount"]
        whole[name] = rows.groupby(keys, dropna=False, as_index=False)["amount"].sum()
    whole["event"] = whole["event"].assign(unit=trust)
    whole["org"] = whole["org"][whole["org"]["unit"] == trust]
    for name in ("ledger_month", "budget", "event"):
        frame = whole[name]
        lines = map_accounts(
            frame["account"], months=frame["period"], account_map=account_map(), chart="ns4102"
        )
        whole[name] = frame.assign(line=lines)
    gaps = {"2025-03": "", "2025-04": ""}
    return Ledger(trust=trust, start=1, known_gaps=gaps, **whole), truth


def write_log(truth: TrustTruth, *, bias: float, number: int, last: str) -> pd.DataFrame:
    """Forecast log of a reporter of one bias, from the second year on."""
    told = report_forecasts(truth.known, bias_sd=bias, rng=np.random.default_rng([number, 0]))
    told["period_of_data"] = told["year"].astype(str) + "-" + told["month"].map("{:02d}".format)
    told = told[(told["year"] > told["year"].min()) & (told["period_of_data"] <= last)]
    log = told.assign(trust=truth.trust, unit=truth.trust, basis="result", made_at="2025-12-31")
    log = log.rename(columns={"year": "target_year"})
    return log.reindex(columns=empty_table("forecast_log").columns)


@pytest.fixture(scope="module")
def points() -> dict[tuple[str, float], OperatingPoint]:
    """Honest reporters and those optimistic by one sd, by the whole rule and the model alone."""
    rows = []
    for number in range(N_YEARS):
        for month in MONTHS:
            book, truth = known_as_a_whole(number, month)
            rng = np.random.default_rng([number, month])
            end = year_end(book, period=book.last, rng=rng, n_paths=500, country="NO")
            for bias in (0.0, 1.0):
                log = write_log(truth, bias=bias, number=number, last=book.last)
                told = replace(book, forecast_log=log)
                found = judge(
                    told,
                    targets=targets(told, period=book.last),
                    year_end=end,
                    rng=np.random.default_rng(1),
                )
                by_model = "" if found.p_reach_model is None else classify(found.p_reach_model)
                for judged, verdict in (("rule", found.verdict), ("model", by_model)):
                    rows.append(
                        {"judge": judged, "bias": bias, "trust": f"{book.trust} {number}",
                         "year": 2025, "month": month, "verdict": verdict,
                         "p_reach": found.p_reach, "p35": found.quantiles["P35"],
                         "reported": found.reported, "outcome": truth.outcome[2025],
                         "revenue": 5000.0}
                    )  # fmt: skip
    table = pd.DataFrame(rows)
    return {
        (str(judged), point.bias): point
        for judged, of_judge in table.groupby("judge")
        for point in operating_curve(of_judge)
    }


@pytest.mark.slow
def test_honest_reporters_are_left_alone(points: dict[tuple[str, float], OperatingPoint]) -> None:
    """At most 10 % of honest months called; neither the model alone nor an optimist would pass."""
    honest, optimistic = points[("rule", 0.0)], points[("rule", 1.0)]
    assert honest.called_optimistic.value <= 0.10, str(honest.called_optimistic)
    assert points[("model", 0.0)].called_optimistic.value > 0.10
    assert optimistic.called_optimistic.low > 0.10
    assert honest.caught.high < 0.80


@pytest.mark.slow
def test_optimists_are_caught_by_june(points: dict[tuple[str, float], OperatingPoint]) -> None:
    """Called optimistic or worse in some month up to June in at least 80 % of years."""
    optimistic = points[("rule", 1.0)]
    assert optimistic.caught.value >= 0.80, str(optimistic.caught)

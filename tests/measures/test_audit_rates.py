"""Error rates of the audit where the truth is known; `benchmarks/audit.py` has the long version."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from balanse_lib import params, periods
from balanse_lib.ledger import read_ledger
from balanse_lib.ledger.synthetic import PROFILES, synthetic_trust
from balanse_lib.measures.audit import Audit, audit_line
from balanse_lib.measures.audit_ledger import audit_measures
from balanse_lib.measures.audit_line import Line
from balanse_lib.measures.audit_plan import PlannedMeasure
from balanse_lib.measures.audit_verdict import FOUND
from balanse_lib.params import Trust

LARGEST = 5.0
SERIES = 300


def audit_one(*, before: int, after: int, rho: float, effect: float,
              rng: np.random.Generator) -> Audit:  # fmt: skip
    """Trend, season and AR(1) noise of variance 1; plans are large enough to be seen."""
    months = periods.month_range("2021-01", periods.shift("2021-01", before + after - 1))
    plan = PlannedMeasure("a", 12 * (effect or LARGEST), start=months[before])
    steps, noise = rng.standard_normal(len(months)), 0.0
    amounts = []
    for number, step in enumerate(steps):
        noise = rho * noise + np.sqrt(1 - rho**2) * step if number else step
        amounts.append(-50 - 0.05 * number + np.sin(number * np.pi / 6) + noise)
    series = pd.Series(amounts + effect * plan.profile(months), index=months)
    return audit_line(Line("x", series), measure=plan)


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [(24, 6), (60, 20)])
@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_a_measure_without_effect_is_seldom_found(before: int, after: int, rho: float) -> None:
    """At most 5 % found, whatever the plan, and the interval misses zero in about 5 %.

    With 300 series a share of 0.05 has the standard error 0.0126; the bounds leave 2.6 of them.
    """
    rng = np.random.default_rng(17)
    audits = [audit_one(before=before, after=after, rho=rho, effect=0.0, rng=rng)
              for _ in range(SERIES)]  # fmt: skip
    found = np.mean([audit.verdict in FOUND for audit in audits])
    missed = np.mean([audit.low > 0 or audit.high < 0 for audit in audits])
    assert found <= 0.05
    assert 0.0 < missed <= 0.083


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_what_is_stated_to_be_detectable_is_found(rho: float) -> None:
    """Effects above the size the audit states itself: at least 80 % found."""
    rng = np.random.default_rng(18)
    effects = rng.uniform(1.0, LARGEST, SERIES)
    audits = [audit_one(before=36, after=12, rho=rho, effect=effect, rng=rng)
              for effect in effects]  # fmt: skip
    able = [audit for audit, effect in zip(audits, effects, strict=True)
            if effect >= audit.detectable]  # fmt: skip
    assert len(able) > 100
    assert np.mean([audit.verdict in FOUND for audit in able]) >= 0.80
    covered = [audit.low <= effect <= audit.high
               for audit, effect in zip(audits, effects, strict=True)]  # fmt: skip
    assert 0.917 <= np.mean(covered) < 1.0


@pytest.mark.slow
def test_newey_west_would_not_pass_this_test() -> None:
    """The same draws with ordinary Newey–West errors: the test above can fail."""
    sm = pytest.importorskip("statsmodels.api")
    rng, rejected = np.random.default_rng(17), 0
    months = 30
    design = np.column_stack([
        np.ones(months), np.arange(months), np.eye(12)[np.arange(months) % 12][:, 1:],
        np.arange(months) >= 24,
    ])  # fmt: skip
    for _ in range(SERIES):
        fit = sm.OLS(rng.standard_normal(months), design).fit(
            cov_type="HAC", cov_kwds={"maxlags": 3}
        )
        rejected += fit.pvalues[-1] < 0.05
    assert rejected / SERIES > 0.15


@pytest.mark.slow
def test_registers_of_the_synthetic_region_against_their_truth() -> None:
    """Two draws of four trusts: 95 % intervals hold the true effect in all but a few measures.

    About 45 audits: 0.95 − 3·√(0.95·0.05/45) = 0.85. No measure without effect is confirmed more
    often than chance allows (5 % of some six, so at most two).
    """
    rows = []
    for seed in (31, 32):
        for profile in PROFILES:
            told = Trust.model_validate(
                {
                    "trust": profile.trust, "name": "n", "region": "r", "country": "NO",
                    "currency": "NOK", "synthetic": {"seed": seed},
                    "thresholds": params.default_thresholds(),
                }
            )  # fmt: skip
            _, truth = synthetic_trust(profile.trust, seed=seed)
            audits = audit_measures(read_ledger(told, folder=Path()), period="2025-09")
            true = truth.measures.set_index("measure_id")["realised_full_year_effect"] / 12
            rows.append(audits.assign(true=audits["measure_id"].map(true)))
    audits = pd.concat(rows).dropna(subset=["detectable"])
    assert len(audits) > 35
    covered = (audits["low"] <= audits["true"]) & (audits["true"] <= audits["high"])
    assert covered.mean() >= 0.85
    none = audits[audits["true"] == 0]
    assert len(none) > 2
    assert (none["verdict"] == "confirmed").sum() <= 2
    able = audits[audits["true"] >= audits["detectable"]]
    assert able["verdict"].isin(FOUND).mean() >= 0.5

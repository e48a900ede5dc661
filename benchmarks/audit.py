"""Error rates of the effect audit where the truth is known.

    OMP_NUM_THREADS=1 python -m benchmarks.audit --series 200 --trusts 20

First single series (trend, season, noise of several kinds, no control series): how often an effect
of zero is called significant, confirmed, or found at all (confirmed or partly: what a smaller plan
could at most have had confirmed), and how often an effect above the detectable size that the audit
itself states is found. Beside it stands the share that ordinary
Newey–West errors would call significant. Then the registers of the synthetic trusts, whose true
effects are known, with measures as planned and four times as large (most of the former are too
small for anybody to see). ± is the Monte-Carlo standard error.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import statsmodels.api as sm

from balanse_lib import periods
from balanse_lib.ledger.synthetic import PROFILES, Departures, make_trust
from balanse_lib.measures.audit import Audit, audit_line
from balanse_lib.measures.audit_ledger import audit_measures
from balanse_lib.measures.audit_line import Line, prepare
from balanse_lib.measures.audit_plan import Floats, PlannedMeasure
from balanse_lib.measures.audit_settings import AuditSettings
from balanse_lib.measures.audit_verdict import CONFIRMED, FOUND
from benchmarks.coverage import make_ledger
from benchmarks.tables import to_markdown

Noise = Callable[[int, np.random.Generator], Floats]
FIRST_SEED = 7000  # the seeds of the demo, of the tests and of the coverage are not among these
LAST = "2025-09"
LENGTHS = ((24, 6), (36, 12), (60, 20))
LARGEST = 5.0  # true effects are drawn evenly up to it, in sds of a month's noise
HAC_LAGS = 3


def autoregressive(rho: float) -> Noise:
    def draw(count: int, rng: np.random.Generator) -> Floats:
        steps = rng.standard_normal(count)
        noise = steps.copy()
        for t in range(1, count):
            noise[t] = rho * noise[t - 1] + np.sqrt(1 - rho**2) * steps[t]
        return noise

    return draw


def walking(ratio: float) -> Noise:
    def draw(count: int, rng: np.random.Generator) -> Floats:
        level = np.sqrt(ratio) * rng.standard_normal(count).cumsum()
        return level + rng.standard_normal(count)

    return draw


def fat_tailed(count: int, rng: np.random.Generator) -> Floats:
    return rng.standard_t(4, count) / np.sqrt(2)


NOISES: dict[str, Noise] = {
    "independent": autoregressive(0.0),
    "AR(1) 0.3": autoregressive(0.3),
    "AR(1) 0.6": autoregressive(0.6),
    "level walks, 0.003": walking(0.003),
    "level walks, 0.03": walking(0.03),
    "Student-t, 4 df": fat_tailed,
}
DEPARTURES = {
    "as assumed": Departures(),
    "breaks and fat tails": Departures(breaks_per_year=0.5, break_sd=1.0, tail_df=4.0),
}


def audit_one_series(
    noise: Noise,
    *,
    before: int,
    after: int,
    effect: float,
    rng: np.random.Generator,
    settings: AuditSettings,
) -> dict[str, object]:
    """Audit a simulated cost line; a measure without effect has a plan that could be seen."""
    months = periods.month_range("2021-01", periods.shift("2021-01", before + after - 1))
    plan = PlannedMeasure("a", 12 * (effect or LARGEST), start=months[before])
    season = np.resize(rng.normal(0, 2, 12), len(months))
    usual = -50 - 0.05 * np.arange(len(months)) + season + noise(len(months), rng)
    line = Line("x", pd.Series(usual + effect * plan.profile(months), index=months))
    found = audit_line(line, measure=plan, settings=settings, rng=rng)
    return score(found, truth=effect) | {"Newey–West": reject_newey_west(line, plan, settings)}


def score(found: Audit, *, truth: float) -> dict[str, object]:
    return {
        "truth": truth,
        "confirmed": found.verdict == CONFIRMED,
        "found": found.verdict in FOUND,
        "significant": found.low > 0 or found.high < 0,
        "covered": found.low <= truth <= found.high,
        "detectable": found.detectable,
        "half width": (found.high - found.low) / 2,
    }


def reject_newey_west(line: Line, plan: PlannedMeasure, settings: AuditSettings) -> bool:
    """Whether ordinary Newey–West errors with few lags call the effect significant."""
    regression = prepare(line, measure=plan, settings=settings)
    design = np.column_stack([regression.background, regression.effect])
    fit = sm.OLS(regression.amounts, design).fit(cov_type="HAC", cov_kwds={"maxlags": HAC_LAGS})
    return bool(fit.pvalues[-1] < 1 - settings.level)


def audit_series(
    number: int, noise: Noise, *, before: int, after: int, settings: AuditSettings
) -> pd.DataFrame:
    """Audits of `number` series without effect and of as many with one, sizes drawn evenly."""
    rng = np.random.default_rng(FIRST_SEED)
    effects = [*np.zeros(number), *rng.uniform(0, LARGEST, number)]
    return pd.DataFrame(
        [
            audit_one_series(
                noise, before=before, after=after, effect=effect, rng=rng, settings=settings
            )
            for effect in effects
        ]
    )


def audit_trust(number: int, *, size: float, kind: str) -> pd.DataFrame:
    """Audits of one synthetic register beside its truth; measures `size` times as planned."""
    profile = PROFILES[number % len(PROFILES)]
    plans = tuple(replace(plan, effect_pct=size * plan.effect_pct) for plan in profile.measures)
    tables, truth = make_trust(
        replace(profile, measures=plans),
        seed=FIRST_SEED + number,
        last=LAST,
        years=6,
        departures=DEPARTURES[kind],
    )
    audits = audit_measures(make_ledger(profile.trust, dict(tables)), period=LAST)
    true = (truth.measures["realised_full_year_effect"] / 12).to_numpy()
    audits = audits.iloc[: len(true)]  # those after them are in the bank: undecided, without truth
    rows = [
        score(Audit(**row), truth=effect)
        for row, effect in zip(audits.to_dict("records"), true, strict=True)
    ]
    return pd.DataFrame(rows)[audits["detectable"].notna()]


def summarise(rows: pd.DataFrame) -> dict[str, object]:
    """Shares with their Monte-Carlo errors."""
    none, some = rows[rows["truth"] == 0], rows[rows["truth"] > 0]
    able = some[some["truth"] >= some["detectable"]]
    shares = {
        "significant": none["significant"],
        "confirmed": none["confirmed"],
        "falsely found": none["found"],
        "found": able["found"],
        "covered": rows["covered"],
    }
    table: dict[str, object] = {"no effect": len(none), "above detectable": len(able)}
    for name, hits in shares.items():
        share = float(hits.mean()) if len(hits) else np.nan
        error = np.sqrt(share * (1 - share) / max(len(hits), 1))
        table |= {name: share, f"± {name}": error}
    if "Newey–West" in rows:
        table["Newey–West"] = float(none["Newey–West"].mean())
    return table | {"half width": float(rows["half width"].median())}


def just_above(rows: pd.DataFrame) -> str:
    """How many effects of 1 to 1.25 times the stated detectable size were found."""
    near = rows[rows["truth"].between(rows["detectable"], 1.25 * rows["detectable"])]
    share = float(near["found"].mean())
    error = np.sqrt(share * (1 - share) / len(near))
    return f"found just above the detectable size: {share:.3f} ± {error:.3f} of {len(near)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=200, help="series of each kind; 0: none")
    parser.add_argument(
        "--trusts", type=int, default=20, help="synthetic trusts of each kind; 0: none"
    )
    options = parser.parse_args()
    if options.series:
        compare_series(options.series)
    if options.trusts:
        compare_registers(options.trusts)


def compare_series(number: int) -> None:
    searched = AuditSettings(search_months=3)
    cases = [*product(LENGTHS, NOISES, [AuditSettings()]), ((60, 20), "independent", searched)]
    parts, rows = [], {}
    for (before, after), name, settings in cases:
        found = audit_series(number, NOISES[name], before=before, after=after, settings=settings)
        parts.append(found)
        told = ", start searched ± 3" if settings.search_months else ""
        rows[f"{before} + {after}, {name}{told}"] = summarise(found)
    print(to_markdown(pd.DataFrame(rows).T.rename_axis("series")))
    print(just_above(pd.concat(parts)), flush=True)


def compare_registers(number: int) -> None:
    rows = {}
    for size, kind in product((1.0, 4.0), DEPARTURES):
        parts = [audit_trust(trust, size=size, kind=kind) for trust in range(number)]
        rows[f"{size:g} × plan, {kind}"] = summarise(pd.concat(parts))
    print(to_markdown(pd.DataFrame(rows).T.rename_axis("register")), flush=True)


if __name__ == "__main__":
    main()

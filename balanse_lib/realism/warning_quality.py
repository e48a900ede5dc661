"""How good the verdicts were as warnings: hits, false alarms, and how early they came."""

from dataclasses import dataclass

import pandas as pd

from balanse_lib import params, periods
from balanse_lib.realism.verdict import NOT_ASSESSABLE, OPTIMISTIC, UNREALISTIC

WARNINGS = (UNREALISTIC, OPTIMISTIC)


@dataclass(frozen=True)
class WarningQuality:
    """Quality of warnings over trust-months; None: there was nothing to count.

    `hit_rate`: share of failing forecasts that were warned about. `false_alarm_rate`: share of
    forecasts that held that were warned about. `lead_months`: for each failing trust-year that was
    warned about, months from the first right warning to the year's end; `n_unwarned` were not.
    """

    n: int
    n_failed: int
    n_not_assessable: int
    hit_rate: float | None
    false_alarm_rate: float | None
    lead_months: tuple[int, ...]
    n_unwarned: int

    @property
    def mean_lead_months(self) -> float | None:
        """Mean months of warning; None when no right warning came."""
        return sum(self.lead_months) / len(self.lead_months) if self.lead_months else None


def score_warnings(
    verdicts: pd.DataFrame, *, thresholds: params.Thresholds | None = None
) -> WarningQuality:
    """Hold the verdicts Urealistisk and Optimistisk against what happened.

    A forecast failed when outcome < reported − margin (0.15 % of revenue). `verdicts` has one row
    per trust, year and month: trust, year, month, verdict, reported, outcome, revenue. Months that
    could not be judged are counted, and left out of the rates.

    >>> row = {"trust": "a", "year": 2024, "month": 8, "verdict": "Urealistisk",
    ...        "reported": 30.0, "outcome": 12.0, "revenue": 5000.0}
    >>> score_warnings(pd.DataFrame([row])).lead_months
    (4,)
    """
    limits = thresholds or params.standard_thresholds()
    numbers = verdicts[["reported", "outcome", "revenue"]]
    if numbers.isna().to_numpy().any():
        raise ValueError("reported, outcome or revenue is missing: leave out years not yet known")
    judged = verdicts[verdicts["verdict"] != NOT_ASSESSABLE]
    margin = limits.warning_margin_pct / 100 * judged["revenue"]
    failed = judged["outcome"] < judged["reported"] - margin
    warned = judged["verdict"].isin(WARNINGS)
    years = [judged["trust"], judged["year"]]
    first = judged["month"].where(failed & warned).groupby(years).min()
    failing = failed.groupby(years).any()
    caught = first[failing].dropna()
    return WarningQuality(
        n=len(judged),
        n_failed=int(failed.sum()),
        n_not_assessable=len(verdicts) - len(judged),
        hit_rate=float(warned[failed].mean()) if failed.any() else None,
        false_alarm_rate=float(warned[~failed].mean()) if (~failed).any() else None,
        lead_months=tuple(periods.MONTHS_IN_YEAR - int(month) for month in caught),
        n_unwarned=int(failing.sum()) - len(caught),
    )

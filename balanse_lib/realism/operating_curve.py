"""The rule's operating curve: what it calls reporters whose bias is known.

A reporter gives what can be known then, moved by a bias in standard deviations of that forecast.
The months of a trust-year share its outcome, so errors are counted over trust-years: a share of
months has the standard error of its trust-years' means, a share of trust-years the exact binomial
interval.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from balanse_lib import params
from balanse_lib.realism.verdict import OVER_PRUDENT
from balanse_lib.realism.warning_quality import WARNINGS, score_warnings

CAUGHT_BY = 6


@dataclass(frozen=True)
class Estimate:
    """A figure, and the 95 % interval that the number of trust-years leaves."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


@dataclass(frozen=True)
class OperatingPoint:
    """What the rule did to reporters of one bias, over `n_years` trust-years and `n` months.

    Attributes
    ----------
    called_optimistic, called_over_prudent : share of months called Optimistisk or Urealistisk, and
        Over-forsiktig.
    caught : share of trust-years called Optimistisk or worse in some month up to the sixth.
    hit_rate : share of trust-years whose outcome was at least the P35 of the last month up to the
        sixth; 0.65 is promised.
    brier : Brier score of `p_reach`. `unused`, `shortfall` : cost of prudence and of optimism of
        the P35, million.
    lead_months : mean months of warning before the year's end, where the forecast failed and was
        warned about; None where there was no such year.
    """

    bias: float
    n_years: int
    n: int
    called_optimistic: Estimate
    caught: Estimate
    called_over_prudent: Estimate
    hit_rate: Estimate
    brier: Estimate
    unused: Estimate
    shortfall: Estimate
    lead_months: float | None


def operating_curve(
    verdicts: pd.DataFrame, *, thresholds: params.Thresholds | None = None
) -> list[OperatingPoint]:
    """One point for each bias of the reporters, lowest first.

    `verdicts` has one row per bias, trust, year and month: bias, trust, year, month, verdict,
    p_reach, p35, reported, outcome, revenue.
    """
    return [
        _point(float(str(bias)), rows, thresholds)
        for bias, rows in verdicts.groupby("bias", sort=True)
    ]


def _point(bias: float, rows: pd.DataFrame, thresholds: params.Thresholds | None) -> OperatingPoint:
    warned, over = rows["verdict"].isin(WARNINGS), rows["verdict"] == OVER_PRUDENT
    years = [rows["trust"], rows["year"]]
    early = rows[rows["month"] <= CAUGHT_BY].sort_values("month")
    caught = warned[early.index].groupby([early["trust"], early["year"]]).any()
    latest = early.groupby(["trust", "year"]).tail(1)
    errors = rows["outcome"] - rows["p35"]
    return OperatingPoint(
        bias=bias,
        n_years=rows.groupby(["trust", "year"]).ngroups,
        n=len(rows),
        called_optimistic=over_years(warned, years),
        caught=exact(caught),
        called_over_prudent=over_years(over, years),
        hit_rate=exact(latest["outcome"] >= latest["p35"]),
        brier=over_years((rows["p_reach"] - (rows["outcome"] >= rows["reported"])) ** 2, years),
        unused=over_years(errors.clip(lower=0), years),
        shortfall=over_years((-errors).clip(lower=0), years),
        lead_months=score_warnings(rows, thresholds=thresholds).mean_lead_months,
    )


def over_years(values: pd.Series, years: list[pd.Series]) -> Estimate:
    """Mean of trust-years' means, ± 1.96 standard errors over trust-years.

    >>> over_years(pd.Series([0.0, 1.0, 1.0, 1.0]), [pd.Series(["a", "a", "b", "b"])]).value
    0.75
    """
    means = values.astype(float).groupby(years).mean()
    error = 1.96 * float(means.std(ddof=1)) / np.sqrt(len(means)) if len(means) > 1 else np.nan
    value = float(means.mean())
    return Estimate(value, value - error, value + error)


def exact(happened: pd.Series) -> Estimate:
    """Share of trust-years with its 95 % Clopper–Pearson interval.

    >>> print(exact(pd.Series([True] * 8 + [False] * 2)))
    0.80 (0.44–0.97)
    """
    share = binomtest(int(happened.sum()), len(happened))
    interval = share.proportion_ci(0.95, method="exact")
    return Estimate(float(share.statistic), float(interval.low), float(interval.high))

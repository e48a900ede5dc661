"""The required run rate: what the rest of the year must give for the forecast to hold.

The transparent fallback of the rule, and the cross-check beside the model's sample paths.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtr, ndtri

from balanse_lib import params, periods
from balanse_lib.realism import require
from balanse_lib.realism.events import events_ledger
from balanse_lib.realism.verdict import classify

Measure = tuple[float, float, float]
LEVELS = {"P10": 0.10, "P15": 0.15, "P35": 0.35, "P50": 0.50, "P65": 0.65, "P85": 0.85, "P90": 0.90}


@dataclass(frozen=True)
class RunRateTest:
    """The test in numbers, million, + improves the result.

    Attributes
    ----------
    h : months of the year that are not booked.
    dev_rec, dev_per_month : recurring deviation from budget to date; 0 when nothing is booked.
    base_rest, base_forecast : rest of the year and whole year without new measures.
    required_rest, required_per_month : what the rest must give for the forecast to hold.
    gap : required − base rest; `measures` cover part of it, `uncovered` is what is left.
    sd_base : noise to come and uncertainty of the mean so far; z = uncovered / sd_base.
    mu, sd : predictive distribution with measures, events and year-end entries.
    p_reach : probability that the outcome is at least the reported forecast.
    P10 … P90 : quantiles; the lower the level, the more prudent.
    verdict : class of `p_reach`, before flags.
    """

    h: int
    dev_rec: float
    dev_per_month: float
    base_rest: float
    base_forecast: float
    required_rest: float
    required_per_month: float
    base_rest_per_month: float
    gap: float
    measures: float
    uncovered: float
    sd_base: float
    z: float
    mu: float
    sd: float
    p_reach: float
    P10: float
    P15: float
    P35: float
    P50: float
    P65: float
    P85: float
    P90: float
    verdict: str


def variance_factor(n: int, rho: float) -> float:
    """Variance of a sum of n months of AR(1) noise, in units of one month's variance.

    S(n, ρ) = n + 2·Σ (n − k)·ρᵏ for k = 1 … n − 1.

    >>> variance_factor(4, 0.0), variance_factor(2, 0.5)
    (4.0, 3.0)
    """
    return float(n + 2 * sum((n - k) * rho**k for k in range(1, n)))


def run_rate_test(  # noqa: PLR0913 (the arguments are the rule's own notation)
    *,
    budget: float,
    budget_ytd: float,
    actual_ytd: float,
    reported: float,
    month: int,
    sd: float,
    rho: float = 0.0,
    one_offs: float = 0.0,
    known: float = 0.0,
    weight: float = 1.0,
    measures: Iterable[Measure] = (),
    period13: tuple[float, float] = (0.0, 0.0),
    events: Iterable[tuple[float, float]] = (),
    thresholds: params.Thresholds | None = None,
) -> RunRateTest:
    """Test a reported year-end forecast against the pace so far.

    dev = (actual − one-offs) − budget to date; base = actual + remaining budget + λ·h·dev/m +
    known; sd_base = s·√(S(h, ρ) + (λ·h/m)²·S(m, ρ)); z = (reported − base − measures) / sd_base.
    With ρ ≠ 0 this leaves out what past mean and future sum share; sample paths have it.

    `month` counts the months booked, 0 to 11 (0 tests the budget itself). `sd` and `rho` (s, ρ) are
    standard deviation and lag-1 autocorrelation of the monthly recurring deviation, `weight` (λ)
    the part of it that goes on. `one_offs` lie inside `actual_ytd`, `known` ones are still to come
    for certain. `measures` not yet in the run rate are (planned effect left, mean and sd of its
    realisation) each, taken as independent. `period13` is mean and sd of the year-end entries,
    `events` are (amount, probability) of uncertain ones to come. Amounts in million.

    >>> test = run_rate_test(budget=60, budget_ytd=40, actual_ytd=-8, reported=30, month=8, sd=5,
    ...                      measures=[(30, 0.6, 0.2)])
    >>> test.required_per_month, test.base_rest_per_month, test.uncovered, test.verdict
    (9.5, -1.0, 24.0, 'Urealistisk')
    """
    to_date = {"budget_ytd": budget_ytd, "actual_ytd": actual_ytd, "one_offs": one_offs}
    require.finite(budget=budget, reported=reported, known=known, rho=rho, **to_date)
    _require_in_range(month=month, sd=sd, rho=rho, weight=weight, period13=period13)
    _require_nothing_booked(month, to_date.values())
    planned, planned_sd = sum_measures(measures)
    uncertain = events_ledger(events, thresholds=thresholds)
    h = periods.MONTHS_IN_YEAR - month
    pace = weight * h / month if month else 0.0
    dev = (actual_ytd - one_offs) - budget_ytd
    rest = (budget - budget_ytd) + pace * dev + known
    required, gap = reported - actual_ytd, reported - actual_ytd - rest
    sd_base = sd * sqrt(variance_factor(h, rho) + pace**2 * variance_factor(month, rho))
    mu = actual_ytd + rest + planned + uncertain.central + period13[0]
    spread = sqrt(sd_base**2 + planned_sd**2 + period13[1] ** 2 + uncertain.sd**2)
    p_reach = float(ndtr((mu - reported) / spread))
    return RunRateTest(
        h=h,
        dev_rec=dev,
        dev_per_month=dev / month if month else 0.0,
        base_rest=rest,
        base_forecast=actual_ytd + rest,
        required_rest=required,
        required_per_month=required / h,
        base_rest_per_month=rest / h,
        gap=gap,
        measures=planned,
        uncovered=gap - planned,
        sd_base=sd_base,
        z=(gap - planned) / sd_base,
        mu=mu,
        sd=spread,
        p_reach=p_reach,
        **{name: mu + float(ndtri(level)) * spread for name, level in LEVELS.items()},
        verdict=classify(p_reach, thresholds=thresholds),
    )


def _require_in_range(
    *, month: int, sd: float, rho: float, weight: float, period13: tuple[float, float]
) -> None:
    require.month_to_judge(month)
    require.positive(sd=sd)
    require.finite(period13_mean=period13[0])
    require.not_negative(weight=weight, period13_sd=period13[1])
    if not -1 < rho < 1:
        raise ValueError(f"rho is {rho}: a lag-1 autocorrelation lies between -1 and 1")


def _require_nothing_booked(month: int, to_date: Iterable[float]) -> None:
    if month == 0 and any(to_date):
        raise ValueError("month is 0: nothing is booked yet, so amounts to date must be 0")


def sum_measures(measures: Iterable[Measure]) -> tuple[float, float]:
    """Mean and sd of the summed effect of measures (planned, mean, sd of realisation), million.

    >>> sum_measures([(30, 0.6, 0.1), (20, 0.5, 0.2)])
    (28.0, 5.0)
    """
    mean, variance = 0.0, 0.0
    for planned, rate, rate_sd in measures:
        require.finite(planned=planned, realisation=rate)
        require.not_negative(realisation_sd=rate_sd)
        mean += planned * rate
        variance += (planned * rate_sd) ** 2
    return mean, sqrt(variance)

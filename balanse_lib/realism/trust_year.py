"""One trust's year as the run-rate test needs it, read from the ledger as of a month."""

from dataclasses import dataclass

import pandas as pd

from balanse_lib import params, periods
from balanse_lib.forecast.history import MIN_PERIOD_13_YEARS, monthly_series, period_13_totals
from balanse_lib.ledger import Ledger, budget_by_month
from balanse_lib.realism.noise import Noise, estimate_noise, noise_around_profile
from balanse_lib.realism.run_rate import Measure, RunRateTest, run_rate_test
from balanse_lib.terms import STATEMENT_LINES

_INCOME = [line.code for line in STATEMENT_LINES if line.kind == "income"]


@dataclass(frozen=True)
class TrustYear:
    """Figures of one fiscal year as known after a month, million, + improves the result.

    Attributes
    ----------
    month : number of the month in its fiscal year; `booked` of the months to date have accounts,
        `missing` have not. A missing month counts among those to come.
    recurring : result by month since the accounts begin, without booked one-offs and extra grants;
        NaN where accounts are missing.
    plan : result by month of the year, from the phased budget, or (`from_budget` false) the mean of
        earlier years; None when neither is there. `plan_ytd` is its part in the booked months.
    actual_ytd, one_offs : booked so far, and the booked one-offs and extra grants in it.
    known, events : certain events to come; (amount, probability) of the uncertain ones.
    period13 : mean and sd of the year-end entries; zero with fewer than three earlier years.
    noise : monthly swing around the plan; None when it cannot be told.
    revenue : income of the last complete year; None when the accounts do not show income.
    """

    year: int
    month: int
    booked: int
    missing: tuple[str, ...]
    recurring: pd.Series
    plan: pd.Series | None
    from_budget: bool
    plan_ytd: float
    actual_ytd: float
    one_offs: float
    known: float
    events: tuple[tuple[float, float], ...]
    period13: tuple[float, float]
    noise: Noise | None
    revenue: float | None

    def deviation_at(self, month: int) -> float | None:
        """Recurring deviation from the plan after a month of the year; None without a plan."""
        if self.plan is None:
            return None
        to_date = self.plan.iloc[:month]
        return float((self.recurring.reindex(to_date.index) - to_date).sum())

    def base_at(self, month: int, *, weight: float) -> float | None:
        """Recurring result of the year without new measures, as seen after a month.

        Plan + deviation·(1 + λ·h/m), h months not booked and m booked.
        """
        deviation = self.deviation_at(month)
        if self.plan is None or deviation is None:
            return None
        booked = int(self.recurring.reindex(self.plan.index[:month]).notna().sum())
        if booked == 0:
            return None
        left = periods.MONTHS_IN_YEAR - booked
        return float(self.plan.sum()) + deviation * (1 + weight * left / booked)

    def unusual_months(self, *, limit: float) -> dict[str, float]:
        """Months of the year that lie far from its others: what may be a one-off nobody marked.

        A month's recurring deviation from plan less the median of the year's, million, where it is
        more than `limit` standard deviations of a month; nothing without a plan or its noise.
        """
        if self.plan is None or self.noise is None:
            return {}
        deviation = (self.recurring.reindex(self.plan.index) - self.plan).dropna()
        apart = deviation - deviation.median()
        far = apart[apart.abs() > limit * self.noise.sd]
        return {str(month): float(amount) for month, amount in far.items()}


def read_year(ledger: Ledger, *, period: str, thresholds: params.Thresholds) -> TrustYear:
    """Read what the run-rate test needs, knowing what was known when `period` was closed."""
    known = ledger.until(period)
    year, month = ledger.year_of(period), periods.month_of_year(period, start=ledger.start)
    calendar = periods.months_of_year(year, start=ledger.start)
    result = monthly_series(known).sum(axis=1, min_count=1)
    booked = [m for m in calendar[:month] if m in result.index and pd.notna(result[m])]
    plan, noise, from_budget = _plan(known, result, year=year, limits=thresholds)
    rows = known.ledger_month
    actual = float(rows.loc[rows["period"].isin(booked), "amount"].sum())
    ahead = ledger.event[ledger.event["period"].isin(calendar[month:])]
    certain = ahead["probability"] == 1
    uncertain = ahead[~certain]
    return TrustYear(
        year=year,
        month=month,
        booked=len(booked),
        missing=tuple(m for m in calendar[:month] if m not in booked),
        recurring=result,
        plan=plan,
        from_budget=from_budget,
        plan_ytd=0.0 if plan is None else float(plan.reindex(booked).sum()),
        actual_ytd=actual,
        one_offs=actual - float(result.reindex(booked).sum()),
        known=float(ahead.loc[certain, "amount"].sum()),
        events=tuple(zip(uncertain["amount"], uncertain["probability"], strict=True)),
        period13=_period_13(known),
        noise=noise,
        revenue=yearly_revenue(known, before=year),
    )


def run_rate_of(
    year: TrustYear,
    *,
    reported: float,
    thresholds: params.Thresholds,
    measures: tuple[Measure, ...] = (),
) -> RunRateTest | None:
    """Run-rate test of a reported forecast; None without a plan, noise, or months to come."""
    if year.plan is None or year.noise is None or year.booked == periods.MONTHS_IN_YEAR:
        return None
    return run_rate_test(
        budget=float(year.plan.sum()),
        budget_ytd=year.plan_ytd,
        actual_ytd=year.actual_ytd,
        reported=reported,
        month=year.booked,
        sd=year.noise.sd,
        rho=year.noise.rho,
        one_offs=year.one_offs,
        known=year.known,
        weight=thresholds.run_rate_weight,
        measures=measures,
        period13=year.period13,
        events=year.events,
        thresholds=thresholds,
    )


def yearly_revenue(ledger: Ledger, *, before: int) -> float | None:
    """Income of the last fiscal year before `before` with all its months; None if there is none."""
    rows = ledger.ledger_month
    income = rows[rows["line"].isin(_INCOME)]
    for year in (before - 1, before - 2):
        months = set(periods.months_of_year(year, start=ledger.start))
        if months <= set(income["period"]):
            return float(income.loc[income["period"].isin(months), "amount"].sum())
    return None


def _period_13(ledger: Ledger) -> tuple[float, float]:
    totals = period_13_totals(ledger)
    if len(totals) < MIN_PERIOD_13_YEARS:
        return 0.0, 0.0
    return float(totals.mean()), float(totals.std(ddof=1) * (1 + 1 / len(totals)) ** 0.5)


def _plan(
    ledger: Ledger, result: pd.Series, *, year: int, limits: params.Thresholds
) -> tuple[pd.Series | None, Noise | None, bool]:
    """Result by month to expect, the noise around it, and whether it is the budget."""
    years = range(year - limits.noise_years, year + 1)
    actual = _by_year(result, years, ledger.start)
    budget = budget_by_month(ledger, year=year)
    plans = {y: budget_by_month(ledger, year=y) for y in years}
    kept = [y for y in years if not plans[y].empty]
    budgets = pd.DataFrame([plans[y].to_numpy() for y in kept], index=kept, columns=actual.columns)
    noise = estimate_noise(actual.loc[kept] - budgets)
    past = actual.loc[actual.index < year].dropna()
    if not budget.empty:
        return budget, noise or noise_around_profile(past, planned=True), True
    if past.empty:
        return None, None, False
    months = periods.months_of_year(year, start=ledger.start)
    profile = pd.Series(past.mean().to_numpy(), index=months)
    return profile, noise_around_profile(past, planned=False), False


def _by_year(result: pd.Series, years: range, start: int) -> pd.DataFrame:
    rows = [result.reindex(periods.months_of_year(y, start=start)).to_numpy() for y in years]
    return pd.DataFrame(rows, index=list(years), columns=range(1, periods.MONTHS_IN_YEAR + 1))

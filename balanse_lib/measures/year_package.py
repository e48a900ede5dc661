"""What could close the year's gap: the bank, packages from it, and until when to decide them."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from balanse_lib import params, periods
from balanse_lib.ledger import Ledger
from balanse_lib.measures import frame_checks
from balanse_lib.measures.selection import Package, choose_package, choose_packages
from balanse_lib.measures.simulate import MeasureDraws, simulate_measures
from balanse_lib.measures.timing import latest_decision, price_of_waiting
from balanse_lib.measures.year_plan import YearPlan, costs_to_come

# Where money costs the same, the package of fewest measures and least risk to quality is cheapest.
_EFFORT = 1e-3


@dataclass(frozen=True)
class YearChoice:
    """What could close the year's gap; million, + improves the result.

    Attributes
    ----------
    bank : ideas and planned measures that could close it: effect, P15, cost.
    packages : the cheapest at the expected effect; cautious : the cheapest at P15.
    package_month : last month in which the cheapest package still closes the gap if it is decided;
        empty when it does not even now.
    last_month : the same of the whole bank.
    waiting : what a month's delay costs, by measure of the bank, and the last months of decision.
    """

    bank: pd.DataFrame
    packages: tuple[Package, ...]
    cautious: Package | None
    package_month: str
    last_month: str
    waiting: pd.DataFrame


def choose_for_year(
    plan: YearPlan,
    *,
    draws: MeasureDraws,
    rng: np.random.Generator,
    ledger: Ledger,
    period: str,
    gap: float,
    limits: params.Thresholds,
) -> YearChoice:
    """Choose from the undecided measures of the plan; `rng` as it was when `draws` were made."""
    bank = _bank(
        plan, draws, ledger.measure.reset_index(drop=True), limits.measure_cautious_quantile
    )
    packages, cautious = _choose(bank, gap, limits)
    calendar = periods.months_of_year(ledger.year_of(period), start=ledger.start)
    effects = _by_decision_month(plan, draws, rng, ledger, period).loc[bank["measure_id"]]
    best = bank[bank["measure_id"].isin(packages[0].chosen if packages else ())]
    return YearChoice(
        bank=bank,
        packages=packages,
        cautious=cautious,
        package_month=_latest(best, gap, effects, calendar),
        last_month=_latest(bank if packages else best, gap, effects, calendar),
        waiting=_by_name(price_of_waiting(effects), calendar),
    )


def _by_decision_month(
    plan: YearPlan, draws: MeasureDraws, rng: np.random.Generator, ledger: Ledger, period: str
) -> pd.DataFrame:
    """Expected net effect over the months left, by measure and month of decision (first: now).

    Drawn again with the same random numbers, so that only the month moves it: a measure starts in
    its planned month, or `lead` months after the decision when that is later.
    """
    part = plan.part(undecided=True)
    columns = {}
    for month in draws.months or range(1):
        start = np.maximum(part.start, month + plan.lead)
        columns[month] = simulate_measures(
            replace(part, start=start),
            months=draws.months,
            n_draws=len(draws.effects),
            rng=deepcopy(rng),
            costs=costs_to_come(ledger, period=period, start=start),
        ).effects.mean(axis=0)
    return pd.DataFrame(columns, index=pd.Index(part.ids, name="measure_id"))


def _bank(
    plan: YearPlan, draws: MeasureDraws, register: pd.DataFrame, cautious: float
) -> pd.DataFrame:
    """Undecided measures that would help, with what they exclude and need among each other."""
    frame = pd.DataFrame(
        {
            "measure_id": register["measure_id"],
            "effect": draws.effects.mean(axis=0),
            "P15": np.quantile(draws.effects, cautious, axis=0),
            "cost": -plan.costs + _EFFORT * (1 + register["quality_risk"].fillna(0.0)),
        }
    )
    settled = plan.part(undecided=False).counted
    barred = [any(settled[j] for j in others) for others in plan.portfolio.excludes]
    rows = ~np.array(barred, dtype=bool) & (frame["effect"] > 0).to_numpy()
    kept = set(frame.loc[rows, "measure_id"])
    for name in ("excludes", "depends_on"):
        frame[name] = [
            ", ".join(other for other in frame_checks.names(cell) if other in kept) or None
            for cell in register[name]
        ]
    return frame[rows].reset_index(drop=True)


def _choose(
    bank: pd.DataFrame, gap: float, limits: params.Thresholds
) -> tuple[tuple[Package, ...], Package | None]:
    """Cheapest packages at the expected effect, and the cheapest at the cautious one."""
    if gap <= 0 or bank.empty:
        return (), None
    safe = choose_package(bank.assign(effect=bank["P15"]), gap)
    return choose_packages(bank, gap, count=limits.measure_packages), safe


def _latest(bank: pd.DataFrame, gap: float, effects: pd.DataFrame, calendar: Sequence[str]) -> str:
    """Last month in which these measures close the gap; empty when they do not, or are none."""
    last = None if bank.empty else latest_decision(bank, gap, effects=effects)
    return "" if last is None else calendar[last]


def _by_name(waiting: pd.DataFrame, calendar: Sequence[str]) -> pd.DataFrame:
    """Numbers of months as months."""
    names = {
        column: waiting[column].map(lambda month: calendar[month], na_action="ignore")
        for column in ("last_in_full", "last_with_effect")
    }
    return waiting.assign(**names)

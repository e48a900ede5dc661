"""A register as it stands in one month: what counts this year, and what could still be decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import params, periods
from balanse_lib.ledger import Ledger
from balanse_lib.measures.delay_record import learn_delays
from balanse_lib.measures.double_counting import count_effects
from balanse_lib.measures.own_history import exactly_known, own_history
from balanse_lib.measures.plan import planned_costs, planned_effects
from balanse_lib.measures.planned import portfolio_from_register
from balanse_lib.measures.portfolio import Portfolio
from balanse_lib.measures.rate_model import ModelChoice, compare_models
from balanse_lib.measures.realisation import realisation_rates
from balanse_lib.measures.register import check_completeness

UNDECIDED = ("idea", "planned")
PASSING = ("one-off", "season")  # ramps that leave nothing in the run rate
FULL = 12.0  # an effect of 1 in a month at full strength


@dataclass(frozen=True)
class YearPlan:
    """What the register says of a year; amounts in million, + improves the result.

    Attributes
    ----------
    table : measure_id → title, unit, owner, stage, gain_id, full_year, planned (this fiscal year),
        score, missing, `reason`, empty where the effect counts, and `share`, the part that counts.
    conflicts : measure_id yields to other_id: reason, effect, other_effect.
    portfolio : all measures; undecided ones start `lead` months after the period at the earliest.
    undecided : which of them are ideas or planned.
    costs : what comes with the measures that have not started, by measure, over the months left.
    lead : months from decision to first effect.
    history, choice : what settled and audited measures gave, and which rates they have earned.
    """

    table: pd.DataFrame
    conflicts: pd.DataFrame
    portfolio: Portfolio
    undecided: NDArray[np.bool_]
    costs: NDArray[np.float64]
    lead: int
    history: pd.DataFrame
    choice: ModelChoice

    def part(self, *, undecided: bool) -> Portfolio:
        """Portfolio in which only decided, or only undecided, measures count.

        A rival that is not decided keeps no decided measure away; which of two undecided rivals is
        taken is left to the choice of a package.
        """
        chosen = self.undecided if undecided else ~self.undecided
        part = self.counting(chosen)
        return replace(part, excludes=((),) * len(part.ids)) if undecided else part

    def counting(self, chosen: NDArray[np.bool_]) -> Portfolio:
        """Portfolio in which only the measures chosen count, and only they exclude each other."""
        counts = (self.table["share"] > 0).to_numpy(dtype=bool)
        rivals = tuple(
            tuple(j for j in others if chosen[i] and chosen[j])
            for i, others in enumerate(self.portfolio.excludes)
        )
        counted = self.portfolio.counted & chosen & counts
        return replace(self.portfolio, counted=counted, excludes=rivals)


def plan_year(
    ledger: Ledger,
    *,
    period: str,
    thresholds: params.Thresholds,
    evidence: pd.DataFrame | None = None,
    audits: pd.DataFrame | None = None,
    beside_budget: float = 1.0,
) -> YearPlan:
    """Read the register after `period`: every effect once, decided measures before undecided.

    `beside_budget` is the part of the base forecast that is made from the accounts alone: an effect
    that the budget holds already is in the rest of the base, and counts by this part. `evidence`
    are published realisation rates, `audits` what the accounts say of the measures.
    """
    register = ledger.measure.reset_index(drop=True)
    now = periods.calendar_month(period, start=ledger.start)
    calendar = periods.months_of_year(ledger.year_of(period), start=ledger.start)
    table, conflicts = _told(ledger, register, calendar, thresholds, beside_budget)
    lead = _lead(register, thresholds)
    undecided = register["stage"].isin(UNDECIDED)
    soonest = periods.shift(now, 1 + lead)
    later = undecided & (register["start_plan"] < soonest)
    moved = register.assign(start_plan=register["start_plan"].mask(later, soonest))
    history = own_history(register, audits=audits)
    choice = compare_models(exactly_known(history), thresholds=thresholds)
    rates = realisation_rates(
        register, history, published=evidence, choice=choice, thresholds=thresholds
    )
    portfolio = _portfolio(
        ledger, moved, period, calendar, thresholds, rates, share=table["share"].to_numpy()
    )
    silent = table["reason"].isin(("", "in_budget")) & ~portfolio.counted
    reason = table["reason"].mask(silent, _not_counted(register))
    return YearPlan(
        table=table.assign(reason=reason, share=table["share"].mask(silent, 0.0)),
        conflicts=conflicts,
        portfolio=portfolio,
        undecided=undecided.to_numpy(dtype=bool),
        costs=costs_to_come(ledger, period=period, start=portfolio.start),
        lead=lead,
        history=history,
        choice=choice,
    )


def costs_to_come(
    ledger: Ledger, *, period: str, start: NDArray[np.int64], delay: int = 0
) -> NDArray[np.float64]:
    """Costs that come with what has not begun, by measure, over the months left of the year.

    `start` is the month of each measure's planned start, counted from 0 = first month of the fiscal
    year, `delay` how many months later all of them begin. What should have begun and has not can
    begin in the month after `period` at the earliest, and so do its costs. Million, negative.
    """
    register = ledger.measure.reset_index(drop=True)
    now = periods.calendar_month(period, start=ledger.start)
    calendar = periods.months_of_year(ledger.year_of(period), start=ledger.start)
    ahead = [month for month in calendar if month > now]
    begun = (register["start_actual"] <= now).to_numpy(dtype=bool)
    first = np.maximum(start, len(calendar) - len(ahead))
    begins = [periods.shift(calendar[0], int(month)) for month in first]
    moved = register.assign(
        start_plan=pd.Series(begins, index=register.index, dtype=register["start_plan"].dtype)
    )
    costs = planned_costs(moved, months=ahead, delay=delay).sum(axis=1)
    return np.where(begun, 0.0, costs.to_numpy())


def _told(
    ledger: Ledger,
    register: pd.DataFrame,
    calendar: Sequence[str],
    thresholds: params.Thresholds,
    beside_budget: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the register says of each measure and what of it counts, and who yields to whom."""
    planned = planned_effects(
        register, months=calendar, fiscal_year_start=ledger.start, thresholds=thresholds
    ).sum(axis=1)
    org = ledger.org[ledger.org["valid_to"].isna() & ledger.org["parent"].notna()]
    reason, conflicts = _count_once(
        register, effects=planned, parents=dict(zip(org["unit"], org["parent"], strict=True))
    )
    columns = {"full_year_effect": "full_year"}
    told = register.set_index("measure_id")[
        ["title", "unit", "owner", "stage", "gain_id", *columns]
    ]
    complete = check_completeness(register)[["score", "missing"]]
    table = told.rename(columns=columns).assign(planned=planned).join(complete)
    held = _in_budget(register).set_axis(reason.index)
    reason = reason.mask((reason == "") & held, "in_budget")  # also what harms or starts later
    share = np.select([reason == "", reason == "in_budget"], [1.0, beside_budget], 0.0)
    return table.assign(reason=reason, share=share), conflicts


def _count_once(
    register: pd.DataFrame, *, effects: pd.Series, parents: dict[str, str]
) -> tuple[pd.Series, pd.DataFrame]:
    """Why each measure does not count (empty: it does), and who yields to whom."""
    undecided = register["stage"].isin(UNDECIDED)
    names = register.loc[undecided, "measure_id"]
    settled, every = (
        count_effects(rows, effects=effects, in_budget_counts=False, parents=parents)
        for rows in (register[~undecided], register)
    )
    turn = ~every.conflicts["measure_id"].isin(names) & every.conflicts["other_id"].isin(names)
    sides = {"measure_id": "other_id", "effect": "other_effect"}
    sides |= {new: old for old, new in sides.items()}
    turned = every.conflicts[turn].rename(columns=sides)
    others = every.conflicts[every.conflicts["measure_id"].isin(names)]
    conflicts = pd.concat([settled.conflicts, turned, others], ignore_index=True)
    first = conflicts.drop_duplicates("measure_id").set_index("measure_id")["reason"]
    own = every.by_measure["reason"]
    reason = own.where(own.index.isin(names), settled.by_measure["reason"].reindex(own.index))
    return first.reindex(own.index).fillna(reason), conflicts


def _not_counted(register: pd.DataFrame) -> np.ndarray:
    """Why a measure that the portfolio leaves out is worth nothing more this year."""
    halted = register["stage"].isin(("paused", "stopped")).to_numpy(dtype=bool)
    return np.where(halted, register["stage"], "in_run_rate")


def _in_budget(register: pd.DataFrame) -> pd.Series:
    return register["budget_taken_out"].astype("boolean").fillna(False).astype(bool)


def _lead(register: pd.DataFrame, thresholds: params.Thresholds) -> int:
    """Months from decision to first planned effect: the register's median, else assumed."""
    known = register.dropna(subset=["decision_date", "start_plan"])
    if known.empty:
        return thresholds.measure_lead_months
    decided, planned = (
        pd.to_datetime(known[name].astype(str).str[:7]).dt.to_period("M").astype("int64")
        for name in ("decision_date", "start_plan")
    )
    return max(int((planned - decided).median()), 0)


def _portfolio(
    ledger: Ledger,
    register: pd.DataFrame,
    period: str,
    calendar: Sequence[str],
    thresholds: params.Thresholds,
    rates: pd.DataFrame,
    *,
    share: NDArray[np.float64],
) -> Portfolio:
    """Measures as numbers. An overlap group is settled by counting its largest record alone."""
    now = periods.calendar_month(period, start=ledger.start)
    delays = learn_delays(register, period=now, thresholds=thresholds)
    triangles = delays[["low", "mode", "high"]].astype(float).itertuples(name=None)
    portfolio = portfolio_from_register(
        register.assign(overlap_group=None, budget_taken_out=False),
        rates=rates,
        ramps=_ramps(register, ledger.start, calendar[-1], thresholds),
        period=period,
        start=ledger.start,
        delays={str(stage): (low, mode, high) for stage, low, mode, high in triangles},
        correlation=thresholds.measure_correlation,
    )
    passing = register["ramp"].isin(PASSING).to_numpy(dtype=bool)
    return replace(
        portfolio,
        # what the budget holds counts in part; whether anything else counts is `counted`
        full_year=portfolio.full_year * np.where(_in_budget(register), share, 1.0),
        in_run_rate=np.where(passing, 0.0, portfolio.in_run_rate),
        # a season that came last year too is in the base forecast's own season
        counted=portfolio.counted & ~(passing & (portfolio.start < 0)),
    )


def _ramps(
    register: pd.DataFrame, start: int, last: str, thresholds: params.Thresholds
) -> dict[str, list[float]]:
    """Share of full strength by months since the start, up to the end of the year."""
    begun = register["start_actual"].fillna(register["start_plan"])
    first = min([*begun, last])
    strength = planned_effects(
        register.assign(full_year_effect=FULL),
        months=periods.month_range(first, last),
        fiscal_year_start=start,
        thresholds=thresholds,
    )
    return {
        str(name): strength.loc[name, strength.columns >= month].tolist() or [1.0]
        for name, month in zip(register["measure_id"], begun, strict=True)
    }

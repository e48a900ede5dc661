"""The year with its measures: chance of the requirement, the gap, and what would close it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from balanse_lib import params, periods
from balanse_lib.forecast import YearEnd
from balanse_lib.ledger import Ledger
from balanse_lib.measures import frame_checks
from balanse_lib.measures.bridge import Bridge, build_bridge
from balanse_lib.measures.joint import JointYearEnd, join_year_end
from balanse_lib.measures.register import list_overdue
from balanse_lib.measures.selection import Package, choose_package, choose_packages
from balanse_lib.measures.simulate import MeasureDraws, simulate_measures
from balanse_lib.measures.timing import effect_by_decision_month, latest_decision, price_of_waiting
from balanse_lib.measures.tornado import rank_uncertainty
from balanse_lib.measures.worth import prudent_worth
from balanse_lib.measures.year_plan import YearPlan, plan_year
from balanse_lib.measures.year_risks import draw_risks, open_risks, risk_orphans, risk_table

# Where money costs the same, the package of fewest measures and least risk to quality is cheapest.
_EFFORT = 1e-3


@dataclass(frozen=True)
class MeasureYear:
    """What a trust's measures are worth this year; million, + improves the result.

    Attributes
    ----------
    table : measure_id → title, unit, owner, stage, full_year, planned (whole fiscal year), score,
        missing, reason (empty: it counts), share (the part that counts), and for the months left
        `planned_left`, `expected` and `P15` (the cautious quantile) beyond what the run rate holds,
        the latter two net of the costs that come with it; for ideas and planned ones if decided
        now.
    conflicts : measure_id yields to other_id: reason, effect, other_effect.
    draws : decided measures alone, over the months left.
    risks, orphans : open risks before and after the measures that answer to them, and what is not
        linked both ways.
    joint, bridge, uncertainty : the year with measures and risks; without a requirement the bridge
        stands at its expected value.
    requirement : None when there is none.
    gap : requirement − prudent quantile of the year with them; 0 when it is covered.
    bank : ideas and planned measures that could close it: effect, P15, cost.
    packages : the cheapest at the expected effect; cautious : the cheapest at P15.
    package_month : last month in which the cheapest package still closes the gap if it is decided;
        empty when it does not even now.
    last_month : the same of the whole bank.
    waiting : what a month's delay costs, by measure of the bank, and the last months of decision.
    overdue : should have started and have not.
    prudent : what each measure can be counted on for: this_year, next_year, confirmed (flag).
    plan : the register as it was read.
    """

    period: str
    table: pd.DataFrame
    conflicts: pd.DataFrame
    draws: MeasureDraws
    risks: pd.DataFrame
    orphans: pd.DataFrame
    joint: JointYearEnd
    bridge: Bridge
    uncertainty: pd.DataFrame
    requirement: float | None
    gap: float
    bank: pd.DataFrame
    packages: tuple[Package, ...]
    cautious: Package | None
    package_month: str
    last_month: str
    waiting: pd.DataFrame
    overdue: pd.DataFrame
    prudent: pd.DataFrame
    plan: YearPlan

    @property
    def gross(self) -> float:
        """Planned this year by all that the register says."""
        return float(self.table["planned"].sum())

    @property
    def net(self) -> float:
        """Planned this year by what counts."""
        return float((self.table["planned"] * self.table["share"]).sum())

    @property
    def as_one(self) -> tuple[tuple[float, float, float], ...]:
        """Planned, mean and sd of realisation of all decided measures as one, for the verdict.

        One entry, since measures of one trust succeed and fail together. Empty without a register.
        """
        planned, total = float(self.draws.planned.sum()), self.draws.total
        if self.table.empty:
            return ()
        if planned <= 0:
            return ((0.0, 0.0, 0.0),)
        return ((planned, float(total.mean()) / planned, float(total.std()) / planned),)


def value_measures(
    ledger: Ledger,
    *,
    year_end: YearEnd,
    requirement: float | None,
    rng: np.random.Generator,
    thresholds: params.Thresholds | None = None,
    evidence: pd.DataFrame | None = None,
    audits: pd.DataFrame | None = None,
) -> MeasureYear:
    """Value the register's measures in the year of `year_end`, after its period.

    Decided and started measures and open risks are drawn with the year; ideas and planned ones are
    what could close the gap that is left. Nothing counts that the base forecast holds already.
    `evidence` are published realisation rates (`params.realisation_evidence`), `audits` what the
    accounts say of the measures (`audit_measures`).
    """
    limits = thresholds or params.standard_thresholds()
    period = year_end.period
    now = periods.calendar_month(period, start=ledger.start)
    plan = plan_year(
        ledger,
        period=period,
        thresholds=limits,
        evidence=evidence,
        audits=audits,
        beside_budget=float(year_end.views.get("amounts", 1.0)),
    )
    months = range(12 - periods.months_left(period, start=ledger.start), 12)
    decided, undecided = (
        _draw(plan, undecided=which, months=months, n_draws=len(year_end.total), rng=rng)
        for which in (False, True)
    )
    risks = open_risks(ledger.risk, now=now, months_left=len(months))
    risk_draws = draw_risks(risks, plan=plan, decided=decided, rng=rng)
    joint = join_year_end(year_end.total, measures=decided, risks=risk_draws)
    wanted = float(joint.total.mean()) if requirement is None else requirement
    confirmed = float(plan.table.loc[plan.table["stage"] == "confirmed", "planned"].sum())
    prudent = float(np.quantile(joint.total, limits.prudent_quantile))
    gap = 0.0 if requirement is None else max(0.0, requirement - prudent)
    cautious_level = limits.measure_cautious_quantile
    bank = _bank(plan, undecided, ledger.measure.reset_index(drop=True), cautious_level)
    packages, cautious = _choose(bank, gap, limits)
    chosen = plan.part(undecided=True)
    lead = dict.fromkeys(chosen.ids, plan.lead)
    effects = effect_by_decision_month(chosen, months=months, lead=lead, decided=months or range(1))
    effects = effects.loc[bank["measure_id"]]
    best = bank[bank["measure_id"].isin(packages[0].chosen if packages else ())]
    calendar = periods.months_of_year(year_end.year, start=ledger.start)
    both = np.where(plan.undecided, undecided.effects, decided.effects)
    return MeasureYear(
        period=period,
        table=plan.table.assign(
            planned_left=np.where(plan.undecided, undecided.planned, decided.planned),
            expected=both.mean(axis=0),
            P15=_quantile(both, cautious_level),
        ),
        conflicts=plan.conflicts,
        draws=decided,
        risks=risk_table(risks, draws=risk_draws),
        orphans=risk_orphans(ledger, risks),
        joint=joint,
        bridge=build_bridge(
            joint, requirement=wanted, confirmed=confirmed, level=limits.measure_buffer_level
        ),
        uncertainty=rank_uncertainty(joint),
        requirement=requirement,
        gap=gap,
        bank=bank,
        packages=packages,
        cautious=cautious,
        package_month=_latest(best, gap, effects, calendar),
        last_month=_latest(bank if packages else best, gap, effects, calendar),
        waiting=_by_name(price_of_waiting(effects), calendar),
        overdue=list_overdue(ledger.measure, period=now),
        prudent=prudent_worth(plan, effects=both, level=limits.prudent_quantile),
        plan=plan,
    )


def _draw(
    plan: YearPlan, *, undecided: bool, months: range, n_draws: int, rng: np.random.Generator
) -> MeasureDraws:
    """Effects net of costs; the costs of what counts come whether the effect does or not."""
    part = plan.part(undecided=undecided)
    draws = simulate_measures(part, months=months, n_draws=n_draws, rng=rng)
    return replace(draws, effects=draws.effects + plan.costs * (part.counted & part.kept))


def _quantile(effects: np.ndarray, level: float) -> np.ndarray:
    return np.asarray(np.quantile(effects, level, axis=0))


def _bank(
    plan: YearPlan, draws: MeasureDraws, register: pd.DataFrame, cautious: float
) -> pd.DataFrame:
    """Undecided measures that would help, with what they exclude and need among each other."""
    frame = pd.DataFrame(
        {
            "measure_id": register["measure_id"],
            "effect": draws.effects.mean(axis=0),
            "P15": _quantile(draws.effects, cautious),
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

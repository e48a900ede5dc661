"""The year with its measures: chance of the requirement, the gap, and what would close it."""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib import params, periods
from balanse_lib.forecast import YearEnd
from balanse_lib.ledger import Ledger
from balanse_lib.measures.bridge import Bridge, build_bridge
from balanse_lib.measures.joint import JointYearEnd, join_year_end
from balanse_lib.measures.register import list_overdue
from balanse_lib.measures.simulate import MeasureDraws, simulate_measures
from balanse_lib.measures.tornado import rank_uncertainty
from balanse_lib.measures.worth import prudent_worth
from balanse_lib.measures.year_package import YearChoice, choose_for_year
from balanse_lib.measures.year_plan import YearPlan, plan_year
from balanse_lib.measures.year_risks import draw_risks, open_risks, risk_orphans, risk_table


@dataclass(frozen=True, kw_only=True)
class MeasureYear(YearChoice):
    """What a trust's measures are worth this year, and what could close its gap (`YearChoice`).

    Million, + improves the result.

    Attributes
    ----------
    table : measure_id → title, unit, owner, stage, gain_id, full_year, planned (whole fiscal year),
        score, missing, reason (empty: it counts), share (the part that counts), and for the months
        left `planned_left`, `expected` and `P15` (the cautious quantile) beyond what the run rate
        holds, the latter two net of the costs that come with it; for ideas and planned ones if
        decided now.
    conflicts : measure_id yields to other_id: reason, effect, other_effect.
    draws : decided measures alone, over the months left.
    risks, orphans : open risks before and after the measures that answer to them, and what is not
        linked both ways.
    joint, bridge, uncertainty : the year with measures and risks; without a requirement the bridge
        stands at its expected value.
    requirement : None when there is none.
    gap : requirement − prudent quantile of the year with them; 0 when it is covered.
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
    limits, period = thresholds or params.standard_thresholds(), year_end.period
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
    n_draws = len(year_end.total)
    decided = _draw(plan, undecided=False, months=months, n_draws=n_draws, rng=rng)
    again = deepcopy(rng)
    undecided = _draw(plan, undecided=True, months=months, n_draws=n_draws, rng=rng)
    risks = open_risks(
        ledger.risk,
        now=periods.month_in_force(period, start=ledger.start),
        months_left=len(months),
    )
    risk_draws = draw_risks(risks, plan=plan, decided=decided, rng=rng)
    joint = join_year_end(year_end.total, measures=decided, risks=risk_draws)
    gap = _gap(joint, requirement, limits)
    choice = choose_for_year(
        plan, draws=undecided, rng=again, ledger=ledger, period=period, gap=gap, limits=limits
    )
    both = np.where(plan.undecided, undecided.effects, decided.effects)
    return MeasureYear(
        **vars(choice),
        period=period,
        table=plan.table.assign(
            planned_left=np.where(plan.undecided, undecided.planned, decided.planned),
            expected=both.mean(axis=0),
            P15=np.quantile(both, limits.measure_cautious_quantile, axis=0),
        ),
        conflicts=plan.conflicts,
        draws=decided,
        risks=risk_table(risks, draws=risk_draws),
        orphans=risk_orphans(ledger, risks),
        joint=joint,
        bridge=_bridge(joint, requirement, plan, limits),
        uncertainty=rank_uncertainty(joint),
        requirement=requirement,
        gap=gap,
        overdue=list_overdue(ledger.measure, period=now),
        prudent=prudent_worth(plan, effects=both, level=limits.prudent_quantile),
        plan=plan,
    )


def _draw(
    plan: YearPlan, *, undecided: bool, months: range, n_draws: int, rng: np.random.Generator
) -> MeasureDraws:
    part = plan.part(undecided=undecided)
    return simulate_measures(part, months=months, n_draws=n_draws, rng=rng, costs=plan.costs)


def _gap(joint: JointYearEnd, requirement: float | None, limits: params.Thresholds) -> float:
    prudent = float(np.quantile(joint.total, limits.prudent_quantile))
    return 0.0 if requirement is None else max(0.0, requirement - prudent)


def _bridge(
    joint: JointYearEnd, requirement: float | None, plan: YearPlan, limits: params.Thresholds
) -> Bridge:
    """Bridge with the confirmed at their plan of the year; without a requirement at its mean."""
    confirmed = float(plan.table.loc[plan.table["stage"] == "confirmed", "planned"].sum())
    return build_bridge(
        joint,
        requirement=float(joint.total.mean()) if requirement is None else requirement,
        confirmed=confirmed,
        level=limits.measure_buffer_level,
    )

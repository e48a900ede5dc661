"""Canonical measure register and events of a synthetic trust, as they stood after `last`."""

from types import MappingProxyType

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger.measure_columns import MEASURE_COLUMNS
from balanse_lib.ledger.synthetic.frames import make_frame
from balanse_lib.ledger.synthetic.grid import Grid
from balanse_lib.ledger.synthetic.measures import size_plans, start_month
from balanse_lib.ledger.synthetic.plans import BANK, MeasurePlan
from balanse_lib.ledger.synthetic.risks import answered_risks
from balanse_lib.ledger.synthetic.simulate import Simulation
from balanse_lib.ledger.synthetic.truth import TrustTruth, measure_id

_CONFIRMED_AFTER = 12  # months at full strength
_DECIDED_BEFORE, _PLANNED_BEFORE = 3, 6  # months to the planned start
_NOT_DECIDED = ("idea", "planned")
_BASE_PER_EFFECT = 8.0  # a measure takes an eighth of what it works on
_LOW, _HIGH = 0.5, 1.2  # of the full-year effect
_INDICATORS = MappingProxyType({
    "staffing": ("gross_monthly_fte", "sick_leave_pct"),
    "hire-in": ("hire_in_cost", "overtime_fte"),
    "overtime/extra help": ("overtime_fte", "sick_leave_pct"),
    "purchasing": ("deviation_goods_cost", "stock_outs"),
    "medicines": ("deviation_goods_cost", "adverse_events"),
    "beds/closing": ("beds_closed", "corridor_patients"),
    "flow/LOS": ("length_of_stay_days", "corridor_patients"),
    "outpatient shift": ("visits", "waiting_days"),
    "income/coding": ("drg_points", "coding_corrections"),
    "organisation": ("gross_monthly_fte", "waiting_days"),
    "ICT": ("deviation_other_cost", "downtime_hours"),
    "avoided cost": ("deviation_other_cost", "building_faults"),
    "one-off": ("deviation_other_cost", "building_faults"),
})  # fmt: skip
_RISKY = ("staffing", "beds/closing", "flow/LOS")


def measure_table(simulation: Simulation) -> pd.DataFrame:
    """Canonical `measure`: plan and stage as the trust saw them after `last`, not the truth."""
    grid, drawn = simulation.grid, simulation.measures
    bank = BANK.get(grid.profile.trust, ())
    plans = (*drawn.plans, *bank)
    full_year, due = size_plans(grid, plans)
    full_year = full_year.round(1)
    really = np.concatenate([drawn.start, np.full(len(bank), np.inf)])
    now = grid.known - 1
    started = [not plan.stage and start <= now for plan, start in zip(plans, really, strict=True)]
    stages = [
        _stage(plan, planned=now - planned, started=now - start)
        for plan, planned, start in zip(plans, due, really, strict=True)
    ]
    ids = {plan.title: measure_id(grid, number) for number, plan in enumerate(plans)}
    months = [start_month(grid, number) for number in due]
    empty: dict[str, object] = dict.fromkeys(MEASURE_COLUMNS)
    return make_frame("measure", len(plans), empty | _decisions(months, stages) | {
        "measure_id": list(ids.values()),
        "title": [plan.title for plan in plans],
        "trust": grid.profile.trust,
        "unit": [grid.profile.unit_of(plan.role) for plan in plans],
        "owner": ["klinikkdirektør" if plan.role != "fel" else "økonomidirektør" for plan in plans],
        "class": [plan.kind_of for plan in plans],
        "kind": [plan.kind for plan in plans],
        "description": [f"{plan.title} ({plan.kind_of})" for plan in plans],
        "level": ["central" if plan.role == "fel" else "local" for plan in plans],
        "stage": stages,
        "account": [plan.account for plan in plans],
        "base_account": _base_accounts(plans),
        "base_amount": _BASE_PER_EFFECT * full_year
        * [1.0 if plan.kind == "income" else -1.0 for plan in plans],
        "full_year_effect": full_year,
        "low": (_LOW * full_year).round(1),
        "high": (_HIGH * full_year).round(1),
        "start_plan": months,
        "start_actual": [
            start_month(grid, start) if known else None
            for start, known in zip(really, started, strict=True)
        ],
        "ramp": [plan.ramp for plan in plans],
        "ramp_len": [float(plan.ramp_len) for plan in plans],
        "pause_from": [
            month if plan.stage == "paused" else None
            for plan, month in zip(plans, months, strict=True)
        ],
        "one_off_cost": 0.0,
        "running_cost": 0.0,
        "displaced_cost": 0.0,
        "quality_risk": [float(plan.kind_of in _RISKY) for plan in plans],
        "indicators": [_INDICATORS[plan.kind_of][0] for plan in plans],
        # the last but one of those in hand lacks it, as registers do
        "guard_indicators": [
            None if number == len(drawn.plans) - 2 else _INDICATORS[plan.kind_of][1]
            for number, plan in enumerate(plans)
        ],
        "excludes": [ids.get(plan.excludes) for plan in plans],
        "risk_ids": [*answered_risks(grid), *[None] * len(bank)],
        "realised": float("nan"),  # none is settled: what they gave is the truth's own
        "budget_taken_out": [plan.budget_taken_out for plan in plans],
    })  # fmt: skip


def _decisions(due: list[str], stages: list[str]) -> dict[str, object]:
    """Decision, consultation and evidence, as far as each stage has them."""
    decided = [stage not in _NOT_DECIDED for stage in stages]
    rows = list(enumerate(zip(due, decided, strict=True), start=1))
    before = [f"{periods.shift(month, -_DECIDED_BEFORE)}-15" for month in due]
    return {
        "year": [periods.fiscal_year(month) for month in due],
        "decision_ref": [f"sak {n}/{month[2:4]}" if made else None for n, (month, made) in rows],
        "decision_date": [day if made else None for day, made in zip(before, decided, strict=True)],
        "consultation_done": [
            day if made and number % 3 else None
            for number, (day, made) in enumerate(zip(before, decided, strict=True))
        ],
        "evidence": [
            "milepæl" if stage in ("implemented", "confirmed") else None for stage in stages
        ],
    }


def _base_accounts(plans: tuple[MeasurePlan, ...]) -> list[str]:
    """Account by leading digits; measures of one clinic and account work on parts of their own."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for plan in plans:
        nth = seen[plan.role, plan.account] = seen.get((plan.role, plan.account), -1) + 1
        found.append(f"{plan.account}{nth}")
    return found


def _stage(plan: MeasurePlan, *, planned: float, started: float) -> str:
    """Stage of a measure: months since the planned and the real start (negative: to come)."""
    if plan.stage:
        return plan.stage
    if started >= plan.ramp_len + _CONFIRMED_AFTER:
        return "confirmed"
    if started >= plan.ramp_len:
        return "implemented"
    if started >= 0:
        return "started"
    if planned >= -_DECIDED_BEFORE:
        return "decided"
    return "planned" if planned >= -_PLANNED_BEFORE else "idea"


def event_table(grid: Grid, truth: TrustTruth) -> pd.DataFrame:
    """Canonical `event`: what is booked or announced, and this year's uncertain ones to come."""
    events = truth.events
    coming = (events["type"] == "uncertain") & (events["period"] > grid.last)
    certain = events["happened"] & (events["announced"] <= grid.last) & ~coming
    shown = events[coming | certain].sort_values(["period", "id"])
    open_still = coming[shown.index]
    return make_frame(
        "event",
        len(shown),
        {
            "id": shown["id"],
            "trust": grid.profile.trust,
            "unit": grid.profile.unit_of("fel"),
            "account": shown["account"],
            "period": shown["period"],
            "type": shown["type"].where(open_still | (shown["type"] != "uncertain"), "one-off"),
            "amount": shown["amount"],
            "probability": shown["probability"].where(open_still, 1.0),
            "evidence": shown["text"],
        },
    )

"""Canonical measure register and events of a synthetic trust, as they stood after `last`."""

import pandas as pd

from balanse_lib.ledger.synthetic.frames import make_frame
from balanse_lib.ledger.synthetic.grid import Grid
from balanse_lib.ledger.synthetic.measures import start_month
from balanse_lib.ledger.synthetic.plans import MeasurePlan
from balanse_lib.ledger.synthetic.simulate import Simulation
from balanse_lib.ledger.synthetic.truth import TrustTruth, measure_id

_CONFIRMED_AFTER = 12  # months at full strength
_DECIDED_BEFORE, _PLANNED_BEFORE = 3, 6  # months to the planned start


def measure_table(simulation: Simulation) -> pd.DataFrame:
    """Canonical `measure`: plan and stage as the trust saw them after `last`, not the truth."""
    grid, drawn = simulation.grid, simulation.measures
    now = grid.known - 1
    started = [
        not plan.stage and start <= now
        for plan, start in zip(drawn.plans, drawn.start, strict=True)
    ]
    plans = drawn.plans
    return make_frame("measure", len(plans), {
        "measure_id": [measure_id(grid, number) for number in range(len(plans))],
        "title": [plan.title for plan in plans],
        "trust": grid.profile.trust,
        "unit": [grid.profile.unit_of(plan.role) for plan in plans],
        "owner": ["klinikkdirektør" if plan.role != "fel" else "økonomidirektør" for plan in plans],
        "class": [plan.kind_of for plan in plans],
        "kind": [plan.kind for plan in plans],
        "stage": [
            _stage(plan, planned=now - due, started=now - start)
            for plan, due, start in zip(plans, drawn.plan, drawn.start, strict=True)
        ],
        "account": [plan.account for plan in plans],
        "full_year_effect": drawn.full_year.round(1),
        "start_plan": [start_month(grid, due) for due in drawn.plan],
        "start_actual": [
            start_month(grid, start) if known else None
            for start, known in zip(drawn.start, started, strict=True)
        ],
        "ramp": [plan.ramp for plan in plans],
        "ramp_len": [float(plan.ramp_len) for plan in plans],
        "budget_taken_out": [plan.budget_taken_out for plan in plans],
    })  # fmt: skip


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

"""The risk register in the year: which risks are open, what answers to them, what they cost."""

from dataclasses import replace

import numpy as np
import pandas as pd

from balanse_lib.ledger import Ledger
from balanse_lib.measures import frame_checks
from balanse_lib.measures.risks import RiskDraws, find_orphans, simulate_risks
from balanse_lib.measures.simulate import MeasureDraws
from balanse_lib.measures.year_plan import YearPlan


def open_risks(register: pd.DataFrame, *, now: str, months_left: int) -> pd.DataFrame:
    """Risks that were entered by `now` and can still happen after it, this year.

    >>> register = pd.DataFrame({"risk_id": ["R1", "R2", "R3"],
    ...     "valid_from": ["2025-01", "2025-01", "2025-08"], "valid_to": [None, "2025-06", None]})
    >>> open_risks(register, now="2025-06", months_left=6)["risk_id"].tolist()
    ['R1']
    """
    to_come = register["valid_to"].isna() | (register["valid_to"] > now)
    rows = (register["valid_from"] <= now) & to_come & (months_left > 0)
    return register[rows].reset_index(drop=True)


def draw_risks(
    risks: pd.DataFrame, *, plan: YearPlan, decided: MeasureDraws, rng: np.random.Generator
) -> RiskDraws:
    """Draw the open risks beside the measures of the same year, draw by draw.

    A decided measure answers to a risk in the draws in which it has any effect, a confirmed one
    always; an idea or a plan answers to nothing until it is decided, and neither does a measure
    that was taken out of the register to see what is left without it.
    """
    known = set(decided.ids)
    answered = risks["measure_id"].map(lambda cell: set(frame_checks.names(cell)) <= known)
    stage = plan.table["stage"]
    confirmed = (stage == "confirmed").to_numpy(dtype=bool)
    waits = plan.undecided | stage.isin(("paused", "stopped")).to_numpy(dtype=bool)
    happened = (decided.happened & ~waits) | confirmed
    return simulate_risks(
        risks.assign(measure_id=risks["measure_id"].where(answered.astype(bool))),
        n_draws=len(decided.overlap),
        rng=rng,
        measures=replace(decided, happened=happened),
    )


def risk_table(risks: pd.DataFrame, *, draws: RiskDraws) -> pd.DataFrame:
    """Open risks before and after the measures that answer to them: risk_id → what it is and costs.

    Columns: title, unit, owner, measure_id, event_id, then those of `RiskDraws.table`.
    """
    told = risks.set_index("risk_id")[["title", "unit", "owner", "measure_id", "event_id"]]
    return told.join(draws.table())


def risk_orphans(ledger: Ledger, risks: pd.DataFrame) -> pd.DataFrame:
    """Open risks that no measure answers to, and links that only one of the registers knows."""
    stated = {
        str(measure): frame_checks.names(cell)
        for measure, cell in zip(
            ledger.measure["measure_id"], ledger.measure["risk_ids"], strict=True
        )
        if frame_checks.names(cell) and len(ledger.risk)
    }
    closed = set(ledger.risk["risk_id"]) - set(risks["risk_id"])
    kept = {measure: tuple(r for r in own if r not in closed) for measure, own in stated.items()}
    return find_orphans(risks, risks_by_measure=kept)

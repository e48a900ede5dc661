"""Canonical risks and in-year decisions of a synthetic trust, as they stood after `last`.

They are the trust's own view. The truth knows of one of the risks only, the event that it names:
none of the others comes true in the figures.
"""

from dataclasses import dataclass

import pandas as pd

from balanse_lib.ledger.synthetic.frames import make_frame
from balanse_lib.ledger.synthetic.grid import Grid
from balanse_lib.ledger.synthetic.simulate import Simulation
from balanse_lib.ledger.synthetic.truth import measure_id
from balanse_lib.ledger.tables import COST, FINANCING


@dataclass(frozen=True)
class _Risk:
    """One risk; amounts in per cent of the year's turnover: at worst, most likely, at best.

    `until` is the last month in which it can happen, `answered_by` the class of the measures that
    reduce it.
    """

    title: str
    role: str
    owner: str | None
    until: int
    probability: float
    amounts: tuple[float, float, float]
    answered_by: str = ""
    after: tuple[float | None, float | None] = (None, None)


_RISKS = (
    _Risk("Meir innleige gjennom ferieavviklinga", "med", "klinikkdirektør", 8,
          0.40, (-0.10, -0.06, -0.03), "hire-in", (0.20, 0.7)),
    _Risk("Fødeavdelinga treng meir overtid enn planlagt", "kir", "klinikkdirektør", 12,
          0.25, (-0.04, -0.03, -0.02), "overtime/extra help", (0.15, None)),
    _Risk("Prisen på nye kreftlegemiddel stig", "med", None, 12,
          0.15, (-0.12, -0.05, -0.02)),
)  # fmt: skip
_DISPUTE = _Risk("Tvist med leverandør", "fel", "økonomidirektør", 12, 0.0, (0.0, 0.0, 0.0))
# Decided in February; per cent of turnover this year and in a whole year
_POSTS, _EQUIPMENT, _WARD = (-0.02, -0.024), (-0.01, 0.0), (-0.03, -0.04)


def risk_table(simulation: Simulation, *, events: pd.DataFrame) -> pd.DataFrame:
    """Canonical `risk` of the year of `last`; the dispute is the one that stands as an event."""
    grid = simulation.grid
    percent = grid.revenue[-1] / 100
    frame = make_frame("risk", len(_RISKS), _columns(grid, _RISKS) | {
        "risk_id": [f"{grid.profile.short}-R{n}" for n in range(1, len(_RISKS) + 1)],
        "probability": [risk.probability for risk in _RISKS],
        **{
            name: [round(risk.amounts[place] * percent, 1) for risk in _RISKS]
            for place, name in enumerate(("low", "amount", "high"))
        },
        "measure_id": [answering(simulation, risk.answered_by) for risk in _RISKS],
        "probability_after": [risk.after[0] for risk in _RISKS],
        "amount_share_after": [risk.after[1] for risk in _RISKS],
        "event_id": None,
    })  # fmt: skip
    return pd.concat([frame, _from_events(grid, events)], ignore_index=True)


def answered_risks(grid: Grid) -> list[str | None]:
    """The risk that each measure of the register answers to; none for most."""
    numbers = {risk.answered_by: n for n, risk in enumerate(_RISKS, start=1) if risk.answered_by}
    return [
        f"{grid.profile.short}-R{numbers[plan.kind_of]}"
        if plan.kind_of in numbers and not plan.stage
        else None
        for plan in grid.profile.measures
    ]


def _columns(grid: Grid, risks: tuple[_Risk, ...]) -> dict[str, object]:
    return {
        "title": [risk.title for risk in risks],
        "trust": grid.profile.trust,
        "unit": [grid.profile.unit_of(risk.role) for risk in risks],
        "owner": [risk.owner for risk in risks],
        "valid_from": f"{grid.years[-1]}-01",
        "valid_to": [f"{grid.years[-1]}-{risk.until:02d}" for risk in risks],
        "evidence": "risikovurdering",
    }


def _from_events(grid: Grid, events: pd.DataFrame) -> pd.DataFrame:
    """Uncertain losses that stand among the events, entered as risks as well."""
    coming = events[(events["type"] == "uncertain") & (events["amount"] < 0)]
    return make_frame("risk", len(coming), _columns(grid, (_DISPUTE,) * len(coming)) | {
        "risk_id": [f"{grid.profile.short}-R{len(_RISKS) + n}" for n in range(1, len(coming) + 1)],
        "probability": coming["probability"].to_numpy(),
        "amount": coming["amount"].to_numpy(),
        "event_id": coming["id"].tolist(),
        **dict.fromkeys(("low", "high", "probability_after", "amount_share_after"),
                        [None] * len(coming)),
        "measure_id": None,
    })  # fmt: skip


def answering(simulation: Simulation, kind: str) -> str | None:
    """Names of the trust's measures of a class, as far as they were not given up."""
    names = [
        measure_id(simulation.grid, number)
        for number, plan in enumerate(simulation.measures.plans)
        if plan.kind_of == kind and not plan.stage
    ]
    return ", ".join(names) or None


def decision_table(simulation: Simulation) -> pd.DataFrame:
    """Canonical `decision` of the year of `last`: paid by a measure, by a grant, by nothing."""
    grid, year = simulation.grid, simulation.grid.years[-1]
    paying = next(
        measure_id(grid, number)
        for number, plan in enumerate(simulation.measures.plans)
        if not plan.stage and plan.start >= 0
    )
    rows = [
        ("D1", "To nye stillingar i akuttmottaket", "med", COST, "stillingar", _POSTS, None),
        ("D1", "To nye stillingar i akuttmottaket", "med", FINANCING, "effekt av tiltak",
         (-_POSTS[0], -_POSTS[1]), paying),
        ("D2", "Nytt utstyr på operasjon", "kir", COST, "leige og opplæring", _EQUIPMENT, None),
        ("D2", "Nytt utstyr på operasjon", "kir", FINANCING, "tilskot frå eigar",
         (-_EQUIPMENT[0], -_EQUIPMENT[1]), None),
        ("D3", "Ekstra sengepost gjennom vinteren", "med", COST, "bemanning", _WARD, None),
    ]  # fmt: skip
    percent = grid.revenue[-1] / 100
    names, titles, roles, sides, texts, amounts, measures = zip(*rows, strict=True)
    return make_frame("decision", len(rows), {
        "decision_id": [f"{grid.profile.short}-{name}" for name in names],
        "title": list(titles),
        "trust": grid.profile.trust,
        "unit": [grid.profile.unit_of(role) for role in roles],
        "decided": f"{year}-02",
        "side": list(sides),
        "text": list(texts),
        "this_year": [round(now * percent, 1) for now, _ in amounts],
        "next_year": [round(later * percent, 1) + 0.0 for _, later in amounts],
        "measure_id": list(measures),
        "next_year_marked": False,
    })  # fmt: skip

"""What a synthetic trust follows up, as it stood after `last`: deviations, hours of projects.

All of it is made up, with texts in nynorsk. Deviations are one at each step of the loop and not
drawn from the figures: an indicator that is followed up here need not signal.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger.follow_up_tables import HELD, INDICATOR, LINE, MEASURE, NOT_HELD
from balanse_lib.ledger.synthetic.frames import make_frame
from balanse_lib.ledger.synthetic.profiles import TrustProfile
from balanse_lib.ledger.synthetic.risks import answering
from balanse_lib.ledger.synthetic.simulate import Simulation
from balanse_lib.ledger.synthetic.truth import measure_id

_DAY = 12  # of the month, for everything that is done
_WHOLE_TRUST, _OF_MEASURE = "", "of the measure"


@dataclass(frozen=True)
class _Deviation:
    """One deviation; its days are told in months before `last`, a due day may lie after it."""

    kind: str
    about: str
    role: str
    seen: int
    cause: str | None = None
    answered_by: str = ""  # class of the measures that correct it
    corrective: str | None = None
    decided: int | None = None
    owner: str | None = None
    due: int | None = None
    checked: int | None = None
    effect: str | None = None


_DEVIATIONS = (
    _Deviation(INDICATOR, "sick_leave_pct", "kir", 8, "Influensa og vakante vakter i vinterferien",
               "", "Fast vikarpool for korttidsfråvær", 7, "klinikkdirektør", 4, 4, HELD),
    _Deviation(LINE, "hire_in", "med", 7, "Ledige stillingar for sjukepleiarar",
               "hire-in", None, 6, "klinikkdirektør", 2),
    _Deviation(INDICATOR, "letters_1_day_pct", _WHOLE_TRUST, 6, "Epikrisene ventar på godkjenning",
               "", "Påminning i journalsystemet", 5, "fagdirektør", 2, 2, NOT_HELD),
    _Deviation(INDICATOR, "corridor_patients", "med", 3, "Utskrivingsklare pasientar ventar",
               owner="klinikkdirektør"),
    _Deviation(MEASURE, "", _OF_MEASURE, 2, "Innfasinga er seinare enn planlagd",
               "", "Ny plan for innfasinga", owner="klinikkdirektør", due=-1),
    _Deviation(INDICATOR, "overtime_fte", "psy", 1),
)  # fmt: skip

# project, role of the clinic, how hours are recorded, posts, part registered from month to month
_PROJECTS = (
    ("Tidleg oppdaging av blodforgifting", "med", "system", 3.0, (1.0, 0.98, 0.95)),
    ("Digital heimeoppfølging", "psy", "system", 2.0, (0.9, 0.8)),
    ("Digital heimeoppfølging", "psy", "paper", 1.0, (0.7, 0.6)),
    ("Digital heimeoppfølging", "psy", "none", 0.5, ()),
    ("Raskare rehabilitering", "kir", "paper", 1.5, (0.85,)),
)
_HOURS_PER_POST = 140.0  # in a month, without holidays and absence
_CLAIM_PER_HOUR = 0.00065  # million


def action_table(simulation: Simulation) -> pd.DataFrame:
    """Canonical `action`: deviations at every step, one closed, one past its day, one reopened."""
    grid = simulation.grid
    profile, n = grid.profile, len(_DEVIATIONS)
    late, plan = next(
        (number, plan)
        for number, plan in enumerate(simulation.measures.plans)
        if not plan.stage and plan.start >= 0
    )
    measures = [
        answering(simulation, row.answered_by) if row.answered_by else None for row in _DEVIATIONS
    ]
    days = {
        name: [_day(grid.last, getattr(row, name)) for row in _DEVIATIONS]
        for name in ("seen", "decided", "due", "checked")
    }
    return make_frame("action", n, days | {
        "action_id": [f"{profile.short}-A{number}" for number in range(1, n + 1)],
        "trust": profile.trust,
        "unit": [_unit(profile, row.role, late=plan.role) for row in _DEVIATIONS],
        "kind": [row.kind for row in _DEVIATIONS],
        "about": [row.about or measure_id(grid, late) for row in _DEVIATIONS],
        "cause": [row.cause for row in _DEVIATIONS],
        "measure_id": measures,
        "corrective": [row.corrective for row in _DEVIATIONS],
        "owner": [row.owner for row in _DEVIATIONS],
        "effect": [row.effect for row in _DEVIATIONS],
    })  # fmt: skip


def project_hours_table(simulation: Simulation) -> pd.DataFrame:
    """Canonical `project_hours` of the year of `last`: in the system, on paper, not recorded."""
    grid, profile = simulation.grid, simulation.grid.profile
    months = [month for month in grid.months[: grid.known] if month[:4] == grid.last[:4]]
    rows = [(place, project) for place in range(len(months)) for project in _PROJECTS]
    hours = np.array([project[3] * _HOURS_PER_POST for _, project in rows])
    parts = [parts[place % len(parts)] if parts else np.nan for place, (*_, parts) in rows]
    return make_frame("project_hours", len(rows), {
        "trust": profile.trust,
        "unit": [profile.unit_of(project[1]) for _, project in rows],
        "project": [project[0] for _, project in rows],
        "period": [months[place] for place, _ in rows],
        "recording": [project[2] for _, project in rows],
        "expected": hours,
        "registered": np.round(hours * parts, 1),
        "claim": np.round(hours * _CLAIM_PER_HOUR, 6),
    })  # fmt: skip


def _unit(profile: TrustProfile, role: str, *, late: str) -> str:
    """Code of the clinic that holds a role; that of the late measure; or the whole trust."""
    if role == _WHOLE_TRUST:
        return profile.trust
    return profile.unit_of(late if role == _OF_MEASURE else role)


def _day(last: str, months_before: int | None) -> str | None:
    if months_before is None:
        return None
    return f"{periods.shift(last, -months_before)}-{_DAY:02d}"

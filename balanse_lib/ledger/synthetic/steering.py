"""What the boards of a synthetic trust decided: basis, goals, plans, norms, authority, sign-off.

Texts are in nynorsk. Amounts and limits are synthetic assumptions around the trust's own level.
"""

from types import MappingProxyType

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger.steering_checks import hash_assumption
from balanse_lib.ledger.synthetic import accounts
from balanse_lib.ledger.synthetic.companions import activity_counts
from balanse_lib.ledger.synthetic.frames import make_frame, repeat_text
from balanse_lib.ledger.synthetic.grid import YEAR, Array
from balanse_lib.ledger.synthetic.published import FTE_PER_EMPLOYEE
from balanse_lib.ledger.synthetic.simulate import Simulation

# number, text, line, part of a year's revenue, focus, indicators, low, high
_BASIS = (
    ("1", "Bemanninga veks ikkje utover budsjettet", "pay_cost", -0.60, True,
     "deviation_pay_cost; gross_monthly_fte; agreed_fte; worked_fte; norm_fte_gap", None, None),
    ("2", "Innleiga er høgst 1,5 prosent av løn og innleige", "hire_in", -0.010, True,
     "hire_in_share_pct; hire_in_cost; hire_in_hours; deviation_hire_in", None, 1.5),
    ("3", "Aktiviteten følgjer planen", "activity_based_income", 0.20, True,
     "deviation_activity_based_income; drg_points; drg_points_ytd; visits; referrals; "
     "first_visits; return_visits; return_visit_ratio", -1.0, None),
    ("4", "Sjukefråværet er høgst 8,5 prosent", "pay_cost", None, False,
     "sick_leave_pct; overtime_fte", None, 8.5),
    ("5", "Senger blir stengde utan fleire korridorpasientar", None, None, False,
     "corridor_patients; beds_closed; bed_occupancy_pct; bed_occupancy_budgeted_pct; "
     "length_of_stay_days; discharge_ready_patients; discharge_ready_days", None, None),
    ("6", "Pasientane får rett hjelp i rett tid", None, None, False,
     "letters_1_day_pct; letters_7_days_pct; waiting_days; still_waiting; "
     "cancelled_operations_pct; patient_rating", 60.0, None),
    ("7", "Andre kostnader følgjer prisveksten i budsjettet", "other_cost", -0.10, False,
     "deviation_other_cost; deviation_goods_cost; deviation_bought_health_services; deviation",
     None, None),
)  # fmt: skip
_GOALS = (
    ("70 prosent av epikrisene sende innan 1 dag", "letters_1_day_pct", 70.0, "fagdirektør"),
    ("Sjukefråvær under 7,5 prosent", "sick_leave_pct", 7.5, "HR-direktør"),
    ("Strykingar under 5 prosent", "cancelled_operations_pct", 5.0, "klinikkdirektør"),
)
_BUDGET, _MISSION = "budsjett, syntetisk", "oppdragsdokument, syntetisk"
_PLANNED = MappingProxyType({
    "drg_points": _BUDGET, "stays": _BUDGET, "visits": _MISSION, "first_visits": _MISSION,
    "return_visits": _MISSION,
})  # fmt: skip
# Hours of all staff together for a visit; open beds take the rest of a clinic's worked hours.
_VISIT_HOURS = MappingProxyType({"first_visits": 2.5, "return_visits": 1.5})
_HOURS_PER_MONTH, _ABSENCE, _PRESENT = 162.5, 0.10, 0.82
# part of the points that was coded a month earlier, of the last months then known
_CODED = (0.995, 0.98, 0.94)
_RATING, _RATING_SD = 78.0, 1.5


def steering_tables(simulation: Simulation) -> dict[str, pd.DataFrame]:
    """Every canonical table of what was decided and agreed."""
    return {
        "assumption": _assumptions(simulation),
        "goal": _goals(simulation),
        "authority": _authority(simulation),
        "signoff": _signoff(simulation),
        "norm": _norms(simulation),
        "activity_plan": _plan(simulation),
        "activity_before": _before(simulation),
        "indicator_def": _own_indicator(),
        "indicator_value": _own_values(simulation),
    }


def _assumptions(simulation: Simulation) -> pd.DataFrame:
    grid, year = simulation.grid, simulation.grid.years[-1]
    number, text, line, share, focus, indicators, low, high = map(list, zip(*_BASIS, strict=True))
    amounts = [None if part is None else round(part * grid.revenue[-1], 1) for part in share]
    frame = make_frame("assumption", len(_BASIS), {
        "trust": grid.profile.trust, "number": number, "text": text, "line": line,
        "amount": amounts, "source": f"beslutningsgrunnlag {year}, styresak 12/{year}",
        "approved": f"{year}-01-30", "sha256": None, "focus": focus, "indicators": indicators,
        "low": low, "high": high, "status": None,
    })  # fmt: skip
    return frame.assign(sha256=[hash_assumption(row) for _, row in frame.iterrows()])


def _goals(simulation: Simulation) -> pd.DataFrame:
    grid, year = simulation.grid, simulation.grid.years[-1]
    goal, indicator, target, responsible = map(list, zip(*_GOALS, strict=True))
    return make_frame("goal", len(_GOALS), {
        "trust": grid.profile.trust, "unit": grid.profile.trust, "goal": goal,
        "indicator": indicator, "target": target, "valid_from": f"{year}-01",
        "valid_to": f"{year}-12", "responsible": responsible,
        "source": f"oppdragsdokument {year}",
    })  # fmt: skip


def _authority(simulation: Simulation) -> pd.DataFrame:
    """Who decides what; in three places somebody else than who answers for the budget."""
    profile, first = simulation.grid.profile, f"{simulation.grid.years[0]}-01"
    others = {
        ("med", "overtime"): "seksjonsleiar",
        ("kir", "hire_in"): "bemanningssenter",
        ("psy", "posts"): "HR-direktør",
    }
    rows = [
        (unit, right, others.get((unit.rsplit("-")[-1], right), "klinikkdirektør"))
        for unit in map(profile.unit_code, profile.clinics)
        for right in ("budget", "posts", "overtime", "hire_in")
    ]
    unit, right, role = map(list, zip(*rows, strict=True))
    return make_frame("authority", len(rows), {
        "trust": profile.trust, "unit": unit, "right": right, "role": role,
        "valid_from": first, "valid_to": None,
    })  # fmt: skip


def _signoff(simulation: Simulation) -> pd.DataFrame:
    """Pay lists of the year, signed the month after; common functions are two months behind."""
    grid, profile = simulation.grid, simulation.grid.profile
    months = [month for month in grid.months[: grid.known] if month[:4] == grid.last[:4]]
    units = [profile.unit_code(clinic) for clinic in profile.clinics]
    slow = profile.unit_of("fel")
    rows = [
        (unit, month, None if unit == slow and month in months[-2:] else _day_after(month))
        for month in months
        for unit in units
    ]
    unit, month, signed = map(list, zip(*rows, strict=True))
    return make_frame("signoff", len(rows), {
        "trust": profile.trust, "unit": unit, "period": month, "signed": signed,
    })  # fmt: skip


def _day_after(month: str) -> str:
    return f"{periods.shift(month, 1)}-08"


def _norms(simulation: Simulation) -> pd.DataFrame:
    """Hours of one of each driver, together what the clinic worked in the first year, rounded."""
    grid, counts = simulation.grid, activity_counts(simulation)
    cells = grid.on_account(accounts.ISF)
    fixed = [grid.index[grid.cells[cell].unit, accounts.FIXED_PAY] for cell in cells]
    total = grid.profile.employees * FTE_PER_EMPLOYEE * _PRESENT * _HOURS_PER_MONTH
    staff = [total * grid.cells[cell].share / (1 + _ABSENCE) for cell in fixed]
    rows: list[tuple[str, str, float]] = []
    for place, cell in enumerate(cells):
        visits = sum(h * _first_year(counts[kind], place) for kind, h in _VISIT_HOURS.items())
        of_bed = (staff[place] - visits) / _first_year(counts["bed_days_open"], place)
        hours_of = {"bed_days_open": round(of_bed, 2), **_VISIT_HOURS}
        rows += [(grid.cells[cell].unit, driver, hours) for driver, hours in hours_of.items()]
    unit, driver, hours = map(list, zip(*rows, strict=True))
    return make_frame("norm", len(rows), {
        "trust": grid.profile.trust, "unit": unit, "driver": driver, "hours": hours,
        "absence": _ABSENCE, "valid_from": f"{grid.years[0]}-01", "valid_to": None,
        "source": "bemanningsnorm, syntetisk",
    })  # fmt: skip


def _first_year(values: Array, place: int) -> float:
    return float(values[:YEAR, place].mean())


def _plan(simulation: Simulation) -> pd.DataFrame:
    """Planned activity: the same month of the year before; the first year has no plan."""
    grid, counts = simulation.grid, activity_counts(simulation)
    cells = grid.on_account(accounts.ISF)
    values = np.stack([counts[name][:-YEAR] for name in _PLANNED])
    kind, month, unit = np.unravel_index(np.arange(values.size), values.shape)
    return make_frame("activity_plan", values.size, {
        "trust": grid.profile.trust,
        "unit": repeat_text([grid.cells[cell].unit for cell in cells], unit),
        "period": repeat_text(grid.months[YEAR:], month),
        "type": repeat_text(list(_PLANNED), kind),
        "value": np.round(values.ravel()),
        "agreement": repeat_text(list(_PLANNED.values()), kind),
    })  # fmt: skip


def _before(simulation: Simulation) -> pd.DataFrame:
    """DRG points of the year before `last` as they were a month earlier: the latest not coded."""
    grid, cells = simulation.grid, simulation.grid.on_account(accounts.ISF)
    months = np.arange(grid.known - 1 - YEAR, grid.known - 1)
    share = np.ones((YEAR, 1))
    share[-len(_CODED) :, 0] = _CODED
    points = simulation.points[months]
    values = np.where(share < 1, np.round(points * share), points)
    month, unit = np.nonzero(~np.isnan(values))
    return make_frame("activity_before", len(month), {
        "trust": grid.profile.trust,
        "unit": repeat_text([grid.cells[cell].unit for cell in cells], unit),
        "period": repeat_text(grid.months, months[month]),
        "type": "drg_points",
        "value": values[month, unit],
    })  # fmt: skip


def _own_indicator() -> pd.DataFrame:
    return make_frame("indicator_def", 1, {
        "indicator": ["patient_rating"], "name": ["Pasientane si vurdering"],
        "numerator": ["value:patient_rating"], "denominator": None, "times": [None],
        "measured_in": ["points"], "direction": ["higher"], "season": ["no"], "kind": ["ratio"],
        "line": None, "worth": None, "target": [75.0], "target_from": ["2024-01"],
        "target_to": [None], "minimum": [None], "measures": None, "system": None,
        "source": ["pasientundersøking, syntetisk"], "doubt": ["få svar i sommarmånadene"],
        "assumptions": ["6"],
    })  # fmt: skip


def _own_values(simulation: Simulation) -> pd.DataFrame:
    grid, rng = simulation.grid, simulation.stream("steering")
    values = np.round(_RATING + _RATING_SD * rng.standard_normal(len(grid.months)), 1)
    return make_frame("indicator_value", grid.known, {
        "trust": grid.profile.trust, "unit": grid.profile.trust, "indicator": "patient_rating",
        "period": repeat_text(grid.months, np.arange(grid.known)), "period_kind": "month",
        "value": values[: grid.known], "measured_in": "points", "source": None, "doubt": None,
    })  # fmt: skip

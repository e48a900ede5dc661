"""Canonical staffing, activity, organisation and deadlines of a synthetic trust."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from balanse_lib.ledger.synthetic import accounts
from balanse_lib.ledger.synthetic.flow import flow_counts
from balanse_lib.ledger.synthetic.frames import make_frame, repeat_text
from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid
from balanse_lib.ledger.synthetic.profiles import Clinic, TrustProfile
from balanse_lib.ledger.synthetic.published import FTE_PER_EMPLOYEE, REFERENCE_YEAR, STAFF_GROWTH
from balanse_lib.ledger.synthetic.season import month_profiles
from balanse_lib.ledger.synthetic.simulate import Simulation

# Synthetic assumptions: groups of staff in a clinic and in common functions, part of the hired-in
# hours, part present in each month (holidays), sick leave and overtime as parts of agreed FTE.
CATEGORIES = ("legar", "sjukepleiarar", "andre fagstillingar", "drift og administrasjon")
_IN_CLINICS = (0.17, 0.45, 0.26, 0.12)
_IN_COMMON = (0.02, 0.05, 0.13, 0.80)
_HIRED_IN = (0.30, 0.65, 0.05, 0.0)
_PRESENT = (0.92, 0.90, 0.89, 0.89, 0.90, 0.85, 0.55, 0.80, 0.93, 0.90, 0.93, 0.86)
_SICK, _OVERTIME = 0.08, 0.025
_OWN_NOISE = 0.03
_NOK_PER_HOUR_2024, _PRICE_GROWTH = 950.0, 1.04
# Counts per DRG point are those of the trust's key figures.
_COUNTS = ("stays", "day_stays", "visits")
# What is due, years after the last one, month and day: made up, one of them on a Sunday.
_DEADLINES = (
    ("Innspel til økonomisk langtidsplan", 0, 4, 4),
    ("Tertialrapport 1", 0, 5, 15),
    ("Tertialrapport 2", 0, 9, 12),
    ("Budsjett for neste år til styret", 0, 12, 17),
    ("Førebels årsresultat", 1, 1, 11),
    ("Årsrekneskap og årsmelding", 1, 2, 20),
)
_WEEKDAYS = ("måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag")


def staffing_table(simulation: Simulation, *, rng: np.random.Generator) -> pd.DataFrame:
    """Canonical `staffing` up to `last`: full-time equivalents by clinic, group and month."""
    grid, units = simulation.grid, [*range(len(simulation.grid.profile.clinics))]
    agreed = _agreed(simulation)
    shape = agreed.shape

    def monthly(values: Array) -> Array:
        return values[:, None, None] * np.exp(_OWN_NOISE * rng.standard_normal(shape))

    sick = agreed * monthly(_SICK * _profile(grid, "sickness"))
    overtime = agreed * monthly(_OVERTIME * _profile(grid, "overtime"))
    present = np.tile(_PRESENT, len(grid.years))[:, None, None]
    month, unit, group = np.unravel_index(
        np.arange(grid.known * len(units) * len(CATEGORIES)), (grid.known, *shape[1:])
    )
    values = {
        "agreed": agreed, "worked": (agreed - sick) * present + overtime,
        "paid": agreed + overtime, "overtime": overtime,
        "hired_in_hours": _hired_in(simulation), "sick": sick,
    }  # fmt: skip
    return make_frame(
        "staffing",
        len(month),
        {
            "trust": grid.profile.trust,
            "unit": repeat_text([grid.profile.unit_code(c) for c in grid.profile.clinics], unit),
            "category": repeat_text(CATEGORIES, group),
            "period": repeat_text(grid.months, month),
            **{name: value[: grid.known].ravel().round(1) for name, value in values.items()},
        },
    )


def _profile(grid: Grid, name: str) -> Array:
    return np.concatenate([month_profiles(year)[name] for year in grid.years])


def _agreed(simulation: Simulation) -> Array:
    """Agreed FTE by month × clinic × group; follows the level and measures of fixed pay."""
    grid = simulation.grid
    cells = [grid.index[grid.profile.unit_code(c), accounts.FIXED_PAY]
             for c in grid.profile.clinics]  # fmt: skip
    moved = simulation.chance.level + simulation.measures.by_cell(len(grid.cells))
    strength = np.exp(moved[:, cells] / simulation.systematic[:, cells])
    elapsed = np.arange(len(grid.months)) / YEAR + grid.years[0] - REFERENCE_YEAR
    total = grid.profile.employees * FTE_PER_EMPLOYEE * STAFF_GROWTH**elapsed
    share = np.array([grid.cells[cell].share for cell in cells])
    groups = np.array([_IN_COMMON if "fel" in clinic.roles else _IN_CLINICS
                       for clinic in grid.profile.clinics])  # fmt: skip
    return np.asarray((total[:, None] * share * strength)[..., None] * groups)


def _hired_in(simulation: Simulation) -> Array:
    """Hours behind the booked hire-in at the year's price; an hour costs nothing below zero."""
    grid = simulation.grid
    price = _NOK_PER_HOUR_2024 * _PRICE_GROWTH ** (np.repeat(grid.years, YEAR) - 2024.0)
    hours = np.zeros((len(grid.months), len(grid.profile.clinics)))
    for number, clinic in enumerate(grid.profile.clinics):
        cell = grid.index.get((grid.profile.unit_code(clinic), accounts.HIRE_IN))
        if cell is not None:
            hours[:, number] = np.maximum(-simulation.amounts[:, cell], 0.0) * 1e6 / price
    return np.asarray(hours[..., None] * np.array(_HIRED_IN))


def activity_table(simulation: Simulation) -> pd.DataFrame:
    """Canonical `activity` up to `last`: DRG points, the counts that go with them, the flow."""
    grid, cells = simulation.grid, simulation.grid.on_account(accounts.ISF)
    counts = activity_counts(simulation)
    values = np.stack(list(counts.values()))[:, : grid.known]
    kind, month, unit = np.nonzero(~np.isnan(values))
    return make_frame(
        "activity",
        len(kind),
        {
            "trust": grid.profile.trust,
            "unit": repeat_text([grid.cells[cell].unit for cell in cells], unit),
            "period": repeat_text(grid.months, month),
            "type": repeat_text(list(counts), kind),
            "value": values[kind, month, unit],
        },
    )


def deadline_table(grid: Grid) -> pd.DataFrame:
    """Canonical `deadline`: made-up dates of the last year; all that have passed were kept."""
    year, last = grid.years[-1], grid.months[grid.known - 1]
    rows = [(what, date(year + late, month, day)) for what, late, month, day in _DEADLINES]
    return make_frame(
        "deadline",
        len(rows),
        {
            "what": [what for what, _ in rows],
            "due": [due.isoformat() for _, due in rows],
            "weekday": [_WEEKDAYS[due.weekday()] for _, due in rows],
            "done": [
                (due - timedelta(days=1)).isoformat() if f"{due:%Y-%m}" <= last else None
                for _, due in rows
            ],
            "source": "Syntetisk oppdragsdokument",
        },
    )


def activity_counts(simulation: Simulation) -> dict[str, Array]:
    """Counts by activity type, month × clinic with activity-based income."""
    points, profile = simulation.points, simulation.grid.profile
    rng = simulation.stream("activity")
    noise = np.exp(_OWN_NOISE * rng.standard_normal((len(_COUNTS), *points.shape)))
    counts = {
        name: np.round(points * getattr(profile, name) / profile.drg_points * noise[place])
        for place, name in enumerate(_COUNTS)
    }
    flow = flow_counts(
        simulation, stays=counts["stays"], visits=counts["visits"], rng=simulation.stream("flow")
    )
    return {"drg_points": points, **counts, **flow}


def org_table(grid: Grid) -> pd.DataFrame:
    """Canonical `org`: the trust, its clinics, and the name of a clinic before it was renamed."""
    profile, first = grid.profile, f"{grid.years[0]}-01"
    rows: list[tuple[str, str | None, str, str | None, str]]
    rows = [(profile.trust, None, first, None, profile.name)]
    for clinic in profile.clinics:
        rows += _clinic_rows(profile, clinic, first=first, renamed=grid.years[len(grid.years) // 2])
    columns = zip(*rows, strict=True)
    names = ("unit", "parent", "valid_from", "valid_to", "name")
    return make_frame("org", len(rows), dict(zip(names, map(list, columns), strict=True)))


def _clinic_rows(
    profile: TrustProfile, clinic: Clinic, *, first: str, renamed: int
) -> list[tuple[str, str | None, str, str | None, str]]:
    unit = profile.unit_code(clinic)
    if clinic.former_name is None:
        return [(unit, profile.trust, first, None, clinic.name)]
    return [
        (unit, profile.trust, first, f"{renamed - 1}-12", clinic.former_name),
        (unit, profile.trust, f"{renamed}-01", None, clinic.name),
    ]

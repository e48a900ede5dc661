"""The synthetic region: four fictitious trusts, their tables and the truth behind them.

Everything follows from the seed: each trust has its own random streams, so that a trust made
alone has the same numbers as inside the region.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from balanse_lib.ledger.synthetic import (
    accounting,
    companions,
    follow_up,
    register,
    reporters,
    risks,
    steering,
)
from balanse_lib.ledger.synthetic.noise import Departures
from balanse_lib.ledger.synthetic.profiles import BY_TRUST, PROFILES, TrustProfile
from balanse_lib.ledger.synthetic.simulate import Simulation, simulate
from balanse_lib.ledger.synthetic.truth import TrustTruth, tell_truth

SEED, LAST, YEARS = 2009, "2025-09", 6
NO_DEPARTURES = Departures()
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class SyntheticRegion:
    """Tables and truth by trust. It is synthetic: say so wherever it is shown.

    Attributes
    ----------
    tables : trust → canonical table name → frame.
    truth : trust → what really happened.
    names : trust → name.
    profiles : trust → what it was made from.
    """

    tables: Mapping[str, Tables]
    truth: Mapping[str, TrustTruth]
    names: Mapping[str, str]
    profiles: Mapping[str, TrustProfile]
    seed: int
    last: str
    synthetic: bool = True


def synthetic_region(
    *,
    seed: int = SEED,
    last: str = LAST,
    years: int = YEARS,
    departures: Departures = NO_DEPARTURES,
    profiles: Sequence[TrustProfile] = PROFILES,
) -> SyntheticRegion:
    """Make all trusts with `years` complete years before the year of `last`, and their truth."""
    made = {
        profile.trust: make_trust(profile, seed=seed, last=last, years=years, departures=departures)
        for profile in profiles
    }
    return SyntheticRegion(
        tables={trust: tables for trust, (tables, _) in made.items()},
        truth={trust: truth for trust, (_, truth) in made.items()},
        names={profile.trust: profile.name for profile in profiles},
        profiles={profile.trust: profile for profile in profiles},
        seed=seed,
        last=last,
    )


def synthetic_trust(
    trust: str,
    *,
    seed: int = SEED,
    last: str = LAST,
    years: int = YEARS,
    departures: Departures = NO_DEPARTURES,
) -> tuple[Tables, TrustTruth]:
    """Make one trust of the region: the same numbers as inside `synthetic_region`.

    >>> tables, truth = synthetic_trust("helse-storvatn", years=1, last="2025-02")
    >>> sorted(tables)[:2], truth.reporter
    (['action', 'activity'], 'silent')
    """
    if trust not in BY_TRUST:
        raise ValueError(f"no synthetic trust {trust!r}: choose one of {', '.join(BY_TRUST)}")
    return make_trust(BY_TRUST[trust], seed=seed, last=last, years=years, departures=departures)


def make_trust(
    profile: TrustProfile, *, seed: int, last: str, years: int, departures: Departures
) -> tuple[Tables, TrustTruth]:
    """Make tables and truth of any profile."""
    simulation = simulate(profile, seed=seed, last=last, years=years, departures=departures)
    truth = tell_truth(simulation)
    return make_tables(simulation, truth), truth


def synthetic_truth(
    profile: TrustProfile,
    *,
    seed: int,
    last: str = LAST,
    years: int = YEARS,
    departures: Departures = NO_DEPARTURES,
) -> TrustTruth:
    """Truth of a trust without its tables: cheap enough for thousands of trust-years."""
    return tell_truth(simulate(profile, seed=seed, last=last, years=years, departures=departures))


def make_tables(simulation: Simulation, truth: TrustTruth) -> dict[str, pd.DataFrame]:
    """Return every canonical table of a trust as it stood after `last`."""
    budget = accounting.make_budget(simulation)
    grid = simulation.grid
    events = register.event_table(grid, truth)
    return {
        "ledger_month": accounting.ledger_table(simulation, truth),
        "budget": accounting.budget_table(simulation, budget),
        "requirement": accounting.requirement_table(simulation, budget),
        "forecast_log": reporters.forecast_log(grid, truth.reports, budget=budget.requirement),
        "event": events,
        "measure": register.measure_table(simulation),
        "risk": risks.risk_table(simulation, events=events),
        "decision": risks.decision_table(simulation),
        "staffing": companions.staffing_table(simulation, rng=simulation.stream("staffing")),
        "activity": companions.activity_table(simulation),
        "org": companions.org_table(grid),
        "deadline": companions.deadline_table(grid),
        **steering.steering_tables(simulation),
        "action": follow_up.action_table(simulation),
        "project_hours": follow_up.project_hours_table(simulation),
    }

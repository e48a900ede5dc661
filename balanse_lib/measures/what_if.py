"""What if? The year drawn again with the same random numbers: only the scenario moves it."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib.errors import nearest
from balanse_lib.ledger import Ledger
from balanse_lib.measures.joint import JointYearEnd
from balanse_lib.measures.measure_year import MeasureYear
from balanse_lib.measures.portfolio import Links, Portfolio
from balanse_lib.measures.simulate import simulate_measures
from balanse_lib.measures.year_plan import costs_to_come

Bools = NDArray[np.bool_]
HALF, LATE = 0.5, 3  # assumption: scenarios that are always shown


@dataclass(frozen=True)
class Scenario:
    """What an analyst changes; as it stands here, nothing.

    Attributes
    ----------
    realisation : factor on the effect still to come; 1: as much as the model expects.
    delay_months : whole months that measures not started come later, beyond the delays drawn.
    left_out : decided measures that are not carried out, and with them what depends on them.
    added : ideas and planned measures that are decided now, and with them what they depend on.
    shock : amount on the year's result, million, + improves it.
    """

    realisation: float = 1.0
    delay_months: int = 0
    left_out: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    shock: float = 0.0


@dataclass(frozen=True)
class WhatIf:
    """A measure year and what it was drawn from.

    `rng` is as `value_measures` got it; it is copied for every scenario and never moves on.
    """

    year: MeasureYear
    ledger: Ledger
    rng: np.random.Generator


def play_scenario(what_if: WhatIf, scenario: Scenario) -> JointYearEnd:
    """Year-end distribution under a scenario; with nothing changed that of the measure year.

    base + shock + Σ (realisation · effect(delay) + costs(delay)) of what is carried out + risks.
    Costs come whether the effect does or not, so with a realisation of 0 they remain; a measure
    that is left out has neither. What began before the period is not delayed, and its effect so far
    is in the base. A delay moves the whole profile, pauses and seasons with it. Two records of one
    gain still count once, as in the measure year, and risks stay as they were drawn there.
    """
    _check(what_if, scenario)
    year = what_if.year
    chosen = _carried_out(what_if, scenario)
    part = _with_delay(year.plan.counting(chosen), what_if, scenario.delay_months)
    draws = simulate_measures(
        replace(part, full_year=part.full_year * scenario.realisation),
        months=year.draws.months,
        n_draws=len(year.joint.base),
        rng=deepcopy(what_if.rng),
        costs=costs_to_come(
            what_if.ledger, period=year.period, start=part.start, delay=scenario.delay_months
        ),
    )
    base = year.joint.base + scenario.shock
    return replace(year.joint, base=base, effects=draws.effects, overlap=draws.overlap)


def measures_to_choose(year: MeasureYear) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Decided measures that still move the year-end, and undecided ones that could be added."""
    moving = np.flatnonzero(year.draws.effects.any(axis=0))
    return tuple(year.draws.ids[place] for place in moving), tuple(year.bank["measure_id"])


def standard_scenarios(what_if: WhatIf) -> tuple[Scenario, ...]:
    """Scenarios that are always worth a look, as far as the trust has measures for them.

    Nothing changed; half the effect; three months late; without the measure that is expected to
    give most; without all; with the best of the bank; a loss of one standard deviation.
    """
    year = what_if.year
    decided, bank = measures_to_choose(year)
    found = [Scenario()]
    if decided:
        most = str(year.table.loc[list(decided), "expected"].idxmax())
        found += [Scenario(realisation=HALF), Scenario(delay_months=LATE)]
        found += [Scenario(left_out=(most,))]
        found += [Scenario(left_out=decided)] if len(decided) > 1 else []
    if bank:
        best = year.bank.set_index("measure_id")["effect"].idxmax()
        found.append(Scenario(added=(str(best),)))
    return (*found, Scenario(shock=-round(float(year.joint.total.std()), 1)))


def scenarios_table(what_if: WhatIf, scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """Each scenario's year-end: expected, change, P10, P15 … P90, p_reach; million.

    `change` is expected − expected with nothing changed; p_reach is empty without a requirement.
    """
    year = what_if.year
    unchanged = float(year.joint.total.mean())
    rows = []
    for scenario in scenarios:
        joint = play_scenario(what_if, scenario)
        expected = float(joint.total.mean())
        reach = np.nan if year.requirement is None else joint.p_reach(year.requirement)
        told = {"expected": expected, "change": expected - unchanged, "p_reach": reach}
        rows.append(told | joint.quantiles().to_dict())
    return pd.DataFrame(rows)


def _check(what_if: WhatIf, scenario: Scenario) -> None:
    late, known = scenario.delay_months, what_if.year.plan.portfolio.ids
    if not (np.isfinite(scenario.realisation) and scenario.realisation >= 0):
        raise ValueError(f"realisation is {scenario.realisation}: give a factor of at least 0")
    if not (late >= 0 and late == int(late)):
        raise ValueError(f"delay_months is {late}: give whole months of at least 0")
    if not np.isfinite(scenario.shock):
        raise ValueError(f"shock is {scenario.shock}: give an amount in million")
    for name in (*scenario.left_out, *scenario.added):
        if name not in known:
            raise ValueError(f"no measure {name!r}: nearest is {nearest(name, known)}")


def _carried_out(what_if: WhatIf, scenario: Scenario) -> Bools:
    """Decided and added measures, less those left out."""
    portfolio = what_if.year.plan.portfolio
    gone = _follow(scenario.left_out, portfolio, _turned(portfolio.parents))
    extra = _follow(scenario.added, portfolio, portfolio.parents)
    return np.asarray((~what_if.year.plan.undecided | extra) & ~gone)


def _follow(ids: Sequence[str], portfolio: Portfolio, links: Links) -> Bools:
    """The measures named, and all that the links lead to from them."""
    reached = np.zeros(len(portfolio.ids), dtype=bool)
    ahead = [portfolio.ids.index(name) for name in ids]
    while ahead:
        place = ahead.pop()
        ahead += [other for other in links[place] if not reached[other]]
        reached[place] = True
    return reached


def _turned(links: Links) -> Links:
    return tuple(
        tuple(i for i, others in enumerate(links) if place in others) for place in range(len(links))
    )


def _with_delay(portfolio: Portfolio, what_if: WhatIf, months: int) -> Portfolio:
    """Delays of what has not started, moved by some months: probabilities of 0, 1, 2 … months."""
    known = what_if.ledger.measure["start_actual"].notna().to_numpy(dtype=bool)
    nothing = np.zeros((len(portfolio.ids), months))
    later = np.concatenate([nothing, portfolio.delay], axis=1)
    as_before = np.concatenate([portfolio.delay, nothing], axis=1)
    return replace(portfolio, delay=np.where(known[:, None], as_before, later))

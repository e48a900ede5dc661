"""Displacement: whether the unit's other lines became worse when the measure started."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from statsmodels.stats.multitest import multipletests

from balanse_lib.measures.audit_line import Line, prepare
from balanse_lib.measures.audit_plan import PlannedMeasure
from balanse_lib.measures.audit_settings import AuditSettings


@dataclass(frozen=True)
class Displacement:
    """Effect of a month at full strength on the lines that became worse, million; 0 when none did.

    NaN when no other line could be looked at.
    """

    amount: float
    lines: tuple[str, ...]


def find_displacement(
    others: Sequence[Line],
    *,
    measure: PlannedMeasure,
    settings: AuditSettings,
    months: Sequence[str],
) -> Displacement:
    """Estimate the measure's ramp on each other line; sum those that became worse beyond chance.

    Beyond chance: Holm's correction over all lines looked at, so that a measure that moved nothing
    is blamed in at most 1 − level of the cases.
    """
    regressions = {
        line.name: prepare(line, measure=measure, settings=settings, months=months)
        for line in others
    }
    estimates = {
        name: regression.estimate()
        for name, regression in regressions.items()
        if regression.separable and regression.amounts.any()
    }
    if not estimates:
        return Displacement(nan, ())
    p_values = [estimate.p_value for estimate in estimates.values()]
    beyond = multipletests(p_values, alpha=1 - settings.level, method="holm")[0]
    worse = {
        name: estimate.effect
        for (name, estimate), rejected in zip(estimates.items(), beyond, strict=True)
        if rejected and estimate.effect < 0
    }
    return Displacement(sum(worse.values()), tuple(worse))

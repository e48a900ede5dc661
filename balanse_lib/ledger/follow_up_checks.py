"""Deviations and hours of projects: whether names exist, days are in order, hours are recorded."""

from collections.abc import Collection, Mapping

import pandas as pd

from balanse_lib import terms
from balanse_lib.errors import Failure, nearest
from balanse_lib.ledger.follow_up_tables import INDICATOR, LINE, MEASURE, NOT_RECORDED
from balanse_lib.ledger.measure_checks import near_name, not_in_order
from balanse_lib.ledger.risk_checks import unknown_names

_UNKNOWN = {
    INDICATOR: "unknown_indicator",
    LINE: "unknown_line",
    MEASURE: "unknown_measure",
}


def check_actions(
    actions: pd.DataFrame, *, measures: Collection[str], indicators: Collection[str]
) -> list[Failure]:
    """Names that do not exist, days out of order, a correction or a check that is half told.

    >>> row = {"kind": "line", "about": "pay_costs", "measure_id": None, "corrective": None,
    ...        "seen": "2025-03-02", "decided": None, "due": None, "checked": None, "effect": None}
    >>> found = check_actions(pd.DataFrame([row], index=[2]), measures=[], indicators=[])
    >>> [(failure.rule, failure.allowed) for failure in found]
    [('unknown_line', 'pay_cost')]
    """
    known = {INDICATOR: indicators, LINE: terms.LINE_CODES, MEASURE: measures}
    return [
        *_unknown_about(actions, known),
        *unknown_names(actions, "measure_id", known=measures, broken="unknown_measure"),
        *not_in_order(actions, "seen", "decided", "decided_before_seen"),
        *not_in_order(actions, "seen", "due", "due_before_seen"),
        *not_in_order(actions, "seen", "checked", "checked_before_seen"),
        *not_in_order(actions, "decided", "checked", "checked_before_decided"),
        *_half_told(actions),
    ]


def check_project_hours(hours: pd.DataFrame) -> list[Failure]:
    """Hours registered by staff who record none.

    >>> hours = pd.DataFrame({"recording": ["none"] * 2, "registered": [7.5, None]}, index=[2, 3])
    >>> [(failure.rule, failure.row) for failure in check_project_hours(hours)]
    [('registered_without_recording', 2)]
    """
    wrong = (hours["recording"] == NOT_RECORDED) & (hours["registered"] > 0)
    return _failures(hours["registered"][wrong], "registered_without_recording")


def _unknown_about(actions: pd.DataFrame, known: Mapping[str, Collection[str]]) -> list[Failure]:
    rows = actions[["kind", "about"]].dropna()
    return [
        Failure(rule=_UNKNOWN[kind], row=int(str(row)), column="about", value=about,
                allowed=(nearest if kind == LINE else near_name)(about, known[kind]))
        for row, kind, about in rows[rows["kind"].isin(list(known))].itertuples()
        if about not in known[kind]
    ]  # fmt: skip


def _half_told(actions: pd.DataFrame) -> list[Failure]:
    """A day of decision with nothing decided; a check without its outcome, or the other way."""
    told = actions.notna()
    nothing = told["decided"] & ~told["measure_id"] & ~told["corrective"]
    return [
        *_failures(actions["decided"][nothing], "decided_nothing"),
        *_failures(actions["checked"][told["checked"] & ~told["effect"]], "checked_without_effect"),
        *_failures(actions["effect"][told["effect"] & ~told["checked"]], "effect_without_check"),
    ]


def _failures(cells: pd.Series, broken: str) -> list[Failure]:
    return [
        Failure(rule=broken, row=int(str(row)), column=str(cells.name), value=str(cell))
        for row, cell in cells.items()
    ]

"""What `50_indicators` has to say: what changed, what guards saw, what of the basis holds."""

import math
from collections.abc import Hashable, Mapping
from typing import Any

from balanse_lib import indicators
from balanse_lib.indicators.basis import BROKEN
from balanse_lib.indicators.charts import SEASON_OUT, STOCK
from balanse_lib.indicators.goals import FAIL, HIT_OR_MISS, PASS, UNKNOWN
from balanse_lib.indicators.guards import WORSE
from balanse_lib.ledger import Ledger
from balanse_lib.report.findings import Finding, Severity

Values = dict[str, float | str]
TOLD = 3  # signals told in words and drawn; the table has them all
_PROMISES = {
    "reached": PASS, "now_and_then": HIT_OR_MISS, "not_reached": FAIL, "unknown": UNKNOWN,
}  # fmt: skip
_SEVERITY: dict[str, Severity] = {"concern": "alarm", "improvement": "info", "change": "watch"}


def indicator_findings(changes: indicators.Changes, *, book: Ledger) -> list[Finding]:
    """How many charts mark something, and how many would by chance; then each current signal."""
    if changes.charts.charted.empty:
        return [Finding("indicators_none", {}, "watch")]
    return [
        _counted(changes),
        *signal_findings(changes, book=book),
        *_guards(changes),
        *_basis(changes),
        *_goals(changes),
        *_coding(book),
        *_projects(book),
        *_unlinked(changes),
    ]


def signal_findings(changes: indicators.Changes, *, book: Ledger) -> list[Finding]:
    """One finding for each of the signals that are told, in the order of the charts."""
    shown = changes.current.drop_duplicates(["indicator", "unit"]).head(TOLD)
    return [_signal(changes, row, book) for row in shown.to_dict("records")]


def _counted(changes: indicators.Changes) -> Finding:
    values: Values = {**chart_counts(changes)}
    cells = {name: f"chart_counts[{name}, value]" for name in values}
    return Finding("indicators_counted", values, cells=cells)


def chart_counts(changes: indicators.Changes) -> dict[str, float]:
    """How many charts mark something, how many now, and how many would by chance alone."""
    by_chance, current_by_chance = changes.by_chance()
    return {
        "charts": float(changes.charts.charted.shape[1]),
        "marked": float(len(changes.charts.marked)),
        "by_chance": by_chance,
        "current": float(len(changes.current.drop_duplicates(["indicator", "unit"]))),
        "current_by_chance": current_by_chance,
        "months": float(changes.charts.months.max()),
    }


def _signal(changes: indicators.Changes, row: dict[Hashable, Any], book: Ledger) -> Finding:
    indicator, unit = str(row["indicator"]), str(row["unit"])
    meaning, money = str(row["meaning"]), float(str(row["money"]))
    values: Values = {
        "indicator": name_of(changes, indicator),
        "unit_name": book.name_of(unit),
        "rule": f"signal_rule.{row['rule']}_{'up' if row['rising'] else 'down'}",
        "meaning": f"signal_meaning.{meaning}",
        "since": str(row["since"]),
        "level": float(str(row["level"])),
        "usual": float(str(row["usual"])),
        "measured_in": f"measured_in.{changes.definition(indicator)['measured_in']}",
    }
    place = signal_id(row)
    cells = {name: f"signals[{place}, {name}]" for name in ("level", "usual", "money")}
    if math.isnan(money):
        return Finding("signal", values, _SEVERITY[meaning], cells)
    return Finding("signal_money", values | {"money": money}, _SEVERITY[meaning], cells)


def signal_id(row: Mapping[Hashable, Any]) -> str:
    """What tells a signal from all others, as its row in the table is called."""
    return " ".join(str(row[name]) for name in ("indicator", "unit", "rule", "since"))


def _guards(changes: indicators.Changes) -> list[Finding]:
    """A saving whose guard indicator got worse after it began."""
    worse = changes.guards[changes.guards["state"] == WORSE]
    if worse.empty:
        return []
    values: Values = {"titles": ", ".join(worse["title"].unique())}
    return [Finding("guards_worse", values, "alarm")]


def _basis(changes: indicators.Changes) -> list[Finding]:
    """How the decision basis stands; broken assumptions in focus are named."""
    basis = changes.basis
    if basis.empty:
        return [Finding("basis_none", {}, "watch")]
    counts = basis["status"].value_counts()
    values: Values = {name: float(counts.get(name, 0)) for name in ("holds", "broken", "unknown")}
    found = [
        Finding(
            "basis_counted",
            values,
            cells={name: f"basis[status={name}, number].count" for name in values},
        )
    ]
    broken = basis[basis["focus"] & (basis["status"] == BROKEN)]
    if len(broken):
        named = "; ".join(broken["number"] + " " + broken["text"])
        found.append(Finding("basis_broken", {"assumptions": named}, "alarm"))
    return found


def _goals(changes: indicators.Changes) -> list[Finding]:
    """What the limits promise of the goals of the year; those out of reach are named."""
    goals = changes.goals
    if goals.empty:
        return []
    counts = goals["assurance"].value_counts()
    values: Values = {name: float(counts.get(state, 0)) for name, state in _PROMISES.items()}
    cells = {name: f"goals[assurance={state}, goal].count" for name, state in _PROMISES.items()}
    found = [Finding("goals_assured", values, cells=cells)]
    failing = goals.loc[goals["assurance"] == FAIL, "goal"]
    if len(failing):
        found.append(Finding("goals_failing", {"goals": "; ".join(failing)}, "watch"))
    return found


def _coding(book: Ledger) -> list[Finding]:
    """What came in late for months that were reported before."""
    backlog = indicators.coding_backlog(book, period=book.last)
    sums = backlog[["came_in", "to_come", "worth"]].astype("float64").sum(skipna=True)
    whole = backlog["to_come"].notna().all() and backlog["worth"].notna().any()
    if backlog.empty or not whole or not sums["came_in"]:
        return []
    values: Values = {name: float(sums[name]) for name in ("came_in", "to_come", "worth")}
    cells = {name: f"coding[:, {name}].sum" for name in values}
    cells["months"] = "coding[:, month].count"
    told = values | {"months": float(len(backlog)), "rate_of": str(backlog["rate_of"].iloc[0])}
    return [Finding("coding_backlog", told, "watch", cells)]


def _projects(book: Ledger) -> list[Finding]:
    """Grant claims of the year that rest on hours nobody has registered."""
    projects = indicators.miss_project_time(book, period=book.last)
    values: Values = {name: float(projects[name].sum()) for name in ("missing", "claim", "at_risk")}
    if not values["at_risk"]:
        return []
    cells = {name: f"project_time[:, {name}].sum" for name in values}
    return [Finding("claims_at_risk", values, "watch", cells)]


def _unlinked(changes: indicators.Changes) -> list[Finding]:
    """Indicators with values that the decision basis does not name are an error."""
    if not changes.unlinked:
        return []
    n = float(len(changes.unlinked))
    return [
        Finding(
            "indicators_unlinked",
            {"n": n},
            "alarm",
            {"n": "indicators[unlinked=True, indicator].count"},
        )
    ]


def charted_as(changes: indicators.Changes, indicator: str, unit: str) -> str:
    """Key of what a chart shows: the value or its monthly change, with or without its season."""
    if (indicator, unit) not in changes.charts.season.index:
        return "charted.none"
    stock = changes.definition(indicator)["kind"] == STOCK
    calm = changes.charts.season[(indicator, unit)] == SEASON_OUT
    shown = ("step" if stock else "value") + ("_calm" if calm else "")
    return f"charted.{shown}"


def name_of(changes: indicators.Changes, indicator: str) -> str:
    """Term of an indicator, or the name of the trust's own: written as a `name`."""
    own = changes.catalogue.set_index("indicator")["name"].get(indicator, "")
    return str(own) or f"indicator_{indicator}"

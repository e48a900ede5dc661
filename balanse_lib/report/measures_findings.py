"""What `40_measures` has to say: what the measures are worth, what slips, what to decide."""

import pandas as pd

from balanse_lib import measures
from balanse_lib.report.findings import GAP, LEFT, Finding, Severity, severity_of_chance

Values = dict[str, float | str]


def measure_findings(year: measures.MeasureYear, *, audits: pd.DataFrame) -> list[Finding]:
    """Chance with measures, what is missing and what would close it, what slips or counts twice."""
    if year.table.empty:
        return [Finding("measures_none", {}, "watch"), *_gap(year), *_risks(year)]
    return [
        *_worth(year),
        *_gap(year),
        *_risks(year),
        *_overdue(year),
        *_incomplete(year),
        *_double(year),
        *_audited(audits),
        *_learnt(year),
    ]


def _worth(year: measures.MeasureYear) -> list[Finding]:
    bridge = year.bridge
    left = float(year.draws.total.mean())
    values: Values = {"expected": bridge.expected, "left": left}
    cells = {"expected": "measure_bridge[expected, amount]", "left": LEFT}
    found = [Finding("measures_expected", values, cells=cells)]
    if year.requirement is not None:
        without = float((year.joint.base >= year.requirement).mean())
        chance: Values = {
            "requirement": year.requirement,
            "chance": bridge.p_reach,
            "without": without,
        }
        cells = {
            "requirement": "verdict[requirement, value]",
            "chance": "measure_bridge[expected, chance]",
            "without": "verdict[p_requirement_model, value]",
        }
        found.append(Finding("measures_chance", chance, severity_of_chance(bridge.p_reach), cells))
    return found


def _gap(year: measures.MeasureYear) -> list[Finding]:
    if year.requirement is None:
        return []
    if not year.gap:
        covered = {"requirement": "verdict[requirement, value]"}
        return [Finding("measures_covered", {"requirement": year.requirement}, cells=covered)]
    found = [Finding("measures_missing", {"gap": year.gap}, "alarm", {"gap": GAP})]
    if not year.packages:
        return [*found, Finding("package_none", {}, "alarm")]
    best, cautious = year.packages[0], year.cautious
    told: Values = {"chosen": _titles(year, best.chosen), "effect": best.effect}
    cells = {name: f"measure_packages[1, {name}]" for name in ("effect", "missing", "waiting")}
    if best.closes:
        waiting = float(year.waiting.loc[list(best.chosen), "price_of_waiting"].sum())
        told |= {"month": year.last_month, "waiting": waiting}
        found.append(Finding("package_closes", told, "watch", cells))
    else:
        told["missing"] = best.missing
        found.append(Finding("package_short", told, "alarm", cells))
    if best.closes and cautious is not None and not cautious.closes:
        cells = {"missing": "measure_packages[cautious, missing]"}
        found.append(Finding("package_not_safe", {"missing": cautious.missing}, "watch", cells))
    return found


def _risks(year: measures.MeasureYear) -> list[Finding]:
    """What open risks are expected to cost, and which of them nothing answers to."""
    if year.risks.empty:
        return []
    values: Values = {
        when: float(year.risks[f"expected_{when}"].sum()) for when in ("before", "after")
    }
    cells = {name: f"risks[:, expected_{name}].sum" for name in values}
    alone = year.orphans.loc[year.orphans["orphan"] == "no_measure", "risk_id"]
    if alone.empty:
        return [Finding("risks_answered", values, cells=cells)]
    values |= {"titles": ", ".join(year.risks.loc[list(alone), "title"])}
    return [Finding("risks_open", values, "watch", cells)]


def _learnt(year: measures.MeasureYear) -> list[Finding]:
    """How many measures of the trust's own the realisation rates rest on."""
    history = year.plan.history
    values: Values = {"n": float(len(history)), "cases": float(history["weight"].sum())}
    cells = {
        "n": "measure_history[:, measure_id].count",
        "cases": "measure_history[:, weight].sum",
    }
    return [Finding("rates_learnt", values, cells=cells)] if len(history) else []


def _overdue(year: measures.MeasureYear) -> list[Finding]:
    if year.overdue.empty:
        return []
    titles = ", ".join(year.overdue["title"])
    return [Finding("measures_overdue", {"titles": titles}, "watch")]


def _incomplete(year: measures.MeasureYear) -> list[Finding]:
    lacking = year.table[(year.table["score"] < 1) & (year.table["reason"] == "")]
    if lacking.empty:
        return []
    values: Values = {
        "titles": ", ".join(lacking["title"]),
        "planned": float(lacking["planned"].sum()),
    }
    return [
        Finding(
            "measures_incomplete",
            values,
            "watch",
            {"planned": "measures[lacking=True, planned].sum"},
        )
    ]


def _double(year: measures.MeasureYear) -> list[Finding]:
    """Measures that count the same as others, and what is left out for it."""
    yields = year.conflicts["measure_id"].unique()
    if not len(yields):
        return []
    values: Values = {
        "titles": _titles(year, tuple(yields)),
        "amount": float(year.table.loc[yields, "planned"].sum()),
    }
    return [
        Finding(
            "measures_double", values, "watch", {"amount": "measures[yields=True, planned].sum"}
        )
    ]


def _audited(audits: pd.DataFrame) -> list[Finding]:
    counts = audits["verdict"].value_counts()
    groups = {
        "seen": ("confirmed", "partly"),
        "against": ("contradicted",),
        "unseen": ("not_detectable", "inconclusive"),
        "early": ("too_early",),
    }
    values: Values = {
        name: float(sum(counts.get(verdict, 0) for verdict in verdicts))
        for name, verdicts in groups.items()
    }
    severity: Severity = "watch" if values["against"] else "info"
    cells = {
        name: " + ".join(f"measure_audits[verdict={v}, measure_id].count" for v in verdicts)
        for name, verdicts in groups.items()
    }
    return [Finding("measures_audited", values, severity, cells)] if len(audits) else []


def _titles(year: measures.MeasureYear, ids: tuple[str, ...]) -> str:
    return ", ".join(year.table.loc[list(ids), "title"])

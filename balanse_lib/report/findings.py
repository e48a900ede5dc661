"""Findings: what an analysis has to say, as a key, values and the cells they come from.

A finding holds no words. The sentence is written where it is read, from the same values that the
table shows, so that text and table cannot disagree.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

import pandas as pd

from balanse_lib import forecast, ledger, measures, periods, realism
from balanse_lib.report.words import Reader

Severity = Literal["info", "watch", "alarm"]
# Places (see `Finding.cells`) of what measures still give, and of what is missing with them.
LEFT = "measure_bridge[step=remaining, amount].sum + measure_bridge[step=overlap, amount].sum"
GAP = "measure_packages[none, missing]"


@dataclass(frozen=True)
class Finding:
    """One thing to tell the reader.

    `key` names the sentence ``finding.<key>``; `cells` says where in `data/` each number stands, as
    ``table[row, column]``: the row by the table's first column or as ``column=value`` (``:`` is
    all), an aggregate behind it, and arithmetic between such places. ``year_end[P50, result]`` is
    in `data/year_end.csv`; ``rules[kind=rule, result].min`` is the least of some of its rows.
    """

    key: str
    values: Mapping[str, float | str]
    severity: Severity = "info"
    cells: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, reader: Reader) -> str:
        """The finding in the reader's language."""
        return reader.say(f"finding.{self.key}", **self.values)


def to_json(findings: Iterable[Finding]) -> str:
    """Findings as text, for the run's result store."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1)


def from_json(text: str) -> list[Finding]:
    """Findings back from the run's result store."""
    return [Finding(**item) for item in json.loads(text)]


def data_findings(book: ledger.Ledger) -> list[Finding]:
    """What we know and how far it can be trusted: months, gaps, one-offs, what was left out."""
    months = book.months
    basis: dict[str, float | str] = {"first": months[0], "last": months[-1], "n": len(months)}
    found = [Finding("months_in", basis, cells={"n": "gap_map[:, 1:12].count"})]
    span = periods.month_range(months[0], months[-1])
    for month in sorted(set(span) - set(months)):
        reason = book.known_gaps.get(month, "")
        found.append(Finding("gap", {"month": month, "reason": reason}, "watch"))
    lost = ledger.unit_gaps(book)
    if len(lost):
        found.append(
            Finding("unit_gaps", {"n": len(lost)}, "watch", {"n": "unit_gaps[:, unit].count"})
        )
    year = book.year_of(book.last)
    booked = _one_offs(book, year)
    if booked:
        found.append(
            Finding(
                "one_offs",
                {"amount": booked, "year": str(year)},
                "watch",
                {"amount": "one_offs[booked=True, amount].sum"},
            )
        )
    found += [
        Finding("identity_warning", {"file": source.file, "cell": source.warnings[0]}, "alarm")
        for source in book.inputs
        if source.warnings
    ]
    return found


def _one_offs(book: ledger.Ledger, year: int) -> float:
    events = book.event
    this_year = events[events["period"].map(book.year_of) == year]
    return float(this_year.loc[this_year["period"] <= book.last, "amount"].sum())


def forecast_findings(
    year_end: forecast.YearEnd, *, targets: ledger.Targets, rules: pd.Series, others: pd.DataFrame
) -> list[Finding]:
    """Where the year ends, how sure that is, and how far it lies from what others say."""
    p = year_end.quantiles()
    headline = {"p50": p["P50"], "low": p["P10"], "high": p["P90"], "year": str(year_end.year)}
    cells = {
        name: f"year_end[{level}, result]"
        for name, level in (("p50", "P50"), ("low", "P10"), ("high", "P90"))
    }
    found = [Finding("expected", headline, cells=cells)]
    found.append(
        Finding(
            "prudent",
            {"p35": p["P35"], "p15": p["P15"]},
            cells={"p35": "year_end[P35, result]", "p15": "year_end[P15, result]"},
        )
    )
    lines = year_end.by("line")["sd"]
    if len(lines) > 1:
        widest = {"line": str(lines.idxmax())}
        found.append(Finding("widest_line", widest, cells={"line": "lines[:, sd].max"}))
    found.append(
        Finding(
            "rules_say",
            {"low": float(rules.min()), "high": float(rules.max())},
            cells={
                "low": "rules[kind=rule, result].min",
                "high": "rules[kind=rule, result].max",
            },
        )
    )
    if targets.requirement is not None:
        chance = year_end.p_reach(targets.requirement)
        values = {"requirement": targets.requirement, "chance": chance}
        found.append(
            Finding(
                "requirement_chance",
                values,
                severity_of_chance(chance),
                {
                    "requirement": "verdict[requirement, value]",
                    "chance": "verdict[p_requirement_model, value]",
                },
            )
        )
    return found + _reported_findings(year_end, targets) + _record_findings(year_end, others)


def _record_findings(year_end: forecast.YearEnd, others: pd.DataFrame) -> list[Finding]:
    """How often outcomes fell inside the interval, how far the middle and the rules missed."""
    table = year_end.record.table()
    if table.empty:
        return [Finding("record_none", {}, "watch")]
    values = {
        "inside": float(table["covered"].sum()),
        "n": float(len(table)),
        "missed": float(table["error"].abs().mean()),
        "bias": float(table["error"].mean()),
    }
    cells = {
        "inside": "record[:, covered].sum",
        "n": "record[:, covered].count",
        "missed": "record[:, error].abs.mean",
        "bias": "record[:, error].mean",
    }
    return [Finding("record", values, cells=cells), *_rules_findings(year_end, others)]


def _rules_findings(year_end: forecast.YearEnd, others: pd.DataFrame) -> list[Finding]:
    """The best rule of thumb at the origins of the record."""
    scores = forecast.score_methods(year_end.record, others=others)
    scores = scores.reindex(list(forecast.RULES)).dropna(subset="mae")
    if scores.empty:
        return []
    best = scores.sort_values("mae").iloc[:1].reset_index().to_dict("records")[0]
    values: dict[str, float | str] = {
        "n": float(best["n"]),
        "rule": f"rule_name.{best['method']}",
        "rule_missed": float(best["mae"]),
        "missed": float(best["model_mae"]),
    }
    columns = {"n": "n", "rule_missed": "mae", "missed": "model_mae"}
    cells = {name: f"rules[{best['method']}, {column}]" for name, column in columns.items()}
    return [Finding("record_rules", values, cells=cells)]


def _reported_findings(year_end: forecast.YearEnd, targets: ledger.Targets) -> list[Finding]:
    if targets.reported_raw is None:
        return [Finding("reported_none", {"year": str(targets.year)}, "watch")]
    if targets.reported is None:
        return [
            Finding(
                "reported_no_basis",
                {"reported": targets.reported_raw},
                "watch",
                {"reported": "verdict[as_given, value]"},
            )
        ]
    if targets.reported_period != year_end.period:
        return [Finding("reported_old", {"month": targets.reported_period}, "watch")]
    return []


def severity_of_chance(chance: float) -> Severity:
    """Below P35 the prudent forecast falls short; below P15 even the optimistic one does."""
    if chance < 0.35:
        return "alarm"
    return "watch" if chance < 0.65 else "info"


def decisions(
    year_end: forecast.YearEnd,
    *,
    targets: ledger.Targets,
    judgement: realism.Judgement,
    year: measures.MeasureYear,
) -> list[Finding]:
    """What has to be decided now: at most three findings, the heaviest first.

    The gap comes with the package that would close it and the last months in which it does.
    """
    found = _close_gap(year_end, targets.requirement, year)
    move = judgement.must_move
    too_high = judgement.verdict in (realism.UNREALISTIC, realism.OPTIMISTIC)
    if too_high and move is not None and move < 0:
        found.append(
            Finding(
                "lower_forecast", {"over": -move}, "alarm", {"over": "-verdict[must_move, value]"}
            )
        )
    if judgement.reported is not None and judgement.verdict == realism.OVER_PRUDENT:
        values = {"under": float(judgement.quantiles["P50"]) - judgement.reported}
        found.append(
            Finding(
                "raise_forecast",
                values,
                "watch",
                {"under": "verdict[P50, value] - verdict[reported, value]"},
            )
        )
    if targets.reported_raw is None or targets.reported_period != year_end.period:
        found.append(Finding("ask_for_forecast", {"month": year_end.period}, "watch"))
    return found[:3] or [Finding("nothing_to_decide", {})]


def _close_gap(
    year_end: forecast.YearEnd, requirement: float | None, year: measures.MeasureYear
) -> list[Finding]:
    """What is missing with the measures that are decided, and which package would close it."""
    if requirement is None:
        return []
    if not year.gap:
        left = float(year.draws.total.mean())
        values: dict[str, float | str] = {"left": left}
        cells = {"left": LEFT}
        held = year_end.quantile(0.35) < requirement and left > 0
        return [Finding("hold_measures", values, "watch", cells)] if held else []
    values = {"gap": year.gap}
    cells = {"gap": GAP}
    cells |= {name: f"measure_packages[1, {name}]" for name in ("effect", "missing")}
    if not year.packages or not year.packages[0].chosen:
        months = len(year_end.months)
        values |= {"per_month": year.gap / max(months, 1), "months": float(months)}
        to_come = "required[months, value]" if months else "1"
        cells |= {"per_month": f"{cells['gap']} / {to_come}", "months": to_come}
        return [Finding("find_measures", values, "alarm", cells)]
    best = year.packages[0]
    titles = year.table.loc[list(best.chosen), "title"]
    values |= {"chosen": ", ".join(titles), "effect": best.effect}
    if best.closes:
        values |= {"package_month": year.package_month, "last_month": year.last_month}
        return [Finding("decide_package", values, "alarm", cells)]
    return [Finding("decide_more", values | {"missing": best.missing}, "alarm", cells)]

"""What `30_realism` has to say of the reported forecast."""

import pandas as pd

from balanse_lib import ledger, realism
from balanse_lib.report.findings import Finding, Severity
from balanse_lib.report.realism_basis import mean_month

# Fewer than one stretch in ten reached it: the forecast needs something rare (assumption).
RARE = 0.1
# The usual level at which a pattern in revisions is called one.
SURE = 0.05
_SEVERITY: dict[str, Severity] = {
    realism.UNREALISTIC: "alarm",
    realism.OPTIMISTIC: "alarm",
    realism.OVER_PRUDENT: "watch",
    realism.NOT_ASSESSABLE: "watch",
}


def realism_findings(
    judgement: realism.Judgement,
    *,
    book: ledger.Ledger,
    record: pd.DataFrame,
    revisions: pd.DataFrame,
    source: realism.BiasRecord,
) -> list[Finding]:
    """The verdict, what would have to be true, what it costs to be wrong, what speaks against it.

    `record` is the trust's own track record by month (`realism.score_by_month`), `revisions` how
    its forecasts were revised, `source` whose errors its habit is told from.
    """
    return [
        *_verdict(judgement),
        *_requirement_change(judgement, book),
        *_unusual(judgement),
        *_run_rate(judgement, book),
        *_price(judgement),
        *_flags(judgement),
        *_booking(judgement),
        *_record(record),
        *_habit(judgement, source),
        *_revisions(revisions),
    ]


def _verdict(judgement: realism.Judgement) -> list[Finding]:
    severity = _SEVERITY.get(judgement.verdict, "info")
    if judgement.reported is None or judgement.p_reach is None:
        reason = f"reason.{judgement.reason}"
        return [Finding("verdict_none", {"reason": reason}, severity)]
    values: dict[str, float | str] = {
        "reported": judgement.reported,
        "verdict": realism.TERMS[judgement.verdict],
        "chance": judgement.p_reach,
    }
    cells = {"reported": "verdict[reported, value]", "chance": "verdict[p_reach, value]"}
    flagged = judgement.verdict != judgement.class_before_flags
    found = [Finding("verdict_flagged" if flagged else "verdict", values, severity, cells)]
    if judgement.indication:
        found.append(Finding("verdict_indication", {}, "watch"))
    move = judgement.must_move
    if move is not None and move < 0:
        moved = {"move": -move, "p35": judgement.price_prudent.figure}
        cells = {"move": "-verdict[must_move, value]", "p35": "price[prudent, amount]"}
        found.append(Finding("must_move", moved, severity, cells))
    return found


def _requirement_change(judgement: realism.Judgement, book: ledger.Ledger) -> list[Finding]:
    """A requirement that was changed within the year, and from which month it holds."""
    rows = book.requirement
    year = book.year_of(judgement.period)
    rows = rows[(rows["year"] == year) & (rows["unit"] == book.trust)].sort_values("valid_from")
    found = []
    for _, versions in rows.groupby("type"):
        amounts, months = versions["amount"].tolist(), versions["valid_from"].tolist()
        for before, after, month in zip(amounts, amounts[1:], months[1:], strict=False):
            if after != before:
                values: dict[str, float | str] = {"before": before, "after": after, "month": month}
                cells = dict.fromkeys(("before", "after"), "requirements[:, amount]")
                found.append(Finding("requirement_changed", values, "watch", cells))
    return found


def _unusual(judgement: realism.Judgement) -> list[Finding]:
    """Months that look like one-offs nobody marked: unmarked, they are taken to go on."""
    return [
        Finding(
            "unmarked_one_off",
            {"month": month, "amount": amount},
            "watch",
            {"amount": f"unusual[{month}, amount]"},
        )
        for month, amount in judgement.unusual.items()
    ]


def _run_rate(judgement: realism.Judgement, book: ledger.Ledger) -> list[Finding]:
    found = []
    if judgement.run_rate is None:
        return [Finding("no_run_rate", {}, "watch")] if judgement.reported is not None else []
    if not judgement.plan_from_budget:
        found.append(Finding("late_budget", {}, "watch"))
    achieved = judgement.achieved
    if achieved is None:
        return found
    needed = {"needed": achieved.required_per_month, "months": float(achieved.months)}
    cells = {name: f"required[{name}, value]" for name in ("needed", "months", "so_far")}
    so_far = mean_month(book, period=judgement.period)
    if so_far is None:
        found.append(Finding("must_be_true_year", needed, cells=cells))
    else:
        found.append(Finding("must_be_true", {**needed, "so_far": so_far}, cells=cells))
    if achieved.windows:
        counts = {
            "months": float(achieved.months),
            "reached": float(achieved.reached),
            "windows": float(achieved.windows),
            "same_reached": float(achieved.reached_calendar),
            "same_windows": float(achieved.windows_calendar),
        }
        rare = achieved.reached < RARE * achieved.windows
        cells = {name: f"required[{name}, value]" for name in counts}
        found.append(Finding("achieved", counts, "watch" if rare else "info", cells))
    return found


def _price(judgement: realism.Judgement) -> list[Finding]:
    """What it is expected to cost to report this figure, and the prudent one instead."""
    reported, prudent = judgement.price_reported, judgement.price_prudent
    if reported is None or judgement.p_reach is None:
        return []
    values = {
        "unused": reported.unused,
        "shortfall": reported.shortfall,
        "prudent": prudent.figure,
        "prudent_unused": prudent.unused,
        "prudent_shortfall": prudent.shortfall,
    }
    cells = {
        "unused": "price[reported, unused]",
        "shortfall": "price[reported, shortfall]",
        "prudent": "price[prudent, amount]",
        "prudent_unused": "price[prudent, unused]",
        "prudent_shortfall": "price[prudent, shortfall]",
    }
    found = [Finding("price", values, cells=cells)]
    stacked = judgement.price_stacked
    if abs(stacked.figure - prudent.figure) > 0.05:
        implied = {"figure": stacked.figure, "implied": stacked.p_below}
        cells = {"figure": "price[stacked, amount]", "implied": "price[stacked, p_below]"}
        found.append(Finding("stacking", implied, "watch", cells))
    return found


def _flags(judgement: realism.Judgement) -> list[Finding]:
    raised = [flag for flag in judgement.flags if flag.state == "raised"]
    found = [
        Finding("flag_raised", {"code": flag.code, "flag": f"flag.{flag.code}"}, "watch")
        for flag in raised
    ]
    if judgement.p_reach is not None and judgement.verdict != judgement.class_before_flags:
        values = {
            "before": realism.TERMS[judgement.class_before_flags],
            "after": realism.TERMS[judgement.verdict],
        }
        found.append(Finding("class_lowered", values, "watch"))
    return found


def _booking(judgement: realism.Judgement) -> list[Finding]:
    checks = judgement.booking
    opened = [check for check in checks if check.state == "open"]
    counts = {
        "open": float(len(opened)),
        "made": float(sum(check.state != "not checked" for check in checks)),
        "all": float(len(checks)),
        "amount": float(sum(check.amount or 0.0 for check in opened)),
    }
    cells = {
        "open": "booking_checks[state=open, code].count",
        "made": "booking_checks[state!=not checked, code].count",
        "all": "booking_checks[:, code].count",
        "amount": "booking_checks[state=open, amount].sum",
    }
    severity: Severity = "watch" if opened else "info"
    return [Finding("booking", counts, severity, cells)] if checks else []


def _record(record: pd.DataFrame) -> list[Finding]:
    if record.empty or record["n"].sum() == 0:
        return [Finding("reported_record_none", {})]
    n = record["n"]
    values = {
        "n": float(n.sum()),
        "bias": float((record["bias"] * n).sum() / n.sum()),
        "mae": float((record["mae"] * n).sum() / n.sum()),
        "reached": float((record["hit_rate"] * n).sum() / n.sum()),
    }
    own = "track_record[model=reported, "
    cells = {"n": f"{own}n].sum"}
    for name, column in (("bias", "bias"), ("mae", "mae"), ("reached", "hit_rate")):
        cells[name] = f"{own}n*{column}].sum / {own}n].sum"
    return [Finding("reported_record", values, cells=cells)]


def _habit(judgement: realism.Judgement, source: realism.BiasRecord) -> list[Finding]:
    """The reported forecast moved by the reporter's habit, and whose record that is."""
    if judgement.corrected is None or judgement.reported is None:
        return []
    values = {
        "corrected": judgement.corrected,
        "own": float(source.n_own),
        "others": float(source.n_region + source.n_published),
        "unused": float(source.n_without_size),
    }
    cells = {
        "corrected": "verdict[corrected, value]",
        "own": "habit[own, value]",
        "others": "habit[others, value]",
        "unused": "habit[without_size, value]",
    }
    return [Finding(f"habit_{source.source}", values, cells=cells)]


def _revisions(revisions: pd.DataFrame) -> list[Finding]:
    """Whether revisions could be foreseen, and how many forecasts moved in the last quarter."""
    test = realism.check_revisions(revisions)
    if test.n == 0:
        return []
    late = float(len(realism.late_changes(revisions)))
    values = {"n": float(test.n), "p": test.p_value, "late": late}
    rows = {"n": "revisions", "p": "revisions_p", "late": "late_changes"}
    cells = {name: f"habit[{row}, value]" for name, row in rows.items()}
    if test.p_value >= SURE:
        return [Finding("revisions_fair", values, cells=cells)]
    key = "revisions_slow" if test.slope > 0 else "revisions_jumpy"
    return [Finding(key, values, "watch", cells)]

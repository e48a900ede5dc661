"""Tables of `30_realism`: the verdict, the run rate it needs, flags, booking checks, the record."""

import pandas as pd

from balanse_lib import forecast, ledger, realism
from balanse_lib.report.tables import Rows, Table, figures_table
from balanse_lib.report.words import Reader

RUN_RATE_ROWS = (
    "base_forecast",
    "required_per_month",
    "base_rest_per_month",
    "gap",
    "measures",
    "uncovered",
    "sd_base",
    "z",
    "P50",
    "P35",
)


def verdict_table(
    judgement: realism.Judgement,
    *,
    targets: ledger.Targets,
    year_end: forecast.YearEnd,
    reader: Reader,
) -> Table:
    """What was reported, as given and as a result, how likely it is, what the year may come to."""
    asked, quantiles = targets.requirement, judgement.quantiles
    rows: Rows = [
        ("verdict", realism.TERMS[judgement.verdict], "term"),
        ("as_given", targets.reported_raw, "amount"),
        ("basis", targets.reported_basis or None, "term"),
        ("reported", judgement.reported, "amount"),
        ("p_reach", judgement.p_reach, "chance"),
        ("p_reach_model", judgement.p_reach_model, "chance"),
        ("requirement", asked, "amount"),
        ("p_requirement", judgement.p_requirement, "chance"),
        ("p_requirement_model", None if asked is None else year_end.p_reach(asked), "chance"),
        ("must_move", judgement.must_move, "amount"),
        *((level, quantiles[level], "amount") for level in ("P15", "P35", "P50")),
        ("corrected", judgement.corrected, "amount"),
    ]
    names = [reader.say(f"verdict_row.{figure}") for figure, _, _ in rows]
    caption = reader.say("table.verdict")
    return figures_table("verdict", rows, caption=caption, names=names, reader=reader)


def run_rate_table(judgement: realism.Judgement, *, reader: Reader) -> Table:
    """The closed-form test beside the model: run rate, and what the rest of the year must give."""
    test = judgement.run_rate
    values = [float("nan") if test is None else getattr(test, name) for name in RUN_RATE_ROWS]
    frame = pd.DataFrame({"figure": RUN_RATE_ROWS, "value": values})
    frame["name"] = [reader.say(f"run_rate_row.{name}") for name in RUN_RATE_ROWS]
    headings = {"name": reader.say("heading.figure"), "value": reader.unit}
    caption = reader.say("table.run_rate")
    return Table("run_rate", frame, caption, headings, reader, {"value": "amount"})


def flags_table(judgement: realism.Judgement, *, reader: Reader) -> Table:
    """Flags F1–F7: what each looks for, and what was found."""
    frame = pd.DataFrame(
        {
            "code": [flag.code for flag in judgement.flags],
            "looks_for": [reader.say(f"flag.{flag.code}") for flag in judgement.flags],
            "state": [flag.state for flag in judgement.flags],
            "found": [_state(flag.state, flag.reason, reader) for flag in judgement.flags],
        }
    )
    headings = {
        "code": reader.say("heading.flag"),
        "looks_for": reader.say("heading.looks_for"),
        "found": reader.say("heading.found"),
    }
    return Table("flags", frame, reader.say("table.flags"), headings, reader)


def booking_table(judgement: realism.Judgement, *, reader: Reader) -> Table:
    """Booking checks B1–B10: amount that putting it right would move the result by."""
    frame = pd.DataFrame(
        {
            "code": [check.code for check in judgement.booking],
            "looks_for": [reader.say(f"check.{check.code}") for check in judgement.booking],
            "state": [check.state for check in judgement.booking],
            "found": [_state(c.state, c.reason, reader) for c in judgement.booking],
            "amount": [check.amount for check in judgement.booking],
            "rows": [len(check.evidence) for check in judgement.booking],
        }
    )
    headings = {
        "code": reader.say("heading.check"),
        "looks_for": reader.say("heading.looks_for"),
        "found": reader.say("heading.found"),
        "amount": reader.unit,
        "rows": reader.say("heading.evidence_rows"),
    }
    kinds = {"amount": "amount", "rows": "count"}
    return Table("booking_checks", frame, reader.say("table.booking"), headings, reader, kinds)


def track_record_table(scores: pd.DataFrame, *, reader: Reader) -> Table:
    """Forecasts of earlier years by who made them and month, against what the years came to."""
    frame = scores.reset_index(drop=True)
    frame["who"] = [reader.say(f"forecaster.{model}") for model in frame["model"]]
    headings = {
        "who": reader.say("heading.who"),
        "month": reader.say("figure.track_record.known"),
        "n": reader.say("heading.n"),
        "bias": reader.say("heading.mean_error"),
        "mae": reader.say("heading.missed"),
        "hit_rate": reader.say("heading.hit_rate"),
        "hit_rate_p35": reader.say("heading.hit_rate_p35"),
        "coverage_80": reader.say("heading.coverage_80"),
    }
    kinds = dict.fromkeys(("bias", "mae"), "amount") | dict.fromkeys(("month", "n"), "count")
    kinds |= dict.fromkeys(("hit_rate", "hit_rate_p35", "coverage_80"), "share")
    caption = reader.say("table.reported_record")
    return Table("track_record", frame, caption, headings, reader, kinds)


def drift_table(drift: pd.DataFrame, *, reader: Reader) -> Table:
    """How far each year still drifted after months 8 to 12, and what the year-end entries did."""
    after = [column for column in drift.columns if column.startswith("after_")]
    headings = {"year": reader.heading("year")}
    for column in after:
        month = column.removeprefix("after_")
        headings[column] = reader.say("heading.after_month", month=month)
    headings["period_13"] = reader.say("heading.period_13")
    frame = drift.assign(year=drift["year"].astype(str))
    kinds = dict.fromkeys([*after, "period_13"], "amount")
    return Table("late_drift", frame, reader.say("table.late_drift"), headings, reader, kinds)


def _state(state: str, reason: str, reader: Reader) -> str:
    said = reader.say(f"state.{state.replace(' ', '_')}")
    return f"{said}: {reader.say(f'reason.{reason}')}" if reason else said

"""Canonical tables of what was decided: basis, goals, plans, norms, authority, own indicators."""

from typing import get_args

from balanse_lib import params
from balanse_lib.ledger.columns import Column, Table, text_column

ASSUMPTION_STATES = ("holds", "broken", "unknown")
RIGHTS = ("budget", "posts", "overtime", "hire_in")

_TRUST = text_column("reporting body")
_UNIT = text_column("clinic or department; the trust's own code for the whole trust")
_PERIOD = Column("month", "month")
_VALID_FROM = Column("month", "first month it holds")
_VALID_TO = Column("month", "last month it holds; empty: still holds", required=False)
_SOURCE = text_column("where it is documented")


def _number(meaning: str, *, at_least: float | None = None) -> Column:
    return Column("number", meaning, required=False, at_least=at_least)


def _text(meaning: str, allowed: tuple[str, ...] = ()) -> Column:
    return text_column(meaning, required=False, allowed=allowed)


STEERING_TABLES = (
    Table(
        "assumption",
        {
            "trust": _TRUST,
            "number": text_column("number in the decision basis"),
            "text": text_column("what is assumed"),
            "line": _text("statement line that it is about"),
            "amount": Column("amount", "what it is worth in the year", required=False),
            "source": _SOURCE,
            "approved": Column("date", "day the boards approved this version"),
            "sha256": _text("hash of the content when it was approved; see `hash_assumption`"),
            "focus": Column("flag", "whether the boards follow it especially", required=False),
            "indicators": _text("indicators that show whether it holds"),
            "low": _number("lowest value of the first indicator for it to hold"),
            "high": _number("highest value of the first indicator for it to hold"),
            "status": _text("what the trust says; empty: told by the data", ASSUMPTION_STATES),
        },
        ("trust", "number", "approved"),
    ),
    Table(
        "goal",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "goal": text_column("goal in plain words"),
            "indicator": text_column("indicator that it is measured by"),
            "target": Column("number", "value to reach, in the indicator's unit"),
            "valid_from": _VALID_FROM,
            "valid_to": _VALID_TO,
            "responsible": text_column("role that answers for it"),
            "source": _SOURCE,
        },
        ("trust", "unit", "indicator", "valid_from"),
    ),
    Table(
        "authority",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "right": text_column("what may be decided", allowed=RIGHTS),
            "role": text_column("role that decides it"),
            "valid_from": _VALID_FROM,
            "valid_to": _VALID_TO,
        },
        ("trust", "unit", "right", "valid_from"),
    ),
    Table(
        "signoff",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "period": _PERIOD,
            "signed": Column("date", "day the pay list was signed; empty: not", required=False),
        },
        ("trust", "unit", "period"),
    ),
    Table(
        "norm",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "driver": text_column("activity type that drives the need, bed_days_open or visits"),
            "hours": Column("number", "hours of staff for one of the driver", at_least=0.0),
            "absence": _number("part of the hours that absence must be covered for", at_least=0.0),
            "valid_from": _VALID_FROM,
            "valid_to": _VALID_TO,
            "source": _SOURCE,
        },
        ("trust", "unit", "driver", "valid_from"),
    ),
    Table(
        "activity_plan",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "period": _PERIOD,
            "type": text_column("type of activity, as in `activity`"),
            "value": Column("number", "planned count or points in the month"),
            "agreement": _text("agreement or budget that sets it"),
        },
        ("trust", "unit", "period", "type"),
    ),
    Table(
        "activity_before",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "period": _PERIOD,
            "type": text_column("type of activity, as in `activity`"),
            "value": Column("number", "count or points as delivered the month before"),
        },
        ("trust", "unit", "period", "type"),
    ),
    Table(
        "indicator_def",
        {
            "indicator": text_column("short name, of small letters, digits and _"),
            "name": text_column("name shown to readers"),
            "numerator": text_column(
                "parts `table:name`; value:name for ready-made values, account:67 for accounts"
            ),
            "denominator": _text("as numerator; empty: none"),
            "times": _number("100 for a percentage; empty: 1"),
            "measured_in": text_column("unit of measure", allowed=get_args(params.MeasuredIn)),
            "direction": text_column("what improves", allowed=get_args(params.Direction)),
            "season": _text("whether the yearly pattern is taken out", get_args(params.YesNo)),
            "kind": text_column("kind of figure", allowed=get_args(params.Kind)),
            "line": _text("statement line that it moves"),
            "worth": _text("how a change becomes million a month", get_args(params.Worth)),
            "target": _number("value to reach"),
            "target_from": Column("month", "first month of the target", required=False),
            "target_to": Column("month", "last month of the target", required=False),
            "minimum": _number("smallest count that is shown", at_least=0.0),
            "measures": _text("classes of measure that are to move it"),
            "system": _text("source system of the figures"),
            "source": _SOURCE,
            "doubt": _text("what is uncertain in the definition"),
            "assumptions": text_column("numbers of the decision basis that it belongs to"),
        },
        ("indicator",),
    ),
    Table(
        "indicator_value",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "indicator": text_column("name of the indicator as delivered"),
            "period": _PERIOD,
            "period_kind": text_column("what the value covers; only `month` is charted"),
            "value": _number("the value; empty when it is not known"),
            "measured_in": _text("unit of measure"),
            "source": _text("where it was published"),
            "doubt": _text("what is uncertain in the value"),
        },
        ("trust", "unit", "indicator", "period", "period_kind"),
    ),
)  # fmt: skip

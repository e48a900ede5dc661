"""The canonical monthly tables: one row per key, amounts in million with result sign.

Each table is a `Table`: its columns with type, whether they must be filled, and the key that must
be unique. The pandera schema is made from it, so that readers, templates and documentation share
one description.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pandera.pandas as pa

from balanse_lib import periods, terms

ColumnKind = Literal["text", "amount", "number", "period", "month", "year", "date", "flag"]


@dataclass(frozen=True)
class Column:
    """One column: what it holds, whether it must be filled, which values are allowed."""

    kind: ColumnKind
    meaning: str
    required: bool = True
    allowed: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns in order and the columns that identify a row."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]


def _text(meaning: str, *, required: bool = True, allowed: tuple[str, ...] = ()) -> Column:
    return Column("text", meaning, required, allowed)


_TRUST = _text("reporting body")
_UNIT = _text("clinic or department; the trust's own code when accounts are not split")
_PERIOD = Column("period", "month YYYY-MM, or YYYY-13 for year-end entries")
_VERSION = _text("version of the delivery, budget or map", required=False)
_VALID_FROM = Column("month", "first month it holds")
_VALID_TO = Column("month", "last month it holds; empty: still holds", required=False)

MEASURE_STAGES = (
    "idea",
    "planned",
    "decided",
    "started",
    "implemented",
    "confirmed",
    "paused",
    "stopped",
)
MEASURE_KINDS = ("recurrent", "one-off", "avoided cost", "income")
RAMPS = ("step", "linear", "logistic", "season", "decay", "one-off")
FORECAST_BASES = ("result", "deviation")
REQUIREMENT_TYPES = ("owner", "balance", "frame")

_TABLES = (
    Table(
        "ledger_month",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "account": _text("account of the trust's own chart"),
            "period": _PERIOD,
            "version": _VERSION,
            "amount": Column("amount", "booked in the month, + improves the result"),
        },
        ("trust", "unit", "account", "period"),
    ),
    Table(
        "budget",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "account": _text("account the budget is laid on"),
            "period": _PERIOD,
            "version": _VERSION,
            "amount": Column("amount", "phased budget of the month, + improves the result"),
        },
        ("trust", "unit", "account", "period"),
    ),
    Table(
        "requirement",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "year": Column("year", "fiscal year the requirement is for"),
            "type": _text("who asks for it", allowed=REQUIREMENT_TYPES),
            "valid_from": _VALID_FROM,
            "amount": Column("amount", "result that is required for the year"),
            "document_ref": _text("decision or mission document", required=False),
        },
        ("trust", "unit", "year", "type", "valid_from"),
    ),
    Table(
        "forecast_log",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "made_at": Column("date", "day the forecast was given"),
            "period_of_data": Column("month", "last month the forecaster had"),
            "target_year": Column("year", "fiscal year that is forecast"),
            "basis": _text("what the figure is a forecast of", allowed=FORECAST_BASES),
            "basis_from": _text(
                "for a deviation: from which budget or requirement", required=False
            ),
            "forecast": Column("amount", "reported year-end figure"),
            "author": _text("role that gave it", required=False),
            "text": _text("comment", required=False),
        },
        ("trust", "unit", "period_of_data", "target_year"),
    ),
    Table(
        "event",
        {
            "id": _text("identifier"),
            "trust": _TRUST,
            "unit": _UNIT,
            "account": _text("account it is booked on"),
            "period": _PERIOD,
            "type": _text("kind of event", allowed=("one-off", "extra grant", "uncertain")),
            "amount": Column("amount", "effect on the result if it happens"),
            "probability": Column("number", "1 when booked or certain", at_least=0.0, at_most=1.0),
            "evidence": _text("where it is documented", required=False),
        },
        ("id",),
    ),
    Table(
        "measure",
        {
            "measure_id": _text("identifier"),
            "title": _text("name in plain words"),
            "trust": _TRUST,
            "unit": _UNIT,
            "owner": _text("role that answers for it", required=False),
            "class": _text("class of measure", required=False),
            "kind": _text("lasting or not", required=False, allowed=MEASURE_KINDS),
            "stage": _text("how far it has come", allowed=MEASURE_STAGES),
            "account": _text("account that the effect shows on", required=False),
            "full_year_effect": Column("amount", "effect of a whole year at full strength"),
            "start_plan": Column("month", "first planned month of effect"),
            "start_actual": Column("month", "first real month of effect", required=False),
            "ramp": _text("how the effect grows", required=False, allowed=RAMPS),
            "ramp_len": Column(
                "number", "months until full strength", required=False, at_least=1.0
            ),
            "budget_taken_out": Column(
                "flag", "whether the budget is already reduced", required=False
            ),
        },
        ("measure_id",),
    ),
    Table(
        "staffing",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "category": _text("group of staff"),
            "period": Column("month", "month"),
            "agreed": Column(
                "number", "agreed full-time equivalents", required=False, at_least=0.0
            ),
            "worked": Column(
                "number", "worked full-time equivalents", required=False, at_least=0.0
            ),
            "paid": Column("number", "gross monthly full-time equivalents", at_least=0.0),
            "overtime": Column("number", "overtime, FTE", required=False, at_least=0.0),
            "hired_in_hours": Column(
                "number", "hours of hired-in staff", required=False, at_least=0.0
            ),
            "sick": Column("number", "sick leave, FTE", required=False, at_least=0.0),
        },
        ("trust", "unit", "category", "period"),
    ),
    Table(
        "activity",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "period": Column("month", "month"),
            "type": _text("drg_points, stays, day_stays, visits …"),
            "value": Column("number", "count or points in the month"),
        },
        ("trust", "unit", "period", "type"),
    ),
    Table(
        "org",
        {
            "unit": _UNIT,
            "parent": _text("unit above; empty for the trust", required=False),
            "valid_from": _VALID_FROM,
            "valid_to": _VALID_TO,
            "name": _text("name shown to readers"),
        },
        ("unit", "valid_from"),
    ),
    Table(
        "account_map",
        {
            "chart": _text("chart of accounts"),
            "account_from": _text("first account or group, by leading digits"),
            "account_to": _text("last account or group, by leading digits"),
            "valid_from": _VALID_FROM,
            "valid_to": _VALID_TO,
            "line": _text("line of the income statement", allowed=terms.LINE_CODES),
        },
        ("chart", "account_from", "valid_from"),
    ),
)
TABLES: Mapping[str, Table] = {table.name: table for table in _TABLES}

DTYPES: Mapping[ColumnKind, str] = {
    "text": "str",
    "amount": "float64",
    "number": "float64",
    "period": "str",
    "month": "str",
    "year": "Int64",
    "date": "str",
    "flag": "boolean",
}


def _checks(column: Column) -> list[pa.Check]:
    checks = []
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed, error="not_allowed"))
    if column.at_least is not None:
        checks.append(pa.Check.ge(column.at_least, error="too_small"))
    if column.at_most is not None:
        checks.append(pa.Check.le(column.at_most, error="too_large"))
    if column.kind == "month":
        checks.append(pa.Check(_is_month, element_wise=True, error="not_a_month"))
    return checks


def _is_month(value: object) -> bool:
    return periods.is_period(value) and not periods.is_period_13(str(value))


def schema(table: Table) -> pa.DataFrameSchema:
    """Pandera schema of a canonical table: types, filled cells, allowed values, unique key.

    >>> list(schema(TABLES["org"]).columns)
    ['unit', 'parent', 'valid_from', 'valid_to', 'name']
    """
    columns = {
        name: pa.Column(
            DTYPES[column.kind], _checks(column), nullable=not column.required, required=True
        )
        for name, column in table.columns.items()
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=False, unique=list(table.key))


def empty_table(name: str) -> pd.DataFrame:
    """A canonical table without rows, for what a trust does not deliver.

    >>> list(empty_table("org").columns)
    ['unit', 'parent', 'valid_from', 'valid_to', 'name']
    """
    columns = TABLES[name].columns.items()
    return pd.DataFrame({name: pd.Series(dtype=DTYPES[column.kind]) for name, column in columns})

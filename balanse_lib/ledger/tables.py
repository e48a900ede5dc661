"""The canonical monthly tables: one row per key, amounts in million with result sign.

Each table is a `Table`: its columns with type, whether they must be filled, and the key that must
be unique. The pandera schema is made from it, so that readers, templates and documentation share
one description.
"""

from collections.abc import Mapping

import pandas as pd
import pandera.pandas as pa

from balanse_lib import periods, terms
from balanse_lib.ledger.columns import Column, ColumnKind, Table, text_column
from balanse_lib.ledger.follow_up_tables import FOLLOW_UP_TABLES
from balanse_lib.ledger.measure_columns import MEASURE_COLUMNS
from balanse_lib.ledger.steering_tables import STEERING_TABLES

_TRUST = text_column("reporting body")
_UNIT = text_column("clinic or department; the trust's own code when accounts are not split")
_PERIOD = Column("period", "month YYYY-MM, or YYYY-13 for year-end entries")
_VERSION = text_column("version of the delivery, budget or map", required=False)
_VALID_FROM = Column("month", "first month it holds")
_VALID_TO = Column("month", "last month it holds; empty: still holds", required=False)

FORECAST_BASES = ("result", "deviation")
REQUIREMENT_TYPES = ("owner", "balance", "frame")
COST, FINANCING = DECISION_SIDES = ("cost", "financing")

_TABLES = (
    Table(
        "ledger_month",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "account": text_column("account of the trust's own chart"),
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
            "account": text_column("account the budget is laid on"),
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
            "type": text_column("who asks for it", allowed=REQUIREMENT_TYPES),
            "valid_from": _VALID_FROM,
            "amount": Column("amount", "result that is required for the year"),
            "document_ref": text_column("decision or mission document", required=False),
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
            "basis": text_column("what the figure is a forecast of", allowed=FORECAST_BASES),
            "basis_from": text_column(
                "for a deviation: from which budget or requirement", required=False
            ),
            "forecast": Column("amount", "reported year-end figure"),
            "author": text_column("role that gave it", required=False),
            "text": text_column("comment", required=False),
        },
        ("trust", "unit", "period_of_data", "target_year"),
    ),
    Table(
        "event",
        {
            "id": text_column("identifier"),
            "trust": _TRUST,
            "unit": _UNIT,
            "account": text_column("account it is booked on"),
            "period": _PERIOD,
            "type": text_column("kind of event", allowed=("one-off", "extra grant", "uncertain")),
            "amount": Column("amount", "effect on the result if it happens"),
            "probability": Column("number", "1 when booked or certain", at_least=0.0, at_most=1.0),
            "evidence": text_column("where it is documented", required=False),
        },
        ("id",),
    ),
    Table(
        "measure",
        MEASURE_COLUMNS,
        ("measure_id",),
    ),
    Table(
        "risk",
        {
            "risk_id": text_column("identifier"),
            "title": text_column("what may happen, in plain words"),
            "trust": _TRUST,
            "unit": _UNIT,
            "owner": text_column("role that answers for it", required=False),
            "valid_from": Column("month", "month it was entered"),
            "valid_to": Column(
                "month", "last month in which it can happen; empty: stays open", required=False
            ),
            "probability": Column(
                "number", "that it happens in the rest of the year", at_least=0.0, at_most=1.0
            ),
            "amount": Column("amount", "most likely effect on the year if it happens, - worsens"),
            "low": Column("amount", "effect at worst", required=False),
            "high": Column("amount", "effect at best", required=False),
            "measure_id": text_column("measures that reduce it", required=False),
            "probability_after": Column(
                "number", "probability where they work", required=False, at_least=0.0, at_most=1.0
            ),
            "amount_share_after": Column(
                "number",
                "share of the amount that is left where they work",
                required=False,
                at_least=0.0,
                at_most=1.0,
            ),
            "event_id": text_column(
                "the same thing among the events, so that it counts there", required=False
            ),
            "evidence": text_column("where it is documented", required=False),
        },
        ("risk_id",),
    ),
    Table(
        "decision",
        {
            "decision_id": text_column("identifier"),
            "title": text_column("what was decided, in plain words"),
            "trust": _TRUST,
            "unit": _UNIT,
            "decided": Column("month", "month of the decision"),
            "side": text_column("whether it costs or pays", allowed=DECISION_SIDES),
            "text": text_column("what costs, or what pays"),
            "this_year": Column("amount", "effect on this year: a cost below 0, financing above"),
            "next_year": Column("amount", "effect of a whole year from next year on"),
            "measure_id": text_column("measure that is to pay", required=False),
            "next_year_marked": Column(
                "flag", "whether next year's cost is left to its budget", required=False
            ),
        },
        ("decision_id", "side", "text"),
    ),
    Table(
        "staffing",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "category": text_column("group of staff"),
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
            "type": text_column(
                "drg_points, stays, day_stays, visits … operations_cancelled_<cause> for a cause"
            ),
            "value": Column("number", "count or points in the month"),
        },
        ("trust", "unit", "period", "type"),
    ),
    Table(
        "org",
        {
            "unit": _UNIT,
            "parent": text_column("unit above; empty for the trust", required=False),
            "valid_from": _VALID_FROM,
            "valid_to": _VALID_TO,
            "name": text_column("name shown to readers"),
        },
        ("unit", "valid_from"),
    ),
    Table(
        "deadline",
        {
            "what": text_column("what must be delivered or decided"),
            "due": Column("due", "day YYYY-MM-DD, or month YYYY-MM where no more is known"),
            "weekday": text_column("day of the week as the source has it", required=False),
            "done": Column("date", "day it was done", required=False),
            "source": text_column("who set the deadline, or where it is written", required=False),
        },
        ("what", "due"),
    ),
    Table(
        "account_map",
        {
            "chart": text_column("chart of accounts"),
            "account_from": text_column("first account or group, by leading digits"),
            "account_to": text_column("last account or group, by leading digits"),
            "valid_from": _VALID_FROM,
            "valid_to": _VALID_TO,
            "line": text_column("line of the income statement", allowed=terms.LINE_CODES),
        },
        ("chart", "account_from", "valid_from"),
    ),
)
TABLES: Mapping[str, Table] = {
    table.name: table for table in (*_TABLES, *STEERING_TABLES, *FOLLOW_UP_TABLES)
}

DTYPES: Mapping[ColumnKind, str] = {
    "text": "str",
    "amount": "float64",
    "number": "float64",
    "period": "str",
    "month": "str",
    "year": "Int64",
    "date": "str",
    "due": "str",
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

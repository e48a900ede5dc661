"""Monthly accounts and their companions in: canonical tables, readers, checks."""

from balanse_lib.ledger.book import InputFile, Ledger
from balanse_lib.ledger.checks import check_period, months_present, unit_gaps
from balanse_lib.ledger.columns import describe_table
from balanse_lib.ledger.deadlines import check_deadlines
from balanse_lib.ledger.measure_checks import split_names
from balanse_lib.ledger.read import read_ledger
from balanse_lib.ledger.steering_checks import hash_assumption
from balanse_lib.ledger.tables import TABLES, empty_table
from balanse_lib.ledger.targets import (
    Targets,
    as_result,
    budget_by_month,
    requirement_by_unit,
    targets,
)

__all__ = [
    "TABLES",
    "InputFile",
    "Ledger",
    "Targets",
    "as_result",
    "budget_by_month",
    "check_deadlines",
    "check_period",
    "describe_table",
    "empty_table",
    "hash_assumption",
    "months_present",
    "read_ledger",
    "requirement_by_unit",
    "split_names",
    "targets",
    "unit_gaps",
]

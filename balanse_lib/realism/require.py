"""What the rule refuses to count with: a missing number is never read as zero."""

from collections.abc import Iterable
from math import isfinite
from numbers import Integral, Real

LAST_MONTH_TO_JUDGE = 11


def finite(**values: object) -> None:
    """Raise `ValueError` unless every value is a finite number.

    >>> finite(budget=float("nan"))
    Traceback (most recent call last):
    ValueError: budget is nan: give a finite number (missing is not zero)
    """
    for name, value in values.items():
        if not isinstance(value, Real) or not isfinite(value):
            raise ValueError(f"{name} is {value}: give a finite number (missing is not zero)")


def not_negative(**values: float) -> None:
    """Raise `ValueError` unless every value is a finite number of at least 0."""
    finite(**values)
    for name, value in values.items():
        if value < 0:
            raise ValueError(f"{name} is {value}: it cannot be negative")


def positive(**values: float) -> None:
    """Raise `ValueError` unless every value is a finite number above 0."""
    finite(**values)
    for name, value in values.items():
        if value <= 0:
            raise ValueError(f"{name} is {value}: it must be greater than 0")


def share(**values: float) -> None:
    """Raise `ValueError` unless every value lies between 0 and 1, both included."""
    finite(**values)
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is {value}: it must lie between 0 and 1")


def month_to_judge(month: object) -> None:
    """Raise `ValueError` unless a month has months of the year after it: 0 to 11."""
    if not isinstance(month, Integral) or int(month) not in range(LAST_MONTH_TO_JUDGE + 1):
        raise ValueError(
            f"month is {month}: give the whole number of months booked, from 0 (the budget itself "
            f"is tested) to {LAST_MONTH_TO_JUDGE}; after month 12 there is nothing left to forecast"
        )


def same_length(**columns: Iterable[object]) -> None:
    """Raise `ValueError` unless all columns have the same number of values, and at least one."""
    lengths = {name: len(list(column)) for name, column in columns.items()}
    if len(set(lengths.values())) != 1 or 0 in lengths.values():
        told = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise ValueError(f"{told}: give one value each, and at least one")

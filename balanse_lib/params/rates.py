"""Dated rates: a value holds from a month on, until a later row of the same rate."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from balanse_lib.errors import Failure, InputError, nearest


@dataclass(frozen=True)
class Rate:
    """One row of the rate table; `source` says where the value was published or that it is assumed.

    The unit stands in the name (`_pct`, `_nok_per_point`, `_nok_per_day`).
    """

    name: str
    valid_from: str
    value: float
    source: str


@cache
def rates() -> tuple[Rate, ...]:
    """All published rates, by name and month.

    >>> sorted({rate.name for rate in rates()})
    ['discharge_ready_nok_per_day', 'isf_share_pct', 'isf_unit_price_nok_per_point']
    """
    text = resources.files("balanse_lib.params").joinpath("rates.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Rate(row["rate"], row["valid_from"], float(row["value"]), row["source"]) for row in rows
    )


def rate_on(name: str, month: str) -> Rate:
    """The rate that held in a month; `valid_from` tells how old it is.

    Raises `InputError` for an unknown name and for a month before the first known value.

    >>> rate_on("isf_share_pct", "2024-06").value, rate_on("isf_share_pct", "2025-01").value
    (40.0, 30.0)
    """
    named = [rate for rate in rates() if rate.name == name]
    if not named:
        known = sorted({rate.name for rate in rates()})
        raise InputError([Failure(rule="unknown_key", value=name, allowed=nearest(name, known))])
    held = [rate for rate in named if rate.valid_from <= month]
    if not held:
        first = f"{named[0].valid_from} –"
        raise InputError(
            [Failure(rule="period_before_data", column=name, value=month, allowed=first)]
        )
    return max(held, key=lambda rate: rate.valid_from)

"""The core of the indicators in all trusts of a region, on a scale that can be compared."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators import Changes
from balanse_lib.region.compare import Comparison, compare_trusts, rank_apart, scale_by
from balanse_lib.region.coverage import core_of

SCALED = ("volume", "amount")
COMPARED = (*SCALED, "ratio", "share")
SIZE, PER = "drg_points", 1000.0
_AMOUNTS = ["level", "low", "high", "own_mean", "own_lpl", "own_upl"]


def compare_core(changes: Mapping[str, Changes]) -> list[Comparison]:
    """Each indicator of the core that two trusts or more have, in the order of the catalogue.

    Counts and money are held against the size of the trust, for each 1 000 DRG points (mean of the
    last twelve months); shares and ratios stand as they are. Standing numbers are left out: their
    charts show the change, which tells no level. The points themselves are the scale.
    """
    size = pd.Series({trust: _points(found) for trust, found in changes.items()})
    rows = core_of(next(iter(changes.values())).catalogue)
    found = []
    for row in rows.to_dict("records"):
        if row["kind"] not in COMPARED or row["indicator"] == SIZE:
            continue
        compared = compare_trusts(changes, indicator=str(row["indicator"]))
        if row["kind"] in SCALED:
            compared = _scale(compared, size=size, direction=str(row["direction"]))
        if compared.table["own_mean"].notna().sum() >= 2:
            found.append(compared)
    return found


def _scale(compared: Comparison, *, size: pd.Series, direction: str) -> Comparison:
    """All amounts of a comparison for each 1 000 points of the trust's size."""
    table = compared.table.copy()
    for column in _AMOUNTS:
        table[column] = scale_by(table[column], size=size, per=PER)
    return replace(compared, table=table, apart=rank_apart(table, direction=direction))


def _points(found: Changes) -> float:
    """Mean DRG points a month of the last twelve months; missing with one of them."""
    cells = found.measured
    chosen = cells[(cells["indicator"] == SIZE) & (cells["unit"] == found.trust)]
    recent = chosen["value"].tail(periods.MONTHS_IN_YEAR)
    return float(recent.mean(skipna=False)) if len(recent) else float("nan")

"""Which indicators of the common core each trust has, and what it has beside it."""

from collections.abc import Mapping

import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators import Changes

CORE = frozenset(range(19, 29))  # rows of the requirement list: the ten of the mandate
WHOLE, UNITS, LACKING = "whole", "units", "lacking"


def core_of(catalogue: pd.DataFrame) -> pd.DataFrame:
    """Rows of the catalogue that all trusts have in common; no trust's own indicator is one.

    >>> from balanse_lib import params
    >>> rows = core_of(params.indicator_catalogue().assign(name=""))
    >>> "letters_1_day_pct" in set(rows["indicator"]), "agreed_fte" in set(rows["indicator"])
    (True, False)
    """
    asked = [
        bool(CORE & {int(number) for number in str(cell).split("; ")}) and not name
        for cell, name in zip(catalogue["requirements"], catalogue["name"], strict=True)
    ]
    return catalogue[asked]


def cover_core(changes: Mapping[str, Changes]) -> pd.DataFrame:
    """Core indicators down, trusts across: has it `whole`, for `units` only, or `lacking`.

    A trust has an indicator that has a value in the last twelve months.
    """
    names = pd.Index(core_of(next(iter(changes.values())).catalogue)["indicator"])
    return pd.DataFrame(
        {trust: _cover(found, names) for trust, found in changes.items()}, index=names
    )


def count_indicators(changes: Mapping[str, Changes]) -> pd.DataFrame:
    """By trust, how many indicators it has: of the core, others of the package, own ones."""
    rows = {trust: _count(found) for trust, found in changes.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["core", "others", "own"])


def _cover(found: Changes, names: pd.Index) -> list[str]:
    had = _had(found)
    whole = set(had.loc[had["unit"] == found.trust, "indicator"])
    parts = set(had["indicator"])
    return [WHOLE if name in whole else UNITS if name in parts else LACKING for name in names]


def _count(found: Changes) -> list[int]:
    had, own = set(_had(found)["indicator"]), found.catalogue["name"] != ""
    core = had & set(core_of(found.catalogue)["indicator"])
    extra = had & set(found.catalogue.loc[own, "indicator"])
    return [len(core), len(had - core - extra), len(extra)]


def _had(found: Changes) -> pd.DataFrame:
    """Values of the last twelve months, with indicator and unit."""
    told = found.measured[found.measured["reason"] == ""]
    if told.empty:
        return told
    last = str(found.measured["month"].max())
    return told[told["month"] > periods.shift(last, -periods.MONTHS_IN_YEAR)]

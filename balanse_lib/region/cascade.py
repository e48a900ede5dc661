"""The requirement on its way from the region to its trusts, and through them to their units."""

from collections.abc import Mapping

import pandas as pd

from balanse_lib.errors import Failure, InputError
from balanse_lib.ledger import Ledger, requirement_by_unit
from balanse_lib.measures import cascade_requirement
from balanse_lib.periods import month_in_force


def cascade_region(
    cascades: Mapping[str, pd.DataFrame], *, region: str, held_back: float | None = None
) -> pd.DataFrame:
    """Stack the trusts' cascades under their region: `cascade_requirement`, one level more.

    `cascades` has each trust's cascade of the year (by its units, the trust among them).
    `held_back` is what the region asks for beyond what it asks of its trusts (million): its
    undistributed part. When that is not known the trusts' sum stands for the region, and what it
    has not distributed is missing; so it is when a trust's own requirement is unclear.

    Units are in the order region, trust, its units, next trust; `level` 0 is the region.

    >>> trust = cascade_requirement(pd.DataFrame({"unit": ["a", "surgery"], "parent": [None, "a"],
    ...     "amount": [10.0, 8.0]}))
    >>> told = cascade_region({"a": trust}, region="west", held_back=3.0)
    >>> told[["level", "amount", "undistributed"]].fillna(0.0).to_numpy().tolist()
    [[0.0, 13.0, 3.0], [1.0, 10.0, 2.0], [2.0, 8.0, 0.0]]
    """
    tops = pd.DataFrame([cascade.loc[trust] for trust, cascade in cascades.items()])
    whole = tops["amount"].sum(skipna=False) + (0.0 if held_back is None else held_back)
    frame = pd.DataFrame(
        {
            "unit": [region, *cascades],
            "parent": [None, *[region] * len(cascades)],
            "amount": [whole, *tops["amount"]],
        }
    )
    effects = tops[["planned", "prudent"]].rename_axis("unit").reset_index()
    stacked = cascade_requirement(frame, measures=effects)
    if held_back is None:
        stacked.loc[region, "undistributed"] = float("nan")
    below = [
        cascade.assign(level=cascade["level"] + 1, parent=cascade["parent"].fillna(region))
        for cascade in cascades.values()
    ]
    return pd.concat([stacked.loc[[region]], *below])


def held_back_by_region(
    books: Mapping[str, Ledger], *, region: str, period: str, kind: str = "owner"
) -> float | None:
    """What the region requires beyond its trusts' requirements; None when that is not told.

    A trust's table of requirements may have rows whose unit is the region: the result that all its
    trusts together are to reach. Raises `InputError` when two trusts tell it differently.
    """
    told: dict[str, float] = {}
    asked = 0.0
    for trust, book in books.items():
        in_force = month_in_force(period, start=book.start)
        rows = requirement_by_unit(book, year=book.year_of(period), period=in_force, kind=kind)
        amounts = rows.set_index("unit")["amount"].astype(float)
        if trust not in amounts:
            return None
        asked += float(amounts[trust])
        if region in amounts:
            told[trust] = float(amounts[region])
    if len(set(told.values())) > 1:
        by_trust = ", ".join(f"{trust} {amount:g}" for trust, amount in told.items())
        raise InputError([Failure(rule="region_told_differently", value=region, allowed=by_trust)])
    return next(iter(told.values())) - asked if told else None

"""Units side by side: limits that widen where few are counted, so that noise is not ranked."""

import numpy as np
import pandas as pd
from scipy.stats import binom

LEVEL = 0.998  # about three standard deviations, as the process limits
SMALL = 5  # cells below it are not shown


def funnel_limits(counts: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Share of each unit with exact binomial limits around the share of all together.

    `counts` has numerator and denominator (whole numbers) by unit. `lower` and `upper` hold a unit
    of the common share with probability `level` at least; `outside` tells who is beyond them.
    Units whose numerator, or what is left of the denominator, is below 5 are `suppressed`: they
    count in the centre but are not shown. A unit without counts is missing.

    >>> counts = pd.DataFrame({"numerator": [50, 70], "denominator": [100, 100]}, index=["a", "b"])
    >>> funnel_limits(counts)[["share", "centre", "outside"]].to_dict("list")
    {'share': [0.5, 0.7], 'centre': [0.6, 0.6], 'outside': [False, False]}
    """
    known = counts.dropna()
    part, whole = known["numerator"], known["denominator"]
    if (
        (part < 0) | (part > whole) | (part % 1 != 0) | (whole % 1 != 0)
    ).any() or not 0 < level < 1:
        raise ValueError(
            f"level {level}: give one between 0 and 1, and whole numbers, numerator ≤ denominator"
        )
    centre = part.sum() / whole.sum() if whole.sum() else np.nan
    tail = (1 - level) / 2
    table = pd.DataFrame(
        {
            "share": part / whole.where(whole > 0),
            "centre": centre,
            "lower": binom.ppf(tail, whole, centre) / whole.where(whole > 0),
            "upper": binom.isf(tail, whole, centre) / whole.where(whole > 0),
            "suppressed": (part < SMALL) | (whole - part < SMALL),
        }
    )
    table["outside"] = (table["share"] < table["lower"]) | (table["share"] > table["upper"])
    shown = ["share", "lower", "upper"]
    table[shown] = table[shown].mask(table["suppressed"])
    table["outside"] &= ~table["suppressed"]
    return table.reindex(counts.index).astype({"suppressed": "boolean", "outside": "boolean"})

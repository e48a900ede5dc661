"""How forecasts move within a year: revisions, late changes, drift after the last of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

_YEAR = ["trust", "model", "year"]
_EXACT_UP_TO = 32  # pairs of revisions; the sum of more is close to normal
LATE_MONTHS = (8, 9, 10, 11, 12)


def revise_forecasts(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Each forecast minus the one before it in the same year, and the revision before that.

    Forecasts that are not comparable are left out; `months` tells how far apart the two are.
    """
    rows = forecasts[forecasts["forecast"].notna()].sort_values([*_YEAR, "month"])
    years = rows.groupby(_YEAR)
    rows = rows.assign(
        before=years["forecast"].shift(),
        revision=years["forecast"].diff(),
        months=years["month"].diff(),
    )
    rows["previous_revision"] = rows.groupby(_YEAR)["revision"].shift()
    kept = [*_YEAR, "month", "months", "before", "forecast", "revision", "previous_revision"]
    return rows.dropna(subset="revision")[kept].reset_index(drop=True)


@dataclass(frozen=True)
class RevisionTest:
    """Whether a revision can be foreseen from the one before it (Nordhaus 1987).

    `slope` of the revision on the previous one, through the origin: above 0, bad news comes in
    small doses; below 0, forecasts overreact. `p_value` is two-sided; `n` pairs of revisions.
    """

    slope: float
    p_value: float
    n: int


def check_revisions(revisions: pd.DataFrame) -> RevisionTest:
    """Test that revisions are unpredictable.

    If nothing is known beforehand of a revision's sign, the products of neighbouring revisions have
    random signs whatever their sizes, so the chance of a sum at least as far from zero is counted
    out: exact with few pairs and with revisions that shrink towards the year's end.

    >>> steady = pd.DataFrame({"revision": [-5.0] * 5, "previous_revision": [-5.0] * 5})
    >>> check_revisions(steady)   # 2 of the 32 ways the signs can fall are as far from zero
    RevisionTest(slope=1.0, p_value=0.0625, n=5)
    """
    pairs = revisions.dropna(subset=["revision", "previous_revision"])
    previous = pairs["previous_revision"].to_numpy(dtype=float)
    products = pairs["revision"].to_numpy(dtype=float) * previous
    square = float((previous**2).sum())
    slope = float(products.sum()) / square if square else float("nan")
    return RevisionTest(slope, _sign_test(products), len(pairs))


def _sign_test(products: NDArray[np.float64]) -> float:
    """Chance that products with random signs sum at least as far from zero; NaN without any."""
    sizes = np.abs(products[products != 0])
    if not len(sizes):
        return float("nan")
    reached = abs(float(products.sum())) * (1 - 1e-9)
    if len(sizes) > _EXACT_UP_TO:
        return float(2 * norm.sf(reached / np.sqrt((sizes**2).sum())))
    half = len(sizes) // 2  # each sum is one of the left half plus one of the right half
    left, right = _signed_sums(sizes[:half]), np.sort(_signed_sums(sizes[half:]))
    as_low = np.searchsorted(right, -reached - left, side="right").sum()
    return min(1.0, float(2 * as_low / (len(left) * len(right))))


def _signed_sums(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of the sizes with every combination of signs."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums + size, sums - size])
    return sums


def late_changes(revisions: pd.DataFrame, *, first_month: int = 10) -> pd.DataFrame:
    """Forecasts that were changed in the last quarter of the fiscal year, when little should."""
    late = (revisions["month"] >= first_month) & (revisions["revision"] != 0)
    return revisions[late].reset_index(drop=True)


def late_year_drift(errors: pd.DataFrame) -> pd.DataFrame:
    """How far the year still drifted: outcome − forecast after months 8 to 12, by trust and year.

    `period_13` is what the year-end entries moved the result by, after all twelve months.
    """
    late = errors[errors["month"].isin(LATE_MONTHS)]
    wide = late.pivot_table(index=_YEAR, columns="month", values="error", aggfunc="last")
    wide = wide.reindex(columns=list(LATE_MONTHS)).add_prefix("after_")
    known = late.groupby(_YEAR)[["period_13", "outcome"]].last()
    return wide.join(known, how="left").rename_axis(columns=None).reset_index()

"""Published forecasts of others: the outside view while own and region's records are short.

Pairs are pooled only within one pool, level, basis and kind (`params.reference_pools`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from balanse_lib import params, terms
from balanse_lib.errors import nearest


def choose_pairs(
    pools: pd.DataFrame, *, pool: str, level: str, basis: str = "result", kind: str = "forecast"
) -> pd.DataFrame:
    """Pairs that may be pooled, with `error` and, where size is known, `error_pct` of it."""
    wanted = {"pool": pool, "level": level, "basis": basis, "kind": kind}
    for column, value in wanted.items():
        if value not in set(pools[column]):
            raise ValueError(
                f"no pairs of {column} {value!r}: {nearest(value, set(pools[column]))}"
            )
        pools = pools[pools[column] == value]
    error = terms.forecast_error(pools["outcome"], pools["forecast"])  # type: ignore[arg-type]
    return pools.assign(error=error, error_pct=100 * error / pools["size"])


# Where a country's trusts find a pool of their like with one basis.
PUBLISHED = {"NO": ("norway", "trust")}


def published_pairs(pools: pd.DataFrame, *, country: str) -> pd.DataFrame:
    """Published forecasts of trusts like one of this country; none where no pool is comparable."""
    if country not in PUBLISHED:
        return pools.iloc[:0].assign(error=0.0, error_pct=0.0)
    pool, level = PUBLISHED[country]
    return choose_pairs(pools, pool=pool, level=level)


def months_alike(month: int) -> range:
    """Months of the year whose forecasts share a bias with this one: 1–4, 5–8 or 9–12.

    >>> list(months_alike(6))
    [5, 6, 7, 8]
    """
    first = 4 * ((max(month, 1) - 1) // 4) + 1
    return range(first, first + 4)


def pool_errors(pairs: pd.DataFrame) -> pd.DataFrame:
    """Mean error by month of the fiscal year and unit; a month that is not known stands apart.

    `n` pairs from `n_years` bodies' years; `bias_pct` is the mean in per cent of size over the
    `n_sized` pairs whose size is known.
    """
    rows = pairs.assign(body_year=pairs["body"] + " " + pairs["year"].astype(str))
    return rows.groupby(["month", "unit"], dropna=False, as_index=False).agg(
        n=("error", "count"),
        n_years=("body_year", "nunique"),
        bias=("error", "mean"),
        n_sized=("error_pct", "count"),
        bias_pct=("error_pct", "mean"),
    )


@dataclass(frozen=True)
class BiasRecord:
    """The errors that a bias is shrunk with, in per cent of revenue or size, and whose they are.

    `source` is `region` when the region's record suffices or the trust's own does; `published` when
    both are short and a pool's errors are added; `short` when the pool does not help either, for
    too few of its bodies have a known size. `n_own`, `n_region` (other trusts) and `n_published`
    are the errors there are, `n_without_size` the pool's pairs that cannot be used.
    """

    source: Literal["region", "published", "short"]
    errors_by_body: Mapping[str, Sequence[float]]
    n_own: int
    n_region: int
    n_published: int
    n_without_size: int


def choose_record(
    errors_by_trust: Mapping[str, Sequence[float]],
    trust: str,
    *,
    pairs: pd.DataFrame,
    months: Collection[int],
    thresholds: params.Thresholds | None = None,
) -> BiasRecord:
    """Whose errors a trust's bias is shrunk with; published ones only while both records are short.

    `pairs` come from `choose_pairs` (without the trust's own), `months` are those of the forecast
    to be corrected. `errors_by_body` of the answer is what `shrink_bias` takes. An own record is
    short while it would weigh less than the region's (fewer than `bias_default_k` errors), a
    region's while `shrink_bias` could not tell its variances.
    """
    limits = thresholds or params.standard_thresholds()
    errors = {name: list(known) for name, known in errors_by_trust.items()}
    own = errors.setdefault(trust, [])
    total = sum(map(len, errors.values()))
    trusts = sum(1 for known in errors.values() if known)
    few = trusts < limits.bias_min_trusts or total < limits.bias_min_errors
    short = few and len(own) < limits.bias_default_k
    usable = pairs[pairs["month"].isin(list(months))]
    published: dict[str, list[float]] = {}
    for row in usable.dropna(subset="error_pct").itertuples():
        published.setdefault(f"{row.pool}: {row.body}", []).append(float(str(row.error_pct)))
    found = sum(map(len, published.values()))
    counts = (len(own), total - len(own), found, len(usable) - found)
    if not short:
        return BiasRecord("region", errors, *counts)
    if len(published) < limits.bias_min_trusts:
        return BiasRecord("short", errors, *counts)
    return BiasRecord("published", errors | published, *counts)

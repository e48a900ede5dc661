"""Which indicators move before the accounts do: leading correlation, corrected for the search."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from balanse_lib.forecast.history import monthly_series
from balanse_lib.indicators.rules import Floats
from balanse_lib.indicators.season import find_season
from balanse_lib.ledger import Ledger

LEADS = range(1, 7)  # months ahead
LINES = ("activity_based_income", "pay_cost", "hire_in", "goods_cost", "other_cost")
MIN_PAIRS = 36
ALPHA = 0.05
METHOD = "fdr_by"  # Benjamini–Yekutieli: holds whatever the tests have to do with one another


COLUMNS = ("indicator", "line", "lead", "correlation", "n", "p", "p_adjusted", "tried", "leads")


def lead_series(
    ledger: Ledger, *, values: pd.DataFrame, catalogue: pd.DataFrame, lines: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indicators that are no money and the lines, for the whole trust, month × series."""
    counted = ~catalogue["numerator"].str.contains("ledger:|budget:|account:|value:")
    own = catalogue.loc[counted & (catalogue["kind"] != "accumulated"), "indicator"]
    whole = values[(values["unit"] == ledger.trust) & (values["reason"] == "")]
    wide = whole[whole["indicator"].isin(own)].pivot_table(
        index="month", columns="indicator", values="value"
    )
    money = monthly_series(ledger, without_events=True).T.groupby(level="line").sum(min_count=1).T
    chosen = money.loc[:, money.columns.intersection(list(lines))]
    months = chosen.index.union(wide.index) if len(wide) else chosen.index
    return wide.reindex(months), chosen.reindex(months)


def find_leads(
    indicators: pd.DataFrame,
    lines: pd.DataFrame,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """Best lead of each indicator to each line, all combinations tried counted against it.

    Both are months × series; `pairs` are the ones that are tried, all by default. From each the
    yearly pattern and a straight line are taken out; the number of months is the effective one for
    series that depend on their own past (Bartlett), so that two slow series are not taken to lead
    each other. Columns: indicator, line, lead (months), correlation, n (effective months), p,
    p_adjusted (for all `tried`), leads (below 5 %).
    """
    if not len(indicators.columns) or not len(lines.columns):
        return pd.DataFrame(columns=list(COLUMNS))
    x, y = _flatten(indicators), _flatten(lines)
    tests = pd.concat([_correlate(x, y, lead=lead) for lead in LEADS], ignore_index=True)
    if pairs is not None:
        tried = pd.MultiIndex.from_frame(tests[["indicator", "line"]]).isin(list(pairs))
        tests = tests[tried]
    tests = tests.dropna(subset="p")
    if tests.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    adjusted = multipletests(tests["p"], method=METHOD)[1]
    table = tests.assign(p_adjusted=adjusted, tried=len(tests), leads=adjusted < ALPHA)
    likeliest = table.sort_values("p", kind="stable").drop_duplicates(["indicator", "line"])
    return likeliest[list(COLUMNS)].reset_index(drop=True)


def _flatten(wide: pd.DataFrame) -> pd.DataFrame:
    """Series without yearly pattern and straight line."""
    calm = wide - find_season(wide).fillna(0.0)
    place = pd.Series(np.arange(len(calm), dtype=float), calm.index)
    centred = calm.notna().mul(place, axis=0).where(calm.notna())
    centred -= centred.mean()
    slope = (centred * calm).sum() / (centred**2).sum()
    return calm - calm.mean() - centred * slope


def _correlate(x: pd.DataFrame, y: pd.DataFrame, *, lead: int) -> pd.DataFrame:
    """Correlation of every x with every y `lead` months later, effective months, p-value."""
    before, after = x.to_numpy()[:-lead], y.to_numpy()[lead:]
    own = 1 + 2 * sum(np.outer(_autocorrelation(before, k), _autocorrelation(after, k))
                      for k in LEADS)  # fmt: skip
    r, months = _pairwise(before, after)
    n = months / np.maximum(own, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * norm.sf(np.abs(np.arctanh(r)) * np.sqrt(np.maximum(n - 3, 0.0)))
    row, column = np.indices(r.shape).reshape(2, -1)
    return pd.DataFrame(
        {
            "indicator": x.columns.to_numpy()[row],
            "line": y.columns.to_numpy()[column],
            "lead": lead,
            "correlation": r.ravel(),
            "n": n.ravel(),
            "p": np.where(months < MIN_PAIRS, np.nan, p).ravel(),
        }
    )


def _pairwise(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Correlations of centred columns over the months that both have, and the number of these."""
    known_x, known_y = ~np.isnan(x), ~np.isnan(y)
    full_x, full_y = np.where(known_x, x, 0.0), np.where(known_y, y, 0.0)
    spread = (full_x**2).T @ known_y * (known_x.T @ full_y**2)
    r = (full_x.T @ full_y) / np.sqrt(np.where(spread > 0, spread, np.nan))
    return r, (known_x.T.astype(float) @ known_y)


def _autocorrelation(values: Floats, lag: int) -> Floats:
    known = np.where(np.isnan(values), 0.0, values)
    spread = (known**2).sum(axis=0)
    found: Floats = (known[lag:] * known[:-lag]).sum(axis=0) / np.where(spread > 0, spread, np.nan)
    return found

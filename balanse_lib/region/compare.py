"""One indicator in several trusts: own history, common limits, and who can be told apart."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators import Changes, funnel_limits

SHARE = "share"


@dataclass(frozen=True)
class Comparison:
    """One indicator side by side.

    Attributes
    ----------
    table : by trust, `level` (the last twelve months), `own_mean`, `own_lpl`, `own_upl`, `signal`
        (the trust's own chart marks the last month), `low` and `high` (uncertainty of the level),
        and for shares the `denominator` of these months and `share`, `centre`, `lower`, `upper`,
        `outside` and `suppressed` of `funnel_limits`.
    apart : pairs of trusts whose spans do not overlap, better one first; others are not ranked.
    """

    indicator: str
    table: pd.DataFrame
    apart: tuple[tuple[str, str], ...]


def compare_trusts(changes: Mapping[str, Changes], *, indicator: str) -> Comparison:
    """Hold one indicator side by side in trusts that define it alike.

    A trust without the indicator is missing. Raises `ValueError` when the definitions differ: what
    is counted, or how, must be the same for the difference to mean anything.
    """
    _check_definitions(changes, indicator)
    rows = {trust: _own(found, indicator) for trust, found in changes.items()}
    columns = ["level", "own_mean", "own_lpl", "own_upl", "signal", "low", "high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    definition = next(iter(changes.values())).definition(indicator)
    if definition["kind"] == SHARE:
        counts = pd.DataFrame(
            {trust: _counts(found, indicator) for trust, found in changes.items()},
            index=["numerator", "denominator"],
        ).T
        funnel = funnel_limits(counts).reindex(table.index)
        shown = ["share", "centre", "lower", "upper", "outside", "suppressed"]
        table = table.join(counts["denominator"]).join(funnel[shown])
        hidden = funnel["suppressed"].fillna(True).astype(bool)
        table.loc[hidden, ["level", "low", "high", "own_mean", "own_lpl", "own_upl"]] = np.nan
    return Comparison(indicator, table, rank_apart(table, direction=str(definition["direction"])))


def rank_apart(table: pd.DataFrame, *, direction: str) -> tuple[tuple[str, str], ...]:
    """Pairs whose spans `low`–`high` do not overlap, the better first; none when neither is better.

    >>> table = pd.DataFrame({"low": [1.0, 3.0, 2.0], "high": [2.0, 4.0, 5.0]}, index=list("abc"))
    >>> rank_apart(table, direction="higher")   # c overlaps both
    (('b', 'a'),)
    """
    if direction not in ("higher", "lower"):
        return ()
    pairs = [
        (str(above), str(below))
        for above in table.index
        for below in table.index
        if table.loc[above, "low"] > table.loc[below, "high"]
    ]
    return tuple(pairs if direction == "higher" else [(low, high) for high, low in pairs])


def scale_by(amounts: pd.Series, *, size: pd.Series, per: float = 1.0) -> pd.Series:
    """Amounts by trust for each `per` of their size (revenue, DRG points, inhabitants).

    >>> scale_by(pd.Series({"a": -50.0}), size=pd.Series({"a": 2000.0}), per=1000.0).to_dict()
    {'a': -25.0}
    """
    return amounts / size.reindex(amounts.index).where(lambda known: known != 0) * per


def _check_definitions(changes: Mapping[str, Changes], indicator: str) -> None:
    asked = ["numerator", "denominator", "times", "measured_in", "kind"]
    found = {trust: tuple(told.definition(indicator)[asked]) for trust, told in changes.items()}
    if len(set(found.values())) > 1:
        raise ValueError(f"{indicator} is defined differently: {found}")


def _own(found: Changes, indicator: str) -> tuple[float, ...]:
    """Level of the last twelve months with its span, and the trust's own chart."""
    name, charts = (indicator, found.trust), found.charts
    if name not in charts.limits.index:
        return (np.nan,) * 4 + (False, np.nan, np.nan)
    mean, lpl, upl = charts.limits.T[name][["mean", "lpl", "upl"]]
    values = _recent(found, indicator)["value"]
    if values.empty:
        return np.nan, mean, lpl, upl, False, np.nan, np.nan
    level, half = values.mean(), (upl - mean) / np.sqrt(len(values))  # three sd of a mean
    signal = bool(charts.rules[name].iloc[-1] != 0)
    return level, mean, lpl, upl, signal, level - half, level + half


def _counts(found: Changes, indicator: str) -> list[float]:
    """Numerator and denominator of the last twelve months of the whole trust."""
    rows = _recent(found, indicator)
    if rows.empty:
        return [np.nan, np.nan]
    times = float(found.definition(indicator)["times"])
    return [
        float((rows["value"] * rows["denominator"] / times).round().sum()),
        float(rows["denominator"].sum()),
    ]


def _recent(found: Changes, indicator: str) -> pd.DataFrame:
    """Last twelve values of the whole trust."""
    cells = found.measured
    chosen = (cells["indicator"] == indicator) & (cells["unit"] == found.trust)
    return cells[chosen].dropna(subset="value").tail(periods.MONTHS_IN_YEAR)

"""The price of waiting: what a measure gives this year, by the month in which it is decided."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from balanse_lib.measures.portfolio import MONTHS, Portfolio
from balanse_lib.measures.selection import Package, choose_package
from balanse_lib.measures.simulate import phase_in


def effect_by_decision_month(
    portfolio: Portfolio,
    *,
    months: range,
    lead: Mapping[str, int],
    decided: range,
) -> pd.DataFrame:
    """Expected effect over `months` of each measure (rows) if decided in a month (columns).

    A measure decided in month m (0 = first of the fiscal year) starts in its planned month, or
    `lead` months after the decision when that is later: lead 0 gives effect in the same month.
    Expected effect = FY/12 · mean rate · Σ P(delay)·Σ g, with the chance that all it depends on
    succeeds. Overlap and exclusion are left to the choice of a package.

    >>> from balanse_lib.measures.portfolio import make_portfolio
    >>> measures = pd.DataFrame({
    ...     "measure_id": ["T1"], "full_year_effect": [12.0], "start": [3],
    ...     "alpha": [1.0], "beta": [1.0], "p_none": [0.0]})
    >>> effect_by_decision_month(make_portfolio(measures), months=range(12), lead={"T1": 2},
    ...     decided=range(0, 12, 5)).to_numpy()
    array([[4.5, 2.5, 0. ]])
    """
    absent = [name for name in portfolio.ids if name not in lead]
    if absent:
        raise ValueError(f"no lead time for {', '.join(absent)}: give months from decision on")
    soonest = np.array([lead[name] for name in portfolio.ids], dtype=np.int64)
    unit = portfolio.counted * portfolio.full_year / MONTHS * portfolio.mean_rate
    unit *= _parents_succeed(portfolio)
    columns = {
        month: unit
        * np.einsum(
            "id,idm->i",
            portfolio.delay,
            phase_in(portfolio, months=months, start=np.maximum(portfolio.start, month + soonest)),
        )
        for month in decided
    }
    index = pd.Index(portfolio.ids, name="measure_id")
    return pd.DataFrame(columns, index=index).rename_axis(columns="decided")


def price_of_waiting(effects: pd.DataFrame) -> pd.DataFrame:
    """Effect now, what one month's delay costs, the last month without loss, and with any effect.

    `effects` is measure × month of decision, the first column being now; a month is missing
    where there is none (no effect in any month).

    >>> effects = pd.DataFrame([[9.0, 9.0, 5.0, 0.0]], index=["T1"], columns=range(4))
    >>> price_of_waiting(effects).to_dict("records")[0]
    {'effect': 9.0, 'price_of_waiting': 0.0, 'last_in_full': 1, 'last_with_effect': 2}
    """
    values = effects.to_numpy()
    now = values[:, 0]
    later = values[:, 1] if values.shape[1] > 1 else np.zeros(len(values))
    lasts = {"last_in_full": values >= now[:, None] - 1e-9, "last_with_effect": values > 1e-9}
    months = np.array(effects.columns)
    # in full only until the first loss; any effect by the very last month that has one
    lasts["last_in_full"] = np.logical_and.accumulate(lasts["last_in_full"], axis=1)
    alive = values.max(axis=1, initial=0.0) > 1e-9
    table = pd.DataFrame({"effect": now, "price_of_waiting": now - later}, index=effects.index)
    for name, holds in lasts.items():
        last = months[holds.shape[1] - 1 - holds[:, ::-1].argmax(axis=1)]
        table[name] = pd.array(last, dtype="Int64")
        table.loc[~alive, name] = pd.NA
    return table


def latest_decision(bank: pd.DataFrame, gap: float, *, effects: pd.DataFrame) -> int | None:
    """Last month in which the bank still closes the gap; None when it does not even now.

    `bank` as for `choose_package`; its effects are those of `effects` in the month of decision.
    """
    closing = [
        int(month) for month in effects.columns if package_in(bank, gap, effects[month]).closes
    ]
    return max(closing, default=None)


def package_in(bank: pd.DataFrame, gap: float, effect: pd.Series) -> Package:
    """Cheapest package when each measure (index) has this effect."""
    effects = effect.reindex(bank["measure_id"]).to_numpy()
    return choose_package(bank.assign(effect=effects), gap)


def _parents_succeed(portfolio: Portfolio) -> "np.ndarray":
    """Probability that everything a measure depends on, in any step, has an effect."""
    needed = [set(parents) for parents in portfolio.parents]
    for _ in portfolio.ids:
        needed = [own.union(*(needed[j] for j in own)) for own in needed]
    return np.array([np.prod([1 - portfolio.p_none[j] for j in own]) for own in needed])

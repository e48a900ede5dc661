"""The price of waiting: what a measure gives this year, by the month in which it is decided."""

import numpy as np
import pandas as pd

from balanse_lib.measures.selection import Package, choose_package


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

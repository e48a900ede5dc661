"""Two ways to look at the same accounts: the amounts themselves, and their deviation from budget.

The phased budget knows what no history tells: next year's grants, new prices, when holiday pay
falls. Where a trust has phased budgets for its past as well, the deviation from them is the calmer
series; where budgets are poor, the amounts are. The backtest decides how much each one counts.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib.forecast.history import SERIES, monthly_budget, monthly_series
from balanse_lib.ledger import Ledger

Floats = NDArray[np.float64]
MIN_BUDGET_MONTHS = 36


@dataclass(frozen=True)
class View:
    """A panel to forecast, and what must be added to get amounts back.

    `values` is series × months (NaN: gap), `signs` turns costs positive, `added` is series ×
    months over history and the rest of the year: zero for amounts, the budget for deviations.
    """

    name: str
    months: tuple[str, ...]
    values: Floats
    signs: Floats
    added: Floats


def views(known: Ledger, *, ahead: list[str]) -> tuple[pd.MultiIndex, list[View]]:
    """Series (unit, line) of the trust and the views that its accounts allow.

    `ahead` are the months of the year still to come. Deviations need a budget for all of them and
    for three years before without a hole.
    """
    history, budget = monthly_series(known), monthly_budget(known)
    series = history.columns.union(budget.columns)
    history = history.T.reindex(series).T
    history = history.mask(history.isna() & history.notna().any(axis=1).to_numpy()[:, None], 0.0)
    found = [_amounts(history, ahead)]
    budget = budget.reindex(index=[*history.index, *ahead], columns=series)
    since = _last_unbroken(budget.index, budget.index[budget.notna().any(axis=1)])
    if len(since) - len(ahead) >= MIN_BUDGET_MONTHS:
        found.append(_deviations(history, budget.loc[since].fillna(0.0)))
    return cast(pd.MultiIndex, series.set_names(SERIES)), found


def _amounts(history: pd.DataFrame, ahead: list[str]) -> View:
    signs = np.where(history.median() < 0, -1.0, 1.0)
    values = history.to_numpy().T * signs[:, None]
    months = (*history.index, *ahead)
    return View("amounts", months, values, signs, np.zeros((len(values), len(months))))


def _deviations(history: pd.DataFrame, budget: pd.DataFrame) -> View:
    past = [month for month in budget.index if month in history.index]
    values = (history.loc[past] - budget.loc[past]).to_numpy().T
    return View(
        "deviations", tuple(budget.index), values, np.ones(len(values)), budget.to_numpy().T
    )


def _last_unbroken(months: pd.Index, covered: pd.Index) -> list[str]:
    """Months at the end that are all covered."""
    kept: list[str] = []
    for month in reversed(months):
        if month not in covered:
            break
        kept.insert(0, month)
    return kept

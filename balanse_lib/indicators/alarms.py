"""How often a chart of nothing but noise marks something, measured on simulated months."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from balanse_lib.indicators.xmr import mark_charts

RULES = (1, 2, 3, 4)


def false_alarm_rates(
    months: int,
    *,
    rng: np.random.Generator,
    screen: bool = True,
    run_length: int = 7,
    n_charts: int = 4000,
) -> pd.DataFrame:
    """Share of stable charts of `months` independent normal values that each rule marks.

    Index: rule 1 to 4, and `any`. `charts`: share with a mark anywhere; `last`: with a mark on the
    last month. The limits are estimated from the same months, as on a real chart. A rule counts
    where it is the first that holds.

    >>> rates = false_alarm_rates(24, rng=np.random.default_rng(1))
    >>> bool(0.18 < rates.loc["any", "charts"] < 0.21)
    True
    """
    values = pd.DataFrame(rng.standard_normal((months, n_charts)))
    _, rules = mark_charts(values, screen=screen, run_length=run_length)
    marks = rules.to_numpy()
    found = {rule: marks == rule for rule in RULES} | {"any": marks > 0}
    return pd.DataFrame(
        {
            "charts": {name: mark.any(axis=0).mean() for name, mark in found.items()},
            "last": {name: mark[-1].mean() for name, mark in found.items()},
        }
    )


def alarms_by_length(
    lengths: Iterable[int], *, rng: np.random.Generator, screen: bool = True, run_length: int = 7
) -> pd.DataFrame:
    """Rates of `false_alarm_rates` for charts of each length; index `months` and `rule`.

    >>> rates = alarms_by_length([24, 12, 24], rng=np.random.default_rng(1))
    >>> rates.index.unique("months").tolist()
    [12, 24]
    """
    rates = {
        months: false_alarm_rates(months, rng=rng, screen=screen, run_length=run_length)
        for months in sorted({int(months) for months in lengths} - {0})
    }
    if not rates:
        nothing = pd.MultiIndex.from_arrays([[], []], names=["months", "rule"])
        return pd.DataFrame({"charts": [], "last": []}, nothing, dtype="float64")
    return pd.concat(rates, names=["months", "rule"])

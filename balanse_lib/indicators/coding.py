"""The coding backlog: points that came in late for months that were reported before."""

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.funding import MILLION, POINT_PRICE, POINT_SHARE, rate_in
from balanse_lib.ledger import Ledger

SHOWN = 6  # months back
POINTS = "drg_points"


def coding_backlog(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """DRG points by month as delivered before and now, what came in, and what is still to come.

    `came_in` = now − before. `to_come`: what the month still gets when months grow with their age
    as they did between the two deliveries, now · (product of now / before of the older months
    it will be like − 1); missing unless the deliveries are one month apart. `worth`, `rate_of`:
    `came_in` at the latest published unit price and share, million, and their year. Without an
    earlier delivery the table is empty.
    """
    columns = ["month", "before", "now", "came_in", "to_come", "worth", "rate_of"]
    before, now = _points(ledger.activity_before), _points(ledger.until(period).activity)
    if before.empty or now.empty:
        return pd.DataFrame(columns=columns)
    months = [month for month in now.index if month > periods.shift(now.index[-1], -SHOWN)]
    table = pd.DataFrame({"before": before.reindex(months), "now": now[months]})
    table["came_in"] = table["now"] - table["before"]
    table["to_come"] = np.nan
    if before.index[-1] == periods.shift(now.index[-1], -1):
        table["to_come"] = table["now"] * (_growth_left(before, now).reindex(months) - 1)
    (price, year), (share, _) = rate_in(POINT_PRICE, period), rate_in(POINT_SHARE, period)
    table["worth"] = table["came_in"] * price * share / 100 / MILLION
    return table.assign(rate_of=year).rename_axis("month").reset_index()[columns]


def _growth_left(before: pd.Series, now: pd.Series) -> pd.Series:
    """By month, the growth still to come: that of each older month, multiplied."""
    grown = now.reindex(before.index) / before.where(before > 0)
    left = np.cumprod(grown.to_numpy())  # a month missing makes all younger ones unknown
    return pd.Series(left, [periods.shift(month, 1) for month in grown.index])


def _points(rows: pd.DataFrame) -> pd.Series:
    """Points of the whole trust by month; missing where a unit's are."""
    chosen = rows[rows["type"] == POINTS]
    return chosen.groupby("period")["value"].agg(lambda cells: float(cells.sum(skipna=False)))

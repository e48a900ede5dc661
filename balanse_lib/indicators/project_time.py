"""Hours of projects that nobody has registered, and the grant claims that rest on them."""

import pandas as pd

from balanse_lib import periods
from balanse_lib.ledger import Ledger
from balanse_lib.ledger.follow_up_tables import NOT_RECORDED, ON_PAPER

_KEY = ["project", "unit"]
_SUMS = ["expected", "registered", "on_paper", "not_recorded", "missing"]


def miss_project_time(ledger: Ledger, *, period: str) -> pd.DataFrame:
    """Hours agreed and registered in the year so far, project by project, most at risk first.

    `missing` = agreed − registered, month by month and never below 0, so that hours of one month
    or of other staff make up for none; `on_paper` are registered hours, `not_recorded` agreed ones
    of staff who record none. `at_risk` = claim × missing / agreed of the same row, million: the
    part of the claim that no hours stand behind. It is missing where nothing is claimed.
    `months_lacking`: months without a row between the first and the last of the year.
    """
    rows = ledger.project_hours
    rows = rows[rows["period"].isin(ledger.year_so_far(period))]
    registered = rows["registered"].fillna(0.0)
    missing = (rows["expected"] - registered).clip(lower=0.0)
    told = rows.assign(
        registered=registered,
        on_paper=registered.where(rows["recording"] == ON_PAPER, 0.0),
        not_recorded=rows["expected"].where(rows["recording"] == NOT_RECORDED, 0.0),
        missing=missing,
        at_risk=rows["claim"] * missing / rows["expected"].where(rows["expected"] > 0),
    )
    projects = told.groupby(_KEY)
    months = projects["period"].agg(["min", "max", "nunique"])
    table = projects[_SUMS].sum().join(projects[["claim", "at_risk"]].sum(min_count=1))
    table["missing_share"] = table["missing"] / table["expected"].where(table["expected"] > 0)
    table["last"] = months["max"]
    table["months_lacking"] = [
        len(periods.month_range(first, last)) - delivered
        for first, last, delivered in months.itertuples(index=False)
    ]
    return table.reset_index().sort_values(
        ["at_risk", "missing"], ascending=False, kind="stable", ignore_index=True
    )

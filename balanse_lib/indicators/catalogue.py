"""The indicators that a trust has: those that the package defines and its own."""

import pandas as pd

from balanse_lib import params, terms
from balanse_lib.ledger import Ledger

_OWN_TIMES = 1.0
_OWN_ROW = "18"  # of the requirement list: indicators may vary from trust to trust


def indicators_of(ledger: Ledger) -> pd.DataFrame:
    """The packaged catalogue and the trust's own indicators, in one table; `name` for own ones.

    An own one with the short name of a packaged one takes its place: so a trust says which of its
    accounts are hire-in of office staff, which no packaged definition can know.
    """
    common = params.indicator_catalogue().assign(name="")
    own = ledger.indicator_def
    if own.empty:
        return common
    numbers = ["times", "target", "minimum"]
    asked = own["indicator"].map(common.set_index("indicator")["requirements"]).fillna(_OWN_ROW)
    told = own.assign(
        times=own["times"].fillna(_OWN_TIMES), accumulate="no", requirements=asked.astype(str)
    )
    common = common[~common["indicator"].isin(own["indicator"])]
    filled = told.reindex(columns=common.columns).astype("object")
    texts = filled.columns.difference(numbers)
    filled[texts] = filled[texts].where(filled[texts].notna(), "")
    return pd.concat([common, filled.astype(dict(common.dtypes))], ignore_index=True)


def months_of(catalogue: pd.DataFrame, indicator: str) -> str:
    """The indicator whose months an accumulated one adds up; any other one is itself.

    >>> months_of(params.indicator_catalogue(), "drg_points_ytd")
    'drg_points'
    """
    rows = catalogue.set_index("indicator")
    if indicator not in rows.index or rows.loc[indicator, "accumulate"] != "yes":
        return indicator
    same = (
        rows[["numerator", "denominator"]] == rows.loc[indicator, ["numerator", "denominator"]]
    ).all(axis=1)
    return str(rows.index[same & (rows["accumulate"] != "yes")][0])


def indicator_name(indicator: str, language: str, *, catalogue: pd.DataFrame | None = None) -> str:
    """Name of an indicator as the reader knows it; an own one has the name of its definition.

    >>> indicator_name("length_of_stay_days", "nn"), indicator_name("sick_leave_pct", "sv")
    ('liggetid', 'sjukfrånvaro')
    """
    if catalogue is not None and "name" in catalogue:
        own = catalogue.loc[catalogue["indicator"] == indicator, "name"]
        if len(own) and own.iloc[0]:
            return str(own.iloc[0])
    return terms.label(f"indicator_{indicator}", language)

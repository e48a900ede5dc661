"""Warnings that can be read off a monthly series and the reports themselves (F1, F6)."""

import pandas as pd

from balanse_lib import periods

AMBER, RED = 1.0, 1.645  # as in the rule: spreads that the report lies above the run-rate
FEW_MONTHS = 2


def raise_flags(able: pd.DataFrame, booked: pd.DataFrame, *, start: int) -> pd.Series:
    """Flags of each report that can be judged, parted by `; `, empty where there is none.

    F1: the report lies more than 1 (amber) or 1.645 (red) spreads above what the model expects
    without new measures. F6: it was raised since the year's last report although the deviation
    from budget has worsened. `indikasjon`: two months or fewer are booked.
    """
    distance = (able["reported_forecast"] - able["median"]) / able["spread"]
    raised = _raised_while_worse(able, booked, start=start)
    texts = []
    for row in able.index:
        flags = ["F1 red"] if distance[row] > RED else ["F1 amber"] if distance[row] > AMBER else []
        flags += ["F6"] if raised[row] else []
        flags += ["indikasjon"] if able.loc[row, "through_month"] <= FEW_MONTHS else []
        texts.append("; ".join(flags))
    return pd.Series(texts, index=able.index, dtype=object)


def _raised_while_worse(able: pd.DataFrame, booked: pd.DataFrame, *, start: int) -> pd.Series:
    """Whether each report is higher than the one before it in its year, on a worse deviation."""
    if "budget" not in booked:
        return pd.Series(False, index=able.index)
    deviation = (booked["result"] - booked["budget"]).rename("deviation")
    to_date = [
        deviation.reindex(periods.months_of_year(int(year), start=start)[: int(month)]).sum(
            skipna=False
        )
        for year, month in zip(able["fiscal_year"], able["through_month"], strict=True)
    ]
    ordered = able.assign(deviation=to_date).sort_values("through_month", kind="stable")
    change = ordered.groupby("fiscal_year")[["reported_forecast", "deviation"]].diff()
    raised = (change["reported_forecast"] > 0) & (change["deviation"] < 0)
    return raised.reindex(able.index)

"""The patient's way through the trust in one view: where it has changed, and what moves first."""

from itertools import combinations

import pandas as pd

from balanse_lib import periods
from balanse_lib.indicators.charts import Charts
from balanse_lib.indicators.leads import find_leads
from balanse_lib.indicators.xmr import NO_RULE
from balanse_lib.ledger import Ledger

# From the referral to the way home, in the order in which a patient meets them.
FLOW = (
    "referrals",
    "waiting_days",
    "first_visits",
    "cancelled_operations_pct",
    "bed_occupancy_pct",
    "length_of_stay_days",
    "discharge_ready_days",
)
_SIGMAS = 3.0  # from the mean to a limit


def chart_flow(charts: Charts, *, trust: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stages of the flow beside each other, for the whole trust: months × stage.

    First how many standard deviations of its own chart each month lies from the mean (+ above),
    then whether a rule marks it. Stages without a chart are left out.
    """
    stages = [stage for stage in FLOW if (stage, trust) in charts.limits.index]
    names = [(stage, trust) for stage in stages]
    limits = charts.limits.loc[names]
    sd = (limits["upl"] - limits["mean"]) / _SIGMAS
    away = (charts.charted[names] - limits["mean"]) / sd.where(sd > 0)
    marked = charts.rules[names] != NO_RULE
    return away.set_axis(stages, axis=1), marked.set_axis(stages, axis=1)


def lead_flow(ledger: Ledger, *, values: pd.DataFrame) -> pd.DataFrame:
    """Which stages move before later ones, as `find_leads`: `line` is the later stage.

    Only pairs in the order of the flow are tried, and only these are counted in the correction.
    """
    whole = values[(values["unit"] == ledger.trust) & (values["reason"] == "")]
    wide = whole[whole["indicator"].isin(FLOW)].pivot_table(
        index="month", columns="indicator", values="value"
    )
    stages = [stage for stage in FLOW if stage in wide]
    if len(wide):
        wide = wide.reindex(periods.month_range(min(wide.index), max(wide.index)))
    return find_leads(wide, wide, pairs=list(combinations(stages, 2)))

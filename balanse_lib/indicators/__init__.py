"""What is changing? Indicators by unit and month, and the signals that are more than noise."""

from balanse_lib.indicators.agreements import follow_agreements
from balanse_lib.indicators.alarms import alarms_by_length, false_alarm_rates
from balanse_lib.indicators.basis import judge_basis, unlinked_indicators
from balanse_lib.indicators.cancellations import cancelled_by_cause
from balanse_lib.indicators.capacity import check_capacity
from balanse_lib.indicators.catalogue import indicator_name, indicators_of
from balanse_lib.indicators.changes import Changes, find_changes
from balanse_lib.indicators.charts import Charts, ChartSettings, make_charts
from balanse_lib.indicators.coding import coding_backlog
from balanse_lib.indicators.compute import compute_indicators, explain_missing
from balanse_lib.indicators.flights import follow_flights
from balanse_lib.indicators.flow import FLOW, chart_flow, lead_flow
from balanse_lib.indicators.follow_up import find_unanswered, follow_up
from balanse_lib.indicators.funding import (
    PriceVolume,
    activity_income,
    discharge_ready_income,
    net_of_points,
    split_deviation,
)
from balanse_lib.indicators.funnel import funnel_limits
from balanse_lib.indicators.goals import assure, judge_goals
from balanse_lib.indicators.guards import watch_guards
from balanse_lib.indicators.leads import find_leads, lead_series
from balanse_lib.indicators.linked import link_measures
from balanse_lib.indicators.money import bridge_pay, closed_beds, driver_effects, split_lines
from balanse_lib.indicators.production import norm_coverage, plan_production, staff_by_norm
from balanse_lib.indicators.project_time import miss_project_time
from balanse_lib.indicators.season import take_out_season
from balanse_lib.indicators.signals import Signal, find_signals
from balanse_lib.indicators.staffing import (
    StarJoin,
    bridge_staffing,
    join_sources,
    match_authority,
    unsigned_lists,
    unsigned_pay,
    unsigned_share,
)
from balanse_lib.indicators.xmr import xmr

__all__ = [
    "FLOW",
    "Changes",
    "ChartSettings",
    "Charts",
    "PriceVolume",
    "Signal",
    "StarJoin",
    "activity_income",
    "alarms_by_length",
    "assure",
    "bridge_pay",
    "bridge_staffing",
    "cancelled_by_cause",
    "chart_flow",
    "check_capacity",
    "closed_beds",
    "coding_backlog",
    "compute_indicators",
    "discharge_ready_income",
    "driver_effects",
    "explain_missing",
    "false_alarm_rates",
    "find_changes",
    "find_leads",
    "find_signals",
    "find_unanswered",
    "follow_agreements",
    "follow_flights",
    "follow_up",
    "funnel_limits",
    "indicator_name",
    "indicators_of",
    "join_sources",
    "judge_basis",
    "judge_goals",
    "lead_flow",
    "lead_series",
    "link_measures",
    "make_charts",
    "match_authority",
    "miss_project_time",
    "net_of_points",
    "norm_coverage",
    "plan_production",
    "split_deviation",
    "split_lines",
    "staff_by_norm",
    "take_out_season",
    "unlinked_indicators",
    "unsigned_lists",
    "unsigned_pay",
    "unsigned_share",
    "watch_guards",
    "xmr",
]

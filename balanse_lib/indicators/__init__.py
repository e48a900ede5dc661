"""What is changing? Indicators by unit and month, and the signals that are more than noise."""

from balanse_lib.indicators.charts import Charts, ChartSettings, make_charts
from balanse_lib.indicators.compute import compute_indicators, explain_missing, indicator_name
from balanse_lib.indicators.funding import (
    PriceVolume,
    activity_income,
    discharge_ready_income,
    net_of_points,
    split_deviation,
)
from balanse_lib.indicators.funnel import funnel_limits
from balanse_lib.indicators.season import take_out_season
from balanse_lib.indicators.signals import Signal, find_signals
from balanse_lib.indicators.xmr import xmr

__all__ = [
    "ChartSettings",
    "Charts",
    "PriceVolume",
    "Signal",
    "activity_income",
    "compute_indicators",
    "discharge_ready_income",
    "explain_missing",
    "find_signals",
    "funnel_limits",
    "indicator_name",
    "make_charts",
    "net_of_points",
    "split_deviation",
    "take_out_season",
    "xmr",
]

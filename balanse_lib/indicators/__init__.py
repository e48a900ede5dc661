"""What is changing? Indicators by unit and month, and the signals that are more than noise."""

from balanse_lib.indicators.compute import compute_indicators, explain_missing, indicator_name
from balanse_lib.indicators.xmr import xmr

__all__ = ["compute_indicators", "explain_missing", "indicator_name", "xmr"]

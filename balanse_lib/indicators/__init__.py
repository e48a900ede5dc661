"""What is changing? Indicators by unit and month, and the signals that are more than noise."""

from balanse_lib.indicators.xmr import xmr

__all__ = ["xmr"]

"""Where the year ends: structural models, sample paths, the finance department's rules."""

from balanse_lib.forecast.rules import finance_rules
from balanse_lib.forecast.year_end import YearEnd, year_end

__all__ = ["YearEnd", "finance_rules", "year_end"]

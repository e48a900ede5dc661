"""Where the year ends: the panel structural model, sample paths, rules of thumb beside them."""

from balanse_lib.forecast.candidates import candidate_models
from balanse_lib.forecast.frames import are_months
from balanse_lib.forecast.rules import RULES, finance_rules
from balanse_lib.forecast.series import SeriesForecast, forecast_series
from balanse_lib.forecast.skill import (
    measure_reliability,
    others_record,
    score_methods,
    score_months,
)
from balanse_lib.forecast.year_end import YearEnd, year_end

__all__ = [
    "RULES",
    "SeriesForecast",
    "YearEnd",
    "are_months",
    "candidate_models",
    "finance_rules",
    "forecast_series",
    "measure_reliability",
    "others_record",
    "score_methods",
    "score_months",
    "year_end",
]

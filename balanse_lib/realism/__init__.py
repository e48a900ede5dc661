"""Can the reported forecast be believed? The prudence rule on one trust."""

from balanse_lib.realism.achieved import Achieved, achieved_run_rate
from balanse_lib.realism.bias import Bias, Combination, combine_by_precision, shrink_bias
from balanse_lib.realism.booking import BookingCheck, booking_checks
from balanse_lib.realism.events import EventsLedger, events_ledger
from balanse_lib.realism.flags import Flag
from balanse_lib.realism.judge import judge
from balanse_lib.realism.judgement import Judgement, Price
from balanse_lib.realism.noise import Noise, estimate_noise
from balanse_lib.realism.own_series import judge_series
from balanse_lib.realism.predictive import Predictive, add_measures, quantile_from_cost
from balanse_lib.realism.run_rate import RunRateTest, run_rate_test, variance_factor
from balanse_lib.realism.scores import (
    Calibration,
    ForecastScore,
    brier_score,
    calibration_power,
    check_calibration,
    score_forecast,
)
from balanse_lib.realism.verdict import (
    NOT_ASSESSABLE,
    classify,
    explain_reason,
    find_obstacle,
    is_indication,
    lower_class,
)
from balanse_lib.realism.warning_quality import WarningQuality, score_warnings

__all__ = [
    "NOT_ASSESSABLE",
    "Achieved",
    "Bias",
    "BookingCheck",
    "Calibration",
    "Combination",
    "EventsLedger",
    "Flag",
    "ForecastScore",
    "Judgement",
    "Noise",
    "Predictive",
    "Price",
    "RunRateTest",
    "WarningQuality",
    "achieved_run_rate",
    "add_measures",
    "booking_checks",
    "brier_score",
    "calibration_power",
    "check_calibration",
    "classify",
    "combine_by_precision",
    "estimate_noise",
    "events_ledger",
    "explain_reason",
    "find_obstacle",
    "is_indication",
    "judge",
    "judge_series",
    "lower_class",
    "quantile_from_cost",
    "run_rate_test",
    "score_forecast",
    "score_warnings",
    "shrink_bias",
    "variance_factor",
]

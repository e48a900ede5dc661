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
from balanse_lib.realism.reference_pool import (
    BiasRecord,
    choose_record,
    months_alike,
    published_pairs,
)
from balanse_lib.realism.revisions import (
    check_revisions,
    late_changes,
    late_year_drift,
    revise_forecasts,
)
from balanse_lib.realism.run_rate import RunRateTest, run_rate_test, variance_factor
from balanse_lib.realism.scores import (
    Calibration,
    ForecastScore,
    brier_score,
    calibration_power,
    check_calibration,
    score_forecast,
)
from balanse_lib.realism.track_record import (
    REPORTED,
    errors_by_trust,
    forecast_errors,
    logged_forecasts,
    reported_forecasts,
    score_by_month,
    year_outcomes,
)
from balanse_lib.realism.verdict import (
    NOT_ASSESSABLE,
    OPTIMISTIC,
    OVER_PRUDENT,
    PRUDENT,
    REALISTIC,
    TERMS,
    UNREALISTIC,
    classify,
    explain_reason,
    find_obstacle,
    is_indication,
    lower_class,
)
from balanse_lib.realism.warning_quality import WarningQuality, score_warnings

__all__ = [
    "NOT_ASSESSABLE",
    "OPTIMISTIC",
    "OVER_PRUDENT",
    "PRUDENT",
    "REALISTIC",
    "REPORTED",
    "TERMS",
    "UNREALISTIC",
    "Achieved",
    "Bias",
    "BiasRecord",
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
    "check_revisions",
    "choose_record",
    "classify",
    "combine_by_precision",
    "errors_by_trust",
    "estimate_noise",
    "events_ledger",
    "explain_reason",
    "find_obstacle",
    "forecast_errors",
    "is_indication",
    "judge",
    "judge_series",
    "late_changes",
    "late_year_drift",
    "logged_forecasts",
    "lower_class",
    "months_alike",
    "published_pairs",
    "quantile_from_cost",
    "reported_forecasts",
    "revise_forecasts",
    "run_rate_test",
    "score_by_month",
    "score_forecast",
    "score_warnings",
    "shrink_bias",
    "variance_factor",
    "year_outcomes",
]

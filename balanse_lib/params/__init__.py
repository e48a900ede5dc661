"""What a run is told: trust files, thresholds with their source, packaged tables."""

from balanse_lib.params.indicators import (
    Direction,
    Kind,
    MeasuredIn,
    Worth,
    YesNo,
    indicator_catalogue,
    read_catalogue,
)
from balanse_lib.params.packaged import (
    account_map,
    base_prior,
    default_thresholds,
    realisation_evidence,
    reference_pools,
    standard_thresholds,
    threshold_sources,
)
from balanse_lib.params.rates import Rate, rate_on, rates
from balanse_lib.params.read import (
    find_params_folder,
    json_schema,
    list_trusts,
    read_trust,
    read_trust_file,
)
from balanse_lib.params.schema import Source, Synthetic, TableName, Thresholds, Trust

__all__ = [
    "Direction",
    "Kind",
    "MeasuredIn",
    "Rate",
    "Source",
    "Synthetic",
    "TableName",
    "Thresholds",
    "Trust",
    "Worth",
    "YesNo",
    "account_map",
    "base_prior",
    "default_thresholds",
    "find_params_folder",
    "indicator_catalogue",
    "json_schema",
    "list_trusts",
    "rate_on",
    "rates",
    "read_catalogue",
    "read_trust",
    "read_trust_file",
    "realisation_evidence",
    "reference_pools",
    "standard_thresholds",
    "threshold_sources",
]

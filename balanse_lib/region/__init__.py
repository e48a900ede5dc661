"""Trusts side by side: same definitions, own past first, no ranking of noise."""

from balanse_lib.region.cascade import cascade_region, held_back_by_region
from balanse_lib.region.compare import Comparison, compare_trusts, rank_apart, scale_by
from balanse_lib.region.coverage import LACKING, WHOLE, count_indicators, cover_core
from balanse_lib.region.side_by_side import SCALED, compare_core

__all__ = [
    "LACKING",
    "SCALED",
    "WHOLE",
    "Comparison",
    "cascade_region",
    "compare_core",
    "compare_trusts",
    "count_indicators",
    "cover_core",
    "held_back_by_region",
    "rank_apart",
    "scale_by",
]

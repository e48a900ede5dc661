"""Trusts side by side: same definitions, own past first, no ranking of noise."""

from balanse_lib.region.cascade import cascade_region, held_back_by_region
from balanse_lib.region.compare import Comparison, compare_trusts, rank_apart, scale_by
from balanse_lib.region.side_by_side import SCALED, compare_core

__all__ = [
    "SCALED",
    "Comparison",
    "cascade_region",
    "compare_core",
    "compare_trusts",
    "held_back_by_region",
    "rank_apart",
    "scale_by",
]

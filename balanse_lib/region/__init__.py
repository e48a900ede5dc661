"""Trusts side by side: same definitions, own past first, no ranking of noise."""

from balanse_lib.region.compare import Comparison, compare_trusts, rank_apart, scale_by
from balanse_lib.region.side_by_side import SCALED, compare_core

__all__ = [
    "SCALED",
    "Comparison",
    "compare_core",
    "compare_trusts",
    "rank_apart",
    "scale_by",
]

"""Trusts side by side: same definitions, own past first, no ranking of noise."""

from balanse_lib.region.compare import Comparison, compare_trusts, rank_apart, scale_by

__all__ = ["Comparison", "compare_trusts", "rank_apart", "scale_by"]

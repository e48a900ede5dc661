"""Can the reported forecast be believed? The prudence rule on one trust."""

from balanse_lib.realism.own_series import judge_series

__all__ = [
    "judge_series",
]

"""The thresholds an effect audit keeps to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditSettings:
    """Thresholds of the audit.

    Attributes
    ----------
    level, power : of intervals and of the smallest effect that counts as detectable.
    min_before, min_after : months with accounts that are needed before and after the start.
    slope : the effect may also grow or shrink by the month, besides its level.
    search_months : how far the start is searched to each side; 0 takes it as told.
    placebo_step, placebo_before : placebo starts stand this many months apart, the first of them
        this many months into the series.
    breaks : spans of months with a level of their own (the pandemic).
    """

    level: float = 0.95
    power: float = 0.80
    min_before: int = 24
    min_after: int = 6
    trend: bool = True
    season: bool = True
    slope: bool = False
    search_months: int = 0
    placebo_step: int = 3
    placebo_before: int = 18
    breaks: tuple[tuple[str, str], ...] = (("2020-03", "2021-09"),)

    def __post_init__(self) -> None:
        if not (0 < self.level < 1 and 0 < self.power < 1):
            raise ValueError(f"level {self.level}, power {self.power}: both lie between 0 and 1")
        if self.min_before < 2 or self.min_after < 1 or self.search_months < 0:
            raise ValueError(
                f"min_before {self.min_before}, min_after {self.min_after}, search_months "
                f"{self.search_months}: give at least 2, 1 and 0"
            )
        if self.placebo_step < 1 or self.placebo_before < 2:
            raise ValueError(
                f"placebo_step {self.placebo_step}, placebo_before {self.placebo_before}: give at "
                "least 1 and 2"
            )
        if self.slope and self.search_months:
            raise ValueError("slope and search_months: a start cannot be searched with a slope")

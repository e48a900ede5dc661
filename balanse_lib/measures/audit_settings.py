"""The thresholds an effect audit keeps to."""

from dataclasses import dataclass, field
from typing import Any

from balanse_lib import params

_FROM_PARAMS = (
    "level", "power", "min_before", "min_after", "search_months", "placebo_step", "placebo_before",
)  # fmt: skip


def _usual(name: str) -> Any:
    """Field whose default is the packaged threshold of that name."""
    return field(default_factory=lambda: getattr(params.standard_thresholds(), f"audit_{name}"))


def _usual_breaks() -> tuple[tuple[str, str], ...]:
    return _breaks_of(params.standard_thresholds())


def _breaks_of(limits: params.Thresholds) -> tuple[tuple[str, str], ...]:
    return ((limits.audit_break_from, limits.audit_break_to),)


@dataclass(frozen=True)
class AuditSettings:
    """Thresholds of the audit; what is not given stands in the parameters.

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

    level: float = _usual("level")
    power: float = _usual("power")
    min_before: int = _usual("min_before")
    min_after: int = _usual("min_after")
    trend: bool = True
    season: bool = True
    slope: bool = False
    search_months: int = _usual("search_months")
    placebo_step: int = _usual("placebo_step")
    placebo_before: int = _usual("placebo_before")
    breaks: tuple[tuple[str, str], ...] = field(default_factory=_usual_breaks)

    @classmethod
    def of(cls, limits: params.Thresholds) -> "AuditSettings":
        """Return the settings of a trust that has thresholds of its own.

        >>> AuditSettings.of(params.standard_thresholds()) == AuditSettings()
        True
        """
        told = {name: getattr(limits, f"audit_{name}") for name in _FROM_PARAMS}
        return cls(**told, breaks=_breaks_of(limits))

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

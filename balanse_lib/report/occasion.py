"""What a report is made for: a month, a tertial, or the whole year."""

from dataclasses import dataclass
from typing import Literal

from balanse_lib import periods
from balanse_lib.report.words import Reader

Kind = Literal["month", "tertial", "year"]


@dataclass(frozen=True)
class Occasion:
    """Kind of a report and the number of its tertial; a tertial's and a year's say more."""

    kind: Kind
    tertial: int

    def name(self, reader: Reader) -> str:
        """How readers call such a report."""
        return reader.say(f"occasion.{self.kind}", tertial=str(self.tertial))


def occasion(period: str, *, start: int = 1) -> Occasion:
    """Tertial report after months 4 and 8 of the fiscal year, year report after the last.

    >>> [occasion(f"2025-{month:02d}").kind for month in (3, 4, 8, 12)]
    ['month', 'tertial', 'tertial', 'year']
    >>> occasion("2025-12", start=9)
    Occasion(kind='tertial', tertial=1)
    """
    if periods.is_month_0(period):
        return Occasion("month", 1)
    month, tertial = (
        periods.month_of_year(period, start=start),
        periods.tertial(period, start=start),
    )
    if month >= periods.MONTHS_IN_YEAR:
        return Occasion("year", tertial)
    return Occasion("tertial" if month % 4 == 0 else "month", tertial)

"""The grid one trust is simulated on: months down, clinic × account across."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from balanse_lib import periods
from balanse_lib.ledger.synthetic.accounts import ACCOUNTS
from balanse_lib.ledger.synthetic.profiles import TrustProfile

Array = npt.NDArray[np.float64]
YEAR = periods.MONTHS_IN_YEAR


@dataclass(frozen=True)
class Cell:
    """One clinic × account, with the clinic's share of the trust's account."""

    unit: str
    account: str
    share: float


@dataclass(frozen=True)
class Grid:
    """Complete fiscal years from the first to the year of `last`, and the trust's cells."""

    profile: TrustProfile
    last: str
    years: tuple[int, ...]
    cells: tuple[Cell, ...]

    @cached_property
    def months(self) -> tuple[str, ...]:
        """All months of the years, also those after `last`."""
        return tuple(periods.month_range(f"{self.years[0]}-01", f"{self.years[-1]}-12"))

    @cached_property
    def known(self) -> int:
        """Number of months up to and with `last`."""
        return self.months.index(self.last) + 1

    @cached_property
    def revenue(self) -> Array:
        """Yearly operating income, MNOK, by year."""
        return np.array([self.profile.revenue(year) for year in self.years])

    @cached_property
    def index(self) -> dict[tuple[str, str], int]:
        """Position of a cell by unit and account."""
        return {(cell.unit, cell.account): k for k, cell in enumerate(self.cells)}

    def on_account(self, account: str) -> npt.NDArray[np.intp]:
        """Positions of the cells of an account."""
        return np.flatnonzero([cell.account == account for cell in self.cells])

    def position(self, role: str, account: str) -> int:
        """Position of the cell in which a role (``med``, ``fel`` …) books an account."""
        return self.index[self.profile.unit_of(role), account]

    def by_year(self, monthly: Array) -> Array:
        """Monthly rows folded to year × month (× cells)."""
        return monthly.reshape(len(self.years), YEAR, *monthly.shape[1:])


def make_grid(profile: TrustProfile, *, last: str, years: int) -> Grid:
    """Grid with `years` complete years before the year of `last`."""
    current, month = periods.parse_period(last)
    if month > YEAR or years < 1:
        raise ValueError(
            f"last {last!r}, years {years}: give a month YYYY-MM and at least 1 complete year"
        )
    cells = [
        Cell(profile.unit_code(clinic), account.number, share)
        for account in ACCOUNTS
        for clinic in profile.clinics
        if (share := sum(account.split.get(role, 0.0) for role in clinic.roles)) > 0
    ]
    return Grid(profile, last, tuple(range(current - years, current + 1)), tuple(cells))

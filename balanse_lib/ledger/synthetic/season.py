"""Norwegian working days and the month profiles that follow from them."""

from datetime import date, timedelta
from functools import cache

import numpy as np

from balanse_lib.ledger.synthetic.published import USUAL_SETTLEMENT, WAGE_SETTLEMENT
from balanse_lib.periods import MONTHS_IN_YEAR

MonthProfile = tuple[float, ...]

# Parts of a normal month, January to December (synthetic assumptions): planned activity is low
# in July and August; fixed pay falls in June, when holiday pay that was accrued through the year
# is paid instead of ordinary pay; hire-in and overtime fill the summer.
_PLANNED = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.70, 0.92, 1.0, 1.02, 1.02, 0.97)
_PAID = (1.0, 1.0, 1.0, 1.0, 1.0, 0.72, 0.97, 1.0, 1.0, 1.0, 1.0, 1.0)
_HIRE_IN = (0.85, 0.85, 0.85, 0.85, 0.90, 1.15, 1.90, 1.45, 0.85, 0.80, 0.80, 0.90)
_OVERTIME = (0.95, 0.95, 0.95, 0.95, 0.95, 1.00, 1.30, 1.15, 0.95, 0.92, 0.92, 1.01)
_SICKNESS = (1.10, 1.15, 1.12, 1.02, 0.95, 0.90, 0.85, 0.88, 0.95, 1.00, 1.04, 1.04)
_HEATING = (1.25, 1.20, 1.12, 1.00, 0.90, 0.82, 0.80, 0.80, 0.88, 0.98, 1.08, 1.17)
_SETTLEMENT_MONTH = 5


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).

    >>> easter_sunday(2025).isoformat()
    '2025-04-20'
    """
    golden, (century, rest) = year % 19, divmod(year, 100)
    moon = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + moon + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def working_days(year: int) -> tuple[int, ...]:
    """Norwegian working days of each month: Monday to Friday without public holidays.

    >>> working_days(2025)[3]   # April 2025: 22 weekdays; Easter takes the 17th, 18th and 21st
    19
    """
    sunday = easter_sunday(year)
    free = [date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))]
    free += [sunday + timedelta(days=offset) for offset in (-3, -2, 1, 39, 50)]
    edges = [f"{year + month // 12}-{month % 12 + 1:02d}-01" for month in range(MONTHS_IN_YEAR + 1)]
    counts = np.busday_count(edges[:-1], edges[1:], holidays=[day.isoformat() for day in free])
    return tuple(int(count) for count in counts)


@cache
def month_profiles(year: int) -> dict[str, MonthProfile]:
    """Month profiles of a year by name, each with mean 1.

    >>> profile = month_profiles(2025)["pay"]
    >>> profile[5] < 0.75 < profile[4]   # June carries little ordinary pay
    True
    """
    days = np.array(working_days(year), dtype=float)
    rate = WAGE_SETTLEMENT.get(year, USUAL_SETTLEMENT)
    wage = 1.0 + rate * (np.arange(1, MONTHS_IN_YEAR + 1) >= _SETTLEMENT_MONTH)
    # Two thirds of the activity is planned and follows working days, a third is acute.
    activity = 2 / 3 * np.array(_PLANNED) * days / days.mean() + 1 / 3
    shapes = {
        "flat": np.ones(MONTHS_IN_YEAR),
        "activity": activity,
        "goods": 0.5 * activity / activity.mean() + 0.5,
        "pay": wage * np.array(_PAID),
        "settlement": wage,
        "overtime": wage * np.array(_OVERTIME),
        "hire_in": wage * np.array(_HIRE_IN),
        "sickness": wage * np.array(_SICKNESS),
        "heating": np.array(_HEATING),
    }
    return {name: tuple((shape / shape.mean()).tolist()) for name, shape in shapes.items()}

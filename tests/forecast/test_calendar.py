"""Days counted by hand from the printed calendar."""

import pandas as pd
import pytest

from balanse_lib.forecast.calendar import calendar_regressors, count_days

# 2024: Easter Sunday 31 March; Norway is free on 28-29 March, 1 April, 1, 9, 17 and 20 May
NORWAY = {"2024-03": (19, 2), "2024-04": (21, 1), "2024-05": (19, 2), "2024-12": (20, 0)}
# Sweden is free on 29 March, 1 April, 1 and 9 May and 6 June
SWEDEN = {"2024-03": (20, 1), "2024-04": (21, 1), "2024-05": (21, 1), "2024-06": (19, 0)}


@pytest.mark.parametrize(("country", "known"), [("NO", NORWAY), ("SE", SWEDEN)])
def test_days_of_2024(country, known):
    counted = count_days(pd.period_range("2024-01", "2024-12", freq="M"), country=country)
    for month, expected in known.items():
        assert tuple(counted.loc[month]) == expected


def test_easter_moves_between_march_and_april():
    """Easter Sunday 2023: 9 April; 2024: 31 March. Three Norwegian weekdays each year."""
    counted = count_days(pd.period_range("2023-01", "2024-12", freq="M"), country="NO")
    moving = counted["moving_holidays"]
    assert (moving["2023-03"], moving["2023-04"]) == (0, 3)
    assert (moving["2024-03"], moving["2024-04"]) == (2, 1)


def test_regressors_cover_every_month():
    months = pd.period_range("2019-01", "2025-12", freq="M")
    assert calendar_regressors(months, country="SE").shape == (84, 2)

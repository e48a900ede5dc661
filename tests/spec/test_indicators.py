"""The rules of the indicators as tables: what goes in, which months are marked, what it is worth.

A controller reviews these tables, not the code. `python tests/spec/test_indicators.py` writes them
to `docs/rules/indicators.md`; a test fails when that page is out of date.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from spec_tables import cases, make_page

from balanse_lib.indicators.funding import net_of_points, split_deviation
from balanse_lib.indicators.worth import worth_per_month
from balanse_lib.indicators.xmr import Limits, find_rules

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "indicators.md"

MARKS = """
| situation                                   | months                      | rule of each month  |
|---------------------------------------------|-----------------------------|---------------------|
| inside the limits                           | 1 -1 2 -2                   | 0 0 0 0             |
| on the limit is inside                      | 3 -3                        | 0 0                 |
| above and below                             | 3.1 0 -3.1                  | 1 0 1               |
| seven rising                                | -1.5 -1 -.5 0 .5 1 1.5      | 2 2 2 2 2 2 2       |
| six rising                                  | -1.5 -1 -.5 0 .5 1          | 0 0 0 0 0 0         |
| seven with a tie                            | -1.5 -1 -.5 -.5 .5 1 1.5    | 0 0 0 0 0 0 0       |
| seven, one month missing                    | -1.5 -1 -.5 - .5 1 1.5      | 0 0 0 0 0 0 0       |
| two of three near the upper limit           | 2.5 1 2.5                   | 3 0 3               |
| the third on the other side                 | 2.5 -1 2.5                  | 0 0 0               |
| two near opposite limits                    | 2.5 1 -2.5                  | 0 0 0               |
| seven above the mean                        | 1 .5 1 .5 1 .5 1            | 4 4 4 4 4 4 4       |
| six above the mean                          | 1 .5 1 .5 1 .5              | 0 0 0 0 0 0         |
| seven, one on the mean                      | 1 .5 1 0 1 .5 1             | 0 0 0 0 0 0 0       |
| outside counts before shift                 | 1 .5 1 .5 1 .5 4            | 4 4 4 4 4 4 1       |
"""

WORTH = """
| change             | by              | month   | million a month |
|--------------------|-----------------|---------|-----------------|
| 3 above budget     | amount          | 2024-06 | 3               |
| 3 more of a cost   | -amount         | 2024-06 | -3              |
| 100 points fewer   | isf             | 2018-06 | -2.1714         |
| 100 points fewer   | isf             | 2020-06 | -2.2904         |
| 100 points fewer   | isf             | 2024-06 | -2.08992        |
| 100 points fewer   | isf             | 2025-06 | -               |
| 30 days more       | discharge_ready | 2023-06 | 0.16524         |
| 30 days more       | discharge_ready | 2024-06 | 0.17235         |
| 30 days more       | discharge_ready | 2025-06 | -               |
"""

SPLIT = """
| volume | price | planned volume | planned price | volume part | price part | deviation |
|--------|-------|----------------|---------------|-------------|------------|-----------|
| 90     | 12    | 100            | 10            | -100        | 180        | 80        |
| 100    | 9     | 100            | 10            | 0           | -100       | -100      |
| 110    | 10    | 100            | 10            | 100         | 0          | 100       |
"""

NET = """
| marginal cost of a point | result of one more point in 2024, NOK |
|--------------------------|---------------------------------------|
| 0.40                     | 0                                     |
| 0.80                     | -20899.2                              |
| 0.925                    | -27430.2                              |
"""

SECTIONS = (
    ("Marks on a chart", "Mean 0, limits ±3, near limits ±2. Rule 1 outside, 2 trend, 3 two of "
     "three, 4 shift, 0 none; the first that holds counts. A dash: month missing.", MARKS),
    ("Worth of a change", "Rates of the month's own year; a dash: not published.", WORTH),
    ("Volume and price", "The two parts are the deviation, exactly.", SPLIT),
    ("One more point", "Unit price times funded share less marginal cost, no grant.", NET),
)  # fmt: skip
NOTHING = pd.Series(dtype="float64")


def page() -> str:
    """The rules page, made from the tables of this file."""
    return make_page("The indicators", source="test_indicators.py", sections=SECTIONS)


@pytest.mark.parametrize("row", cases(MARKS))
def test_marks(row: dict[str, str]) -> None:
    values = [np.nan if cell == "-" else float(cell) for cell in row["months"].split()]
    found = find_rules(np.array(values), limits=Limits(0.0, -3.0, 3.0, -2.0, 2.0))
    assert " ".join(map(str, found)) == row["rule of each month"]


@pytest.mark.parametrize("row", cases(WORTH))
def test_worth(row: dict[str, str]) -> None:
    size = float(row["change"].split()[0]) * (-1 if "fewer" in row["change"] else 1)
    found = worth_per_month(size, worth=row["by"], month=row["month"], line=NOTHING, volume=NOTHING)
    told = row["million a month"]
    assert found == pytest.approx(np.nan if told == "-" else float(told), nan_ok=True)


@pytest.mark.parametrize("row", cases(SPLIT))
def test_split(row: dict[str, str]) -> None:
    given = {key.replace(" ", "_"): float(row[key]) for key in list(row)[:4]}
    found = split_deviation(**given)
    parts = [found.volume, found.price, found.deviation]
    assert parts == [float(cell) for cell in list(row.values())[4:]]


@pytest.mark.parametrize("row", cases(NET))
def test_net(row: dict[str, str]) -> None:
    share, told = (float(cell) for cell in row.values())
    found = 1e6 * net_of_points(1, month="2024-06", marginal_cost_share=share)
    assert found == pytest.approx(told, abs=1e-6)


def test_the_rules_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: python tests/spec/test_indicators.py"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""The calendar of deadlines: days of the week by a published calendar, status by hand."""

from datetime import date

import pandas as pd
import pytest

from balanse_lib.ledger import check_deadlines, empty_table
from balanse_lib.ledger.tables import TABLES


def calendar(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    told = [(f"frist {n}", due, weekday, done, None) for n, (due, weekday, done) in enumerate(rows)]
    return pd.DataFrame(told, columns=list(TABLES["deadline"].columns)).astype("str")


def test_status_by_hand() -> None:
    told = calendar(
        ("2025-05-15", None, "2025-05-14"),
        ("2025-06-01", None, None),
        ("2025-07-30", None, None),
        ("2025-08-31", None, None),
        ("2025-05-20", None, "2025-08-01"),  # done, but not yet on the day that is asked about
    )
    found = check_deadlines(told, day=date(2025, 6, 30)).set_index("what")
    assert found.loc["frist 0", "status"] == "done"
    assert found.loc["frist 1", ["status", "days"]].tolist() == ["late", -29]
    assert found.loc["frist 2", ["status", "days"]].tolist() == ["soon", 30]
    assert found.loc["frist 3", ["status", "days"]].tolist() == ["later", 62]
    assert found.loc["frist 4", "status"] == "late"


def test_without_marks_nothing_is_called_late() -> None:
    found = check_deadlines(calendar(("2025-05-15", None, None)), day=date(2025, 6, 30))
    assert found["status"].tolist() == ["passed"]


@pytest.mark.parametrize("name", ["Sunday", "søndag", "söndag", " SØNDAG "])
def test_12_january_2025_was_a_sunday(name: str) -> None:
    found = check_deadlines(calendar(("2025-01-12", name, None)), day=date(2024, 9, 30))
    assert found.loc[0, "falls_on"] == 6
    assert not found.loc[0, "weekday_wrong"]
    wrong = check_deadlines(calendar(("2025-01-12", "fredag", None)), day=date(2024, 9, 30))
    assert wrong.loc[0, "weekday_wrong"]


def test_a_month_ends_with_its_last_day_and_has_no_weekday() -> None:
    found = check_deadlines(calendar(("2024-02", "", None)), day=date(2024, 2, 20))
    assert found.loc[0, "days"] == 9  # 2024 is a leap year
    assert found["falls_on"].isna().all()


def test_an_empty_calendar_stays_empty() -> None:
    assert check_deadlines(empty_table("deadline"), day=date(2024, 2, 20)).empty

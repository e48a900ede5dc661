"""The calendar of deadlines, seen from a day: what is late, what is near, which days cannot be."""

from datetime import date

import pandas as pd
from babel.dates import get_day_names

from balanse_lib import periods

SOON_DAYS = 60  # two months of meetings are left to prepare it (assumption)
_LOCALES = ("nn", "nb", "sv", "en")
_WEEKDAY = {
    name.lower(): day
    for code in _LOCALES
    for day, name in get_day_names("wide", locale=code).items()
}


def check_deadlines(deadlines: pd.DataFrame, *, day: date) -> pd.DataFrame:
    """The calendar with `status`, `days` left, `falls_on` (0 Monday … 6) and `weekday_wrong`.

    Status: done; late, when others of the calendar are marked as done and this one is not; passed,
    when nothing is; soon, within two months; later. A deadline that is only known by its month ends
    with the month and has no day of the week. Sorted by day.

    >>> told = {"what": ["a"], "due": ["2024-09-13"], "weekday": ["Friday"], "done": [None]}
    >>> found = check_deadlines(pd.DataFrame(told), day=date(2024, 9, 1))
    >>> found["status"].item(), int(found["days"].item()), int(found["falls_on"].item())
    ('soon', 12, 4)
    """
    found = deadlines.reset_index(drop=True)
    ends = [_last_day(due) for due in found["due"]]
    done = found["done"].notna() & (found["done"].fillna("") <= day.isoformat())
    kept = bool(found["done"].notna().any())
    falls = [
        due.weekday() if len(told) > 7 else None
        for due, told in zip(ends, found["due"], strict=True)
    ]
    given = found["weekday"].str.strip().str.lower().map(_WEEKDAY)
    found["days"] = pd.array([(due - day).days for due in ends], dtype="Int64")
    found["falls_on"] = pd.array(falls, dtype="Int64")
    found["weekday_wrong"] = (given.notna() & found["falls_on"].notna()) & (
        given.astype("Int64") != found["falls_on"]
    ).fillna(False)
    found["status"] = [
        _status(days, is_done, kept) for days, is_done in zip(found["days"], done, strict=True)
    ]
    return found.assign(ends=ends).sort_values("ends", kind="stable").drop(columns="ends")


def _last_day(due: str) -> date:
    """The day itself, or the last of a month."""
    return date.fromisoformat(due) if len(due) > 7 else periods.last_day(due)


def _status(days: int, done: bool, kept: bool) -> str:
    if done:
        return "done"
    if days < 0:
        return "late" if kept else "passed"
    return "soon" if days <= SOON_DAYS else "later"

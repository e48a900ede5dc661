"""What an indicator is made of: sums of parts `table:name` of the canonical tables."""

import re

from balanse_lib import terms

ALL_LINES = "*"
VALUE, ACCOUNT = "value", "account"  # ready-made values; accounts by their leading digits
STAFFING = ("agreed", "worked", "paid", "overtime", "hired_in_hours", "sick")
TABLES = ("activity", "staffing", "ledger", "budget", ACCOUNT, "norm", VALUE)
_PART = re.compile(rf"({'|'.join(TABLES)}):([a-z0-9_]+|\*)")
_NAMES = {
    "ledger": (*terms.LINE_CODES, ALL_LINES),
    "budget": (*terms.LINE_CODES, ALL_LINES),
    "staffing": STAFFING,
    "norm": ("needed",),
}
Part = tuple[int, str, str]


def read_parts(formula: str) -> list[Part]:
    """Sign, table and name of each part of a formula.

    >>> read_parts("activity:beds_budgeted - activity:beds_open")
    [(1, 'activity', 'beds_budgeted'), (-1, 'activity', 'beds_open')]
    """
    if wrong := wrong_parts(formula):
        raise ValueError(f"{wrong[0]!r} in {formula!r} is no part: write table:name")
    sign, parts = 1, []
    for word in _words(formula):
        if word in {"+", "-"}:
            sign = 1 if word == "+" else -1
        else:
            table, _, name = word.partition(":")
            parts.append((sign, table, name))
            sign = 1
    return parts


def wrong_parts(formula: str) -> list[str]:
    """Words of a formula that are no part: another table, or a name that its table cannot have.

    >>> wrong_parts("-acount:674 + ledger:pay_cost - ledger:pay")
    ['acount:674', 'ledger:pay']
    """
    return [word for word in _words(formula) if word not in {"+", "-"} and not _is_part(word)]


def near_parts(word: str) -> list[str]:
    """What could have been meant: the names that the word's table has, else the tables.

    >>> near_parts("staffing:piad")[:2], near_parts("acount:674")[:2]
    (['staffing:agreed', 'staffing:worked'], ['activity:…', 'staffing:…'])
    """
    table = word.partition(":")[0]
    named = [f"{table}:{name}" for name in _NAMES.get(table, ())]
    return named or [f"{table}:…" for table in TABLES]


def _is_part(word: str) -> bool:
    found = _PART.fullmatch(word)
    return found is not None and found[2] in _NAMES.get(found[1], (found[2],))


def _words(formula: str) -> list[str]:
    return formula.replace("-", " - ").replace("+", " + ").split()

"""What an error says: what was found, where, what is allowed, what to do.

Every check collects `Failure`s; `InputError` carries all of them at once, so that a controller
mends a delivery in one round instead of one error at a time.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches

import pandas as pd

from balanse_lib import terms


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong in the input.

    `rule` names a sentence of the vocabulary (``rule.<rule>``) that says what is allowed and what
    to do; `allowed` fills it in (a list of known names, say).

    >>> Failure(rule="not_a_number", file="a.csv", row=7, column="amount", value="12,x").where
    'a.csv, row 7, amount'
    """

    rule: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    allowed: str = ""

    @property
    def where(self) -> str:
        """File, sheet, row and column in one line, for messages without a table."""
        row = "" if self.row is None else f"row {self.row}"
        return ", ".join(part for part in (self.file, self.sheet, row, self.column) if part)

    def explain(self, language: str = "en") -> str:
        """Return what is allowed and what to do, in the reader's language."""
        return terms.text(
            f"rule.{self.rule}", language, value=self.value, allowed=self.allowed, file=self.file
        )


class InputError(Exception):
    """The input cannot be used; `failures` holds everything that is wrong with it.

    >>> print(InputError([Failure(rule="empty_file", file="a.csv")]))
    a.csv: the file is empty. Export it again from the source system.
    """

    def __init__(self, failures: Iterable[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__(self.describe())

    def describe(self, language: str = "en") -> str:
        """Return one line for each failure."""
        return "\n".join(
            f"{failure.where}: {failure.explain(language)}"
            if failure.where
            else failure.explain(language)
            for failure in self.failures
        )

    def table(self, language: str = "en") -> pd.DataFrame:
        """Failures as a table: file, sheet, row, column, value, rule, explanation."""
        columns = [field.name for field in fields(Failure)]
        frame = pd.DataFrame([asdict(failure) for failure in self.failures], columns=columns)
        frame["explanation"] = [failure.explain(language) for failure in self.failures]
        return frame


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most like a misspelt one, or all of them when none is near.

    >>> nearest("helse-granvk", ["helse-granvik", "us-treasury"])
    'helse-granvik'
    """
    known = sorted(known)
    close = get_close_matches(name, known, n=1)
    return close[0] if close else ", ".join(known) or "–"

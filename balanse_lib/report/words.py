"""Sentences from findings: templates filled with numbers as the reader writes them.

A template names how each value is written: ``{p50:amount}``, ``{chance:share}``,
``{period:month}``, ``{n:count}``; a value without a kind is text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter

from balanse_lib import terms
from balanse_lib.report.numbers import (
    format_amount,
    format_chance,
    format_change,
    format_date,
    format_number,
    format_period,
    format_share,
    format_weekday,
)

_WRITERS: dict[str, Callable[[str, str], str]] = {
    "amount": lambda text, language: format_amount(float(text), language=language),
    "change": lambda text, language: format_change(float(text), language=language),
    "chance": lambda text, language: format_chance(float(text), language=language),
    "share": lambda text, language: format_share(float(text), language=language),
    "percent": lambda text, language: format_number(
        100 * float(text), language=language, decimals=0
    ),
    "count": lambda text, language: format_number(float(text), language=language, decimals=0),
    "correlation": lambda text, language: format_number(float(text), language=language, decimals=2),
    "month": lambda text, language: format_period(text, language=language),
    "date": lambda text, language: format_date(text, language=language),
    "weekday": lambda text, language: format_weekday(int(text), language=language),
}


@dataclass(frozen=True)
class Reader:
    """Who the report is for: language, currency, and whether the figures are synthetic."""

    language: terms.Language
    currency: str
    synthetic: bool = False

    @property
    def unit(self) -> str:
        """Unit of all amounts, as readers write it."""
        key = "unit.krone" if self.currency in {"NOK", "SEK", "DKK"} else "unit.other"
        return terms.text(key, self.language, currency=self.currency)

    def label(self, term: str) -> str:
        """Name of a term."""
        return terms.label(term, self.language)

    def heading(self, term: str) -> str:
        """Name of a term with a capital, as a heading has it."""
        return with_capital(self.label(term))

    def write(self, value: object, kind: str) -> str:
        """One value as readers write it.

        Kinds: amount, change (an amount with its sign), share, percent (a share's bare number),
        chance, count, month, date, weekday (0 is Monday), term, text, name (a term, or text that is
        none), and sentence, which is the key of another sentence.
        """
        if kind in _WRITERS:
            return _WRITERS[kind](str(value), self.language)
        if kind == "term":
            return self.label(str(value))
        if kind == "name":
            return self.label(str(value)) if terms.is_term(str(value)) else str(value)
        if kind == "sentence":
            return self.say(str(value))
        if kind == "text":
            return str(value)
        raise KeyError(f"no such kind of value: {kind}")

    def say(self, key: str, **values: object) -> str:
        """A sentence of the vocabulary with its values."""
        template = terms.sentences()[key][self.language]
        return _Sentence(self).vformat(template, (), {"unit": self.unit, **values})


class _Sentence(Formatter):
    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def format_field(self, value: object, format_spec: str) -> str:
        return self.reader.write(value, format_spec or "text")


def with_capital(text: str) -> str:
    """Text as it stands first in a cell or heading; the rest of it is left alone.

    >>> with_capital("drg-poeng i HF")
    'Drg-poeng i HF'
    """
    return text[:1].upper() + text[1:]

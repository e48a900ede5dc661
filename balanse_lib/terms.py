"""The field's vocabulary: statement lines, labels in four languages, and the sign rule.

**Sign rule.** Amounts are signed by their effect on the result: plus improves it. A cost is
negative. ``deviation = actual - budget``; ``forecast_error = outcome - forecast``, so a negative
error means that the forecast was too optimistic. A sign is flipped in a reader and nowhere else.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Literal, get_args

import yaml

Language = Literal["nn", "nb", "sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LineKind = Literal["income", "cost", "finance", "result"]


@dataclass(frozen=True)
class StatementLine:
    """One line of the income statement; `kind` says which subtotal it belongs to."""

    code: str
    kind: LineKind


# Order and content of the Norwegian health trusts' printed income statement, with hire-in and
# pension split out of pay because the balance groups follow them. `undivided` carries accounts
# that publish only their net result.
STATEMENT_LINES: tuple[StatementLine, ...] = (
    StatementLine("basic_grant", "income"),
    StatementLine("activity_based_income", "income"),
    StatementLine("other_income", "income"),
    StatementLine("bought_health_services", "cost"),
    StatementLine("goods_cost", "cost"),
    StatementLine("pay_cost", "cost"),
    StatementLine("hire_in", "cost"),
    StatementLine("pension_cost", "cost"),
    StatementLine("depreciation", "cost"),
    StatementLine("write_down", "cost"),
    StatementLine("other_cost", "cost"),
    StatementLine("net_finance", "finance"),
    StatementLine("undivided", "result"),
)
LINE_CODES: tuple[str, ...] = tuple(line.code for line in STATEMENT_LINES)


def deviation(actual: float, budget: float) -> float:
    """Actual minus budget: positive is better than budget, for income and cost alike.

    >>> deviation(-105.0, -100.0)   # a cost of 105 against a budget of 100
    -5.0
    """
    return actual - budget


def forecast_error(outcome: float, forecast: float) -> float:
    """Outcome minus forecast: negative when the forecast was too optimistic.

    >>> forecast_error(-791.0, -580.0)
    -211.0
    """
    return outcome - forecast


# PyYAML's own parser in C, ten times as fast, where it was built with it
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _labels() -> dict[str, dict[str, str]]:
    text = resources.files("balanse_lib.vocabulary").joinpath("terms.csv").read_text("utf-8")
    return {row["id"]: row for row in csv.DictReader(text.splitlines())}


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Return every sentence of the vocabulary: key → language → text with {named} places."""
    folder = resources.files("balanse_lib.vocabulary")
    found: dict[str, dict[str, str]] = {}
    for file in sorted(item.name for item in folder.iterdir() if item.name.endswith(".yml")):
        found |= yaml.load(folder.joinpath(file).read_text(encoding="utf-8"), Loader=_Loader)
    return found


def is_term(name: str) -> bool:
    """Whether the vocabulary has a term of this name.

    >>> is_term("measure"), is_term("Tiltak 7")
    (True, False)
    """
    return name in _labels()


def label(term: str, language: str) -> str:
    """Name of a term as the reader knows it.

    >>> label("measure", "nn"), label("measure", "sv")
    ('tiltak', 'åtgärd')
    """
    return _labels()[term][language]


def text(key: str, language: str, **values: object) -> str:
    """Return a sentence of the vocabulary with its places filled in.

    A missing key or value raises `KeyError`: a report with a hole in it must not be published.

    >>> text("rule.empty_file", "nb")
    'filen er tom. Eksporter den på nytt fra kildesystemet.'
    """
    return sentences()[key][language].format(**values)


def places(key: str, language: str) -> set[str]:
    """Return the named places of a sentence; the same in every language, as a test asserts.

    >>> sorted(places("rule.not_a_number", "en"))
    ['value']
    """
    return {name for _, name, _, _ in Formatter().parse(sentences()[key][language]) if name}

"""No page is half in another language: each word is the reader's, from the data, or a code."""

import csv
import re
from functools import cache
from html.parser import HTMLParser
from importlib import resources

import pytest
from babel.dates import get_day_names, get_month_names

from balanse_lib import params, terms
from balanse_lib.ledger import read_ledger
from balanse_lib.ledger.tables import TABLES
from balanse_lib.terms import LANGUAGES

WORD = re.compile(r"[^\W\d_]{3,}")
FILES = re.compile(r"\w+\.csv|\b[0-9a-f]{12}\b")  # names of tables, first digits of a fingerprint
CODES = {"csv", "sha", "html", "balanse", "ipynb"}  # names of files and of this program
UNREAD = {"style", "code", "title"}

pytestmark = pytest.mark.slow


class Words(HTMLParser):
    """What a reader reads or hears: text, descriptions of pictures and labels, without code."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self._skipped = set(), 0

    def handle_starttag(self, tag, attrs):
        self._skipped += tag in UNREAD
        for name, value in attrs:
            if name in {"alt", "aria-label"}:
                self.words |= words(value)

    def handle_endtag(self, tag):
        self._skipped -= tag in UNREAD

    def handle_data(self, data):
        if not self._skipped:
            self.words |= words(data)


def words(text: str) -> set[str]:
    text = FILES.sub(" ", text)
    return {word.lower() for word in WORD.findall(text)}


@cache
def known_words(language: str) -> set[str]:
    """The vocabulary of a language, and its months and days."""
    found = set()
    for sentence in terms.sentences().values():
        found |= words(re.sub(r"\{[^}]*\}", " ", sentence[language]))
    labels = resources.files("balanse_lib.vocabulary").joinpath("terms.csv")
    for row in csv.DictReader(labels.read_text(encoding="utf-8").splitlines()):
        found |= words(row[language])
    for width in ("wide", "abbreviated"):
        for names in (
            get_month_names(width, locale=language),
            get_day_names(width, locale=language),
        ):
            found |= words(" ".join(names.values()))
    for source in params.threshold_sources(language).values():
        found |= words(source)
    return found | words("NOK SEK DKK USD")


def words_of_data(run) -> set[str]:
    """Names, titles and texts that the trust itself has written, and names of tables."""
    folder = params.find_params_folder()
    told = params.read_trust(run.trust, folder=folder)
    book = read_ledger(told, folder=folder)
    found = words(told.name) | set().union(*(words(name.replace("_", " ")) for name in TABLES))
    found |= set(TABLES)
    for name in TABLES:
        frame = getattr(book, name, None)
        if frame is not None:
            for column in frame.select_dtypes(include=["object", "string"]):
                found |= words(" ".join(frame[column].dropna().astype(str).unique()))
    for file in book.inputs:
        found |= words(file.file)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_the_readers(made, language):
    run = made[language]
    page = Words()
    page.feed((run.place / "report.html").read_text(encoding="utf-8"))
    strangers = page.words - known_words(language) - words_of_data(run) - CODES
    assert not strangers, sorted(strangers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_too(made, language):
    run = made[language]
    page = Words()
    page.feed((run.outputs / "index.html").read_text(encoding="utf-8"))
    strangers = page.words - known_words(language) - words_of_data(run) - CODES
    assert not strangers, sorted(strangers)


def test_a_stranger_would_be_found():
    page = Words()
    page.feed("<p>Resultatet er venta å bli 3,0, but the forecast is higher.</p>")
    assert page.words - known_words("nn") >= {"but", "the", "forecast", "higher"}
    assert {"resultatet", "venta"} <= known_words("nn")

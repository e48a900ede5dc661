"""No page is half in another language: each word is the reader's, from the data, or a code."""

import pytest

from balanse_lib.terms import LANGUAGES
from tests.end_to_end.pages import Words, find_strangers, known_words

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_the_readers(made, language):
    run = made[language]
    text = (run.place / "report.html").read_text(encoding="utf-8")
    assert not find_strangers(text, language, trust=run.trust)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_too(made, language):
    run = made[language]
    text = (run.outputs / "index.html").read_text(encoding="utf-8")
    assert not find_strangers(text, language, trust=run.trust)


def test_a_stranger_would_be_found():
    page = Words()
    page.feed("<p>Resultatet er venta å bli 3,0, but the forecast is higher.</p>")
    assert page.words - known_words("nn") >= {"but", "the", "forecast", "higher"}
    assert {"resultatet", "venta"} <= known_words("nn")

"""The words: complete in four languages, each of them used, none of them missing."""

import ast
import csv
import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest
import yaml

from balanse_lib import terms
from balanse_lib.errors import Failure
from balanse_lib.ledger.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
VOCABULARY = resources.files("balanse_lib.vocabulary")
KEYS = sorted(terms.sentences())
IN_NOTEBOOKS = [key for key in KEYS if key.startswith("notebook.")]  # English stands there itself
SENTENCES = [key for key in KEYS if key not in IN_NOTEBOOKS]
RULES = [key.removeprefix("rule.") for key in KEYS if key.startswith("rule.")]
KINDS = {
    "amount", "change", "share", "percent", "chance", "correlation", "count", "month", "date",
    "weekday", "term", "text", "name", "sentence", "",
}  # fmt: skip


def labels() -> list[dict[str, str]]:
    text = VOCABULARY.joinpath("terms.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def code() -> list[ast.AST]:
    """Every module of the package and every code cell of the notebooks."""
    parsed: list[ast.AST] = []
    for file in sorted((ROOT / "balanse_lib").rglob("*.py")):
        parsed.append(ast.parse(file.read_text(encoding="utf-8")))
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        parsed += [ast.parse(source) for source in sources]
    return parsed


@cache
def words_in_use() -> tuple[set[str], list[re.Pattern[str]]]:
    """Literal texts, and patterns made of f-strings, in code, notebooks and templates."""
    literals: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for node in (node for tree in code() for node in ast.walk(tree)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            literals.add(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+"
                for part in node.values
            ]
            if re.match(r"[a-z_]+(\\\.|_)", parts[0]):  # "finding.{key}", "event_{type}"
                patterns.append(re.compile("".join(parts)))
    for file in (ROOT / "balanse_lib" / "report" / "template").rglob("*.j2"):
        literals |= set(re.findall(r"""["']([\w.]+)["']""", file.read_text(encoding="utf-8")))
    return literals, patterns


def is_used(word: str) -> bool:
    literals, patterns = words_in_use()
    types = TABLES["event"].columns["type"].allowed
    literals |= {"event_" + re.sub("[ -]", "_", type_) for type_ in types}
    return word in literals or any(pattern.fullmatch(word) for pattern in patterns)


def rules_in_code() -> dict[str, list[ast.Call]]:
    """Calls that name a rule: Failure(rule="x"), _error("x", …), order.failure("x", …)."""
    found: dict[str, list[ast.Call]] = {}
    for node in (node for tree in code() for node in ast.walk(tree)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = [word.value for word in node.keywords if word.arg == "rule"]
        if name in {"_error", "failure"}:
            given += node.args[:1]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.setdefault(value.value, []).append(node)
    return found


def test_no_key_stands_twice_in_the_files() -> None:
    keys = []
    for file in VOCABULARY.iterdir():
        if file.name.endswith(".yml"):
            document = yaml.compose(file.read_text(encoding="utf-8"))
            assert isinstance(document, yaml.MappingNode)
            keys += [key.value for key, _ in document.value]
    assert sorted(keys) == KEYS
    ids = [row["id"] for row in labels()]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_has_exactly_the_four_languages(key: str) -> None:
    assert set(terms.sentences()[key]) == set(terms.LANGUAGES)
    assert all(text.strip() == text != "" for text in terms.sentences()[key].values())


def test_every_question_of_the_notebooks_is_told_in_the_other_languages() -> None:
    asked = {
        f"notebook.{file.stem}.{cell['id']}": "".join(cell["source"])
        for file in sorted((ROOT / "notebooks").glob("*.ipynb"))
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
    }
    assert sorted(asked) == IN_NOTEBOOKS
    for key, english in asked.items():
        told = terms.sentences()[key]
        assert set(told) == {"nn", "nb", "sv"}
        level = english.split(" ", 1)[0]
        assert all(text.split(" ", 1)[0] == level for text in told.values()), "heading level"


@pytest.mark.parametrize("row", labels(), ids=lambda row: row["id"])
def test_every_term_has_exactly_the_four_languages(row: dict[str, str]) -> None:
    assert set(row) == {"id", *terms.LANGUAGES}
    assert all(text.strip() == text != "" for text in row.values())


def places_with_kinds(text: str) -> list[tuple[str, str | None]]:
    return sorted((name, kind) for _, name, kind, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("key", SENTENCES)
def test_places_and_how_they_are_written_agree_in_all_languages(key: str) -> None:
    texts = terms.sentences()[key]
    found = {language: set(places_with_kinds(text)) for language, text in texts.items()}
    if key == "unit.krone":  # the Nordic crown needs no currency code in its own languages
        assert found == {"en": {("currency", "")}, "nn": set(), "nb": set(), "sv": set()}
        return
    assert found["nn"] == found["nb"] == found["sv"] == found["en"]
    assert all(name.isidentifier() for name, _ in found["en"]), "a place must have a name"
    assert {kind for _, kind in found["en"]} <= KINDS


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_can_be_explained_in_every_language(rule: str) -> None:
    failure = Failure(rule=rule, file="FILE", value="VALUE", allowed="ALLOWED")
    for language in terms.LANGUAGES:
        told = failure.explain(language)
        assert told.endswith(".")
        for place in ("value", "allowed", "file"):
            named = place in terms.places(f"rule.{rule}", language)
            assert (place.upper() in told) is named
    assert len({failure.explain(language) for language in ("nn", "sv", "en")}) == 3


def test_every_rule_in_the_code_has_its_sentence() -> None:
    used = set(rules_in_code())
    assert len(used) > 20, "the search itself must find the rules"
    assert used <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_used(rule: str) -> None:
    literals, _ = words_in_use()
    assert rule in literals


@pytest.mark.parametrize("rule", sorted(rules_in_code()))
def test_a_rule_that_says_what_is_allowed_is_told_it(rule: str) -> None:
    needed = terms.places(f"rule.{rule}", "en") - {"file"}
    for call in rules_in_code()[rule]:
        given = {word.arg for word in call.keywords}
        assert needed <= given, f"a hole in {rule}: {ast.unparse(call)}"


@pytest.mark.parametrize("key", [key for key in SENTENCES if not key.startswith("rule.")])
def test_every_sentence_is_used(key: str) -> None:
    assert is_used(key), f"no code, notebook or template says {key}: remove it"


@pytest.mark.parametrize("term", [row["id"] for row in labels()])
def test_every_term_is_used(term: str) -> None:
    assert is_used(term), f"no code or notebook names {term}: remove it from terms.csv"


def test_the_search_for_words_can_fail() -> None:
    assert not is_used("no.such.sentence")
    assert not is_used("no_such_term_" + "x")

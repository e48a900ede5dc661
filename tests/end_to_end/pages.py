"""Making pages and reading them as people and tools do: tags, words, what axe-core finds."""

import ast
import csv
import re
import shutil
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import nbformat
from axe_playwright_python.sync_playwright import Axe
from babel.dates import get_day_names, get_month_names

from balanse_lib import params, report, terms
from balanse_lib.ledger import Ledger, read_ledger
from balanse_lib.ledger.tables import TABLES
from balanse_lib.report.export import to_html

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "90_leadership.ipynb"

PAGES = (
    "report.html", "10_data_basis.html", "20_forecast.html", "30_realism.html", "40_measures.html",
    "50_indicators.html", "index.html",
)  # fmt: skip
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WORD = re.compile(r"[^\W\d_]{3,}")
FILES = re.compile(r"\w+\.csv|\b[0-9a-f]{12}\b")  # names of tables, first digits of a fingerprint
CODES = {"csv", "sha", "html", "balanse", "ipynb"}  # names of files and of this program
UNREAD = {"style", "code", "title"}


class Page(HTMLParser):
    """A page as a list of tags with attributes and the text under each."""

    VOID = frozenset({"meta", "img", "br", "link", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.tags, self._open = text, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = {"tag": tag, "text": "", "in": [t["tag"] for t in self._open], **dict(attrs)}
        self.tags.append(found)
        if tag not in self.VOID:
            self._open.append(found)

    def handle_endtag(self, tag):
        assert self._open[-1]["tag"] == tag, f"</{tag}> closes <{self._open[-1]['tag']}>"
        self._open.pop()

    def handle_data(self, data):
        for tag in self._open:
            tag["text"] += data

    def all(self, *names: str) -> list[dict]:
        return [tag for tag in self.tags if tag["tag"] in names]


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
        found |= words(re.sub(r"\{[^}]*\}", " ", sentence.get(language, "")))
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


@cache
def read_book(trust: str) -> Ledger:
    folder = params.find_params_folder()
    return read_ledger(params.read_trust(trust, folder=folder), folder=folder)


def words_of_data(book: Ledger) -> set[str]:
    """Names, titles and texts that the trust itself has written, and names of tables."""
    found = set(TABLES).union(*(words(name.replace("_", " ")) for name in TABLES))
    for name in TABLES:
        frame = getattr(book, name, None)
        if frame is not None:
            for column in frame.select_dtypes(include=["object", "string"]):
                found |= words(" ".join(frame[column].dropna().astype(str).unique()))
    for file in book.inputs:
        found |= words(file.file)
    return found


def find_strangers(text: str, language: str, *, trust: str) -> list[str]:
    """Words of a page that are neither the language's, nor the data's, nor a code."""
    page = Words()
    page.feed(text)
    known = known_words(language) | words_of_data(read_book(trust)) | CODES
    return sorted(page.words - known)


def find_violations(page) -> list[str]:
    """What axe-core finds wrong with an open page, with everything unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


def run_cell(source: str, names: dict[str, object]) -> object:
    """Run a cell and give what its last line shows, as a kernel does."""
    body = ast.parse(source).body
    shown = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    if shown is None:
        return None
    return eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names)


def make_page(trust: str, period: str, language: str, results: Path) -> str:
    """The leadership page by the notebook's own cells, run in this process."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    names: dict[str, object] = {}
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        shown = run_cell(cell.source, names)
        if "parameters" in cell.metadata.get("tags", ()):
            names |= {"trust": trust, "period": period, "language": language, "seed": None}
            names["results"] = str(results)
        if hasattr(shown, "_repr_html_"):
            data = {"text/html": shown._repr_html_()}
            cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=1)]
        cell.execution_count = number
    reader = report.Reader(language, "NOK", True)
    return to_html(notebook, title=f"{trust} {period}", reader=reader, leadership=True)

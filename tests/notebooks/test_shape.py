"""The shape of the notebooks: a controller reads them top to bottom, so code stays in the library.

Each test names one rule.
"""

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from balanse_lib import runs, terms
from balanse_lib.runs import worker
from balanse_lib.runs.topics import TOPICS

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CODE_LINES = 6
KEPT_OUT = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor,
    ast.While, ast.Try, ast.With, ast.AsyncWith, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.Global, ast.Delete, ast.Assert, ast.If, ast.IfExp,
)  # fmt: skip
PLOTTING = re.compile(r"\b(plt|matplotlib|pyplot|plotly|altair|seaborn|savefig|\.plot)\b")
WORDS = yaml.safe_load(
    (ROOT / "balanse_lib" / "vocabulary" / "notebooks.yml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Notebook:
    """A notebook as it lies in git."""

    name: str
    content: dict

    @property
    def cells(self):
        return self.content["cells"]

    @property
    def code(self):
        return [cell for cell in self.cells if cell["cell_type"] == "code"]

    @property
    def markdown(self):
        return [cell for cell in self.cells if cell["cell_type"] == "markdown"]

    @property
    def parameters(self):
        return [c for c in self.code if "parameters" in c["metadata"].get("tags", ())]

    @property
    def own_code(self):
        """Code cells below the parameters."""
        return [cell for cell in self.code if cell not in self.parameters]


def source(cell) -> str:
    return "".join(cell["source"])


def nodes(cell) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source(cell))))


@pytest.fixture(params=NOTEBOOKS, ids=lambda file: file.stem)
def notebook(request):
    return Notebook(request.param.stem, json.loads(request.param.read_text(encoding="utf-8")))


def test_shape_every_notebook_of_a_run_is_there():
    assert set(runs.NOTEBOOKS) <= {file.stem for file in NOTEBOOKS}


def test_shape_has_8_to_16_cells(notebook):
    assert 8 <= len(notebook.cells) <= 16


def test_shape_begins_with_one_heading_and_its_question(notebook):
    first = notebook.cells[0]
    assert first["cell_type"] == "markdown"
    assert source(first).startswith("# ")
    assert source(first).splitlines()[0].endswith("?")
    headings = [line for c in notebook.markdown for line in source(c).splitlines()]
    assert sum(line.startswith("# ") for line in headings) == 1


def test_shape_asks_a_question_in_every_text_cell(notebook):
    for cell in notebook.markdown[1:]:
        assert source(cell).startswith("## ")
        assert source(cell).splitlines()[0].endswith("?")


def test_shape_parameters_are_literals_each_with_a_comment(notebook):
    (cell,) = notebook.parameters
    assert notebook.cells.index(cell) == 1
    for line in source(cell).splitlines():
        (statement,) = ast.parse(line).body
        assert isinstance(statement, ast.Assign), line
        ast.literal_eval(statement.value)
        assert re.search(r"  # \S+", line), f"a comment is missing: {line}"


def test_shape_parameters_are_those_a_run_hands_over(notebook):
    names = [
        ast.unparse(node.targets[0]) for node in ast.parse(source(notebook.parameters[0])).body
    ]
    assert sorted(names) == sorted(worker.PARAMETER_NAMES)


def test_shape_imports_the_library_alone_in_the_third_cell(notebook):
    imports = notebook.cells[2]
    statements = ast.parse(source(imports)).body
    assert statements
    assert all(isinstance(s, ast.Import | ast.ImportFrom) for s in statements)
    for statement in statements:
        modules = (
            [statement.module or ""]
            if isinstance(statement, ast.ImportFrom)
            else [alias.name for alias in statement.names]
        )
        assert {module.split(".")[0] for module in modules} == {"balanse_lib"}
    others = [node for c in notebook.code if c is not imports for node in nodes(c)]
    assert not [node for node in others if isinstance(node, ast.Import | ast.ImportFrom)]


def test_shape_opens_the_run_in_one_call(notebook):
    first, *_ = ast.parse(source(notebook.cells[3])).body
    assert ast.unparse(first).startswith("run = open_run(trust, period=period")


def test_shape_code_cells_are_short(notebook):
    for cell in notebook.own_code:
        assert len(source(cell).splitlines()) <= CODE_LINES, source(cell)


def test_shape_holds_no_logic(notebook):
    for cell in notebook.own_code:
        found = [type(node).__name__ for node in nodes(cell) if isinstance(node, KEPT_OUT)]
        assert not found, source(cell)
        assert not source(cell).lstrip().startswith(("%", "!"))


def test_shape_holds_no_numbers(notebook):
    for cell in notebook.own_code:
        numbers = [
            node.value
            for node in nodes(cell)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        ]
        assert set(numbers) <= {0, 1}, source(cell)


def test_shape_holds_no_paths(notebook):
    for cell in notebook.own_code:
        texts = [n.value for n in nodes(cell) if isinstance(n, ast.Constant)]
        paths = [t for t in texts if isinstance(t, str) and re.search(r"[/\\]|\.\w{2,4}$", t)]
        assert not [p for p in paths if p not in terms.sentences()], source(cell)


def test_shape_draws_nothing_itself(notebook):
    for cell in notebook.own_code:
        assert not PLOTTING.search(source(cell))


def test_shape_is_kept_without_outputs(notebook):
    for cell in notebook.code:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    assert "papermill" not in json.dumps(notebook.content["metadata"])


def test_shape_cells_have_stable_names(notebook):
    ids = [cell["id"] for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    for name in ids:  # a word a person wrote, not the eight hex digits a tool makes
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name), name
    assert notebook.content["nbformat"] == 4
    assert notebook.content["nbformat_minor"] >= 5


def test_shape_every_text_cell_is_translated(notebook):
    for cell in notebook.markdown:
        words = WORDS[f"notebook.{notebook.name}.{cell['id']}"]
        assert set(words) == {"nn", "nb", "sv"}
        for text in words.values():
            assert marks(text) == marks(source(cell))
            assert text.strip()


def marks(text: str) -> list[str]:
    """What kind of line each is: heading of which level, or words."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [match.group() if (match := re.match(r"#+", line)) else "words" for line in lines]


def test_shape_no_translation_without_its_cell():
    have = set()
    for file in NOTEBOOKS:
        notebook = Notebook(file.stem, json.loads(file.read_text(encoding="utf-8")))
        have |= {f"notebook.{notebook.name}.{cell['id']}" for cell in notebook.markdown}
    assert set(WORDS) == have


def test_shape_ends_by_closing_under_its_own_name(notebook):
    last = notebook.cells[-1]
    assert last["cell_type"] == "code"
    (statement,) = ast.parse(source(last)).body
    call = statement.value
    assert ast.unparse(call.func) == "run.close"
    assert call.args[0].value == notebook.name
    mentioned = {n.args[0].value for c in notebook.code for n in nodes(c)
                 if isinstance(n, ast.Call) and ast.unparse(n.func) == "run.findings"}  # fmt: skip
    assert mentioned <= set(TOPICS)

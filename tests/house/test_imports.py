"""Data flow one way: who may import whom, and where files, clocks and dice stay out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "balanse_lib"
ROOMS = ("forecast", "measures", "indicators", "realism", "region", "outlook")  # some still to come
SOURCES = [file for room in ROOMS for file in sorted((LIBRARY / room).rglob("*.py"))]
FILE_MODULES = {"io", "os", "pathlib", "shutil", "tempfile", "glob", "fileinput", "sqlite3"}
FILE_CALLS = {"open", "read_csv", "read_excel", "read_parquet", "to_csv", "to_excel", "to_parquet"}
CLOCKS = {"now", "today", "utcnow", "time", "localtime"}
# functions of numpy.random that make a generator or name a type; all others share one hidden state
GENERATORS = {"Generator", "default_rng", "SeedSequence", "BitGenerator", "PCG64"}


def test_rooms_import_only_what_lies_below_them():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as go; go()",
    ]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_module_of_the_package_has_its_place_in_the_contract():
    contract = (ROOT / ".importlinter").read_text(encoding="utf-8")
    layers = contract.split("layers =")[1].split("\n\n")[0].replace("|", " ")
    named = {word.strip("()") for word in layers.split()}
    have = {
        path.stem
        for path in LIBRARY.iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    }
    assert have - {"vocabulary"} <= named  # vocabulary holds no code, only words


def trees():
    return [pytest.param(file, id=str(file.relative_to(LIBRARY))) for file in SOURCES]


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def called(tree: ast.Module) -> set[str]:
    """Dotted names of everything that is called."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("file", trees())
def test_analysis_touches_no_file(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert not imported(tree) & FILE_MODULES
    assert not {name for name in called(tree) if name.split(".")[-1] in FILE_CALLS}


@pytest.mark.parametrize("file", trees())
def test_analysis_reads_no_clock(file):
    calls = called(ast.parse(file.read_text(encoding="utf-8")))
    clocks = {name for name in calls if name.split(".")[-1] in CLOCKS and "." in name}
    assert not clocks, "today's date comes in as `period`"


@pytest.mark.parametrize("file", trees())
def test_chance_comes_in_as_a_generator(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert "random" not in imported(tree)
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    hidden = {
        name
        for name in used
        if name.startswith(("np.random.", "numpy.random.")) and name.split(".")[2] not in GENERATORS
    }
    assert not hidden, "randomness comes in as `rng: np.random.Generator`"
    assert "np.random.default_rng" not in called(tree)

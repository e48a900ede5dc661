"""What every file keeps to: the linters, sizes a reader can hold, no trace of a machine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 70
MAX_TEST_FILE_LINES = 600  # a file of tests is a list, read one by one
# put together here, so that this file does not hold them
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "deb" + ".debian",
    "conda.ana" + "conda",
)
PLACES = ("/" + "work/", "/" + "root/")
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".cfg", ".ini", ".ipynb", ".j2", ".css", ".csv",
        ".json", ".txt", ".lock", ".sh", ""}  # fmt: skip


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def tracked() -> list[Path]:
    """Files that git knows or would add; without git (a downloaded copy) every file of ours."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        tops = ("balanse_lib", "tests", "docs", "notebooks", "params", "data", "benchmarks")
        found = [file for top in tops for file in (ROOT / top).rglob("*")]
        return [file for file in (*found, *ROOT.glob("*.*")) if file.is_file()]
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


FILES = tracked()
PYTHON = [pytest.param(f, id=str(f.relative_to(ROOT))) for f in FILES if f.suffix == ".py"]


def test_ruff_has_nothing_to_say():
    code, said = run("ruff", "check", ".")
    assert code == 0, said


def test_files_are_formatted():
    code, said = run("ruff", "format", "--check", ".")
    assert code == 0, said


@pytest.mark.slow
def test_types_hold():
    code, said = run("mypy")
    assert code == 0, said


@pytest.mark.parametrize("file", PYTHON)
def test_files_and_functions_fit_in_a_readers_head(file):
    text = file.read_text(encoding="utf-8")
    limit = MAX_TEST_FILE_LINES if file.is_relative_to(ROOT / "tests") else MAX_FILE_LINES
    assert len(text.splitlines()) <= limit
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = [
        f"{node.name}: {length}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, functions)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]
    assert not long


def test_no_file_names_a_machine_or_a_package_host():
    found = []
    for file in FILES:
        if file.suffix not in TEXT:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        found += [f"{file.relative_to(ROOT)}: {word}" for word in (*HOSTS, *PLACES) if word in text]
    assert not found


def test_no_version_in_a_file_name_and_no_attic():
    parts = [(file, part.lower()) for file in FILES for part in file.relative_to(ROOT).parts]
    attic = {"old", "backup", "archive", "copy", "tmp"}
    bad = [f for f, part in parts if part in attic or part.endswith((".bak", ".orig", "_old.py"))]
    assert not bad

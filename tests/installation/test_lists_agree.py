"""One list of packages is written by hand, in pyproject.toml; everything else follows it."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

WANTED = {canonicalize_name(r.name): r for r in map(Requirement, PROJECT["dependencies"])}
# A package begins at the margin; its hashes and the comment that says who wants it are indented.
BLOCKS = re.split(r"\n(?=\S)", LOCK.strip())
LOCKED = [Requirement(re.split(r"\s*\\\n", block)[0]) for block in BLOCKS]


@pytest.mark.parametrize("name", sorted(WANTED))
def test_every_dependency_is_locked_at_a_version_it_allows(name):
    pins = [pin for pin in LOCKED if canonicalize_name(pin.name) == name]
    assert pins, f"{name} is not in requirements.lock: make the lock anew (CONTRIBUTING.md)"
    for pin in pins:
        version = str(pin.specifier).removeprefix("==")
        assert WANTED[name].specifier.contains(version), f"{pin} against {WANTED[name]}"


def test_the_lock_was_made_from_this_list():
    asked_for = {
        canonicalize_name(pin.name)
        for pin, block in zip(LOCKED, BLOCKS, strict=True)
        if f"{PROJECT['name']} (pyproject.toml)" in block
    }
    assert asked_for == set(WANTED)


def test_every_locked_package_has_one_version_and_hashes():
    for pin, block in zip(LOCKED, BLOCKS, strict=True):
        assert re.fullmatch(r"==[^,*]+", str(pin.specifier)), pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), f"{pin} has no hash"


def test_the_lock_names_no_place_to_fetch_from():
    for address in ("://", "--index-url", "--extra-index-url", "--find-links", " @ "):
        assert address not in LOCK


def test_conda_users_get_python_pip_and_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment == {
        "name": PROJECT["name"],
        "channels": ["conda-forge"],
        "dependencies": [
            f"python{PROJECT['requires-python']}",
            "pip",
            {"pip": ["-r requirements.lock"]},
        ],
    }


@pytest.mark.parametrize("word", ["run", "test"])
def test_readme_names_both_commands(word):
    assert f"python3 balanse.py {word}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_continuous_integration_runs_the_command_of_the_readme():
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert last == "exec python3 balanse.py test"

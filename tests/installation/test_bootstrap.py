"""`balanse.py`, the first thing anyone runs: it installs once, or says what to do."""

import ast
import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "balanse.py").read_text(encoding="utf-8")


@pytest.fixture
def bootstrap():
    spec = importlib.util.spec_from_file_location("balanse_bootstrap", ROOT / "balanse.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path):
    """A fresh copy of the project, in a folder with a space in its name."""
    home = tmp_path / "Økonomi og analyse"
    (home / "balanse_lib").mkdir(parents=True)
    (home / "balanse.py").write_text(SOURCE, encoding="utf-8")
    (home / "pyproject.toml").write_text("[project]\n")
    (home / "requirements.lock").write_text("")
    return home


class Machine:
    """Stands in for the installers and for the installed command; remembers what was started."""

    def __init__(self, bootstrap, folder):
        self.bootstrap, self.folder = bootstrap, folder
        self.started, self.handed_over = [], []
        self.fails = ()

    def call(self, line, **_):
        self.started.append(line)
        if any(word in line for word in self.fails):
            return 2
        for path in self.bootstrap.locate(self.folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return 0

    def run(self, line, **_):
        return subprocess.CompletedProcess(line, 0, stdout="")

    def hand_over(self, command, arguments):
        self.handed_over.append((command, arguments))
        return 7


@pytest.fixture
def machine(bootstrap, folder, monkeypatch):
    machine = Machine(bootstrap, folder)
    monkeypatch.setattr(bootstrap.subprocess, "call", machine.call)
    monkeypatch.setattr(bootstrap.subprocess, "run", machine.run)
    monkeypatch.setattr(bootstrap, "hand_over", machine.hand_over)
    return machine


def test_reads_as_python_3_6_and_needs_only_the_standard_library():
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
    }
    assert imported <= sys.stdlib_module_names
    assert "__future__" not in imported  # `annotations` is newer than 3.6
    assert SOURCE.isascii()  # consoles of every age can show it


def test_an_old_python_is_told_what_was_found_what_is_needed_and_what_to_do(bootstrap):
    with pytest.raises(SystemExit) as stop:
        bootstrap.check_python((3, 10, 2))
    message = stop.value.code
    assert isinstance(message, str)  # printed to stderr, exit code 1
    for part in (
        "3.11 or newer",
        "this is Python 3.10.2",
        sys.executable,
        "What to do",
        "py -3.11",
    ):
        assert part in message


@pytest.mark.parametrize("found", [(3, 11, 0, "final", 0), (3, 12, 1), (4, 0, 0)])
def test_a_new_enough_python_passes(bootstrap, found):
    bootstrap.check_python(found)


def test_python_needed_is_the_one_of_pyproject(bootstrap):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=" + ".".join(map(str, bootstrap.NEEDED))


def test_a_python_without_ensurepip_is_told_which_package_has_it(bootstrap, machine, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: name != "ensurepip" or None)
    with pytest.raises(SystemExit, match="python3-venv"):
        bootstrap.main(["run"], folder=machine.folder)
    assert not machine.started


def test_paths_inside_the_environment(bootstrap):
    folder = Path("Min mappe")
    inside = folder / ".venv"
    assert bootstrap.locate(folder, windows=True) == (
        inside / "Scripts" / "python.exe",
        inside / "Scripts" / "balanse.exe",
    )
    assert bootstrap.locate(folder, windows=False) == (
        inside / "bin" / "python",
        inside / "bin" / "balanse",
    )


def test_first_call_installs_the_hashed_lock_and_then_the_project(bootstrap, machine, capsys):
    assert bootstrap.main(["run", "--trust", "nord vest"], folder=machine.folder) == 7
    venv, uv, lock, project, compiled = machine.started
    assert venv[1:] == ["-m", "venv", "--clear", str(machine.folder / ".venv")]
    assert uv[-1] == "uv"
    assert {"--require-hashes", "--compile-bytecode"} <= set(lock)
    assert lock[-1] == str(machine.folder / "requirements.lock")
    assert project[-3:] == ["--no-deps", "--editable", str(machine.folder)]
    assert compiled[-1] == str(machine.folder / "balanse_lib")
    _, command = bootstrap.locate(machine.folder)
    assert machine.handed_over == [(command, ["run", "--trust", "nord vest"])]
    said = capsys.readouterr()
    assert "about a minute" in said.err
    assert not said.out  # stdout is the command's own


def test_second_call_starts_at_once(bootstrap, machine):
    bootstrap.main(["run"], folder=machine.folder)
    machine.started.clear()
    assert bootstrap.main(["test"], folder=machine.folder) == 7
    assert not machine.started
    assert machine.handed_over[-1][1] == ["test"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_list_is_installed_anew(bootstrap, machine, name):
    bootstrap.main(["run"], folder=machine.folder)
    assert bootstrap.is_installed(machine.folder)
    (machine.folder / name).write_text("# changed\n")
    assert not bootstrap.is_installed(machine.folder)
    bootstrap.main(["run"], folder=machine.folder)
    assert bootstrap.is_installed(machine.folder)


def test_a_moved_folder_is_installed_anew(bootstrap, machine):
    bootstrap.main(["run"], folder=machine.folder)
    moved = machine.folder.rename(machine.folder.with_name("moved"))
    assert not bootstrap.is_installed(moved)


def test_an_environment_that_lost_its_command_is_installed_anew(bootstrap, machine):
    bootstrap.main(["run"], folder=machine.folder)
    bootstrap.locate(machine.folder)[1].unlink()
    assert not bootstrap.is_installed(machine.folder)


@pytest.mark.parametrize("step", ["venv", "pip", "--require-hashes", "--editable"])
def test_a_failed_step_says_what_was_tried_and_leaves_no_stamp(bootstrap, machine, step):
    bootstrap.main(["run"], folder=machine.folder)  # an installation that stood there before …
    (machine.folder / "requirements.lock").write_text("# newer\n")  # … and is out of date
    machine.handed_over.clear()
    machine.fails = (step,)
    with pytest.raises(SystemExit) as stop:
        bootstrap.main(["run"], folder=machine.folder)
    message = stop.value.code
    for part in ("not installed", "Tried: ", step, "What to do", "next start begins afresh"):
        assert part in message
    assert ("PIP_INDEX_URL" in message) == (step != "venv")
    assert not (machine.folder / ".venv" / bootstrap.STAMP).exists()
    assert not machine.handed_over


def test_a_program_that_cannot_be_started_is_a_failed_step(bootstrap, machine, monkeypatch):
    def call(line, **_):
        raise FileNotFoundError(line[0])

    monkeypatch.setattr(bootstrap.subprocess, "call", call)
    with pytest.raises(SystemExit, match="not installed"):
        bootstrap.main(["run"], folder=machine.folder)


def test_an_interrupted_installation_is_redone(bootstrap, machine, monkeypatch, capsys):
    def interrupt(line, **_):
        if "--editable" in line:
            raise KeyboardInterrupt
        return machine.call(line)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap.subprocess, "call", interrupt)
        assert bootstrap.main(["run"], folder=machine.folder) == 130
    assert "afresh" in capsys.readouterr().err
    machine.started.clear()
    assert bootstrap.main(["run"], folder=machine.folder) == 7
    assert "--clear" in machine.started[0]


def test_half_a_copy_of_the_project_is_named(bootstrap, machine):
    (machine.folder / "requirements.lock").unlink()
    with pytest.raises(SystemExit, match=r"requirements\.lock is missing"):
        bootstrap.main(["run"], folder=machine.folder)


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_asking_for_help_installs_nothing(bootstrap, machine, capsys, arguments):
    assert bootstrap.main(arguments, folder=machine.folder) == 0
    said = capsys.readouterr().out
    assert "python3 balanse.py run" in said
    assert "python3 balanse.py test" in said
    assert not machine.started


def test_only_one_start_installs_at_a_time(bootstrap, folder):
    with (folder / "balanse.py").open("rb") as other:
        with bootstrap.one_at_a_time(folder / "balanse.py"):
            assert not bootstrap.has_lock(other)
        assert bootstrap.has_lock(other)


def test_what_pip_is_told_holds_for_uv(bootstrap, tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    listing = (
        ":env:.cert='/certs/own.pem'\n"
        "global.cert='/certs/old.pem'\n"
        "global.index-url='http://127.0.0.1:9/simple'\n"
        "install.extra-index-url='http://127.0.0.1:8/a\\nhttp://127.0.0.1:8/b'\n"
        f"global.find-links={str(wheels)!r}\n"
        "global.timeout='5'\n"
        "a line of some other kind\n"
    )
    told, options = bootstrap.settings_for_uv(listing, environment={"HOME": "/home/kari"})
    assert options == []
    assert told.pop("UV_SYSTEM_CERTS", "true") == "true"
    assert told == {
        "HOME": "/home/kari",
        "SSL_CERT_FILE": "/certs/own.pem",
        "UV_INDEX_URL": "http://127.0.0.1:9/simple",
        "UV_EXTRA_INDEX_URL": "http://127.0.0.1:8/a http://127.0.0.1:8/b",
        "UV_FIND_LINKS": str(wheels),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_what_uv_is_told_already_stays(bootstrap):
    told, _ = bootstrap.settings_for_uv(
        "global.index-url='http://127.0.0.1:9'\n",
        environment={"UV_INDEX_URL": "http://127.0.0.1:7"},
    )
    assert told["UV_INDEX_URL"] == "http://127.0.0.1:7"


@pytest.mark.parametrize(
    ("value", "options"), [("1", ["--no-index"]), ("true", ["--no-index"]), ("0", [])]
)
def test_a_folder_of_wheels_alone(bootstrap, tmp_path, value, options):
    listing = f":env:.no-index='{value}'\n:env:.find-links={str(tmp_path / 'gone')!r}\n"
    told, found = bootstrap.settings_for_uv(listing, environment={})
    assert found == options
    assert "UV_FIND_LINKS" not in told  # pip passes over a folder that is gone, so does uv then


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot become another program")
def test_the_installed_command_takes_over_with_its_exit_code(bootstrap, folder):
    python, command = bootstrap.locate(folder)
    command.parent.mkdir(parents=True)
    python.touch()
    command.write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit 5\n')
    command.chmod(0o755)
    (folder / ".venv" / bootstrap.STAMP).write_text(bootstrap.wanted_stamp(folder))
    done = subprocess.run(
        [sys.executable, folder / "balanse.py", "run", "to ord"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (5, "run|to ord|")

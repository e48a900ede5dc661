"""Start Balanse with nothing but Python: `python3 balanse.py run`, `python3 balanse.py test`.

The first call makes `.venv` beside this file and installs what `requirements.lock` names; later
calls go straight to the installed `balanse` command. Standard library only, and no syntax newer
than Python 3.6, so that an old Python gets as far as saying what to do.
"""

import ast
import contextlib
import hashlib
import os
import shlex
import signal
import ssl
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

NEEDED = (3, 11)
HERE = Path(__file__).absolute().parent
STAMP = "balanse-installed.txt"
USAGE = """\
Balanse: where the year ends, whether the forecast can be believed, what the measures are worth.

  python3 balanse.py run     monthly run on the synthetic region; pages in outputs/
  python3 balanse.py test    run the tests

The first call installs everything into .venv beside this file (about a minute, about 1.3 GB).
Every other word is handed to the installed command: python3 balanse.py --help then lists them all.
"""
HELP_WITHOUT_NETWORK = """\
  * A network, but through a proxy: set HTTPS_PROXY=http://PROXY:PORT and try again.
  * Your organisation has its own package mirror: set PIP_INDEX_URL to it, and PIP_CERT to
    its certificate file if it has one of its own. pip's own settings file is read too.
  * No network here: on a machine of the same kind that has one (same system, same Python), run
      python3 -m pip download --dest wheels --requirement requirements.lock
      python3 -m pip download --dest wheels uv "setuptools>=77"
    bring the folder 'wheels' here, set PIP_NO_INDEX=1 and PIP_FIND_LINKS=wheels, and try again."""
HELP_WITH_FOLDER = """\
  * Is the disk full (1.3 GB are needed), or the folder read-only for you?
  * Close JupyterLab and other programs that use .venv, delete the folder .venv, and try again."""
PIP_TO_UV = {  # what pip is told on this machine holds for uv too
    "index-url": "UV_INDEX_URL",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def say(text):
    """Write progress to stderr: stdout belongs to the command that follows."""
    print(text, file=sys.stderr, flush=True)


def check_python(found):
    """Stop with what to do where Python (`found`, a version tuple) is older than `NEEDED`."""
    if tuple(found[:2]) >= NEEDED:
        return
    needed, version = (".".join(str(part) for part in parts) for parts in (NEEDED, found[:3]))
    raise SystemExit(
        f"Balanse needs Python {needed} or newer; this is Python {version} ({sys.executable}).\n"
        "What to do:\n"
        f"  * A newer Python may stand beside it: try  python{needed} balanse.py run\n"
        f"    (Windows:  py -{needed} balanse.py run )\n"
        f"  * Otherwise install Python {needed} or newer, or ask your IT department for it;\n"
        "    with conda:  conda env create -f environment.yml"
    )


def check_tools():
    """Stop with what to do where this Python cannot make virtual environments."""
    if find_spec("venv") and find_spec("ensurepip"):
        return
    version = ".".join(str(part) for part in sys.version_info[:2])
    raise SystemExit(
        f"This Python ({sys.executable}) lacks its module 'venv' or 'ensurepip'.\n"
        "What to do: Debian and Ubuntu keep them in a package of their own:\n"
        f"  sudo apt-get install python3-venv     (or python{version}-venv)\n"
        "Elsewhere: use a complete Python installation, or conda with environment.yml."
    )


def locate(folder, *, windows=os.name == "nt"):
    """Paths of the Python and of the `balanse` command inside the folder's `.venv`."""
    if windows:
        scripts = folder / ".venv" / "Scripts"
        return scripts / "python.exe", scripts / "balanse.exe"
    return folder / ".venv" / "bin" / "python", folder / ".venv" / "bin" / "balanse"


def wanted_stamp(folder):
    """Hash of what an installation depends on; the folder counts, for `.venv` holds its path."""
    digest = hashlib.sha256(os.fsencode(str(folder)))
    for name in ("requirements.lock", "pyproject.toml"):
        if not (folder / name).is_file():
            raise SystemExit(f"{folder / name} is missing: copy the whole project folder.")
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def is_installed(folder):
    """Whether an installation was finished here, from just these lists."""
    stamp = folder / ".venv" / STAMP
    return (
        all(path.exists() for path in locate(folder))
        and stamp.is_file()
        and stamp.read_text() == wanted_stamp(folder)
    )


def has_lock(handle):
    """Try to lock the open file for this process; True also where the disk knows no locks."""
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.lseek(handle.fileno(), 1 << 30, os.SEEK_SET)  # far past the end: reading stays free
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


@contextlib.contextmanager
def one_at_a_time(path):
    """Wait until no other start installs here; the lock goes when its process does."""
    with path.open("rb") as handle:
        os.set_inheritable(handle.fileno(), True)  # an installer that outlives its parent counts
        if not has_lock(handle):
            say("Balanse: another start is installing here; waiting for it ...")
            while not has_lock(handle):
                time.sleep(1)
        yield


def settings_for_uv(listing, *, environment):
    """Environment for uv from what `pip config list` prints; what is set for uv already stays."""
    ranked = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        with contextlib.suppress(ValueError, SyntaxError):
            rank = ("global", "install", ":env:").index(section)
            ranked[key] = max(ranked.get(key, (-1, "")), (rank, ast.literal_eval(value)))
    pip = {key: str(value).split() for key, (_, value) in ranked.items()}
    if "find-links" in pip:  # pip passes over a folder that is gone, uv would stop
        links = pip["find-links"]
        pip["find-links"] = [link for link in links if "://" in link or Path(link).exists()]
    told = {
        variable: ("," if key == "find-links" else " ").join(pip[key])
        for key, variable in PIP_TO_UV.items()
        if pip.get(key)
    }
    if "extra-index-url" in pip:  # pip looks everywhere; the lock's hashes say what is right
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if any(ssl.get_default_verify_paths()[:2]) or os.name == "nt":
        told["UV_SYSTEM_CERTS"] = "true"  # so that the organisation's own certificates count
    offline = pip.get("no-index", ["0"])[0].lower() in ("1", "true", "yes", "on", "y", "t")
    return {**told, **environment}, ["--no-index"] if offline else []


def attempt(what, line, *, advice, environment=None):
    """Run one step of the installation; stop with what was tried and what to do if it fails."""
    say(f"  {what} ...")
    line = [str(word) for word in line]
    try:  # our open lock goes along to the child
        code = subprocess.call(line, stdout=2, env=environment, close_fds=False)
    except OSError as error:
        code = error
    if code:
        raise SystemExit(
            f"\nBalanse is not installed: '{what}' failed ({code}); the reason stands above.\n"
            f"Tried: {' '.join(shlex.quote(word) for word in line)}\n"
            f"What to do:\n{advice}\n"
            "Nothing counts as finished: the next start begins afresh."
        )


def install(folder):
    """Make `.venv` from nothing and fill it from the lock; the stamp comes last."""
    begun = time.monotonic()
    check_tools()
    say("Balanse: installing into .venv (about a minute the first time, about 1.3 GB).")
    stamp, wanted = folder / ".venv" / STAMP, wanted_stamp(folder)
    if stamp.is_file():
        stamp.unlink()
    base = getattr(sys, "_base_executable", None) or sys.executable  # also from inside .venv
    attempt(
        "making .venv",
        [base, "-m", "venv", "--clear", folder / ".venv"],
        advice=HELP_WITH_FOLDER,
    )
    python, _ = locate(folder)
    quiet = ["--quiet", "--disable-pip-version-check", "--retries", "2"]
    attempt(
        "fetching the installer uv",
        [python, "-m", "pip", "install", *quiet, "uv"],
        advice=HELP_WITHOUT_NETWORK,
        environment={**os.environ, "PIP_USER": "0"},
    )
    listing = subprocess.run(
        [str(python), "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout
    environment, options = settings_for_uv(listing, environment=os.environ)
    uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python, *options]
    lock = ["--require-hashes", "--compile-bytecode", "--requirement", folder / "requirements.lock"]
    for what, words in (
        ("installing the packages of requirements.lock", lock),
        ("installing Balanse itself", ["--no-deps", "--editable", folder]),
    ):
        attempt(what, [*uv, *words], advice=HELP_WITHOUT_NETWORK, environment=environment)
    subprocess.call([str(python), "-m", "compileall", "-qq", str(folder / "balanse_lib")], stdout=2)
    stamp.write_text(wanted)
    say(f"Balanse: installed in {time.monotonic() - begun:.0f} s.\n")


def hand_over(command, arguments):
    """Become the installed command (on Windows: run it and return its exit code)."""
    line = [str(command), *arguments]
    if os.name == "nt":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
        return subprocess.call(line)
    return os.execv(line[0], line)


def main(arguments, *, folder=HERE):
    """Install if needed, then run `balanse` with the given arguments; returns the exit code."""
    check_python(sys.version_info)
    if not is_installed(folder):
        if not arguments or arguments[0] in ("-h", "--help"):
            print(USAGE, end="")
            return 0
        try:
            with one_at_a_time(folder / "balanse.py"):
                if not is_installed(folder):  # the one waited for may have done it
                    install(folder)
        except KeyboardInterrupt:
            say("\nInterrupted. The next start begins the installation afresh.")
            return 130
    return hand_over(locate(folder)[1], arguments or ["--help"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

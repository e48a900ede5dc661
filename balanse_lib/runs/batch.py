"""Many trusts, one month each: check everything, then run them side by side.

A trust that fails does not stop the others, and its last good report stays where it is.
"""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import joblib
from filelock import FileLock, Timeout

from balanse_lib import params
from balanse_lib.errors import Failure, InputError
from balanse_lib.runs.forecast_log import FOLDER, appending
from balanse_lib.runs.log_rows import read_rows
from balanse_lib.runs.manifest import write_json
from balanse_lib.runs.request import Request, serve
from balanse_lib.runs.workbook import LATEST, Run, open_run
from balanse_lib.runs.workspace import Workspace
from balanse_lib.warm import start_method

_GRACE = 10  # seconds a run has to end itself at its limit, before it is ended
NOTEBOOKS = (
    "10_data_basis",
    "20_forecast",
    "30_realism",
    "40_measures",
    "50_indicators",
    "90_leadership",
)


@dataclass(frozen=True)
class Outcome:
    """How one trust's run ended; `reason` is empty when it went well, `cell` 0 when not known."""

    trust: str
    period: str
    notebook: str = ""
    cell: int = 0
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the run was published."""
        return not self.reason


@dataclass(frozen=True)
class Plan:
    """The runs that can be made, and what is wrong with the others."""

    runs: tuple[Run, ...]
    refused: tuple[tuple[str, InputError], ...]


Listener = Callable[[str, str], None]  # trust, notebook that was started ("" when done)


def plan(
    trusts: Sequence[str], *, period: str = LATEST, language: str = "", seed: int | None = None
) -> Plan:
    """Check parameters, files and period of every trust before any kernel starts."""
    runs, refused = [], []
    for trust in dict.fromkeys(trusts or default_trusts()):
        try:
            runs.append(open_run(trust, period=period, language=language, seed=seed))
        except InputError as error:
            refused.append((trust, error))
    return Plan(tuple(runs), tuple(refused))


def default_trusts() -> list[str]:
    """Trusts that are run when none is named: the synthetic region, else all there are."""
    folder = params.find_params_folder()
    names = params.list_trusts(folder)
    synthetic = [name for name in names if _is_synthetic(name, folder)]
    return synthetic or names


def _is_synthetic(name: str, folder: Path) -> bool:
    try:
        return params.read_trust(name, folder=folder).is_synthetic
    except InputError:
        return True  # a broken file must be seen, not passed over


def run_batch(
    runs: Sequence[Run], *, run_id: str, outputs: Path, jobs: int, listener: Listener
) -> list[Outcome]:
    """Make the runs, `jobs` at a time; each in a process of its own with a time limit."""
    notebooks = notebook_files()
    work = [joblib.delayed(run_one)(run, run_id, outputs, notebooks, listener) for run in runs]
    try:
        outcomes: list[Outcome] = joblib.Parallel(n_jobs=jobs, prefer="threads")(work)
    except KeyboardInterrupt:
        for worker in multiprocessing.active_children():  # or the command would wait for them
            worker.kill()
        raise
    return outcomes


def run_one(
    run: Run, run_id: str, outputs: Path, notebooks: Sequence[Path], listener: Listener
) -> Outcome:
    """Make one trust's run and say how it ended."""
    place = Workspace(outputs.resolve(), run.trust.trust, run.period)
    try:
        place.place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(place.lock, timeout=0):
            place.prepare()
            outcome = _in_process(run, _request(run, run_id, place, notebooks), listener)
            if outcome.ok:
                outcome = _put_in_place(run, run_id, place)
            if not outcome.ok:
                place.keep_failed(outcome.notebook)
                write_json(place.failure, asdict(outcome))
    except Timeout:
        outcome = Outcome(
            run.trust.trust, run.period, reason="another run of this trust and month is being made"
        )
    except OSError as error:  # outputs cannot be written: a matter of this trust's folder alone
        outcome = Outcome(run.trust.trust, run.period, reason=f"{place.place.parent}: {error}")
    listener(run.trust.trust, "")
    return outcome


def _put_in_place(run: Run, run_id: str, place: Workspace) -> Outcome:
    """Publish a finished run and what it says of the year's end: both or neither."""
    trust, period = run.trust.trust, run.period
    try:
        with appending(
            place.outputs / FOLDER,
            read_rows(place.making),
            run_id=run_id,
            trust=trust,
            period=period,
            made=run.made,
        ):
            place.publish()
    except InputError as error:
        return Outcome(trust, period, reason=error.describe(run.reader.language))
    return Outcome(trust, period)


def _request(run: Run, run_id: str, place: Workspace, notebooks: Sequence[Path]) -> Request:
    return Request(
        run_id,
        run.trust.trust,
        run.period,
        run.reader.language,
        run.seed,
        str(place.outputs),
        str(params.find_params_folder().resolve()),
        run.trust.thresholds.run_timeout_seconds,
        tuple(str(file) for file in notebooks),
    )


def _in_process(run: Run, request: Request, listener: Listener) -> Outcome:
    start, over_time = start_method(), threading.Event()
    hears, tells = start.Pipe(duplex=False)
    process = start.Process(target=serve, args=(request, tells))  # type: ignore[attr-defined]
    process.start()
    tells.close()
    timer = threading.Timer(request.seconds + _GRACE, _end, (process, over_time))
    timer.daemon = True  # whoever ends the command does not wait for it
    timer.start()
    try:
        last = _follow(hears, run, listener)
        process.join()
    finally:
        timer.cancel()
    if last.get("event") == "done":
        return Outcome(run.trust.trust, run.period)
    complaint = f"the process ended with code {process.exitcode}"
    if over_time.is_set():
        complaint = f"took more than {request.seconds} s and was ended"
    return Outcome(
        run.trust.trust,
        run.period,
        str(last.get("notebook", "")),
        int(str(last.get("cell", 0))),
        str(last.get("reason") or complaint),
    )


def _follow(hears: Connection, run: Run, listener: Listener) -> dict[str, object]:
    """Listen until the worker has nothing more to tell; gives the last thing told."""
    last: dict[str, object] = {}
    with suppress(EOFError, ConnectionResetError):
        while True:
            last = hears.recv()
            if last["event"] == "started":
                listener(run.trust.trust, str(last["notebook"]))
    return last


def _end(process: BaseProcess, over_time: threading.Event) -> None:
    """End a run that hangs; its kernels end when they see that it is gone."""
    over_time.set()
    process.kill()


def notebook_files() -> list[Path]:
    """The notebooks of a scheduled run, in order: beside `params`, else those of the package."""
    here = params.find_params_folder().resolve().parent / "notebooks"
    own = Path(__file__).resolve().parents[2] / "notebooks"
    files = [(here if here.is_dir() else own) / f"{name}.ipynb" for name in NOTEBOOKS]
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise InputError([Failure(rule="missing_notebook", file=str(file)) for file in missing])
    return files

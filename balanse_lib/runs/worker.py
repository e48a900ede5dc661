"""Makes one trust's run in a process of its own, so that it can be ended when it hangs.

What happens is told through a pipe. Whatever a notebook does (a failing cell, `sys.exit`, a killed
kernel), the run is done only when every cell has run and the closing mark is there; the batch then
puts it in place.
"""

import sys

# jsonschema imports an optional grammar that takes a second and is never used here
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import ast
import os
import tempfile
import time
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from balanse_lib import terms
from balanse_lib.report.export import to_html
from balanse_lib.runs.log_rows import TABLE, log_rows
from balanse_lib.runs.manifest import manifest, write_json
from balanse_lib.runs.processes import end_with_parent, forked_kernels
from balanse_lib.runs.request import Request
from balanse_lib.runs.store import Store
from balanse_lib.runs.workbook import CLOSED_MIME, Run, open_run
from balanse_lib.runs.workspace import Workspace

LEADERSHIP = "90_leadership"
PARAMETER_NAMES = ("trust", "period", "language", "seed", "results")
_PARAMETERS, _INJECTED = "parameters", "injected-parameters"


class NotebookFailed(Exception):
    """A notebook did not come to its end; says which cell (0: none in particular) and why."""

    def __init__(self, notebook: str, cell: int, reason: str) -> None:
        super().__init__(reason)
        self.notebook, self.cell, self.reason = notebook, cell, reason


def make_run(request: Request, tells: Connection) -> None:
    """Make the run, telling how it goes; a failure is told, never raised."""
    os.environ["BALANSE_PARAMS"] = request.params
    terms.sentences()  # read before the kernels are forked, that each finds them read
    place = Workspace(Path(request.outputs), request.trust, request.period)
    try:
        with forked_kernels():
            end_with_parent()
            _make_run(request, place, tells)
    except NotebookFailed as failed:
        cell, reason = failed.cell, failed.reason
        tells.send({"event": "failed", "notebook": failed.notebook, "cell": cell, "reason": reason})
    except Exception as error:
        tells.send({"event": "failed", "reason": f"{type(error).__name__}: {error}"})
    else:
        tells.send({"event": "done"})


def _make_run(request: Request, place: Workspace, tells: Connection) -> None:
    run = open_run(
        request.trust,
        period=request.period,
        language=request.language,
        seed=request.seed,
        results=str(place.making),
    )
    times = []
    ends = time.monotonic() + request.seconds
    for source in map(Path, request.notebooks):
        tells.send({"event": "started", "notebook": source.stem})
        began = time.monotonic()
        steps = _Steps(source.stem, tells, seconds=max(1, round(ends - began)))
        _make_notebook(source, request, run, place, steps)
        times.append(
            {"notebook": source.stem, "status": "ok", "seconds": round(time.monotonic() - began, 2)}
        )
    write_json(
        place.making / "manifest.json", manifest(run, run_id=request.run_id, notebooks=times)
    )
    store = Store(place.making)
    store.keep_table(TABLE, _log_rows(run))
    store.drop_handed_on()


def _log_rows(run: Run) -> pd.DataFrame:
    """What the batch takes into the forecast log when it puts the run in place."""
    year = run.measure_year
    return log_rows(
        run.year_end,
        targets=run.targets,
        unit=f"M{run.trust.currency}",
        start=run.ledger.start,
        after_measures=None if year.table.empty else year.joint.total,
    )


def _make_notebook(
    source: Path, request: Request, run: Run, place: Workspace, steps: "_Steps"
) -> None:
    made = place.making / source.name
    _execute(source, made, request, place, steps)
    executed = nbformat.read(made, as_version=4)
    _check_came_to_its_end(executed, source.stem)
    steps.tells.send({"event": "executed", "notebook": source.stem})
    leadership = source.stem == LEADERSHIP
    title = f"{run.trust.name} – {run.reader.write(run.period, 'month')}"
    html = to_html(
        executed,
        title=title if leadership else f"{source.stem} – {title}",
        reader=run.reader,
        leadership=leadership,
    )
    page = "report.html" if leadership else f"{source.stem}.html"
    (place.making / page).write_text(html, encoding="utf-8")


def _execute(source: Path, made: Path, request: Request, place: Workspace, steps: "_Steps") -> None:
    """Run one notebook; a kernel that dies of something outside is tried once more."""
    translated = place.making / f".{source.name}"
    _translate(source, translated, request.language)
    asked = asdict(request) | {"results": str(place.making)}
    parameters = {name: asked[name] for name in PARAMETER_NAMES}
    steps.parameters_at = _check_parameters(translated, source.stem)
    try:
        for attempt in (1, 2):
            try:
                _papermill(translated, made, parameters, source.parent, steps)
                return
            except DeadKernelError:
                if attempt == 2:
                    raise NotebookFailed(source.stem, steps.cell, "kernel died twice") from None
            except CellTimeoutError:
                reason = f"took more than {request.seconds} s and was ended"
                raise NotebookFailed(source.stem, steps.cell, reason) from None
            except PapermillExecutionError as error:
                reason = f"{error.ename}: {error.evalue}"
                raise NotebookFailed(source.stem, steps.cell, reason) from None
    finally:
        translated.unlink(missing_ok=True)


class _Steps:
    """Which cell is being run, counted as in the notebook's source (papermill adds one)."""

    def __init__(self, notebook: str, tells: Connection, *, seconds: int) -> None:
        self.notebook, self.tells, self.seconds = notebook, tells, seconds
        self.parameters_at = self.cell = 0

    def __call__(self, *, cell: nbformat.NotebookNode, cell_index: int) -> None:
        self.cell = cell_index + (cell_index < self.parameters_at)
        self.tells.send({"event": "cell", "notebook": self.notebook, "cell": self.cell})


def _check_parameters(file: Path, name: str) -> int:
    """Position of the parameters cell; a notebook that lacks a name would run on its default."""
    for position, cell in enumerate(nbformat.read(file, as_version=4).cells, start=1):
        if _PARAMETERS in cell.metadata.get("tags", ()):
            written = [node for node in ast.parse(cell.source).body if isinstance(node, ast.Assign)]
            known = {ast.unparse(node.targets[0]) for node in written}
            if unknown := sorted(set(PARAMETER_NAMES) - known):
                reason = f"the parameters cell lacks {', '.join(unknown)}"
                raise NotebookFailed(name, position, reason)
            return position
    raise NotebookFailed(name, 0, "no cell is tagged parameters")


def _papermill(
    source: Path,
    made: Path,
    parameters: dict[str, Any],
    cwd: Path,
    steps: _Steps,
) -> None:
    with tempfile.TemporaryDirectory(prefix="balanse-") as sockets:
        papermill.execute_notebook(
            str(source),
            str(made),
            parameters=parameters,
            kernel_name="python3",
            language="python",
            cwd=str(cwd),
            progress_bar=False,
            execution_timeout=steps.seconds,
            on_cell_start=steps,
            config=_own_sockets(sockets),
        )


def _own_sockets(folder: str) -> Config:
    """Sockets in a folder of their own: kernels that start at once do not fight over ports.

    The path must be given; the default is one name for all kernels, which then mix up their talk.
    """
    if sys.platform == "win32":
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}})


def _translate(source: Path, target: Path, language: str) -> None:
    """A copy of the notebook whose questions stand in the reader's language."""
    notebook = nbformat.read(source, as_version=4)
    if language != "en":
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = terms.text(f"notebook.{source.stem}.{cell.id}", language)
    nbformat.write(notebook, target)


def _check_came_to_its_end(notebook: nbformat.NotebookNode, name: str) -> None:
    """Every code cell was run and the last one left the closing mark (`sys.exit` leaves none)."""
    own = [cell for cell in notebook.cells if _INJECTED not in cell.metadata.get("tags", ())]
    for position, cell in enumerate(own, start=1):
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise NotebookFailed(name, position, "the cell was never run")
    code = [cell for cell in own if cell.cell_type == "code"]
    marks = [output for output in code[-1].outputs if CLOSED_MIME in output.get("data", {})]
    if not marks:
        raise NotebookFailed(name, own.index(code[-1]) + 1, "the closing mark is missing")

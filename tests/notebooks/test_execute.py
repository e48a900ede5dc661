"""Each notebook alone, as somebody opens it in JupyterLab: it comes to its end, writes nothing."""

import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CLOSED = "application/vnd.balanse.closed+json"
# trust and period put in by hand; None: as the notebook lies there
TRUSTS = {"demo": None, "us-treasury": ("us-treasury", "2004-06")}
NAMES = {"demo": "Helse Granvik HF", "us-treasury": "United States Treasury"}

pytestmark = pytest.mark.slow


def opened_alone(file: Path, given: tuple[str, str] | None) -> nbformat.NotebookNode:
    notebook = nbformat.read(file, as_version=4)
    if given:
        cell = notebook.cells[1]
        for name, value in zip(("trust", "period"), given, strict=True):
            cell.source = re.sub(
                rf'^{name} = "[^"]*"', f'{name} = "{value}"', cell.source, flags=re.M
            )
    return notebook


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    # sockets of its own: kernels that start at once would fight over ports
    own = {"KernelManager": {"transport": "ipc", "ip": str(folder / "kernel")}}
    config = Config({} if sys.platform == "win32" else own)
    work = folder / "notebooks"
    work.mkdir()
    resources = {"metadata": {"path": str(work)}}
    NotebookClient(notebook, timeout=120, resources=resources, config=config).execute()


@pytest.mark.parametrize("trust", TRUSTS)
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebook_runs_alone(file, trust, tmp_path, monkeypatch):
    monkeypatch.setenv("BALANSE_PARAMS", str(ROOT / "params"))
    notebook = opened_alone(file, TRUSTS[trust])
    execute(notebook, tmp_path)

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "stream"]
    marks = [output.data[CLOSED] for output in code[-1].outputs if CLOSED in output.data]
    assert marks == [{"notebook": file.stem}]
    shown = " ".join(output.data.get("text/html", "") for output in outputs)
    assert NAMES[trust] in shown
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not written, "a notebook opened alone writes nothing"

"""The what-if notebook, which no scheduled run makes: run by papermill, exported, read offline."""

import re
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from traitlets.config import Config

from balanse_lib.report import Reader
from balanse_lib.report.export import to_html

ROOT = Path(__file__).parents[2]
WIDGET = "application/vnd.jupyter.widget-view+json"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> nbformat.NotebookNode:
    folder = tmp_path_factory.mktemp("what_if")
    own = {"KernelManager": {"transport": "ipc", "ip": str(folder / "kernel")}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BALANSE_PARAMS", str(ROOT / "params"))
        return papermill.execute_notebook(
            str(ROOT / "notebooks" / "what_if.ipynb"),
            str(folder / "what_if.ipynb"),
            parameters={"trust": "helse-granvik", "period": "2025-03", "language": "en"},
            kernel_name="python3",
            cwd=str(folder),
            progress_bar=False,
            execution_timeout=120,
            config=Config({} if sys.platform == "win32" else own),
        )


def outputs(notebook: nbformat.NotebookNode) -> list[dict]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [output.data for cell in code for output in cell.outputs if "data" in output]


def test_in_the_notebook_the_sliders_are_there(executed):
    assert sum(WIDGET in data for data in outputs(executed)) == 1


def test_the_page_shows_the_scenarios_and_nothing_that_needs_a_kernel(executed):
    page = to_html(executed, title="What if", reader=Reader("en", "NOK"), leadership=False)
    (table,) = re.findall(r"<table>.*?</table>", page, flags=re.S)
    rows = re.findall(r'<th scope="row">(.*?)</th>', table)
    assert rows[0] == "Nothing changed"
    assert len(rows) >= 4, "demo measures have some effect still to come in March"
    (alt,) = re.findall(r'<img alt="(.*?)"', page)
    assert f"in {len(rows)} scenarios" in alt
    for word in ("what_if_panel(", "And what if you change", "VBox", "<script", "widget-view"):
        assert word not in page

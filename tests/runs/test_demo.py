"""`balanse demo`: the synthetic region as files, which still say that they are synthetic."""

from pathlib import Path

import pytest

from balanse_lib import params
from balanse_lib.errors import InputError
from balanse_lib.runs import open_run, write_demo

TRUST = "helse-storvatn"


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The demo of one trust that has a threshold of its own."""
    trust = params.read_trust(TRUST, folder=params.find_params_folder())
    own = trust.thresholds.model_copy(update={"min_months": 30})
    write_demo(tmp_path / "demo", trusts=[trust.model_copy(update={"thresholds": own})])
    return tmp_path / "demo"


def test_pages_made_from_the_files_say_synthetic(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BALANSE_PARAMS", str(demo / "params"))
    run = open_run(TRUST)
    assert run.reader.synthetic
    assert "Syntetiske tal" in run.head._repr_html_()


def test_a_trusts_own_thresholds_come_along(demo: Path) -> None:
    written = params.read_trust(TRUST, folder=demo / "params")
    assert written.thresholds.min_months == 30
    assert written.thresholds.seed == 2009


def test_a_folder_that_is_not_empty_is_left_alone(demo: Path) -> None:
    before = {file: file.read_bytes() for file in demo.rglob("*") if file.is_file()}
    with pytest.raises(InputError, match="not empty"):
        write_demo(demo, trusts=[])
    assert {file: file.read_bytes() for file in demo.rglob("*") if file.is_file()} == before

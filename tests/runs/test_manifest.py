"""What an auditor needs to make the run again."""

import hashlib
import json
import re

import pytest

from balanse_lib import runs
from balanse_lib.runs.manifest import manifest, write_json


@pytest.fixture
def made(small_trust):
    run = runs.open_run("lillevik", seed=7)
    notebooks = [{"notebook": "20_forecast", "status": "ok", "seconds": 1.5}]
    return manifest(run, run_id="r1", notebooks=notebooks), run


def test_it_names_run_trust_period_and_seed(made):
    content, _ = made
    told = ("run_id", "status", "trust", "name", "synthetic", "period", "language", "seed")
    assert [content[key] for key in told] == [
        "r1", "ok", "lillevik", "Lillevik", False, "2025-06", "en", 7,
    ]  # fmt: skip
    assert content["notebooks"][0]["notebook"] == "20_forecast"


def test_inputs_carry_the_hash_of_the_file_as_it_lies_there(made, house):
    content, _ = made
    for source in content["inputs"]:
        file = house.params / source["file"]
        assert source["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    rows = {source["table"]: source["rows"] for source in content["inputs"]}
    assert rows == {"ledger_month": 60, "requirement": 1}


def test_every_parameter_is_there_defaults_included(made):
    content, run = made
    assert content["parameters"]["thresholds"]["n_paths"] == 200
    assert content["parameters"]["thresholds"]["min_months"] == 24
    assert set(content["parameters"]) == set(type(run.trust).model_fields)


def test_versions_and_commit(made):
    content, _ = made
    assert {"balanse", "numpy", "pandas", "statsmodels", "papermill"} <= set(content["packages"])
    assert re.fullmatch(r"3\.\d+\.\d+\S*", content["python"])
    assert re.fullmatch(r"([0-9a-f]{40})?", content["git_commit"])


def test_the_headline_is_the_forecast(made):
    content, run = made
    assert content["headline"]["p50"] == run.year_end.quantile(0.5)
    assert content["headline"]["requirement"] == 5.0
    assert 0 <= content["headline"]["chance"] <= 1


def test_it_is_plain_json(made, tmp_path):
    content, _ = made
    file = tmp_path / "manifest.json"
    write_json(file, content)
    assert json.loads(file.read_text("utf-8")) == json.loads(json.dumps(content))
    assert [path.name for path in tmp_path.glob("manifest*")] == ["manifest.json"]

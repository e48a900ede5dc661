"""How a run was made, for the auditor: inputs and hashes, parameters, versions, seed, status."""

import json
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from balanse_lib import realism
from balanse_lib.runs.workbook import Run

_PACKAGES = (
    "balanse",
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "scikit-learn",
    "papermill",
    "nbconvert",
    "matplotlib",
)


def manifest(run: Run, *, run_id: str, notebooks: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything needed to make the run again, as plain JSON values."""
    return {
        "run_id": run_id,
        "made": run.made,
        "status": "ok",
        "trust": run.trust.trust,
        "name": run.trust.name,
        "synthetic": run.trust.is_synthetic,
        "period": run.period,
        "language": run.reader.language,
        "seed": run.seed,
        "parameters": run.trust.model_dump(mode="json"),
        "inputs": [
            {"table": s.table, "file": s.file, "sha256": s.sha256, "rows": s.rows}
            for s in run.ledger.inputs
        ],
        "headline": headline(run),
        "notebooks": notebooks,
        "git_commit": _git_commit(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def headline(run: Run) -> dict[str, Any]:
    """What the index shows: the year's end, the verdict, and the year so far month by month."""
    path = run.year_end.cumulative()["P50"]
    found: dict[str, Any] = {
        "p50": run.year_end.quantile(0.5),
        "p35": run.year_end.quantile(0.35),
        "verdict": realism.TERMS[run.judgement.verdict],
        "cumulative": [float(value) for value in path],
        "booked": sum(month in run.year_end.booked_months.index for month in path.index),
    }
    if run.targets.requirement is not None:
        found["requirement"] = run.targets.requirement
        found["chance"] = run.year_end.p_reach(run.targets.requirement)
    return found


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Write JSON by way of a temporary file, so that a reader never sees half of it."""
    waiting = file.with_name(file.name + ".new")
    waiting.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    waiting.replace(file)


def _git_commit() -> str:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()

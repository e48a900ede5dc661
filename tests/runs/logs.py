"""Small forecast logs for the tests: two rows, put in place as a run does."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib.runs.forecast_log import appending, check_log

ROWS = pd.DataFrame(
    {
        "model_id": ["reported", "model_before_measures"],
        "location": "lillevik",
        "origin_date": "2025-06-30",
        "horizon": 6,
        "target": "year_end_result",
        "target_end": "2025-12-31",
        "output_type": ["point", "quantile"],
        "output_type_id": [np.nan, 0.35],
        "value": [-12.0, -1 / 3],
        "basis": "result",
        "requirement": 5.0,
        "unit": "MNOK",
    }
)


def publish(folder: Path, run_id: str, *, trust: str = "lillevik", period: str = "2025-06") -> None:
    """Put a report in place, as far as the log looks at it."""
    place = folder.parent / trust / period
    place.mkdir(parents=True, exist_ok=True)
    (place / "manifest.json").write_text(json.dumps({"run_id": run_id}), encoding="utf-8")


def append(folder: Path, run_id: str, *, trust: str = "lillevik", rows=ROWS) -> None:
    told = {"trust": trust, "period": "2025-06", "made": "2025-07-09 08:00"}
    with appending(folder, rows, run_id=run_id, **told):
        publish(folder, run_id, trust=trust)


def named(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("[0-9]*.parquet"))


def faults(folder: Path) -> set[tuple[str, str]]:
    return {(fault.rule.removeprefix("log_"), fault.file) for fault in check_log(folder)}

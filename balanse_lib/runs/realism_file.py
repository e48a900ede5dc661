"""Reported year-end forecasts from a file, judged against a monthly series from another."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from balanse_lib import realism
from balanse_lib.errors import Failure, InputError
from balanse_lib.runs.series_file import read_table, write_table


def judge_file(
    actuals: Path,
    reported: Path,
    *,
    fiscal_year_start: int,
    out: Path,
    rng: np.random.Generator,
    language: str = "en",
) -> pd.DataFrame:
    """Judge the forecasts in `reported` by the months in `actuals`, and write a row for each.

    Files are CSV, Parquet or xlsx (first sheet). Gives what was written; nothing is written when
    the input is wrong, and everything that is wrong in both files is listed at once.
    """
    tables = _read_both(actuals, reported)
    try:
        judged = realism.judge_series(
            *tables, fiscal_year_start=fiscal_year_start, rng=rng, language=language
        )
    except InputError as error:
        files = {"actuals": str(actuals), "reported": str(reported)}
        named = [replace(one, file=files.get(one.file, one.file)) for one in error.failures]
        raise InputError(named) from None
    write_table(judged, out)
    return judged


def _read_both(*sources: Path) -> list[pd.DataFrame]:
    tables: list[pd.DataFrame] = []
    failures: list[Failure] = []
    for source in sources:
        try:
            tables.append(read_table(source))
        except InputError as error:
            failures += error.failures
    if failures:
        raise InputError(failures)
    return tables

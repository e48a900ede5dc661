"""`balanse realism`: two files in, a verdict per forecast out, nothing written when wrong."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from balanse_lib import realism
from balanse_lib.cli import app
from balanse_lib.errors import InputError
from balanse_lib.periods import month_range
from balanse_lib.runs import judge_file


@pytest.fixture
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    months = month_range("2000-01", "2003-12")
    actuals = pd.DataFrame({"month": months, "result": rng.normal(size=48).round(3)})
    columns = ["fiscal_year", "through_month", "reported_forecast"]
    return actuals, pd.DataFrame([(2003, 6, 1.5), (2003, 12, 2.0)], columns=columns)


def write(frame: pd.DataFrame, path: Path) -> Path:
    writers = {".csv": frame.to_csv, ".xlsx": frame.to_excel, ".parquet": frame.to_parquet}
    writers[path.suffix](path, index=False)
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_the_file_holds_what_python_gives(
    tmp_path: Path, tables: tuple[pd.DataFrame, pd.DataFrame], kind: str
) -> None:
    sources = [
        write(table, tmp_path / f"{name}.{kind}") for table, name in zip(tables, "ab", strict=True)
    ]
    out = tmp_path / "out.csv"
    judge_file(*sources, fiscal_year_start=1, out=out, rng=np.random.default_rng(3))
    expected = realism.judge_series(*tables, rng=np.random.default_rng(3))
    found = pd.read_csv(out, keep_default_na=False, na_values=[""])
    texts = ["flags", "reason"]
    found[texts] = found[texts].fillna("")
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_what_is_wrong_in_both_files_is_named_by_file_and_nothing_is_written(
    tmp_path: Path, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    actuals, reported = tables
    first = write(
        actuals.astype({"result": object}).replace({"result": {actuals["result"][2]: "x"}}),
        tmp_path / "a.csv",
    )
    second = write(reported.drop(columns="through_month"), tmp_path / "b.csv")
    out = tmp_path / "out.csv"
    with pytest.raises(InputError) as error:
        judge_file(first, second, fiscal_year_start=1, out=out, rng=np.random.default_rng(3))
    found = {(f.file, f.rule, f.row) for f in error.value.failures}
    assert found == {(str(first), "not_a_number", 4), (str(second), "missing_column", 1)}
    assert not out.exists()


def test_both_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(InputError) as error:
        judge_file(
            tmp_path / "a.csv",
            tmp_path / "b.xlsx",
            fiscal_year_start=1,
            out=tmp_path / "o.csv",
            rng=np.random.default_rng(3),
        )
    assert [f.rule for f in error.value.failures] == ["missing_file", "unreadable_file"]


def test_the_command_counts_the_verdicts_and_gives_the_reason_in_the_readers_language(
    tmp_path: Path, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    first, second = (
        str(write(table, tmp_path / f"{name}.csv"))
        for table, name in zip(tables, "ab", strict=True)
    )
    out = tmp_path / "out.csv"
    options = ["--fiscal-year-start", "1", "--out", str(out), "--language", "nn"]
    done = CliRunner().invoke(app, ["realism", first, second, *options])
    assert done.exit_code == 0, done.output
    assert "2 reported forecasts judged" in done.output
    assert "Ikkje vurderbar 1" in done.output
    written = pd.read_csv(out)
    assert written.loc[1, "reason"].startswith("månad 12 i rekneskapsåret")
    assert written.loc[0, "verdict"] != "Ikkje vurderbar"


def test_the_answer_goes_to_a_new_folder_but_not_over_one(
    tmp_path: Path, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    sources = [
        write(table, tmp_path / f"{name}.csv") for table, name in zip(tables, "ab", strict=True)
    ]
    options = {"fiscal_year_start": 1, "rng": np.random.default_rng(3)}
    judge_file(*sources, out=tmp_path / "new" / "out.csv", **options)
    assert len(pd.read_csv(tmp_path / "new" / "out.csv")) == 2
    with pytest.raises(InputError) as error:
        judge_file(*sources, out=tmp_path / "new", **options)
    assert [f.rule for f in error.value.failures] == ["is_a_folder"]

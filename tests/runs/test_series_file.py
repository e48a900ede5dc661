"""`balanse forecast`: own series in, quantiles out, nothing written when something is wrong."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from balanse_lib import forecast
from balanse_lib.cli import app
from balanse_lib.errors import InputError
from balanse_lib.periods import month_range
from balanse_lib.runs import forecast_file
from balanse_lib.runs.series_file import read_table

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture
def series() -> pd.DataFrame:
    months = month_range("2020-01", "2024-12")
    season = np.tile(np.arange(12.0), 5)
    rows = {"calm": 100 + season, "growing": 100 + season + np.arange(60)}
    return pd.concat(
        [
            pd.DataFrame({"series_id": name, "month": months, "value": values})
            for name, values in rows.items()
        ]
        + [pd.DataFrame({"series_id": ["short"], "month": ["2024-12"], "value": [1.0]})]
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_file_holds_what_python_gives(tmp_path: Path, series: pd.DataFrame, kind: str) -> None:
    source, out = tmp_path / f"in.{kind}", tmp_path / f"out.{kind}"
    series.to_csv(source, index=False) if kind == "csv" else series.to_parquet(source)
    rng = np.random.default_rng(1)
    refused = forecast_file(source, horizon=6, out=out, rng=rng, levels=LEVELS)
    assert refused["series_id"].tolist() == ["short"]
    found = pd.read_csv(out) if kind == "csv" else pd.read_parquet(out)
    same = forecast.forecast_series(series, horizon=6, rng=np.random.default_rng(1))
    totals = found[found["month"] == "total"].drop(columns="month")
    expected = same.total_quantiles(LEVELS)
    assert totals["value"].to_numpy() == pytest.approx(expected["value"].to_numpy())
    months = found[(found["month"] != "total") & (found["level"] == 0.5)]
    assert months[months["series_id"] == "calm"]["value"].to_numpy() == pytest.approx(
        100 + np.arange(6.0), abs=0.5
    )
    assert months["month"].unique().tolist() == month_range("2025-01", "2025-06")


def test_a_word_among_the_values_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("series_id,month,value\na,2024-01,1\na,2024-02,many\n", encoding="utf-8")
    out.write_text("kept", encoding="utf-8")
    with pytest.raises(InputError) as error:
        forecast_file(source, horizon=6, out=out, rng=np.random.default_rng(1), levels=LEVELS)
    assert [(f.rule, f.row, f.value) for f in error.value.failures] == [("not_a_number", 3, "many")]
    assert out.read_text(encoding="utf-8") == "kept"


def test_all_wrong_cells_are_named_at_once(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(
        "series_id,month,value\na,2024-01,1\na,2024-13,2\na,2024-03,many\na,,4\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as error:
        forecast_file(
            source, horizon=3, out=tmp_path / "o.csv", rng=np.random.default_rng(1), levels=LEVELS
        )
    assert {(f.rule, f.row, f.value) for f in error.value.failures} == {
        ("not_a_number", 4, "many"), ("not_a_month", 3, "2024-13"),
    }  # fmt: skip


def test_a_file_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_table(tmp_path / "seris.csv")
    assert [(f.rule, f.allowed) for f in error.value.failures] == [("missing_file", "series.csv")]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("in.csv", "series,month,value\na,2024-01,1\n", "missing_column"),
        ("in.csv", "", "unreadable_file"),
        ("in.txt", "a", "unknown_file_type"),
        ("in.csv", "series_id,month,value\na,yesterday,1\nb,2024-01,1\n", "not_a_month"),
        ("in.csv", "series_id,month,value\n,2024-02,1\nb,2024-01,1\n", "wrong_type"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, name: str, content: str, rule: str) -> None:
    source = tmp_path / name
    source.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        forecast_file(
            source, horizon=3, out=tmp_path / "o.csv", rng=np.random.default_rng(1), levels=LEVELS
        )
    assert error.value.failures[0].rule == rule


def test_the_command_says_what_it_wrote_and_what_it_left_out(
    tmp_path: Path, series: pd.DataFrame
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    series.to_csv(source, index=False)
    done = CliRunner().invoke(app, ["forecast", str(source), "--horizon", "3", "--out", str(out)])
    assert done.exit_code == 0
    assert "not forecast: short" in done.output
    assert out.is_file()

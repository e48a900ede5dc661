"""Decision basis, own indicators and ready-made values through the ordinary reader."""

from pathlib import Path

import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.errors import InputError
from balanse_lib.indicators import indicators_of
from balanse_lib.ledger import Ledger, hash_assumption, read_ledger

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT.parent / "shared" / "data" / "published" / "trust_indicators.csv"
HEAD = 'trust: t\nname: T\nregion: r\ncountry: "NO"\ncurrency: NOK\nsources:\n'
BASIS = {"number": "1", "text": "x", "line": "", "amount": "-2", "source": "sak 3",
         "approved": "2025-02-01"}  # fmt: skip


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> str:
    pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
    return f'  {name}: {{path: {name}.csv, decimal: "."}}\n'


def read(folder: Path, sources: str) -> Ledger:
    accounts = [{"unit": "t", "account": "5000", "period": "2025-01", "amount": "-1"}]
    told = HEAD + write(folder, "ledger_month", accounts) + sources
    (folder / "t.yml").write_text(told, encoding="utf-8")
    return read_ledger(params.read_trust("t", folder=folder), folder=folder)


def hashed(**changed: str) -> dict[str, str]:
    content = pd.Series({**BASIS, "line": None, "amount": -2.0})
    return BASIS | {"sha256": hash_assumption(content)} | changed


def test_an_approved_assumption_is_read_as_it_was_approved(tmp_path: Path) -> None:
    basis = read(tmp_path, write(tmp_path, "assumption", [hashed()])).assumption
    assert basis["number"].tolist() == ["1"]
    assert basis["amount"].tolist() == [-2.0]


@pytest.mark.parametrize("change", [{"amount": "-3"}, {"text": "y"}, {"approved": "2025-02-02"}])
def test_what_was_changed_after_approval_stops_the_run(
    tmp_path: Path, change: dict[str, str]
) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, write(tmp_path, "assumption", [hashed(**change)]))
    (failure,) = refused.value.failures
    assert (failure.rule, failure.row, failure.column) == ("basis_changed", 2, "sha256")
    assert "1" in refused.value.describe("nn")


def test_a_status_may_change_without_a_new_approval(tmp_path: Path) -> None:
    row = hashed(status="broken", focus="ja")
    assert read(tmp_path, write(tmp_path, "assumption", [row])).assumption["status"].tolist() == [
        "broken"
    ]


def own(**changed: str) -> dict[str, str]:
    return {"indicator": "rating", "name": "Rating", "numerator": "value:rating",
            "measured_in": "points", "direction": "higher", "kind": "ratio", "source": "s",
            "assumptions": "1"} | changed  # fmt: skip


@pytest.mark.parametrize(("named", "value"), [("2", "2"), ("1; 7", "7")])
def test_an_own_indicator_must_be_linked_to_the_basis(
    tmp_path: Path, named: str, value: str
) -> None:
    basis = write(tmp_path, "assumption", [BASIS])
    assert len(read(tmp_path, basis + write(tmp_path, "indicator_def", [own()])).indicator_def) == 1
    with pytest.raises(InputError) as refused:
        read(tmp_path, basis + write(tmp_path, "indicator_def", [own(assumptions=named)]))
    (failure,) = refused.value.failures
    assert (failure.rule, failure.value, failure.allowed) == ("not_linked", value, "1")


@pytest.mark.parametrize(
    ("column", "formula", "value", "near"),
    [
        ("numerator", "-acount:674", "acount:674", "account:…"),
        ("numerator", "staffing:piad", "staffing:piad", "staffing:paid"),
        ("denominator", "ledger:pay_cost + ledger:pay", "ledger:pay", "ledger:pay_cost"),
    ],
)
def test_a_part_that_no_table_has_is_named_with_what_there_is(
    tmp_path: Path, column: str, formula: str, value: str, near: str
) -> None:
    basis = write(tmp_path, "assumption", [BASIS])
    with pytest.raises(InputError) as refused:
        read(tmp_path, basis + write(tmp_path, "indicator_def", [own(**{column: formula})]))
    (failure,) = refused.value.failures
    assert (failure.rule, failure.row, failure.column) == ("no_part", 2, column)
    assert failure.value == value
    assert near in failure.allowed


def test_own_indicators_are_a_list_of_the_shape_of_the_packaged_ones(tmp_path: Path) -> None:
    """In YAML, as the package writes its own: names in a list, months with a first and a last."""
    text = """
- indicator: rating
  name: Rating
  numerator: value:rating
  measured_in: points
  direction: higher
  kind: ratio
  target: 75
  target_from: 2024-01
  target_to: 2025-12
  measures: [organisation, ICT]
  system: survey
  source: s
  assumptions: ["1"]
"""
    basis = write(tmp_path, "assumption", [BASIS])
    source = "  indicator_def: {path: own.yml}\n"
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    row = indicators_of(read(tmp_path, basis + source)).iloc[-1]
    assert (row["target"], row["target_from"], row["target_to"]) == (75.0, "2024-01", "2025-12")
    assert (row["measures"], row["system"], row["times"]) == ("organisation, ICT", "survey", 1.0)
    (tmp_path / "own.yml").write_text(text.replace("higher", "up"), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read(tmp_path, basis + source)
    (failure,) = refused.value.failures
    assert (failure.rule, failure.column, failure.value) == ("not_allowed", "direction", "up")


def test_a_month_may_stand_in_two_columns(tmp_path: Path) -> None:
    rows = [{"unit": "t", "indicator": "a", "year": "2015", "month": "4", "period_kind": "month",
             "value": "6.0"}]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "values.csv", index=False)
    source = "  indicator_value: {path: values.csv, columns: {period: month + year}}\n"
    assert read(tmp_path, source).indicator_value["period"].tolist() == ["2015-04"]
    with pytest.raises(InputError) as refused:
        read(tmp_path, source.replace("month + year", "month + aar"))
    assert refused.value.failures[0].rule == "missing_column"


@pytest.mark.skipif(
    not PUBLISHED.is_file(), reason="the published figures are not beside the project"
)
def test_published_indicators_load_with_odd_months_and_doubts(tmp_path: Path) -> None:
    raw = pd.read_csv(PUBLISHED)
    source = (
        f'  indicator_value: {{path: {PUBLISHED}, decimal: ".", constants: {{trust: t}}, '
        "columns: {unit: trust, period: month + year, measured_in: unit, source: source_url}}\n"
    )
    keys = ["trust", "indicator", "year", "month", "period_kind"]
    twice = raw.duplicated(keys).sum()
    if twice or raw["month"].isna().any():
        with pytest.raises(InputError) as refused:
            read(tmp_path, source)
        assert {found.rule for found in refused.value.failures} <= {"duplicate_key", "empty_cell"}
        clean = raw.dropna(subset=["month"]).drop_duplicates(keys).astype({"month": "int64"})
        clean.to_csv(tmp_path / "clean.csv", index=False)
        source, raw = source.replace(str(PUBLISHED), "clean.csv"), clean
    values = read(tmp_path, source).indicator_value
    assert len(values) == len(raw)
    assert values["value"].isna().sum() == raw["value"].isna().sum()  # missing is not zero
    assert values["doubt"].notna().sum() == raw["doubt"].notna().sum()
    assert {"month", "ytd"} <= set(values["period_kind"])

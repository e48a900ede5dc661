"""The catalogue of indicators: what a row may hold, and mistakes that are named."""

import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.errors import InputError
from balanse_lib.ledger import split_names
from balanse_lib.ledger.measure_columns import MEASURE_CLASSES
from balanse_lib.ledger.tables import TABLES, schema

ROW = """
- indicator: letters
  numerator: activity:letters_1_day
  denominator: activity:letters_due
  times: 100
  measured_in: pct
  direction: higher
  kind: share
  target: 70
  target_from: "2024-01"
  target_to: "2025-12"
  minimum: 5
  line: other_income
  measures: [organisation, ICT]
  requirements: [26]
  system: patient record
  source: mandate
"""


def test_a_row_is_read_with_all_that_it_may_tell() -> None:
    row = params.read_catalogue(ROW, file="x.yml").iloc[0]
    assert (row["target"], row["target_from"], row["target_to"]) == (70.0, "2024-01", "2025-12")
    assert (row["times"], row["minimum"]) == (100.0, 5.0)
    assert row["measures"] == "organisation; ICT"
    assert (row["accumulate"], row["season"], row["worth"]) == ("no", "no", "")  # not written


@pytest.mark.parametrize(
    ("old", "new", "rule", "column"),
    [
        ("kind: share", "kind: part", "wrong_type", "kind"),
        ("direction: higher", "", "missing_key", "direction"),
        ("minimum: 5", "minimun: 5", "unknown_key", "minimun"),
        ('target_to: "2025-12"', "target_to: soon", "wrong_type", "target_to"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, rule: str, column: str) -> None:
    with pytest.raises(InputError) as refused:
        params.read_catalogue(ROW.replace(old, new), file="x.yml")
    (failure,) = refused.value.failures
    assert (failure.rule, failure.row, failure.column) == (rule, 1, column)
    if rule == "unknown_key":
        assert failure.allowed == "minimum"


def test_a_name_stands_once_and_a_file_is_a_list() -> None:
    with pytest.raises(InputError) as refused:
        params.read_catalogue(ROW + ROW, file="x.yml")
    assert [(f.rule, f.row, f.value) for f in refused.value.failures] == [
        ("duplicate_key", 2, "letters")
    ]
    with pytest.raises(InputError, match=r"x\.yml"):
        params.read_catalogue("letters: 1", file="x.yml")


def test_a_key_that_stands_twice_is_no_catalogue() -> None:
    """The last one would win unseen: a share would become a count."""
    with pytest.raises(InputError) as refused:
        params.read_catalogue(ROW.rstrip() + "\n  kind: volume\n", file="x.yml")
    (failure,) = refused.value.failures
    assert (failure.rule, failure.file) == ("bad_yaml", "x.yml")
    assert "kind" in str(failure.value)


def test_the_packaged_rows_have_the_shape_of_a_trusts_own() -> None:
    """Whatever may stand in a trust's list may stand in the packaged one, by the same rules."""
    packaged, table = params.indicator_catalogue(), TABLES["indicator_def"]
    assert set(table.columns) - {"name", "assumptions"} <= set(packaged.columns)
    as_own = packaged.assign(name="x", assumptions="1")[list(table.columns)]
    as_own = as_own[as_own["numerator"] != ""]  # an own one is always made of something
    texts = as_own.columns.difference(["times", "target", "minimum"])
    as_own[texts] = as_own[texts].mask(as_own[texts] == "")
    schema(table).validate(as_own.astype(dict(schema_types(as_own))))
    classes = {name for cell in packaged["measures"] for name in split_names(cell)}
    assert classes <= set(MEASURE_CLASSES)


def schema_types(frame: pd.DataFrame) -> dict[str, str]:
    numbers = ("times", "target", "minimum")
    return {name: "float64" if name in numbers else "str" for name in frame.columns}


def test_the_packaged_table_cannot_be_changed_by_who_reads_it() -> None:
    table = params.indicator_catalogue()
    table["kind"] = "x"
    assert "x" not in set(params.indicator_catalogue()["kind"])

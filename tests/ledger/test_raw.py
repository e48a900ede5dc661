"""Files in, cells out: as they stand, with the row number a person sees."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from balanse_lib.errors import InputError
from balanse_lib.ledger.raw import decimal_mark, read_raw
from balanse_lib.params import Source


def source(**told: object) -> Source:
    return Source.model_validate({"path": "x", **told})


def write(folder: Path, content: str | bytes, *, name: str = "a.csv") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_the_separator_is_read_off_the_first_line(tmp_path: Path, separator: str) -> None:
    file = write(tmp_path, separator.join("abc") + "\n" + separator.join("123") + "\n")
    raw = read_raw(file, source=source())
    assert raw.to_dict("index") == {2: {"a": "1", "b": "2", "c": "3"}}


@pytest.mark.parametrize(
    ("header", "told", "mark"),
    [
        ("a;b", {}, ","),
        ("a\tb", {}, ","),
        ("a,b", {}, "."),
        ("a;b", {"decimal": "."}, "."),
        ("a,b;c,d;e", {"separator": ","}, "."),
    ],
)
def test_decimal_mark(tmp_path: Path, header: str, told: dict[str, str], mark: str) -> None:
    assert decimal_mark(write(tmp_path, header + "\n"), source=source(**told)) == mark


def test_decimal_mark_of_typed_files_is_a_point(tmp_path: Path) -> None:
    assert decimal_mark(tmp_path / "a.parquet", source=source()) == "."


ENCODINGS = ["utf-8", "utf8", "UTF_8", "utf-8-sig", "cp1252", "iso-8859-1", "utf-16", "utf-16-le"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_fields_own_letters_come_through(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, "Beløp;Åtgärd\n1;innleige på vakt\n".encode(encoding))
    raw = read_raw(file, source=source(encoding=encoding))
    assert raw.to_dict("index") == {2: {"Beløp": "1", "Åtgärd": "innleige på vakt"}}


@pytest.mark.parametrize("declared", ["utf-8", "utf8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path, declared: str) -> None:
    file = write(tmp_path, "a;b\n1;2\n".encode("utf-8-sig"))
    assert list(read_raw(file, source=source(encoding=declared)).columns) == ["a", "b"]


def test_plain_letters_fit_every_one_byte_encoding(tmp_path: Path) -> None:
    file = write(tmp_path, "a;b\n1;2\n")
    assert len(read_raw(file, source=source(encoding="cp1252"))) == 1


def test_rows_are_counted_as_in_the_file(tmp_path: Path) -> None:
    text = 'a;b\r\n1;2\r\n\r\n;\r\n3;"two\r\nlines"\r\n5;"with ""marks"" ; in it"\r\n'
    raw = read_raw(write(tmp_path, text), source=source())
    assert raw.index.tolist() == [2, 5, 7]
    assert raw["b"].tolist() == ["2", "two\r\nlines", 'with "marks" ; in it']


def test_blank_cells_are_empty_and_blanks_around_text_are_off(tmp_path: Path) -> None:
    raw = read_raw(write(tmp_path, " a ;b\n x ;  \n"), source=source())
    assert raw.loc[2, "a"] == "x"
    assert raw.loc[2, "b"] is None


def test_an_unclosed_mark_does_not_swallow_the_rows_after_it(tmp_path: Path) -> None:
    file = write(tmp_path, 'a;b\n1;"open\n2;x\n3;y\n')
    with pytest.raises(InputError) as caught:
        read_raw(file, source=source())
    (found,) = caught.value.failures
    assert (found.rule, found.row) == ("broken_quotes", 2)


def test_every_ragged_row_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "a;b\n1\n1;2\n1;2;3\n")
    with pytest.raises(InputError) as caught:
        read_raw(file, source=source())
    assert [(f.row, f.value, f.allowed) for f in caught.value.failures] == [
        (2, "1", "2"),
        (4, "3", "2"),
    ]


def test_a_workbook_keeps_types_and_row_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, " x "], [None, None], [True, 2.5]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    raw = read_raw(tmp_path / "a.xlsx", source=source())
    assert raw.index.tolist() == [2, 4]
    assert raw.loc[2].tolist() == [1, "x"]
    assert raw.loc[4, "a"] is True


def test_a_streamed_workbook_with_a_cell_beyond_the_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for row in (["a", "b"], [1], [2, 3, "note"]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    raw = read_raw(tmp_path / "a.xlsx", source=source())
    assert raw[["a", "b"]].to_dict("index") == {2: {"a": 1, "b": None}, 3: {"a": 2, "b": 3}}


def test_a_workbook_column_twice(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "a "])
    book.active.append([1, 2, 3])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError) as caught:
        read_raw(tmp_path / "a.xlsx", source=source())
    (found,) = caught.value.failures
    assert (found.rule, found.row, found.column) == ("column_twice", 1, "a")


def test_an_index_in_parquet_is_a_column_like_the_others(tmp_path: Path) -> None:
    frame = pd.DataFrame({"period": ["2025-01", "2025-02"], "amount": [1.0, 2.0]})
    frame.set_index("period").to_parquet(tmp_path / "a.parquet")
    raw = read_raw(tmp_path / "a.parquet", source=source())
    assert raw.index.tolist() == [2, 3]
    assert raw["period"].tolist() == ["2025-01", "2025-02"]


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "year=2024"
    folder.mkdir()
    pd.DataFrame({"a": [1]}).to_parquet(folder / "a.parquet")
    assert list(read_raw(folder / "a.parquet", source=source()).columns) == ["a"]

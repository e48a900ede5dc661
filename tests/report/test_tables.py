import re

import pandas as pd
import pytest

from balanse_lib import report
from balanse_lib.report import Reader, Table


def test_caption_scopes_and_escaping():
    frame = pd.DataFrame({"unit": ["<script>alert(1)</script>"], "amount": [-1234.56]})
    reader = Reader("nb", "NOK")
    html = Table(
        "t", frame, "A & B", {"unit": "Unit", "amount": "Sum"}, reader, {"amount": "amount"}
    )._repr_html_()
    assert "<caption>A &amp; B</caption>" in html
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 1
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "−1\u00a0235" in html


def test_a_missing_figure_is_a_dash_not_a_nought():
    frame = pd.DataFrame({"a": ["x"], "b": [float("nan")]})
    html = Table(
        "t", frame, "c", {"a": "A", "b": "B"}, Reader("en", "NOK"), {"b": "amount"}
    )._repr_html_()
    assert "<td>–</td>" in html


def test_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError, match="no such kind"):
        Reader("en", "NOK").write(1.0, "colour")


def test_control_totals_are_the_ledgers_sums(run):
    table = report.control_totals(run.ledger, reader=run.reader)
    rows = run.ledger.ledger_month
    in_2024 = rows[rows["period"].str.startswith("2024")]["amount"].sum()
    result = table.frame.set_index("line").loc["result", "2024"]
    assert result == pytest.approx(in_2024)


def test_lines_add_up_to_the_deviation_of_the_result(run):
    table = report.lines_table(run.year_end, book=run.ledger, reader=run.reader)
    assert table.frame["budget"].sum() == pytest.approx(run.targets.budget)
    assert table.frame["booked"].sum() == pytest.approx(run.year_end.booked.sum())


def test_rules_are_set_against_the_model(run):
    table = report.rules_table(
        run.rules, year_end=run.year_end, others=run.others_record, reader=run.reader
    )
    frame = table.frame
    assert frame["mae"].notna().all()
    assert frame["from_model"].iloc[0] == 0.0
    assert frame["result"].iloc[0] == pytest.approx(run.year_end.quantile(0.5))


def test_months_to_come_are_not_gaps(run):
    html = report.gap_map(run.ledger, reader=run.reader)._repr_html_()
    last_row = re.findall(r"<tr>.*?</tr>", html)[-1]
    assert last_row.count("<td>–</td>") == 4  # October to December and period 13

"""Pay without a signed list is told beside the data and marked in the forecast of the lines."""

from dataclasses import replace

import pandas as pd
import pytest

from balanse_lib import report


def test_unsigned_lists_are_named_with_their_pay(run):
    table = report.unsigned_table(run.ledger, period=run.period, reader=run.reader)
    rows = run.ledger.ledger_month
    pay = rows[(rows["line"] == "pay_cost") & (rows["period"].str[:4] == "2025")]
    late = pay[(pay["unit"] == "havdal-fel") & pay["period"].isin(["2025-08", "2025-09"])]
    assert table.frame[["unit", "period"]].to_numpy().tolist() == [
        ["havdal-fel", "2025-08"], ["havdal-fel", "2025-09"],
    ]  # fmt: skip
    assert table.frame["pay"].sum() == pytest.approx(late["amount"].sum())
    (found,) = report.unsigned_findings(run.ledger, period=run.period)
    share = late["amount"].sum() / pay["amount"].sum()
    assert found.values["share"] == pytest.approx(share)
    assert (found.values["lists"], found.values["first"]) == (2.0, "2025-08")
    assert run.ledger.name_of("havdal-fel") in found.sentence(run.reader)
    assert found in run.findings("10_data_basis")

    lines = report.lines_table(run.year_end, book=run.ledger, reader=run.reader)
    marked = lines.frame.set_index("line")["unsigned"].dropna()
    assert marked.to_dict() == pytest.approx({"pay_cost": share})
    assert run.reader.say("heading.unsigned_share") in lines._repr_html_()


def test_nothing_is_marked_when_all_lists_are_signed_or_none_is_delivered(run):
    lists = run.ledger.signoff
    signed = lists.assign(signed=pd.Series("2025-10-08", index=lists.index, dtype="str"))
    for book in (replace(run.ledger, signoff=signed), replace(run.ledger, signoff=lists.iloc[:0])):
        assert report.unsigned_findings(book, period=run.period) == []
        assert report.unsigned_table(book, period=run.period, reader=run.reader).frame.empty
        lines = report.lines_table(run.year_end, book=book, reader=run.reader)
        assert "unsigned" not in lines.headings

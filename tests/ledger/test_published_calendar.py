"""The published calendar of 2024, read as it stands."""

from datetime import date
from pathlib import Path

import pytest

from balanse_lib import params
from balanse_lib.ledger import check_deadlines
from balanse_lib.ledger.delivery import read_delivery

FILE = Path(__file__).parents[3] / "shared" / "data" / "published" / "frister_2024.csv"


@pytest.mark.skipif(not FILE.is_file(), reason="the collected published figures are not here")
def test_it_reads_and_its_sundays_are_found() -> None:
    columns = {"due": "date", "source": "seed"}
    told = {"path": str(FILE), "columns": columns}
    trust = params.Trust.model_validate(
        {"trust": "t", "name": "T", "region": "r", "country": "NO", "currency": "NOK",
         "language": "en", "sources": {"ledger_month": {"path": "x.csv"}, "deadline": told},
         "thresholds": params.standard_thresholds().model_dump()}
    )  # fmt: skip
    delivery = read_delivery("deadline", trust=trust, folder=FILE.parent)
    assert not delivery.failures
    found = check_deadlines(delivery.frame, day=date(2024, 9, 30)).set_index("due")
    sundays = found.index[(found["falls_on"] == 6).fillna(False)].tolist()
    assert sundays == ["2024-06-30", "2025-01-12", "2025-02-23"]
    assert not found["weekday_wrong"].any()
    assert found.loc["2024-02", "status"] == "passed"

"""Pay that is booked without a signed pay list: how much, where, and what it makes uncertain."""

from balanse_lib import indicators
from balanse_lib.ledger import Ledger
from balanse_lib.report.findings import Finding
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def unsigned_table(book: Ledger, *, period: str, reader: Reader) -> Table:
    """Units and months of this year whose pay list is not signed, with the pay booked on them."""
    lists = indicators.unsigned_lists(book, period=period)
    frame = lists[lists != 0].rename("pay").reset_index().sort_values(["period", "unit"])
    frame["name"] = frame["unit"].map(book.name_of)
    headings = {
        "name": reader.heading("unit"),
        "period": reader.heading("month"),
        "pay": reader.unit,
    }
    kinds = {"period": "month", "pay": "amount"}
    return Table("unsigned", frame, reader.say("table.unsigned"), headings, reader, kinds)


def unsigned_findings(book: Ledger, *, period: str) -> list[Finding]:
    """How much of the year's pay is booked without a signed list; nothing when all are signed."""
    lists = indicators.unsigned_lists(book, period=period)
    left = lists[lists != 0]
    if left.empty:
        return []
    values: dict[str, float | str] = {
        "lists": float(len(left)),
        "pay": float(left.sum()),
        "share": indicators.unsigned_share(book, period=period),
        "first": str(left.index.get_level_values("period").min()),
        "unit_name": book.name_of(str(left.groupby("unit").sum().idxmin())),
    }
    cells = {"lists": "unsigned[:, pay].count", "pay": "unsigned[:, pay].sum",
             "share": "lines[pay_cost, unsigned]"}  # fmt: skip
    return [Finding("pay_unsigned", values, "watch", cells)]

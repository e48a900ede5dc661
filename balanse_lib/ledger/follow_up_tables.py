"""Canonical tables of what is followed up in the year: deviations, and hours of projects."""

from balanse_lib.ledger.columns import Column, Table, text_column

DEVIATION_KINDS = INDICATOR, LINE, MEASURE = ("indicator", "line", "measure")
ON_PAPER, NOT_RECORDED = "paper", "none"
RECORDINGS = ("system", ON_PAPER, NOT_RECORDED)
HELD, NOT_HELD = EFFECTS = ("held", "not held")

_TRUST = text_column("reporting body")
_UNIT = text_column("clinic or department; the trust's own code for the whole trust")


def _day(meaning: str) -> Column:
    return Column("date", meaning, required=False)


FOLLOW_UP_TABLES = (
    Table(
        "action",
        {
            "action_id": text_column("identifier of the deviation that is followed up"),
            "trust": _TRUST,
            "unit": _UNIT,
            "kind": text_column("what deviates", allowed=DEVIATION_KINDS),
            "about": text_column("name of the indicator, statement line or measure"),
            "seen": Column("date", "day the deviation was seen"),
            "cause": text_column("why, in plain words; empty: not known yet", required=False),
            "measure_id": text_column("measures of the register that correct it", required=False),
            "corrective": text_column("what corrects it, when no measure does", required=False),
            "decided": _day("day the correction was decided"),
            "owner": text_column("role that answers for it", required=False),
            "due": _day("day by which the effect shall show"),
            "checked": _day("day the effect was checked"),
            "effect": text_column("whether the effect held", required=False, allowed=EFFECTS),
        },
        ("action_id",),
    ),
    Table(
        "project_hours",
        {
            "trust": _TRUST,
            "unit": _UNIT,
            "project": text_column("name or number of the project"),
            "period": Column("month", "month"),
            "recording": text_column("how the staff record their hours", allowed=RECORDINGS),
            "expected": Column("number", "hours agreed for the month", at_least=0.0),
            "registered": Column(
                "number", "hours registered; empty: none are", required=False, at_least=0.0
            ),
            "claim": Column(
                "amount", "grant claimed for the hours of the month", required=False, at_least=0.0
            ),
        },
        ("trust", "unit", "project", "period", "recording"),
    ),
)

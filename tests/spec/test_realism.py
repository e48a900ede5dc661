"""The prudence rule as tables: what goes in, what verdict comes out.

A controller reviews these tables, not the code. `python tests/spec/test_realism.py` writes them to
`docs/rules/realism.md`; a test fails when that page is out of date.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from spec_tables import cases, make_page, read

from balanse_lib.realism import (
    classify,
    events_ledger,
    explain_reason,
    find_obstacle,
    is_indication,
    lower_class,
    run_rate_test,
)

if TYPE_CHECKING:
    from tests.spec.conftest import JudgeYear

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "realism.md"

CLASSES = """
| probability that the outcome is at least the reported forecast | verdict         |
|-----------------------------------------------------------------|----------------|
| 0.00                                                            | Urealistisk    |
| 0.149                                                           | Urealistisk    |
| 0.15                                                            | Optimistisk    |
| 0.349                                                           | Optimistisk    |
| 0.35                                                            | Realistisk     |
| 0.50                                                            | Realistisk     |
| 0.649                                                           | Realistisk     |
| 0.65                                                            | Forsiktig      |
| 0.90                                                            | Forsiktig      |
| 0.901                                                           | Over-forsiktig |
| 1.00                                                            | Over-forsiktig |
"""

RUN_RATE = """
| situation                                  | budget | budget to date | actual to date | one-offs in it | reported | month | measures left | realisation | needed per month | verdict     |
|--------------------------------------------|--------|----------------|----------------|----------------|----------|-------|---------------|-------------|------------------|-------------|
| 48 behind budget, forecast still high      | 60     | 40             | -8             | 0              | 30       | 8     | 30            | 0.6         | 9.5              | Urealistisk |
| the same, and a sale of 20, marked         | 60     | 40             | 12             | 20             | 30       | 8     | 30            | 0.6         | 4.5              | Realistisk  |
| the same, but the sale is not marked       | 60     | 40             | 12             | 0              | 30       | 8     | 30            | 0.6         | 4.5              | Forsiktig   |
| weak spring, flat budget                   | 0      | 0              | -16            | 0              | 0        | 8     | 0             | 0.0         | 4.0              | Urealistisk |
| weak spring, budget knows the season       | 0      | -20            | -16            | 0              | 0        | 8     | 0             | 0.0         | 4.0              | Forsiktig   |
| on budget, forecast is the budget          | 12     | 6              | 6              | 0              | 12       | 6     | 0             | 0.0         | 1.0              | Realistisk  |
| before the year: the budget itself         | 12     | 0              | 0              | 0              | 12       | 0     | 0             | 0.0         | 1.0              | Realistisk  |
| before the year: budget 60 below a promise | 0      | 0              | 0              | 0              | 60       | 0     | 0             | 0.0         | 5.0              | Urealistisk |
"""

EVENTS = """
| event        | probability | in the prudent sum | in the central sum |
|--------------|-------------|--------------------|--------------------|
| loss of 12   | 0.60        | -12                | -7.2               |
| loss of 8    | 0.50        | -4                 | -4                 |
| loss of 8    | 0.30        | -2.4               | -2.4               |
| loss of 5    | 0.05        | 0                  | -0.25              |
| gain of 6    | 0.97        | 6                  | 5.82               |
| gain of 15   | 0.94        | 0                  | 14.1               |
| gain of 15   | 0.70        | 0                  | 10.5               |
"""

OBSTACLES = """
| month | months of accounts | missing to date | record from the region | pay not reconciled | reason           |
|-------|--------------------|-----------------|------------------------|--------------------|------------------|
| 6     | 60                 | 0               | no                     | 0.00               | -                |
| 6     | 24                 | 2               | no                     | 0.10               | -                |
| 6     | 23                 | 0               | no                     | 0.00               | too_few_months   |
| 6     | 23                 | 0               | yes                    | 0.00               | -                |
| 6     | 60                 | 3               | no                     | 0.00               | months_missing   |
| 6     | 60                 | 0               | no                     | 0.11               | pay_unreconciled |
| 12    | 60                 | 0               | no                     | 0.00               | year_over        |
"""

FLAGS = """
| class by probability | flags raised | verdict        |
|----------------------|--------------|----------------|
| Forsiktig            | 0            | Forsiktig      |
| Forsiktig            | 1            | Realistisk     |
| Realistisk           | 1            | Optimistisk    |
| Realistisk           | 4            | Optimistisk    |
| Optimistisk          | 1            | Urealistisk    |
| Urealistisk          | 2            | Urealistisk    |
| Over-forsiktig       | 2            | Over-forsiktig |
"""

INDICATION = """
| month | only an indication |
|-------|--------------------|
| 1     | yes                |
| 2     | yes                |
| 3     | no                 |
| 11    | no                 |
"""

YEARS = """
| situation                                | month   | told | basis                          | reported as result | by the run rate | verdict         | reason         |
|------------------------------------------|---------|------|--------------------------------|--------------------|-----------------|-----------------|----------------|
| nothing special                          | 2025-08 | 0    | result                         | 0                  | Urealistisk     | Urealistisk     | -              |
| nothing special                          | 2025-08 | -120 | result                         | -120               | Over-forsiktig  | Over-forsiktig  | -              |
| no forecast                              | 2025-08 | -    | -                              | -                  | -               | Ikkje vurderbar | no_forecast    |
| deviation, and not said from what        | 2025-08 | 0    | deviation                      | -                  | -               | Ikkje vurderbar | no_basis       |
| deviation from the budget                | 2025-08 | -120 | deviation from the budget      | -120               | Over-forsiktig  | Over-forsiktig  | -              |
| two months missing                       | 2025-08 | 0    | result                         | 0                  | Urealistisk     | Urealistisk     | -              |
| two months missing                       | 2025-08 | -120 | result                         | -120               | Over-forsiktig  | Over-forsiktig  | -              |
| three months missing                     | 2025-08 | 0    | result                         | 0                  | Urealistisk     | Ikkje vurderbar | months_missing |
| late budget                              | 2025-08 | 0    | result                         | 0                  | Urealistisk     | Urealistisk     | -              |
| late budget                              | 2025-08 | 0    | deviation from the budget      | -                  | -               | Ikkje vurderbar | no_basis       |
| one-off of 30 in June, marked            | 2025-08 | -39  | result                         | -39                | Optimistisk     | *               | -              |
| one-off of 30 in June, not marked        | 2025-08 | -39  | result                         | -39                | Forsiktig       | *               | -              |
| requirement 0, from May -120: in April   | 2025-04 | 0    | deviation from the requirement | 0                  | Urealistisk     | Urealistisk     | -              |
| requirement 0, from May -120: in May     | 2025-05 | 0    | deviation from the requirement | -120               | Over-forsiktig  | Forsiktig       | -              |
"""

SPECIAL: dict[str, dict[str, Any]] = {
    "two months missing": {"missing": ("2025-02", "2025-03")},
    "three months missing": {"missing": ("2025-02", "2025-03", "2025-04")},
    "late budget": {"budget": False},
    "one-off of 30 in June, marked": {"sale": 30.0, "sale_marked": True},
    "one-off of 30 in June, not marked": {"sale": 30.0},
    "requirement 0, from May -120: in April": {"requirement_from_may": -120.0},
    "requirement 0, from May -120: in May": {"requirement_from_may": -120.0},
}

SECTIONS = (
    (
        "Class of a forecast",
        "The outcome is the model's year-end, moved half the way to the report; once a record has four "
        "years, by the reporter's earlier errors too.",
        CLASSES,
    ),
    (
        "The required run rate",
        "Million, + improves the result. A month swings with a standard deviation of 5 around the "
        "budget; measures realise with a standard deviation of 0.2.",
        RUN_RATE,
    ),
    ("Uncertain events", "Losses count sooner than gains in the prudent sum.", EVENTS),
    ("When there is no verdict", "A dash: there is one.", OBSTACLES),
    ("Flags", "They move a class one step towards Urealistisk, once.", FLAGS),
    ("Early in the year", "The class is printed, and marked.", INDICATION),
    (
        "Whole years",
        "A trust that has kept its budget of 0 (sd 2 a month) for five years and in 2025 runs 6 a "
        "month behind it: −48 after August, −72 at the year's end if nothing is done. Each month "
        "without accounts counts among those to come. Where the verdict is marked *, the table is "
        "about the run rate.",
        YEARS,
    ),
)


def page() -> str:
    """The rules page, made from the tables of this file."""
    reasons = sorted({row["reason"] for table in (OBSTACLES, YEARS) for row in read(table)} - {"-"})
    told = "\n".join(f"* `{reason}`: {explain_reason(reason)}" for reason in reasons)
    rules = make_page("The prudence rule", source="test_realism.py", sections=SECTIONS)
    return f"{rules}\n## Reasons\n\n{told}\n"


@pytest.mark.parametrize("row", cases(CLASSES))
def test_class(row: dict[str, str]) -> None:
    probability, verdict = row.values()
    assert classify(float(probability)) == verdict


@pytest.mark.parametrize("row", cases(RUN_RATE))
def test_run_rate(row: dict[str, str]) -> None:
    test = run_rate_test(
        budget=float(row["budget"]),
        budget_ytd=float(row["budget to date"]),
        actual_ytd=float(row["actual to date"]),
        one_offs=float(row["one-offs in it"]),
        reported=float(row["reported"]),
        month=int(row["month"]),
        measures=[(float(row["measures left"]), float(row["realisation"]), 0.2)],
        sd=5,
    )
    assert test.required_per_month == pytest.approx(float(row["needed per month"]))
    assert test.verdict == row["verdict"]


@pytest.mark.parametrize("row", cases(EVENTS))
def test_event(row: dict[str, str]) -> None:
    kind, _, amount = row["event"].split()
    signed = float(amount) * (1 if kind == "gain" else -1)
    found = events_ledger([(signed, float(row["probability"]))])
    assert found.prudent == pytest.approx(float(row["in the prudent sum"]))
    assert found.central == pytest.approx(float(row["in the central sum"]))


@pytest.mark.parametrize("row", cases(OBSTACLES))
def test_obstacle(row: dict[str, str]) -> None:
    reason = find_obstacle(
        month=int(row["month"]),
        history_months=int(row["months of accounts"]),
        months_missing=int(row["missing to date"]),
        region_prior=row["record from the region"] == "yes",
        pay_unreconciled_share=float(row["pay not reconciled"]),
    )
    assert (reason or "-") == row["reason"]


@pytest.mark.parametrize("row", cases(FLAGS))
def test_flags(row: dict[str, str]) -> None:
    states = ["raised"] * int(row["flags raised"]) + ["amber", "clear", "not checked"]
    assert lower_class(row["class by probability"], states=states) == row["verdict"]


@pytest.mark.parametrize("row", cases(INDICATION))
def test_indication(row: dict[str, str]) -> None:
    assert is_indication(int(row["month"])) is (row["only an indication"] == "yes")


@pytest.mark.parametrize("row", cases(YEARS))
def test_year(row: dict[str, str], judge_year: JudgeYear) -> None:
    told = None if row["told"] == "-" else float(row["told"])
    special = SPECIAL.get(row["situation"], {})
    found = judge_year(told, row["basis"], period=row["month"], **special)
    reported = "-" if found.reported is None else f"{found.reported:.0f}"
    by_run_rate = "-" if found.run_rate is None else found.run_rate.verdict
    assert reported == row["reported as result"]
    assert by_run_rate == row["by the run rate"]
    assert (found.reason or "-") == row["reason"]
    if row["verdict"] != "*":
        assert found.verdict == row["verdict"]


def test_a_one_off_that_nobody_marked_is_pointed_at(judge_year: JudgeYear) -> None:
    """The sale of 30 lifts June 30 above the other months, give or take their noise of 2."""
    found = judge_year(-39.0, "result", period="2025-08", sale=30.0)
    assert list(found.unusual) == ["2025-06"]
    assert found.unusual["2025-06"] == pytest.approx(30.0, abs=6.0)
    marked = judge_year(-39.0, "result", period="2025-08", sale=30.0, sale_marked=True)
    assert marked.unusual == {}


def test_every_special_year_is_in_the_table() -> None:
    assert set(SPECIAL) <= {row["situation"] for row in read(YEARS)}


def test_the_rules_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: python tests/spec/test_realism.py"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

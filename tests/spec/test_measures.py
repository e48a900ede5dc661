"""The rules of the measure register as tables: what goes in, what counts.

A controller reviews these tables, not the code. `python tests/spec/test_measures.py` writes them
to `docs/rules/measures.md`; a test fails when that page is out of date.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from spec_tables import cases, make_page, read

from balanse_lib.ledger import empty_table
from balanse_lib.measures import (
    combine_overlap,
    count_effects,
    own_history,
    phase_effect,
    realisation_rates,
    update_realisation,
)
from balanse_lib.measures.rate_record import empty_history
from balanse_lib.measures.register import ALWAYS

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "measures.md"

PHASE_IN = """
| full-year effect | first month | ramp     | ramp length | months late | this year | next year | carry-over |
|------------------|-------------|----------|-------------|-------------|-----------|-----------|------------|
| 12               | 1           | step     | 1           | 0           | 12        | 12        | 0          |
| 12               | 4           | linear   | 4           | 0           | 7.5       | 12        | 4.5        |
| 12               | 4           | linear   | 4           | 2           | 5.5       | 12        | 6.5        |
| 12               | 10          | linear   | 12          | 0           | 0.5       | 9         | 8.5        |
| 12               | 13          | step     | 1           | 0           | 0         | 12        | 12         |
| 6                | 3           | one-off  | 1           | 0           | 6         | 0         | -6         |
| 12               | -5          | step     | 1           | 0           | 12        | 12        | 0          |
"""

OVERLAP = """
| base | shares     | one by one | together | counted twice |
|------|------------|------------|----------|---------------|
| 40   | 20 %, 25 % | 18         | 16       | 2             |
| 40   | 100 %, 50 %| 60         | 40       | 20            |
| 10   | 30 %       | 3          | 3        | 0             |
"""

WORTH = """
| stage       | what is missing  | worth of the plan | no effect at all |
|-------------|------------------|-------------------|------------------|
| idea        | -                | 0.30              | 0.30             |
| planned     | -                | 0.55              | 0.15             |
| decided     | -                | 0.55              | 0.15             |
| started     | -                | 0.75              | 0.05             |
| implemented | -                | 0.85              | 0.02             |
| confirmed   | -                | 0                 | 1                |
| paused      | -                | 0                 | 1                |
| stopped     | -                | 0                 | 1                |
| decided     | owner            | 0.30              | 0.30             |
| implemented | guard_indicators | 0.30              | 0.30             |
| confirmed   | owner            | 0                 | 1                |
"""

LEARNT = """
| mean before | counts as | own cases     | mean after |
|-------------|-----------|---------------|------------|
| 0.75        | 8         | 0.9, 0.5, 0.4 | 0.7091     |
| 0.75        | 8         | -             | 0.75       |
| 0.55        | 8         | 0, 0          | 0.44       |
| 0           | 8         | -             | 0          |
"""

COUNTED = """
| two records                                        | first | second | counted | why           |
|----------------------------------------------------|-------|--------|---------|---------------|
| nothing in common                                  | 5     | 3      | 8       | -             |
| the same gain                                      | 5     | 3      | 5       | gain_id       |
| the same base account in one unit                  | 5     | 3      | 5       | base_account  |
| a base account inside the other's, unit above      | 3     | 5      | 5       | base_account  |
| the same base account in two clinics               | 5     | 3      | 8       | -             |
| the same overlap group                             | 5     | 3      | 5       | overlap_group |
| central and local, same class and base account     | 5     | 3      | 5       | central_local |
| the same gain, the first is confirmed              | 5     | 3      | 0       | gain_id       |
| second avoids a cost that never came               | 5     | 3      | 5       | avoided_cost  |
| second lowers an internal price                    | 5     | 3      | 5       | internal_price|
| the same gain, the second costs more than it gives | 5     | -3     | 2       | -             |
"""

SITUATIONS: dict[str, dict[str, list[object]]] = {
    "nothing in common": {},
    "the same gain": {"gain_id": ["G", "G"]},
    "the same base account in one unit": {"base_account": ["43", "43"], "unit": ["ort", "ort"]},
    "a base account inside the other's, unit above": {"base_account": ["4300", "43"], "unit": ["ort", "kir"]},
    "the same base account in two clinics": {"base_account": ["43", "43"]},
    "the same overlap group": {"overlap_group": ["O", "O"]},
    "central and local, same class and base account": {
        "level": ["central", "local"], "class": ["purchasing"] * 2, "base_account": ["43", "4300"],
    },
    "the same gain, the first is confirmed": {"gain_id": ["G", "G"], "stage": ["confirmed", "decided"]},
    "second avoids a cost that never came": {"kind": ["recurrent", "avoided cost"]},
    "second lowers an internal price": {"class": ["staffing", "internal price"]},
    "the same gain, the second costs more than it gives": {"gain_id": ["G", "G"]},
}  # fmt: skip

TAUGHT = """
| measure                          | started | settled | audited | error | case | worth |
| -------------------------------- | ------- | ------- | ------- | ----- | ---- | ----- |
| exactly measured                 | yes     | -       | 0.8     | 0     | 0.8  | 1     |
| contradicted, surely             | yes     | -       | -0.2    | 0.1   | -0.2 | 0.893 |
| too small to be seen             | yes     | -       | 1.4     | 0.5   | 1.4  | 0.25  |
| settled, then audited            | yes     | 0.6     | 0.9     | 0.1   | 0.6  | 1     |
| too early, so without a figure   | yes     | -       | -       | -     | -    | -     |
| never started                    | no      | 0       | -       | -     | -    | -     |
"""

SECTIONS = (
    (
        "Phase-in",
        "Million. Months count from 1 = first month of the fiscal year, 0 and below are earlier "
        "years. Carry-over is next year's effect less this year's.",
        PHASE_IN,
    ),
    ("Measures on one base", "Each takes its share of what is left.", OVERLAP),
    (
        "What a plan is worth",
        "Until finished measures say otherwise; the worth includes the chance of no effect at all. "
        "A confirmed measure is in the accounts already. What is incomplete is an idea at most.",
        WORTH,
    ),
    ("What finished measures change", "(mean · weight + Σ cases) / (weight + number).", LEARNT),
    (
        "What the effect audit teaches",
        "Every audited measure is a case for what started measures give, whatever its verdict: to "
        "learn from the confirmed ones alone would teach that measures succeed. worth = 1/12 / "
        "(1/12 + error²) of an exactly known case, 1/12 being the variance of a share that may be "
        "anything. No measure counts twice: a month's audits replace those of the month before, a "
        "settled share goes before its audit, and of several records of one gain the largest "
        "speaks for all.",
        TAUGHT,
    ),
    (
        "Every effect once",
        "Unit ort lies under kir; without a word the first record is in kir, the second in med. A "
        "negative effect always counts.",
        COUNTED,
    ),
)


def page() -> str:
    """The rules page, made from the tables of this file."""
    return make_page("The measures", source="test_measures.py", sections=SECTIONS)


def register(**columns: list[object]) -> pd.DataFrame:
    empty = empty_table("measure")
    count = len(next(iter(columns.values())))
    frame = pd.DataFrame(columns, index=range(count)).reindex(columns=empty.columns)
    return frame.astype(dict(empty.dtypes))


@pytest.mark.parametrize("row", cases(PHASE_IN))
def test_phase_in(row: dict[str, str]) -> None:
    effect = phase_effect(
        float(row["full-year effect"]),
        start_month=int(row["first month"]),
        ramp=row["ramp"],
        ramp_len=int(row["ramp length"]),
        delay=int(row["months late"]),
    )
    found = (effect.in_year, effect.next_year, effect.carry_over)
    told = tuple(float(row[name]) for name in ("this year", "next year", "carry-over"))
    assert found == pytest.approx(told)


@pytest.mark.parametrize("row", cases(OVERLAP))
def test_overlap(row: dict[str, str]) -> None:
    shares = [float(share.strip(" %")) / 100 for share in row["shares"].split(",")]
    found = combine_overlap(float(row["base"]), shares)
    assert found.naive == pytest.approx(float(row["one by one"]))
    assert found.combined == pytest.approx(float(row["together"]))
    assert found.overlap == pytest.approx(float(row["counted twice"]), abs=1e-9)


@pytest.mark.parametrize("row", cases(WORTH))
def test_worth(row: dict[str, str]) -> None:
    told: dict[str, Any] = dict.fromkeys(ALWAYS, "x")
    told |= {"measure_id": "M", "stage": row["stage"], "ramp": "step", "base_amount": -9.0,
             "full_year_effect": 1.0, "one_off_cost": 0.0, "running_cost": 0.0,
             "displaced_cost": 0.0, "budget_taken_out": True, "decision_ref": "x",
             "decision_date": "2025-01-01", "start_actual": "2025-01", "pause_from": "2025-01"}  # fmt: skip
    if row["what is missing"] != "-":
        told[row["what is missing"]] = None
    measure = register(**{name: [cell] for name, cell in told.items()})
    found = realisation_rates(measure, empty_history()).loc["M"]
    assert found["mean"] == pytest.approx(float(row["worth of the plan"]))
    assert found["p_none"] == pytest.approx(float(row["no effect at all"]))


@pytest.mark.parametrize("row", cases(LEARNT))
def test_learnt(row: dict[str, str]) -> None:
    own = [] if row["own cases"] == "-" else [float(r) for r in row["own cases"].split(",")]
    found = update_realisation(float(row["mean before"]), float(row["counts as"]), own)
    assert found.mean == pytest.approx(float(row["mean after"]), abs=1e-4)


@pytest.mark.parametrize("row", cases(COUNTED))
def test_counted(row: dict[str, str]) -> None:
    usual: dict[str, list[object]] = {
        "measure_id": ["A", "B"],
        "trust": ["t", "t"],
        "unit": ["kir", "med"],
    }
    effects = pd.Series({"A": float(row["first"]), "B": float(row["second"])})
    counted = count_effects(
        register(**(usual | SITUATIONS[row["two records"]])),
        effects=effects,
        in_budget_counts=True,
        parents={"ort": "kir"},
    )
    assert counted.gross == pytest.approx(effects.sum())
    assert counted.net == pytest.approx(float(row["counted"]))
    reasons = set(counted.by_measure["reason"]) - {"", "in_run_rate"}
    assert reasons == ({row["why"]} - {"-"})


@pytest.mark.parametrize("row", cases(TAUGHT))
def test_what_the_audit_teaches(row: dict[str, str]) -> None:
    told = register(
        measure_id=["A"],
        start_actual=["2024-01" if row["started"] == "yes" else None],
        realised=[None if row["settled"] == "-" else float(row["settled"])],
        full_year_effect=[1.0],
    )
    figures = [float("nan") if row[name] == "-" else float(row[name])
               for name in ("audited", "error")]  # fmt: skip
    audits = pd.DataFrame([["A", *figures]], columns=["measure_id", "realisation_rate", "rate_sd"])
    found = own_history(told, audits=audits)
    if row["case"] == "-":
        assert found.empty
        return
    assert found["realised"].tolist() == [float(row["case"])]
    assert found["weight"].tolist() == pytest.approx([float(row["worth"])], abs=5e-4)


def test_every_situation_is_in_the_table() -> None:
    assert set(SITUATIONS) == {row["two records"] for row in read(COUNTED)}


def test_the_rules_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: python tests/spec/test_measures.py"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

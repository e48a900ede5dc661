"""Registers of measures and risks for the tests, small enough to reckon by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd

from balanse_lib import forecast
from balanse_lib.ledger import Ledger, empty_table
from balanse_lib.measures import MeasureYear, value_measures
from balanse_lib.measures.register import ALWAYS

PERIOD = "2025-03"


def register(*rows: dict[str, object]) -> pd.DataFrame:
    """Complete measures of 12 million, a step, each on an account and in a unit of its own."""
    empty = empty_table("measure")
    told = []
    for number, row in enumerate(rows):
        base = {name: "x" for name in ALWAYS} | {
            "measure_id": f"M{number}", "title": f"Measure {number}", "trust": "helse-havdal",
            "unit": f"u{number}", "base_account": str(4000 + number), "class": "staffing",
            "kind": "recurrent", "stage": "decided", "base_amount": -100.0,
            "full_year_effect": 12.0, "start_plan": "2025-07", "ramp": "step", "one_off_cost": 0.0,
            "running_cost": 0.0, "displaced_cost": 0.0, "budget_taken_out": False,
            "decision_ref": "x", "decision_date": "2025-01-15",
        }  # fmt: skip
        told.append(base | row)
    frame = pd.DataFrame(told, index=range(len(told))).reindex(columns=empty.columns)
    return frame.astype(dict(empty.dtypes))


def value(
    year: tuple[Ledger, forecast.YearEnd],
    measures: pd.DataFrame,
    requirement: float | None = None,
    risks: pd.DataFrame | None = None,
    audits: pd.DataFrame | None = None,
) -> MeasureYear:
    book, year_end = year
    return value_measures(
        replace(book, measure=measures, risk=book.risk if risks is None else risks),
        year_end=year_end,
        requirement=requirement,
        rng=np.random.default_rng(1),
        audits=audits,
    )


def risk_register(*rows: dict[str, object]) -> pd.DataFrame:
    """Risks of −5 million that are open all year and come for certain."""
    usual = {"title": "x", "trust": "helse-havdal", "unit": "u0", "valid_from": "2025-01",
             "probability": 1.0, "amount": -5.0}  # fmt: skip
    told = [usual | {"risk_id": f"R{number}"} | row for number, row in enumerate(rows)]
    empty = empty_table("risk")
    return pd.DataFrame(told).reindex(columns=empty.columns).astype(dict(empty.dtypes))

"""Decisions during the year, and whether each says how it is paid for."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from balanse_lib.errors import Failure
from balanse_lib.ledger.tables import COST, FINANCING
from balanse_lib.measures import frame_checks

NEEDED = ("decision_id", "side", "this_year", "next_year")
OPTIONAL = ("measure_id", "next_year_marked")
WORTH = ("this_year", "next_year", "confirmed")
NO_MEASURES = pd.DataFrame(columns=list(WORTH))
TOLERANCE = 0.005  # half of the last printed digit, 0.01 million


def check_financing(
    decisions: pd.DataFrame,
    *,
    prudent: pd.DataFrame = NO_MEASURES,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Each decision's cost beside what pays for it, and whether it is financed.

    `decisions` has one row for each line of a decision: decision_id, side (cost or financing),
    this_year and next_year (million, next_year at full-year effect; a cost is negative, what pays
    for it positive); measure_id where a measure is to pay; next_year_marked (flag, on any line):
    next year's cost is known and left to its budget. `prudent` has this_year, next_year and
    confirmed (flag) by measure_id: what each measure can be counted on for, which several
    decisions share in proportion.

    status: `unfunded` (no line of financing), `short` (this year's sum is below 0),
    `next_year_open` (next year's is, and it is not marked), else `financed`; `by_unrealised`
    tells that an unconfirmed measure pays.

    >>> decisions = pd.DataFrame({"decision_id": ["D1", "D1"], "side": ["cost", "financing"],
    ...     "this_year": [-2.0, 2.0], "next_year": [-4.0, 4.0], "measure_id": [None, "T1"]})
    >>> prudent = pd.DataFrame(
    ...     {"this_year": [1.5], "next_year": [4.0], "confirmed": [False]}, index=["T1"])
    >>> check_financing(decisions, prudent=prudent)[["missing", "status"]].to_dict("records")
    [{'missing': 0.5, 'status': 'short'}]
    """
    frame = _checked(decisions, prudent)
    frame["counted_this_year"] = _counted(frame, "this_year", prudent)
    frame["counted_next_year"] = _counted(frame, "next_year", prudent)
    pays = frame["side"] == FINANCING
    by = frame["decision_id"]
    unrealised = frame["measure_id"].isin(prudent.index[~prudent["confirmed"].astype(bool)])
    table = pd.DataFrame(
        {
            "cost": frame["this_year"].where(~pays, 0.0).groupby(by).sum(),
            "financing": frame["counted_this_year"].where(pays, 0.0).groupby(by).sum(),
            "cost_next_year": frame["next_year"].where(~pays, 0.0).groupby(by).sum(),
            "financing_next_year": frame["counted_next_year"].where(pays, 0.0).groupby(by).sum(),
            "next_year_marked": frame["next_year_marked"].groupby(by).any(),
            "by_unrealised": (pays & unrealised).groupby(by).any(),
        }
    )
    table["missing"] = (-table["cost"] - table["financing"]).clip(lower=0.0)
    open_next = -table["cost_next_year"] - table["financing_next_year"] > tolerance
    table["status"] = np.select(
        [
            ~pays.groupby(by).any(),
            table["missing"] > tolerance,
            open_next & ~table["next_year_marked"],
        ],
        ["unfunded", "short", "next_year_open"],
        default="financed",
    )
    return table


def _checked(decisions: pd.DataFrame, prudent: pd.DataFrame) -> pd.DataFrame:
    frame_checks.refuse(frame_checks.missing_columns(decisions, NEEDED))
    frame_checks.refuse(frame_checks.missing_columns(prudent, WORTH))
    frame = decisions.reset_index(drop=True)
    for name in OPTIONAL:
        if name not in frame:
            frame[name] = None
    frame["next_year_marked"] = frame["next_year_marked"].astype("boolean").fillna(False)
    frame_checks.refuse(
        [
            *frame_checks.unknown(frame, "side", known=(COST, FINANCING)),
            *_wrong_signs(frame, "this_year"),
            *_wrong_signs(frame, "next_year"),
            *frame_checks.unknown(frame, "measure_id", known=set(prudent.index)),
            *frame_checks.outside(prudent, "this_year"),
            *frame_checks.outside(prudent, "next_year"),
        ]
    )
    return frame


def _wrong_signs(frame: pd.DataFrame, column: str) -> Iterator[Failure]:
    """Cells that are empty, costs above 0 and financing below it."""
    costs = frame["side"] == COST
    amounts = frame[[column]]
    yield from frame_checks.outside(amounts.where(costs, 0.0, axis=0), column, high=0.0)
    yield from frame_checks.outside(amounts.where(~costs, 0.0, axis=0), column, low=0.0)


def _counted(frame: pd.DataFrame, year: str, prudent: pd.DataFrame) -> pd.Series:
    """Amount of each line; where a measure pays, at most its part of what it is worth."""
    claims = frame.groupby("measure_id")[year].transform("sum")
    worth = frame["measure_id"].map(prudent[year]).astype(float).clip(lower=0.0)
    share = (worth / claims.where(claims > 0)).clip(upper=1.0)
    return frame[year] * share.fillna(1.0)  # a line without a measure, or of 0, stands as it is

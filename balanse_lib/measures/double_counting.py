"""Every effect once: what two records share, what budget or run rate already hold, internal prices.

Records with one `gain_id` are one gain, worth its largest record. A gain that shares base account
and unit, overlap group, or a central and a local version with a larger one counts zero until that
is resolved. This is monotone: a gain entered once more can lower the net sum and never raise it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.ledger.measure_columns import INTERNAL_PRICE
from balanse_lib.measures.conflicts import find_conflicts

_KEPT = ""
INTERNAL = "internal_price"
HELD = ("in_run_rate", "in_budget")


@dataclass(frozen=True)
class CountedEffects:
    """Effects of a register, each counted once; million, + improves the result.

    Attributes
    ----------
    by_measure : measure_id → gross, net, reason (empty: it counts) and `larger`, the record that
        it yields to.
    conflicts : measure_id, other_id, reason, effect, other_effect; `other_id` is the larger.
    """

    by_measure: pd.DataFrame
    conflicts: pd.DataFrame

    @property
    def gross(self) -> float:
        """Sum of all that the register says."""
        return float(self.by_measure["gross"].sum())

    @property
    def net(self) -> float:
        """Sum of what counts."""
        return float(self.by_measure["net"].sum())


def count_effects(
    register: pd.DataFrame,
    *,
    effects: pd.Series,
    in_budget_counts: bool,
    parents: Mapping[str, str] | None = None,
) -> CountedEffects:
    """Count every effect once.

    A gain that the run rate or the budget holds through one record is not counted by another.

    `effects` is the effect by measure_id (planned in-year, prudent …), `parents` the unit above
    each unit. `in_budget_counts` says whether effects that are taken out of the budget add to the
    base: True beside a base made from the accounts' trend, False beside one made from the budget.

    Zero, with the first reason that applies: stopped; in_run_rate (confirmed, so the accounts hold
    it); avoided_cost (never seen in the accounts); internal_price (the other unit loses it);
    in_budget; gain_id, base_account, overlap_group or central_local (a larger record has it).
    Negative effects always count.

    >>> from balanse_lib.ledger import empty_table
    >>> register = empty_table("measure").reindex(range(2)).assign(
    ...     measure_id=["A", "B"], unit="kir", gain_id="G1")
    >>> counted = count_effects(register, effects=pd.Series({"A": 5.0, "B": 3.0}),
    ...                         in_budget_counts=True)
    >>> counted.gross, counted.net, counted.by_measure.loc["B", "reason"]
    (8.0, 5.0, 'gain_id')
    """
    gross = _effects_of(register, effects)
    told = register.set_index("measure_id")
    reason = pd.Series(_reasons(told, in_budget_counts), index=gross.index).where(gross > 0, _KEPT)
    open_still = told[(reason == _KEPT) & (gross > 0)]
    held = _held_elsewhere(open_still, told[reason.isin(HELD)], gross)
    found = find_conflicts(open_still, effects=gross, parents=parents or {})
    conflicts = pd.concat([held, found], ignore_index=True) if len(held) else found
    yields = conflicts.drop_duplicates("measure_id").set_index("measure_id")
    reason = reason.mask(reason.index.isin(yields.index), yields["reason"].reindex(gross.index))
    by_measure = pd.DataFrame(
        {
            "gross": gross,
            "net": gross.where(reason == _KEPT, 0.0),
            "reason": reason,
            "larger": yields["other_id"].reindex(gross.index),
        }
    )
    return CountedEffects(by_measure, conflicts)


def _held_elsewhere(rows: pd.DataFrame, held: pd.DataFrame, effects: pd.Series) -> pd.DataFrame:
    """Records whose gain the run rate or the budget holds through another record."""
    by_gain = held["gain_id"].dropna().drop_duplicates()
    holder = pd.Series(by_gain.index, index=by_gain.to_numpy())
    found = rows[rows["gain_id"].isin(holder.index)]
    other = holder.reindex(found["gain_id"]).to_numpy()
    return pd.DataFrame(
        {
            "measure_id": found.index,
            "other_id": other,
            "reason": "gain_id",
            "effect": effects.reindex(found.index).to_numpy(),
            "other_effect": effects.reindex(other).to_numpy(),
        }
    )


def eliminate_internal(register: pd.DataFrame, *, effects: pd.Series) -> pd.DataFrame:
    """Both sides of every internal price: what one unit gains, another pays; they sum to zero.

    Columns: measure_id, unit, amount. Measures of that class without a `counter_unit` are left out
    (their other side is not known) and count zero for the trust all the same.

    >>> from balanse_lib.ledger import empty_table
    >>> register = empty_table("measure").reindex(range(1)).assign(
    ...     measure_id="A", unit="kir", counter_unit="dia")
    >>> eliminate_internal(register, effects=pd.Series({"A": 2.0})).to_numpy().tolist()
    [['A', 'kir', 2.0], ['A', 'dia', -2.0]]
    """
    both = register[register["counter_unit"].notna()]
    amount = _effects_of(both, effects).to_numpy()
    ids = both["measure_id"].to_numpy()
    sides = [("unit", amount), ("counter_unit", -amount)]
    frames = [
        pd.DataFrame({"measure_id": ids, "unit": both[name].to_numpy(), "amount": signed})
        for name, signed in sides
    ]
    return pd.concat(frames).sort_index(kind="stable").reset_index(drop=True)


def _effects_of(register: pd.DataFrame, effects: pd.Series) -> pd.Series:
    ids = pd.Index(register["measure_id"].to_numpy(), name="measure_id")
    if not ids.is_unique:
        raise ValueError("a measure_id stands twice: give each record its own name")
    found = effects.reindex(ids).astype(float)
    if found.isna().any():
        lacking = ", ".join(found.index[found.isna()][:5])
        raise ValueError(f"no effect for {lacking}: give one for each measure (missing is not 0)")
    return found


def _is_internal(register: pd.DataFrame) -> pd.Series:
    return (register["class"] == INTERNAL_PRICE).fillna(False) | register["counter_unit"].notna()


def _reasons(register: pd.DataFrame, in_budget_counts: bool) -> np.ndarray:
    """Why a record counts zero on its own, whatever the others say; empty where it counts."""
    stage, kind = register["stage"], register["kind"]
    in_budget = register["budget_taken_out"].fillna(False).astype(bool)
    tests = {
        "stopped": stage == "stopped",
        "in_run_rate": stage == "confirmed",
        "avoided_cost": (kind == "avoided cost") | (register["class"] == "avoided cost"),
        INTERNAL: _is_internal(register),
        "in_budget": in_budget & (not in_budget_counts),
    }
    masks = [test.fillna(False).to_numpy(dtype=bool) for test in tests.values()]
    return np.select(masks, list(tests), default=_KEPT)

"""A register's own history: what its settled and audited measures gave, each of them once."""

import pandas as pd

from balanse_lib.measures.audit_portfolio import realisation_evidence

STAGE = "started"  # all of them had started, so they tell of what a started measure gives


def own_history(register: pd.DataFrame, *, audits: pd.DataFrame | None = None) -> pd.DataFrame:
    """Measures whose realised share is known: columns of the register, `realised` and `weight`.

    A settled measure (`realised` filled in) is known exactly and weighs 1; an audited one weighs
    what its audit is worth of such a case (`realisation_evidence`), whatever the verdict. Each
    counts once: what is settled goes before its audit, the audits are those of this month and
    replace earlier ones, and of several records of one gain the largest speaks for all. What never
    started says nothing of how much a started measure gives.

    >>> from balanse_lib.ledger import empty_table
    >>> register = empty_table("measure").reindex(range(2)).assign(
    ...     measure_id=["T1", "T2"], start_actual="2024-01", realised=[0.5, None])
    >>> audits = pd.DataFrame({"measure_id": ["T1", "T2"], "realisation_rate": [0.9, 0.8],
    ...     "rate_sd": [0.0, 0.0]})
    >>> own_history(register, audits=audits)[["measure_id", "realised", "weight"]].values.tolist()
    [['T1', 0.5, 1.0], ['T2', 0.8, 1.0]]
    """
    settled = register["realised"].astype(float)
    found = register.assign(realised=settled, weight=settled.notna().astype(float))
    if audits is not None and len(audits):
        lessons = realisation_evidence(audits).set_index("measure_id")
        told = lessons.reindex(register["measure_id"]).set_axis(register.index)
        found["realised"] = settled.fillna(told["rate"])
        found["weight"] = found["weight"].mask(settled.isna(), told["weight"])
    known = found[found["realised"].notna() & found["start_actual"].notna()]
    by_size = known.sort_values("full_year_effect", key=abs, ascending=False, kind="stable")
    repeated = by_size["gain_id"].notna() & by_size["gain_id"].duplicated()
    return by_size[~repeated].sort_index().assign(stage=STAGE)


def exactly_known(history: pd.DataFrame) -> pd.DataFrame:
    """Rows whose rate is known without error: those without a weight, or with the weight 1."""
    return history[history["weight"] >= 1.0] if "weight" in history else history

"""What the spread of the year-end comes from: base, each measure, each risk."""

import numpy as np
import pandas as pd

from balanse_lib.measures.joint import JointYearEnd


def rank_uncertainty(joint: JointYearEnd) -> pd.DataFrame:
    """Expected amount, own sd and share of the year-end's variance, the largest share first.

    share = covariance with the total / variance of the total; the shares add up to 1, also with
    dependent measures, and are below 0 where something dampens. Swings between P10 and P90 are
    not used: a risk of 1 in 20 has both at 0, though it may be what matters most. `sd_part` =
    share · sd of the total: the length of the bar, million.

    >>> joint = JointYearEnd(np.array([0.0, 4.0]), ("T1",), np.array([[3.0], [3.0]]), np.zeros(2),
    ...     (), np.zeros((2, 0)), np.zeros((2, 0)))
    >>> rank_uncertainty(joint)["share"].to_dict()
    {'base': 1.0, 'T1': 0.0, 'overlap': 0.0}
    """
    names = ["base", *joint.measure_ids, *joint.risk_ids, "overlap"]
    kinds = [
        "base",
        *["measure"] * len(joint.measure_ids),
        *["risk"] * len(joint.risk_ids),
        "overlap",
    ]
    draws = np.column_stack([joint.base, joint.effects, joint.risks, joint.overlap])
    apart = joint.total - joint.total.mean()
    spread = apart @ apart
    share = apart @ draws / spread if spread > 0 else np.full(len(names), np.nan)
    table = pd.DataFrame(
        {
            "kind": kinds,
            "expected": draws.mean(axis=0),
            "sd": draws.std(axis=0),
            "share": share,
            "sd_part": share * joint.total.std(),
        },
        index=pd.Index(names, name="source"),
    )
    return table.sort_values("share", key=np.abs, ascending=False, kind="stable")

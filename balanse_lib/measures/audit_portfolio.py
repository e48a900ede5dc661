"""What the audits say together: the portfolio's realisation rate, and what it teaches."""

from dataclasses import dataclass
from math import nan, sqrt

import pandas as pd

from balanse_lib.measures.audit_verdict import NOT_DETECTABLE

RATE_SPREAD = sqrt(1 / 12)  # sd of a rate that may be anything between 0 and 1


@dataclass(frozen=True)
class PortfolioRate:
    """Realisation of all measures that are old enough to be estimated; in-year, million.

    Attributes
    ----------
    measures : how many of them there are.
    measured, planned : Σ of in-year effects and plans; rate = measured / planned.
    rate_sd : standard deviation of the rate, the measures' errors taken as independent.
    not_detectable_share : part of `planned` that no audit could have seen one by one.
    """

    measures: int
    measured: float
    planned: float
    rate: float
    rate_sd: float
    not_detectable_share: float


def portfolio_rate(audits: pd.DataFrame) -> PortfolioRate:
    """Σ measured / Σ planned over the same measures and months, from `audit_measures`.

    Measures that are not detectable one by one are counted: leaving out the small ones, or those
    that were not found, would make the rate too high.

    >>> audits = pd.DataFrame({"verdict": ["confirmed", "not_detectable", "too_early"],
    ...     "in_year_effect": [8.0, 1.0, None], "planned_in_year": [10.0, 5.0, None],
    ...     "rate_sd": [0.3, 0.8, None]})
    >>> found = portfolio_rate(audits)
    >>> found.rate, round(found.rate_sd, 4), round(found.not_detectable_share, 4)
    (0.6, 0.3333, 0.3333)
    """
    rows = audits[audits["planned_in_year"].astype(float) > 0]
    planned = rows["planned_in_year"].astype(float)
    measured = float(rows["in_year_effect"].sum())
    total = float(planned.sum())
    if not total:
        return PortfolioRate(0, 0.0, 0.0, nan, nan, nan)
    hidden = float(planned[rows["verdict"] == NOT_DETECTABLE].sum())
    error = sqrt(float(((rows["rate_sd"].astype(float) * planned) ** 2).sum()))
    return PortfolioRate(
        measures=len(rows),
        measured=measured,
        planned=total,
        rate=measured / total,
        rate_sd=error / total,
        not_detectable_share=hidden / total,
    )


def realisation_evidence(audits: pd.DataFrame, *, spread: float = RATE_SPREAD) -> pd.DataFrame:
    """Audited measures as cases for a mean rate: `measure_id`, `rate`, `weight`.

    rate = measured / planned; weight = spread² / (spread² + sd²), the part of one exactly known
    case that it is worth. The mean moves by Σ weight·(rate − mean) / (n0 + Σ weight). Rates below 0
    or above 1 stay as they are: an audit's error goes both ways, and cutting off one end would make
    the mean wrong. All measures with an estimate count, whatever their verdict: counting the
    confirmed ones only would teach that measures succeed.

    >>> audits = pd.DataFrame({"measure_id": ["a", "b"], "realisation_rate": [0.5, None],
    ...                        "rate_sd": [(1 / 12) ** 0.5, None]})
    >>> realisation_evidence(audits).round(9).to_dict("records")
    [{'measure_id': 'a', 'rate': 0.5, 'weight': 0.5}]
    """
    rows = audits[audits["realisation_rate"].notna()]
    sd = rows["rate_sd"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "measure_id": rows["measure_id"].to_list(),
            "rate": rows["realisation_rate"].to_numpy(dtype=float),
            "weight": spread**2 / (spread**2 + sd**2),
        }
    )

"""A synthetic region: fictitious hospital trusts with their truth, made from a seed.

No file, no clock, no global random state. Whoever shows it says that it is synthetic.

How the months come about: `baseline` (size, growth, season, settlement, cost pressure) + `noise`
(a slowly moving level and monthly noise, common to lines and clinics) + `measures` + `events` +
period 13, put together in `simulate`. `truth` says what happened and what could be known;
`accounting`, `register`, `companions` and `reporters` write the canonical tables. Left out: the
pandemic years, mergers, and any sudden change of pension cost.
"""

from balanse_lib.ledger.synthetic.generate import (
    SyntheticRegion,
    make_trust,
    synthetic_region,
    synthetic_trust,
    synthetic_truth,
)
from balanse_lib.ledger.synthetic.noise import Departures
from balanse_lib.ledger.synthetic.profiles import PROFILES, Clinic, TrustProfile
from balanse_lib.ledger.synthetic.published import IsfRate, isf_rate
from balanse_lib.ledger.synthetic.reporters import report_forecasts, silent_periods
from balanse_lib.ledger.synthetic.season import working_days
from balanse_lib.ledger.synthetic.truth import TrustTruth

__all__ = [
    "PROFILES",
    "Clinic",
    "Departures",
    "IsfRate",
    "SyntheticRegion",
    "TrustProfile",
    "TrustTruth",
    "isf_rate",
    "make_trust",
    "report_forecasts",
    "silent_periods",
    "synthetic_region",
    "synthetic_trust",
    "synthetic_truth",
    "working_days",
]

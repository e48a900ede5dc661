"""What the measures of this year bring into the next one."""

import numpy as np
import pandas as pd

from balanse_lib import params, periods
from balanse_lib.ledger import Ledger
from balanse_lib.measures.measure_year import MeasureYear
from balanse_lib.measures.plan import planned_effects
from balanse_lib.measures.worth import counts_at_all


def carry_over(
    ledger: Ledger, *, year: MeasureYear, thresholds: params.Thresholds | None = None
) -> pd.DataFrame:
    """What decided measures improve next year by, compared with this year.

    measure_id → this_year, next_year: planned effect of the two fiscal years; planned: next − this;
    expected: planned times the mean rate of realisation, the whole of it for a confirmed measure.
    Ideas, planned and halted measures and those that repeat another bring nothing. Million, +
    improves the result; a one-off measure has a negative carry-over.
    """
    register = ledger.measure.reset_index(drop=True)
    first = ledger.year_of(year.period)
    months = [
        month for y in (first, first + 1) for month in periods.months_of_year(y, start=ledger.start)
    ]
    effects = planned_effects(
        register, months=months, fiscal_year_start=ledger.start, thresholds=thresholds
    ).to_numpy()
    this_year, next_year = effects[:, :12].sum(axis=1), effects[:, 12:].sum(axis=1)
    table = year.plan.table
    # what the accounts or the budget hold adds nothing this year, but next year's difference does
    counts = counts_at_all(year.plan) & ~year.plan.undecided
    confirmed = (table["stage"] == "confirmed").to_numpy(dtype=bool)
    rate = np.where(confirmed, 1.0, year.plan.portfolio.mean_rate)
    planned = np.where(counts, next_year - this_year, 0.0)
    return pd.DataFrame(
        {
            "this_year": this_year,
            "next_year": next_year,
            "planned": planned,
            "expected": planned * rate,
        },
        index=table.index,
    )

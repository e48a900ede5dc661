"""How good has everybody been: the model, the rules of thumb and the candidates, side by side."""

import numpy as np
import pandas as pd

from balanse_lib import periods
from balanse_lib.forecast.calendar import Country
from balanse_lib.forecast.candidates import candidates_record
from balanse_lib.forecast.record import Record
from balanse_lib.forecast.rules import rules_record
from balanse_lib.ledger import Ledger


def others_record(ledger: Ledger, *, record: Record, country: Country | None) -> pd.DataFrame:
    """Rest of the year by every rule and candidate (columns) at the record's origins (rows).

    NaN where a method lacks its data. The origin before a year has begun is left out: rules of
    thumb have nothing to go by then.
    """
    pairs = zip(record.origins, record.left, strict=True)
    begun = [origin for origin, left in pairs if left < periods.MONTHS_IN_YEAR]
    rules = rules_record(ledger, origins=begun)
    candidates = candidates_record(ledger, origins=begun, country=country)
    return pd.concat([candidates, rules], axis=1).reindex(begun)


def method_errors(record: Record, *, others: pd.DataFrame) -> pd.DataFrame:
    """Outcome − forecast of the model and every other method (columns) at each origin (rows)."""
    model = record.table().set_index("origin")
    known = others.index.intersection(model.index)
    errors = others.loc[known].rsub(model.loc[known, "outcome"], axis=0)
    errors.insert(0, "model", model.loc[known, "error"])
    return errors


def score_methods(record: Record, *, others: pd.DataFrame) -> pd.DataFrame:
    """Each method's errors at earlier origins: `n`, `bias`, `mae`, `model_mae`, `skill`.

    error = outcome − forecast (negative: too optimistic), in million. `model_mae` is the model's
    own at the same origins and skill = 1 − model_mae / mae: above 0 where the model did better.
    """
    errors = method_errors(record, others=others)
    absolute = errors.abs()
    shared = absolute.notna().mul(absolute["model"], axis=0).where(absolute.notna())
    table = pd.DataFrame(
        {
            "n": errors.notna().sum(),
            "bias": errors.mean(),
            "mae": absolute.mean(),
            "model_mae": shared.mean(),
        }
    )
    table["skill"] = 1 - table["model_mae"] / table["mae"].where(table["mae"] > 0, np.nan)
    return table.rename_axis("method")


def score_months(record: Record, *, others: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute error by month of the year (rows) and method (columns), in million."""
    left = pd.Series(record.left, index=record.origins)
    errors = method_errors(record, others=others)
    month = periods.MONTHS_IN_YEAR - left[errors.index]
    return errors.abs().groupby(month.rename("month")).mean()


def measure_reliability(record: Record, *, levels: tuple[float, ...]) -> pd.DataFrame:
    """Share of earlier outcomes inside the central interval of each level: `level, inside, n`."""
    known = np.isfinite(record.outcome)
    outcome, draws = record.outcome[known], record.draws[known]
    rows = []
    for level in levels:
        low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=1)
        rows.append(((low <= outcome) & (outcome <= high)).mean() if len(outcome) else np.nan)
    return pd.DataFrame({"level": levels, "inside": rows, "n": int(known.sum())})

"""The measures that stand beside an indicator: those that name it, or book on its line."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.ledger import Ledger, split_names


@dataclass(frozen=True)
class Beside:
    """Begun measures with the indicators they name, their line and start."""

    trust: str
    register: pd.DataFrame

    @classmethod
    def of(cls, ledger: Ledger) -> "Beside":
        """Measures of a ledger."""
        line_of = ledger.ledger_month.drop_duplicates("account").set_index("account")["line"]
        begun = ledger.measure.dropna(subset="start_actual")
        pairs = zip(begun["indicators"], begun["guard_indicators"], strict=True)
        names = [[*split_names(first), *split_names(guard)] for first, guard in pairs]
        columns = {"names": pd.Series(names, begun.index, dtype="object")}
        named = begun.assign(**columns, line=begun["account"].map(line_of))
        return cls(ledger.trust, named.sort_values("start_actual"))

    def starts(self, row: pd.Series, *, unit: str) -> pd.DataFrame:
        """Measures on an indicator (row of the catalogue) in a unit; the trust's unit sees all."""
        register = self.register
        if unit != self.trust:
            register = register[register["unit"].isin([unit, self.trust])]
        pairs = zip(register["names"], register["line"], strict=True)
        whole = row["line"] == "" and row["worth"] == "amount"  # the whole result
        beside = [
            row.name in names or whole or (row["line"] != "" and row["line"] == line)
            for names, line in pairs
        ]
        return register[np.array(beside, dtype=bool)]

    def tell(self, row: pd.Series, *, unit: str, until: str) -> str:
        """Those begun by a month, with their start, separated by semicolons."""
        begun = self.starts(row, unit=unit)
        begun = begun[begun["start_actual"] <= until]
        return "; ".join(begun["measure_id"] + " " + begun["start_actual"])

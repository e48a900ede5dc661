"""A small good delivery: two units, 30 months, written as a Nordic finance system exports it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.errors import Failure, InputError
from balanse_lib.ledger import Ledger, read_ledger
from balanse_lib.ledger.synthetic import (
    PROFILES,
    SyntheticRegion,
    TrustTruth,
    synthetic_region,
    synthetic_truth,
)
from balanse_lib.terms import LANGUAGES

MONTHS = [f"{2023 + k // 12}-{k % 12 + 1:02d}" for k in range(30)]  # 2023-01 to 2025-06
TRUSTS = ["helse-granvik", "helse-fjellheim", "helse-havdal", "helse-storvatn"]
SEEDS = range(80)
AMOUNT, PERIOD, ACCOUNT, UNIT = 3, 2, 1, 0
UNITS = ("kirurgi", "medisin")
ACCOUNTS = {"3400": 10.5, "5000": -9.25}  # income of 10.5, pay of 9.25: the result is 1.25
TRUST_FILE = """\
trust: helse-prove
name: Helse Prøve HF
region: helse-demo
country: NO
currency: NOK
sources:
  ledger_month:
    path: ledger.csv
    columns: {unit: Eining, account: Konto, period: Periode, amount: Beløp}
  budget: {path: budget.csv}
  org: {path: org.csv, constants: {valid_from: 2020-01}}
"""


def grid(amounts: dict[str, float]) -> list[list[str]]:
    return [
        [unit, account, month, f"{amount:.2f}".replace(".", ",").replace("-", "−")]
        for month in MONTHS
        for unit in UNITS
        for account, amount in amounts.items()
    ]


@pytest.fixture
def delivery(tmp_path: Path) -> "Delivery":
    """A good delivery that is not written yet."""
    return Delivery(tmp_path)


@dataclass
class Delivery:
    """Files to be written, cell by cell, so that a test can break one of them in one way."""

    folder: Path
    yml: str = TRUST_FILE
    encoding: str = "utf-8"
    tables: dict[str, list[list[str]]] = field(
        default_factory=lambda: {
            "ledger": [["Eining", "Konto", "Periode", "Beløp"], *grid(ACCOUNTS)],
            "budget": [["unit", "account", "period", "amount"], *grid({"5000": -9.0})],
            "org": [
                ["unit", "parent", "name"],
                ["kirurgi", "helse-prove", "Kirurgisk klinikk"],
                ["medisin", "helse-prove", "Medisinsk klinikk"],
            ],
        }
    )

    def source(self, name: str) -> str:
        """The text of one file."""
        return "\n".join(";".join(row) for row in self.tables[name]) + "\n"

    def write(self) -> Path:
        """Write parameter file and tables; a file that is already there is left as it is."""
        (self.folder / "helse-prove.yml").write_text(self.yml, encoding="utf-8")
        for name in self.tables:
            file = self.folder / f"{name}.csv"
            if not file.exists():
                file.write_bytes(self.source(name).encode(self.encoding))
        return self.folder

    def read(self) -> Ledger:
        """The ledger, as a run reads it."""
        folder = self.write()
        return read_ledger(params.read_trust("helse-prove", folder=folder), folder=folder)

    def failures(self) -> tuple[Failure, ...]:
        """What a run says is wrong; every failure is explained in all four languages."""
        try:
            self.read()
        except InputError as error:
            for language in LANGUAGES:
                told = error.table(language)["explanation"]
                assert (told.str.len() > 10).all()
            return error.failures
        return ()

    def as_workbook(self, *, sheet: str = "Data") -> list[list[object]]:
        """Ledger cells typed as a workbook holds them, and the sources pointing to it."""
        self.yml = self.yml.replace("path: ledger.csv", f"path: ledger.xlsx\n    sheet: {sheet}")
        header, *rows = self.tables["ledger"]
        typed = [[u, int(a), month, to_float(amount)] for u, a, month, amount in rows]
        return [list(header), *typed]

    def as_frame(self) -> pd.DataFrame:
        """Ledger as a typed frame, and the sources pointing to a Parquet file."""
        self.yml = self.yml.replace("path: ledger.csv", "path: ledger.parquet")
        header, *rows = self.tables["ledger"]
        frame = pd.DataFrame(rows, columns=header)
        return frame.assign(Beløp=frame["Beløp"].map(to_float))


def to_float(amount: str) -> float:
    return float(amount.replace(",", ".").replace("−", "-"))


@pytest.fixture(scope="session")
def region() -> SyntheticRegion:
    return synthetic_region()


@pytest.fixture(scope="session")
def many() -> dict[str, list[TrustTruth]]:
    """Short truths of many seeds."""
    return {p.trust: [synthetic_truth(p, seed=s, years=1) for s in SEEDS] for p in PROFILES}


def cell(table: str, row: int, column: int, value: str) -> Callable[[Delivery], None]:
    """Replace one cell; `row` as in the file."""

    def put(delivery: Delivery) -> None:
        delivery.tables[table][row - 1][column] = value

    return put


def by_month(frame: pd.DataFrame, accounts: tuple[str, ...] = ("",)) -> pd.Series:
    """Sum by month of the accounts that begin with these digits."""
    chosen = frame[frame["account"].str.startswith(accounts)]
    return chosen.groupby("period")["amount"].sum()

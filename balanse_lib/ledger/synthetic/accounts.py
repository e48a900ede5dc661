"""Accounts of the synthetic trusts: size, where they are booked, how they move.

Shares of the yearly turnover are synthetic assumptions of the size a Norwegian health trust
prints; the basic grant (3400) and the pay block take what is left, so that the year ends at the
result the profile asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Split = Mapping[str, float]


def _split(**shares: float) -> Split:
    return MappingProxyType(shares)


# Part of an account in each role: medicine, surgery, mental health, pre-hospital,
# diagnostics and medical service, common functions.
_COMMON = _split(fel=1.0)
_PAY = _split(med=0.27, kir=0.26, psy=0.17, pre=0.09, dia=0.12, fel=0.09)
_POINTS = _split(med=0.46, kir=0.48, psy=0.06)
_VISITS = _split(med=0.28, kir=0.28, psy=0.14, dia=0.25, fel=0.05)
_INCOME = _split(med=0.10, kir=0.10, psy=0.10, dia=0.20, fel=0.50)
_MEDICINES = _split(med=0.60, kir=0.30, psy=0.05, dia=0.05)
_GOODS = _split(med=0.20, kir=0.45, pre=0.05, dia=0.25, fel=0.05)
_BOUGHT = _split(psy=0.20, pre=0.25, fel=0.55)
_ASSETS = _split(kir=0.15, pre=0.10, dia=0.15, fel=0.60)
_HIRE_IN = _split(med=0.35, kir=0.30, psy=0.25, pre=0.10)
_PREMISES = _split(psy=0.10, pre=0.10, fel=0.80)
_OTHER = _split(med=0.10, kir=0.10, psy=0.10, pre=0.15, dia=0.10, fel=0.45)


@dataclass(frozen=True)
class Account:
    """One account: `share` of turnover (result sign; 0 = derived), month profile, movement.

    `volatility` is the relative size of the month's noise before the trust's total is scaled;
    `activity` and `workload` load the two common factors that make lines and clinics move
    together (+ improves the result).
    """

    number: str
    split: Split
    share: float = 0.0
    profile: str = "flat"
    volatility: float = 0.0
    activity: float = 0.0
    workload: float = 0.0


ACCOUNTS: tuple[Account, ...] = (
    Account("3200", _POINTS, profile="activity", volatility=0.022, activity=0.7),
    Account("3220", _VISITS, 0.040, "activity", 0.040, activity=0.5),
    Account("3400", _COMMON),
    Account("3900", _INCOME, 0.040, volatility=0.040),
    Account("4000", _MEDICINES, -0.070, "goods", 0.035, activity=-0.4),
    Account("4300", _GOODS, -0.050, "goods", 0.040, activity=-0.4),
    Account("4500", _BOUGHT, -0.050, volatility=0.040),
    Account("5000", _PAY, profile="pay", volatility=0.018, workload=0.7),
    Account("5050", _PAY, profile="overtime", volatility=0.050, workload=0.7),
    Account("5200", _PAY, profile="settlement", volatility=0.012, workload=0.7),
    Account("5400", _PAY, profile="settlement", volatility=0.012, workload=0.7),
    Account("5420", _PAY, -0.070, volatility=0.002),
    Account("5800", _PAY, 0.022, "sickness", 0.050, workload=-0.3),
    Account("6000", _ASSETS, volatility=0.004),
    Account("6300", _PREMISES, -0.050, "heating", 0.040),
    Account("6740", _HIRE_IN, -0.010, "hire_in", 0.070, workload=0.7),
    Account("7000", _OTHER, -0.060, volatility=0.045),
    Account("8100", _COMMON, volatility=0.060),
)
NUMBERS: tuple[str, ...] = tuple(account.number for account in ACCOUNTS)
ISF, BASIC_GRANT, OTHER_INCOME, VISITS = "3200", "3400", "3900", "3220"
FIXED_PAY, HIRE_IN, OTHER_COST = "5000", "6740", "7000"

# The pay block divided: overtime and holiday pay as parts of fixed pay, employer's tax on all of it
# (14.1 % is the ordinary Norwegian rate); overtime and holiday pay are synthetic assumptions.
OVERTIME_PART, HOLIDAY_PART, EMPLOYERS_TAX = 0.055, 0.127, 0.141

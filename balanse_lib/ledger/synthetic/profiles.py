"""The four fictitious trusts: size, clinics, how they behave and how they report."""

from dataclasses import dataclass
from typing import Literal

from balanse_lib.ledger.synthetic.plans import PLANS, MeasurePlan
from balanse_lib.ledger.synthetic.published import turnover_index

Reporter = Literal["honest", "optimistic", "hoarding", "silent"]
Basis = Literal["result", "deviation"]


@dataclass(frozen=True)
class Clinic:
    """A clinic: name (nynorsk), the roles it holds, and its name until a reorganisation."""

    code: str
    name: str
    roles: tuple[str, ...]
    former_name: str | None = None


@dataclass(frozen=True)
class TrustProfile:
    """Everything that tells one synthetic trust from another.

    Sizes are those of the reference year 2016; amounts named `_pct` are per cent of a year's
    turnover. `noise_pct` is the sd of a month's result around its slowly moving level, and
    `level_ratio` the level's monthly variance relative to the noise variance.
    """

    trust: str
    name: str
    clinics: tuple[Clinic, ...]
    revenue_2016: float
    employees: int
    drg_points: int
    stays: int
    day_stays: int
    visits: int
    reporter: Reporter
    result_pct: float
    noise_pct: float
    measures: tuple[MeasurePlan, ...]
    basis: Basis = "result"
    level_ratio: float = 0.003
    pressure_pct: float = 0.12
    challenge_pct: float = 0.20
    period13_mean_pct: float = -0.05
    period13_sd_pct: float = 0.12
    synthetic: bool = True

    @property
    def short(self) -> str:
        """Name of the trust without its form: the prefix of the unit codes."""
        return self.trust.removeprefix("helse-")

    def unit_code(self, clinic: Clinic) -> str:
        """Code of a clinic, unique in the region."""
        return f"{self.short}-{clinic.code}"

    def unit_of(self, role: str) -> str:
        """Code of the clinic that holds a role."""
        return next(self.unit_code(clinic) for clinic in self.clinics if role in clinic.roles)

    def revenue(self, year: int) -> float:
        """Yearly turnover: the published size of 2016, grown as Helse Vest's turnover."""
        return self.revenue_2016 * turnover_index(year)


_SIX = (
    Clinic("med", "Medisinsk klinikk", ("med",)),
    Clinic("kir", "Kirurgisk klinikk", ("kir",)),
    Clinic("psy", "Klinikk for psykisk helsevern", ("psy",)),
    Clinic("pre", "Prehospital klinikk", ("pre",)),
    Clinic("dia", "Medisinsk service og diagnostikk", ("dia",)),
    Clinic("fel", "Fellesfunksjonar", ("fel",)),
)
_RENAMED = tuple(
    Clinic(c.code, c.name, c.roles, "Psykiatrisk klinikk") if c.code == "psy" else c for c in _SIX
)
_FIVE = (
    *_SIX[:3],
    Clinic("ptm", "Prehospitale tenester og medisinsk service", ("pre", "dia")),
    _SIX[5],
)

# Sizes: helse-vest.no key figures 2016 of the four trusts (`helse_vest_nokkeltal_2016.csv`), given
# to trusts that do not exist. Results, noise and reporting habits are synthetic assumptions; a
# result of 0–1 % of turnover is in the range 0.8–2.5 % that the region published (2020 apart).
PROFILES: tuple[TrustProfile, ...] = (
    TrustProfile(
        "helse-granvik", "Helse Granvik HF", _SIX, 11176.46, 12239, 135831, 78803, 26285, 451860,
        "honest", result_pct=0.7, noise_pct=0.15, measures=PLANS["helse-granvik"],
    ),
    TrustProfile(
        "helse-fjellheim", "Helse Fjellheim HF", _RENAMED, 6706.78, 7742, 77919, 51342, 23159,
        305629, "optimistic", result_pct=-0.2, noise_pct=0.17, measures=PLANS["helse-fjellheim"],
    ),
    TrustProfile(
        "helse-havdal", "Helse Havdal HF", _SIX, 3418.986, 3999, 37627, 29858, 12460, 132765,
        "hoarding", result_pct=0.7, noise_pct=0.19, measures=PLANS["helse-havdal"],
        basis="deviation",
    ),
    TrustProfile(
        "helse-storvatn", "Helse Storvatn HF", _FIVE, 2794.413, 3068, 25613, 16690, 8840, 121189,
        "silent", result_pct=0.6, noise_pct=0.20, measures=PLANS["helse-storvatn"],
    ),
)  # fmt: skip
BY_TRUST = {profile.trust: profile for profile in PROFILES}

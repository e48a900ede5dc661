"""Measure registers of the synthetic trusts: what was planned. Titles are in nynorsk."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class MeasurePlan:
    """One planned measure; effect in per cent of the yearly turnover.

    `start` counts months from January of the year of the last month (−24 = January two years
    before). A `stage` of paused or stopped gives no effect and is known to give none; so do those
    of the `BANK`, which nobody has decided. `excludes` is the title of a measure that cannot be
    carried out beside it.
    """

    title: str
    role: str
    account: str
    kind_of: str
    effect_pct: float
    start: int
    ramp_len: int = 1
    stage: str = ""
    kind: str = "recurrent"
    budget_taken_out: bool = True
    excludes: str = ""

    @property
    def ramp(self) -> str:
        """Name of the phase-in profile."""
        if self.kind == "one-off":
            return "one-off"
        return "linear" if self.ramp_len > 1 else "step"


P = MeasurePlan
PLANS = MappingProxyType({
    "helse-granvik": (
        P("Mindre innleige av sjukepleiarar på medisinske sengepostar",
          "med", "6740", "hire-in", 0.06, -30, 6),
        P("Felles innkjøp av forbruksvarer på operasjon",
          "kir", "4300", "purchasing", 0.05, -22, 3),
        P("Overgang til biotilsvarande legemiddel",
          "med", "4000", "medicines", 0.10, -18, 6),
        P("Færre senger på kirurgisk døgnpost",
          "kir", "5000", "beds/closing", 0.09, -12, 4),
        P("Betre registrering av polikliniske kontaktar",
          "psy", "3220", "income/coding", 0.03, -9, 3, kind="income"),
        P("Ny turnus i akuttmottaket",
          "med", "5000", "staffing", 0.08, -5, 4),
        P("Mindre overtid på intensiv",
          "kir", "5050", "overtime/extra help", 0.04, 0, 3),
        P("Stillingsstopp i administrasjonen",
          "fel", "5000", "staffing", 0.07, 2, 6),
        P("Samla røntgendrift på to stader",
          "dia", "5000", "organisation", 0.06, 7, 4, budget_taken_out=False),
        P("Videokonsultasjon i staden for reise",
          "pre", "4500", "outpatient shift", 0.05, 10, 6, budget_taken_out=False),
        P("Felles laboratorium for regionen",
          "dia", "4300", "organisation", 0.06, 14, 6, budget_taken_out=False),
        P("Utsett utskifting av møblar",
          "fel", "7000", "avoided cost", 0.02, 1, stage="stopped", kind="avoided cost"),
    ),
    "helse-fjellheim": (
        P("Eigne vikarar i staden for byrå",
          "psy", "6740", "hire-in", 0.07, -28, 6),
        P("Betre liggjetid på ortopedi",
          "kir", "5000", "flow/LOS", 0.10, -20, 6),
        P("Ny avtale om implantat",
          "kir", "4300", "purchasing", 0.06, -15),
        P("Poliklinikk i staden for innlegging",
          "med", "5000", "outpatient shift", 0.10, -10, 6),
        P("Ruta for ambulansebåt lagd om",
          "pre", "4500", "purchasing", 0.05, -6, 2),
        P("Mindre overtid på fødeavdelinga",
          "kir", "5050", "overtime/extra help", 0.04, -1, 3),
        P("Redusert bemanning på natt",
          "med", "5000", "staffing", 0.12, 3, 4),
        P("Lågare energibruk i bygga",
          "fel", "6300", "avoided cost", 0.05, 6, 4, kind="avoided cost"),
        P("Samla skrivetenesta",
          "fel", "5000", "organisation", 0.06, 10, 4, budget_taken_out=False),
        P("Heimesjukehus for eldre",
          "med", "5000", "flow/LOS", 0.08, 13, 6, budget_taken_out=False),
    ),
    "helse-havdal": (
        P("Fast tilsette legar i staden for innleige",
          "psy", "6740", "hire-in", 0.08, -26, 4),
        P("Felles vaktordning for to sjukehus",
          "kir", "5000", "organisation", 0.12, -17, 4),
        P("Biotilsvarande legemiddel på revmatologi",
          "med", "4000", "medicines", 0.09, -12, 3),
        P("Ny avtale om pasientreiser",
          "pre", "4500", "purchasing", 0.06, -7),
        P("Mindre ekstrahjelp på sengepostane",
          "med", "5050", "overtime/extra help", 0.05, 0, 3),
        P("Sommarstengd dagkirurgi",
          "kir", "5000", "beds/closing", 0.06, 5, 2),
        P("Henta heim gjestepasientar",
          "fel", "4500", "income/coding", 0.08, 8, 3, budget_taken_out=False),
        P("Digital skjemaflyt",
          "fel", "7000", "ICT", 0.04, 12, 6, budget_taken_out=False),
    ),
    "helse-storvatn": (
        P("Slutt på innleige i radiologi og akutt",
          "pre", "6740", "hire-in", 0.05, -25, 3),
        P("Redusert bemanning i fellesfunksjonar",
          "fel", "5000", "staffing", 0.10, -18, 6),
        P("Færre senger i psykisk helsevern",
          "psy", "5000", "beds/closing", 0.12, -11, 4),
        P("Innkjøp gjennom regional avtale",
          "kir", "4300", "purchasing", 0.06, -8, 3),
        P("Arbeidsplan for legar etter aktivitet",
          "med", "5000", "staffing", 0.10, -3, 4),
        P("Mindre overtid på kirurgisk post",
          "kir", "5050", "overtime/extra help", 0.05, 1, 3),
        P("Samla poliklinikkar på tre stader",
          "med", "5000", "outpatient shift", 0.09, 6, 6),
        P("Sal av ubrukt behandlingstid til andre",
          "dia", "3900", "income/coding", 0.05, 9, 3, kind="income", budget_taken_out=False),
        P("Ambulansestasjonar lagde saman",
          "pre", "5000", "organisation", 0.07, 4, 3, "paused"),
    ),
})  # fmt: skip

# What could be decided and is not: nothing of it is in the accounts or in the budget.
BANK = MappingProxyType({
    "helse-granvik": (
        P("Samla legevakt om natta",
          "med", "5000", "organisation", 0.10, 9, 2, "idea", budget_taken_out=False),
        P("Felles lager for forbruksvarer",
          "fel", "4300", "purchasing", 0.06, 8, 3, "planned", budget_taken_out=False),
    ),
    "helse-fjellheim": (
        P("Dagkirurgi i staden for døgn på ortopedi",
          "kir", "5000", "flow/LOS", 0.12, 9, 3, "planned", budget_taken_out=False),
        P("Eigne reinhaldarar i staden for avtale",
          "fel", "7000", "organisation", 0.04, 10, 2, "idea", budget_taken_out=False),
    ),
    "helse-havdal": (
        P("Sal av ledige tilsettebustader",
          "fel", "3900", "one-off", 0.45, 10, stage="planned", kind="one-off",
          budget_taken_out=False),
        P("Ingen ny innleige av legar ut året",
          "psy", "6740", "hire-in", 0.30, 8, stage="planned", budget_taken_out=False),
        P("Vikarpool for begge sjukehusa",
          "psy", "6740", "hire-in", 0.24, 8, 2, "idea", budget_taken_out=False,
          excludes="Ingen ny innleige av legar ut året"),
        P("Ressursteam i staden for overtid",
          "med", "5050", "overtime/extra help", 0.20, 8, 2, "planned", budget_taken_out=False),
        P("Utsett utstyr som blir kjøpt over drift",
          "fel", "4300", "one-off", 0.20, 9, stage="planned", kind="one-off",
          budget_taken_out=False),
        P("Kveldspoliklinikk i ortopedi",
          "kir", "3220", "income/coding", 0.15, 8, 2, "idea", kind="income",
          budget_taken_out=False),
    ),
    "helse-storvatn": (
        P("Stengde senger mellom jul og nyttår",
          "kir", "5000", "beds/closing", 0.12, 11, stage="planned", budget_taken_out=False),
        P("Stopp i tilsettingar utanom pasientnær drift",
          "fel", "5000", "staffing", 0.40, 8, 3, "planned", budget_taken_out=False),
        P("Ingen innleige i psykisk helsevern",
          "psy", "6740", "hire-in", 0.30, 8, 2, "planned", budget_taken_out=False),
        P("Sal av nedlagd poliklinikkbygg",
          "fel", "3900", "one-off", 0.50, 11, stage="idea", kind="one-off",
          budget_taken_out=False),
        P("Ein felles vaktsentral",
          "pre", "5000", "organisation", 0.15, 9, 3, "idea", budget_taken_out=False),
    ),
})  # fmt: skip

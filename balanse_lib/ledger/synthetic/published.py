"""What the synthetic region is calibrated on: published figures, each with its source.

Sources: `helse_vest_nokkeltal_2016.csv` (helse-vest.no, key figures of four trusts) and
`rhf_resultat_2014_2025.csv` (regjeringen.no, report id3111172, chapter 11), both brought in as
facts. No real trust is described: sizes and growth are real, everything that happens is drawn.
"""

from dataclasses import dataclass

# Turnover of the regional trust Helse Vest, MNOK (regjeringen.no id3111172, ch. 11; 2025: budget).
TURNOVER_MNOK = {
    2014: 24385, 2015: 27724, 2016: 27989, 2017: 27673, 2018: 28581, 2019: 29979, 2020: 31472,
    2021: 33697, 2022: 35597, 2023: 37366, 2024: 40622, 2025: 42406,
}  # fmt: skip
TURNOVER_GROWTH = 1.05  # outside the published years; synthetic assumption near the mean above
REFERENCE_YEAR = 2016  # year of the trusts' key figures
# Depreciation was 3.9–4.6 % of turnover 2019–2025, net finance +0.3 … −1.0 %, mean 0.0 (same
# source): held constant here so that the trust's result follows one model.
DEPRECIATION_SHARE = 0.041
NET_FINANCE_SHARE = -0.001
ACTIVITY_GROWTH = 1.010  # DRG points a year; synthetic assumption
STAFF_GROWTH = 1.012  # full-time equivalents a year; synthetic assumption
FTE_PER_EMPLOYEE = 0.80  # synthetic assumption: the key figures count heads

# Wage settlement of the year, from May: synthetic assumption near the Norwegian settlements, kept
# within a narrow band so that the season of pay is the same every year; other years: 4 %.
WAGE_SETTLEMENT = {
    2019: 0.038, 2020: 0.036, 2021: 0.038, 2022: 0.040, 2023: 0.044, 2024: 0.043, 2025: 0.042,
}  # fmt: skip
USUAL_SETTLEMENT = 0.040


@dataclass(frozen=True)
class IsfRate:
    """Activity-based funding of a year: unit price in NOK per DRG point and the state's share."""

    year: int
    unit_price: int
    share: float
    source: str

    @property
    def mnok_per_point(self) -> float:
        """Income of one DRG point.

        >>> IsfRate(2024, 52248, 0.40, "").mnok_per_point
        0.0208992
        """
        return self.unit_price * self.share / 1e6


_ASSUMED = "price: synthetic assumption (even growth between the sourced years)"
ISF_RATES: tuple[IsfRate, ...] = (
    IsfRate(2018, 43428, 0.50, "helsedirektoratet.no"),
    IsfRate(2019, 44602, 0.50, f"{_ASSUMED}; share: nyemetoder.no"),
    IsfRate(2020, 45808, 0.50, "helsedirektoratet.no"),
    IsfRate(2021, 47339, 0.50, f"{_ASSUMED}; share: assumed (no change reported)"),
    IsfRate(2022, 48922, 0.50, f"{_ASSUMED}; share: assumed (no change reported)"),
    IsfRate(2023, 50557, 0.40, f"{_ASSUMED}; share: helsedirektoratet.no"),
    IsfRate(2024, 52248, 0.40, "helsedirektoratet.no (preliminary rules)"),
    IsfRate(2025, 53994, 0.30, f"{_ASSUMED}; share: Meld. St. 9 (2023-2024) ch. 8"),
)
_PRICE_GROWTH = 1.0334


def isf_rate(year: int) -> IsfRate:
    """Rate of a year; outside the table the nearest year's share and an evenly grown price.

    >>> isf_rate(2024).unit_price
    52248
    """
    nearest = min(ISF_RATES, key=lambda rate: abs(rate.year - year))
    if nearest.year == year:
        return nearest
    price = round(nearest.unit_price * _PRICE_GROWTH ** (year - nearest.year))
    return IsfRate(year, price, nearest.share, "synthetic assumption")


def turnover_index(year: int) -> float:
    """Turnover of a year relative to the year of the key figures.

    >>> round(turnover_index(2025), 3)   # 42 406 / 27 989
    1.515
    """
    nearest = min(TURNOVER_MNOK, key=lambda known: abs(known - year))
    known = TURNOVER_MNOK[nearest] / TURNOVER_MNOK[REFERENCE_YEAR]
    return float(known * TURNOVER_GROWTH ** (year - nearest))

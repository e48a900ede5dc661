"""What the synthetic region is calibrated on: published figures, each with its source.

Sources: `helse_vest_nokkeltal_2016.csv` (helse-vest.no, key figures of four trusts) and
`rhf_resultat_2014_2025.csv` (regjeringen.no, report id3111172, chapter 11), both brought in as
facts. No real trust is described: sizes and growth are real, everything that happens is drawn.
"""

from dataclasses import dataclass

from balanse_lib.params import rate_on

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


# Prices of the years between the published ones: synthetic assumption (even growth).
_ASSUMED_PRICES = {2019: 44602, 2021: 47339, 2022: 48922, 2023: 50557, 2025: 53994}
_PRICE_GROWTH = 1.0334  # outside the years above


def isf_rate(year: int) -> IsfRate:
    """Rate of a year: published where it is known, else a synthetic assumption that says so.

    >>> isf_rate(2024).unit_price, isf_rate(2025).share
    (52248, 0.3)
    """
    price = rate_on("isf_unit_price_nok_per_point", f"{year}-01")
    share = rate_on("isf_share_pct", f"{year}-01")
    if price.valid_from == f"{year}-01":
        return IsfRate(year, round(price.value), share.value / 100, price.source)
    nearest = min(_ASSUMED_PRICES, key=lambda known: abs(known - year))
    assumed = round(_ASSUMED_PRICES[nearest] * _PRICE_GROWTH ** (year - nearest))
    source = f"price: synthetic assumption; share: {share.source}"
    return IsfRate(year, assumed, share.value / 100, source)


def turnover_index(year: int) -> float:
    """Turnover of a year relative to the year of the key figures.

    >>> round(turnover_index(2025), 3)   # 42 406 / 27 989
    1.515
    """
    nearest = min(TURNOVER_MNOK, key=lambda known: abs(known - year))
    known = TURNOVER_MNOK[nearest] / TURNOVER_MNOK[REFERENCE_YEAR]
    return float(known * TURNOVER_GROWTH ** (year - nearest))

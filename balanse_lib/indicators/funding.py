"""What activity is worth by the dated rates, and a deviation split in volume and price."""

from dataclasses import dataclass

from balanse_lib import params

MILLION = 1e6
POINT_PRICE, POINT_SHARE = "isf_unit_price_nok_per_point", "isf_share_pct"
DISCHARGE_READY = "discharge_ready_nok_per_day"


@dataclass(frozen=True)
class PriceVolume:
    """Parts of a deviation, actual − planned, in the unit of volume × price; + is more income."""

    volume: float
    price: float

    @property
    def deviation(self) -> float:
        """Both together."""
        return self.volume + self.price


def activity_income(points: float, *, month: str) -> float:
    """Activity-based funding of DRG points in million: points · unit price · share.

    At the last published price and share; preliminary until the year's settlement.

    >>> activity_income(100, month="2018-05")   # 100 · 43 428 · 50 %
    2.1714
    """
    price, share = params.rate_on(POINT_PRICE, month), params.rate_on(POINT_SHARE, month)
    return points * price.value * share.value / 100 / MILLION


def net_of_points(points: float, *, month: str, marginal_cost_share: float) -> float:
    """What extra points leave in the result, in million: points · price · (share − marginal cost).

    `marginal_cost_share` is the cost of one more point as a part of the unit price: 0.80 in state
    budgets, 0.925 by the technical committee (TBU). More activity without a grant costs when it is
    above the funded share.

    >>> round(1e6 * net_of_points(1, month="2024-01", marginal_cost_share=0.80), 1)
    -20899.2
    """
    cost = points * params.rate_on(POINT_PRICE, month).value * marginal_cost_share / MILLION
    return activity_income(points, month=month) - cost


def discharge_ready_income(days: float, *, month: str) -> float:
    """Municipalities' payment for days of patients ready for discharge, in million.

    >>> discharge_ready_income(30, month="2024-03")   # 30 · 5 745
    0.17235
    """
    return days * params.rate_on(DISCHARGE_READY, month).value / MILLION


def is_rate_of_year(worth: str, *, month: str) -> bool:
    """Whether the rates behind a worth are those of the month's own year, not older ones.

    >>> is_rate_of_year("isf", month="2024-05"), is_rate_of_year("isf", month="2025-05")
    (True, False)
    """
    names = {"isf": (POINT_PRICE, POINT_SHARE), "discharge_ready": (DISCHARGE_READY,)}[worth]
    valid = [rate.valid_from for rate in params.rates() if rate.name in names]
    return valid.count(f"{month[:4]}-01") == len(names)


def rate_in(name: str, month: str) -> tuple[float, str]:
    """Rate that holds in a month and the year it is of; missing before the first published one.

    >>> rate_in("discharge_ready_nok_per_day", "2024-03")
    (5745.0, '2024')
    """
    if month < min(rate.valid_from for rate in params.rates() if rate.name == name):
        return float("nan"), ""
    rate = params.rate_on(name, month)
    return rate.value, rate.valid_from[:4]


def split_deviation(
    *, volume: float, price: float, planned_volume: float, planned_price: float
) -> PriceVolume:
    """Split actual − planned into volume at the planned price and price at the actual volume.

    volume part = (volume − planned) · planned price; price part = volume · (price − planned). They
    add up to volume · price − planned volume · planned price.

    >>> split_deviation(volume=90, price=12, planned_volume=100, planned_price=10)
    PriceVolume(volume=-100, price=180)
    """
    return PriceVolume(
        volume=(volume - planned_volume) * planned_price,
        price=volume * (price - planned_price),
    )

"""What the months would be without chance: size, growth, season, settlement, cost pressure."""

import numpy as np

from balanse_lib.ledger.synthetic import accounts
from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid
from balanse_lib.ledger.synthetic.published import (
    ACTIVITY_GROWTH,
    DEPRECIATION_SHARE,
    NET_FINANCE_SHARE,
    REFERENCE_YEAR,
    isf_rate,
)
from balanse_lib.ledger.synthetic.season import month_profiles


def expected_points(grid: Grid, year: int) -> float:
    """DRG points of a year: the published number of 2016, grown evenly."""
    return float(grid.profile.drg_points * ACTIVITY_GROWTH ** (year - REFERENCE_YEAR))


def yearly_amounts(grid: Grid, year: int) -> dict[str, float]:
    """Amount of every account in a year, MNOK, result sign; they sum to the result asked for."""
    revenue = grid.profile.revenue(year)
    amounts = {account.number: account.share * revenue for account in accounts.ACCOUNTS}
    amounts[accounts.ISF] = expected_points(grid, year) * isf_rate(year).mnok_per_point
    amounts["6000"] = -DEPRECIATION_SHARE * revenue
    amounts["8100"] = NET_FINANCE_SHARE * revenue
    income = (accounts.ISF, accounts.VISITS, accounts.OTHER_INCOME)
    amounts[accounts.BASIC_GRANT] = revenue - sum(amounts[number] for number in income)
    pay = grid.profile.result_pct / 100 * revenue - sum(amounts.values())
    return amounts | divide_pay(pay)


def divide_pay(total: float) -> dict[str, float]:
    """Divide the pay block into fixed pay, overtime, holiday pay and employer's tax.

    >>> parts = divide_pay(-100.0)
    >>> round(sum(parts.values()), 9)
    -100.0
    """
    overtime, holiday, tax = (
        accounts.OVERTIME_PART, accounts.HOLIDAY_PART, accounts.EMPLOYERS_TAX,
    )  # fmt: skip
    fixed = total / ((1 + overtime + holiday) * (1 + tax))
    paid = {"5000": fixed, "5050": fixed * overtime, "5200": fixed * holiday}
    return paid | {"5400": sum(paid.values()) * tax}


def systematic(grid: Grid) -> Array:
    """Month × cell without noise, measures and events, MNOK.

    Sizes grow from year to year, but the season keeps its size in kroner, as in the additive
    forecast model; only activity-based income has a season that follows its price.
    """
    yearly = [yearly_amounts(grid, year) for year in grid.years]
    typical = {number: np.mean([year[number] for year in yearly]) for number in accounts.NUMBERS}
    shares = np.array([cell.share for cell in grid.cells])
    order = [accounts.NUMBERS.index(cell.account) for cell in grid.cells]
    blocks = []
    for year, amounts in zip(grid.years, yearly, strict=True):
        shapes, season = month_profiles(year), typical | {accounts.ISF: amounts[accounts.ISF]}
        by_account = np.array(
            [
                amounts[item.number] + season[item.number] * (np.array(shapes[item.profile]) - 1)
                for item in accounts.ACCOUNTS
            ]
        )
        blocks.append((by_account[order] * shares[:, None]).T / YEAR)
    return np.concatenate(blocks) + _cost_pressure(grid)


def _cost_pressure(grid: Grid) -> Array:
    """Slow, even worsening of fixed pay that the measures work against; zero in mid-history."""
    count = len(grid.months)
    per_month = grid.profile.pressure_pct / 100 * grid.revenue.mean() / YEAR**2
    drift = -per_month * (np.arange(count) - (count - 1) / 2)
    weights = np.zeros(len(grid.cells))
    for k in grid.on_account(accounts.FIXED_PAY):
        weights[k] = grid.cells[k].share
    return np.outer(drift, weights)

"""Flags F1–F7: signs that a forecast is not what it seems, each with the numbers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from balanse_lib import params
from balanse_lib.realism import require

FlagState = Literal["raised", "amber", "clear", "not checked"]
Values = Mapping[str, float]


@dataclass(frozen=True)
class Flag:
    """One flag. `reason` says why it was not checked; `values` are the numbers it was set by."""

    code: str
    state: FlagState
    reason: str = ""
    values: Values = field(default_factory=dict)


def flag_run_rate(
    z: float | None, *, thresholds: params.Thresholds, values: Values | None = None
) -> Flag:
    """F1: what no measure covers, in standard deviations of the year without new measures.

    >>> flag_run_rate(1.2, thresholds=params.standard_thresholds()).state
    'amber'
    """
    if z is None:
        return Flag("F1", "not checked", "no_forecast")
    require.finite(z=z)
    state: FlagState = "amber" if z > thresholds.z_amber else "clear"
    return Flag(
        "F1", "raised" if z > thresholds.z_red else state, values={"z": z, **(values or {})}
    )


def flag_stale(
    reports: Sequence[float | None],
    *,
    base_then: float | None,
    base_now: float | None,
    revenue: float | None,
    thresholds: params.Thresholds,
) -> Flag:
    """F2: the forecast stood still while the base forecast moved.

    `reports` are the forecasts of this month and of the months before, `stale_months` of them; None
    where none was given.
    """
    if revenue is None:
        return Flag("F2", "not checked", "no_revenue")
    if len(reports) <= thresholds.stale_months:
        return Flag("F2", "not checked", "too_early")
    given = [report for report in reports if report is not None]
    if len(given) < len(reports):
        return Flag("F2", "not checked", "reports_missing")
    if base_then is None or base_now is None:
        return Flag("F2", "not checked", "no_plan")
    moved = base_now - base_then
    span = max(given) - min(given)
    still = span < thresholds.forecast_same_pct / 100 * revenue
    stale = still and abs(moved) > thresholds.forecast_moved_pct / 100 * revenue
    return Flag("F2", "raised" if stale else "clear", values={"span": span, "base_moved": moved})


def flag_anchored(
    reported: float | None,
    *,
    month: int,
    budget: float | None,
    deviation: float | None,
    revenue: float | None,
    thresholds: params.Thresholds,
) -> Flag:
    """F3: the forecast still is the budget although the year so far is not."""
    if reported is None:
        return Flag("F3", "not checked", "no_forecast")
    if revenue is None:
        return Flag("F3", "not checked", "no_revenue")
    if budget is None or deviation is None:
        return Flag("F3", "not checked", "no_budget")
    if month < thresholds.anchored_from_month:
        return Flag("F3", "not checked", "too_early")
    near = abs(reported - budget) < thresholds.forecast_same_pct / 100 * revenue
    away = abs(deviation) > thresholds.forecast_moved_pct / 100 * revenue
    values = {"from_budget": reported - budget, "deviation": deviation}
    return Flag("F3", "raised" if near and away else "clear", values=values)


def flag_parts(
    total: float | None,
    *,
    parts: Sequence[float],
    n_units: int,
    balancing: float | None,
    thresholds: params.Thresholds,
) -> Flag:
    """F4: the units' forecasts do not sum to the trust's, or the budget has a balancing line.

    `parts` are the forecasts of those of the `n_units` units that gave one on the trust's basis;
    `balancing` is the year's budget on lines without activity behind, None when not checked. Sums
    may differ by what rounding explains.

    >>> flag_parts(10.0, parts=[6.0, 1.0], n_units=2, balancing=0.0,
    ...            thresholds=params.standard_thresholds()).values["difference"]
    3.0
    """
    values = {} if balancing is None else {"balancing": balancing}
    if balancing:
        return Flag("F4", "raised", values=values)
    if total is None or not parts or len(parts) < n_units:
        return Flag("F4", "not checked", "no_parts", values)
    difference = total - sum(parts)
    allowed = thresholds.reported_rounding / 2 * (len(parts) + 1)
    state: FlagState = "raised" if abs(difference) > allowed else "clear"
    return Flag("F4", state, values={"difference": difference, **values})


def flag_unidentified(
    needed: float | None,
    *,
    identified: float | None,
    sd: float,
    thresholds: params.Thresholds,
) -> Flag:
    """F5: part of the measures the forecast needs has no name.

    `needed` is the gap to the forecast without new measures, `identified` the planned effect left
    of the measures in the register; None where they are not told. A gap within what F1 calls noise
    (`z_amber` standard deviations `sd` of the year without new measures) needs no measures.

    >>> usual = params.standard_thresholds()
    >>> flag_unidentified(40.0, identified=30.0, sd=12.0, thresholds=usual).state
    'raised'
    """
    if needed is None:
        return Flag("F5", "not checked", "no_forecast")
    if identified is None:
        return Flag("F5", "not checked", "no_measures")
    share = max(0.0, needed - identified) / needed if needed > thresholds.z_amber * sd else 0.0
    values = {"needed": needed, "identified": identified, "share": share}
    state: FlagState = "raised" if share > thresholds.unidentified_share else "clear"
    return Flag("F5", state, values=values)


def flag_raised(
    reported: float,
    *,
    previous: float,
    deviation: float | None,
    deviation_then: float | None,
    documented: float,
    revenue: float | None,
    thresholds: params.Thresholds,
) -> Flag:
    """F6: the forecast was raised while the deviation worsened, without evidence for it.

    `previous` is the forecast before and `deviation_then` the deviation in its month; `documented`
    is the sum of practically certain gains to come that have evidence on paper. Where the revenue
    is known, a rise within "the same forecast" and a deviation that did not really move are nothing
    to ask about.
    """
    if deviation is None or deviation_then is None:
        return Flag("F6", "not checked", "no_plan")
    rise, worse = reported - previous, deviation_then - deviation
    values = {"rise": rise, "deviation_change": -worse, "documented": documented}
    size = (revenue or 0.0) / 100
    real = rise > thresholds.forecast_same_pct * size and worse > (
        thresholds.forecast_moved_pct * size
    )
    return Flag("F6", "raised" if real and rise > documented else "clear", values=values)


def flag_booking(
    open_amounts: Sequence[float] | None,
    *,
    revenue: float | None,
    thresholds: params.Thresholds,
) -> Flag:
    """F7: booking checks are open for more than the result to date can stand.

    `open_amounts` are those of the open checks; None when no check could be made.
    """
    if open_amounts is None:
        return Flag("F7", "not checked", "no_checks")
    if revenue is None:
        return Flag("F7", "not checked", "no_revenue")
    total = sum(abs(amount) for amount in open_amounts)
    raised = total > thresholds.booking_open_pct / 100 * revenue
    return Flag("F7", "raised" if raised else "clear", values={"open": total})

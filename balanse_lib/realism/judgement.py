"""What a verdict says and rests on."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from balanse_lib.realism.achieved import Achieved
from balanse_lib.realism.bias import Bias
from balanse_lib.realism.booking import BookingCheck
from balanse_lib.realism.events import EventsLedger
from balanse_lib.realism.flags import Flag
from balanse_lib.realism.run_rate import RunRateTest
from balanse_lib.realism.verdict import NOT_ASSESSABLE


@dataclass(frozen=True)
class Price:
    """What reporting a figure is expected to cost, million.

    `unused`: price of prudence, money not used in time; `shortfall`: price of optimism; `p_below`:
    the quantile the figure really is, the probability that the outcome is below it.
    """

    figure: float
    unused: float
    shortfall: float
    p_below: float


@dataclass(frozen=True)
class Judgement:
    """Verdict on a reported year-end forecast; amounts in million, + improves the result.

    Attributes
    ----------
    verdict, reason : class after flags; when it is Ikkje vurderbar, why. `indication`: so early in
        the year that a class is no more than that.
    class_before_flags : class by `p_reach` alone; empty when there is no verdict.
    reported, reported_period : the forecast as a result, and the month whose data it builds on.
    p_reach : probability that the outcome is at least the reported forecast; None when not
        assessable. p_requirement : the same for the requirement; None when there is none.
    p_reach_model : what the model alone says of the reported forecast, without regard to who
        reported it.
    quantiles, mu, sd : the year-end that `p_reach` is read from: the model with the measures that
        were given, moved by the report and the trust's own record when there is a verdict.
    run_rate : the closed-form test beside, as cross-check; `plan_from_budget` says whether its plan
        is the budget or the mean of earlier years. None where its data are missing.
    flags : F1–F7. booking : the checks B1–B10 that were handed in.
    achieved : how often the run rate that the forecast needs was reached before.
    unusual : months of the year far from its others, with how far: one-offs nobody marked, perhaps.
    events : the uncertain events to come, prudent and central.
    bias, corrected : the trust's own habit and the reported forecast moved by it.
    price_reported, price_prudent, price_stacked : what three figures cost: the reported one, the
        prudent quantile, and the prudent quantile with prudent events and bias on top. The last
        one's `p_below` shows how far such stacking goes beyond the quantile that was meant.
    """

    trust: str
    period: str
    verdict: str
    reason: str
    indication: bool
    class_before_flags: str
    reported: float | None
    reported_period: str
    p_reach: float | None
    p_reach_model: float | None
    p_requirement: float | None
    quantiles: pd.Series
    mu: float
    sd: float
    run_rate: RunRateTest | None
    plan_from_budget: bool
    flags: tuple[Flag, ...]
    booking: tuple[BookingCheck, ...]
    achieved: Achieved | None
    unusual: Mapping[str, float]
    events: EventsLedger
    bias: Bias | None
    corrected: float | None
    price_reported: Price | None
    price_prudent: Price
    price_stacked: Price

    @property
    def is_prudent(self) -> bool | None:
        """Whether the reported forecast keeps the prudence rule; None when not assessable."""
        if self.verdict == NOT_ASSESSABLE or self.reported is None:
            return None
        return self.reported <= self.price_prudent.figure

    @property
    def must_move(self) -> float | None:
        """Amount the reported forecast must move to be prudent (negative: down); 0 if it is."""
        if self.is_prudent is None or self.reported is None:
            return None
        return min(0.0, self.price_prudent.figure - self.reported)

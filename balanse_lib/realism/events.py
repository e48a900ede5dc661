"""Ledger of uncertain events: prudent (losses sooner than gains), central, and their spread."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from balanse_lib import params
from balanse_lib.realism import require


@dataclass(frozen=True)
class EventsLedger:
    """Sums over uncertain events, million, + improves the result.

    `central` is the expected value and belongs in the predictive distribution with `sd`; `prudent`
    shows what is covered by evidence. `counted` holds each event's amount in the prudent sum.
    """

    prudent: float
    central: float
    sd: float
    counted: tuple[float, ...]


def events_ledger(
    events: Iterable[tuple[float, float]], *, thresholds: params.Thresholds | None = None
) -> EventsLedger:
    """Sum events (amount, probability) the prudent and the central way.

    Prudent: a loss counts in full when it is more likely than not, at p·a down to the disclosure
    limit, not below; a gain counts in full when practically certain, else not. Central: Σ p·a.
    Spread: sd² = Σ p(1 − p)·a², events taken as independent.

    >>> events_ledger([(-12, 0.60), (-8, 0.30), (-5, 0.05), (6, 0.97), (15, 0.70)]).counted
    (-12, -2.4, 0.0, 6, 0.0)
    """
    limits = thresholds or params.standard_thresholds()
    known = list(events)
    for amount, probability in known:
        require.finite(amount=amount)
        require.share(probability=probability)
    counted = tuple(_prudent(a, p, limits) for a, p in known)
    return EventsLedger(
        prudent=float(sum(counted)),
        central=float(sum(p * a for a, p in known)),
        sd=sqrt(sum(p * (1 - p) * a**2 for a, p in known)),
        counted=counted,
    )


def _prudent(amount: float, probability: float, limits: params.Thresholds) -> float:
    if amount >= 0:
        return amount if probability >= limits.event_gain_full else 0.0
    if probability > limits.event_loss_full:
        return amount
    return amount * probability if probability >= limits.event_loss_expected else 0.0

"""One-offs, extra grants and uncertain events: drawn each year, announced, then booked.

Before the announcement only the mean is known; an uncertain event is known in its own month.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from balanse_lib.ledger.synthetic.grid import YEAR, Array, Grid

EventType = Literal["one-off", "extra grant", "uncertain"]


@dataclass(frozen=True)
class EventSlot:
    """One possible event of every year; amounts in per cent of the year's turnover.

    `probability` 1 with an sd is a certain event of unknown size; `notice` is the number of
    months between announcement and booking.
    """

    type: EventType
    account: str
    text: str
    mean_pct: float
    sd_pct: float
    probability: float
    months: tuple[int, int]
    notice: int


SLOTS: tuple[EventSlot, ...] = (
    EventSlot("one-off", "7000", "Etteroppgjer frå tidlegare år", 0.0, 0.07, 1.0, (3, 6), 1),
    EventSlot("one-off", "3900", "Oppgjer i forsikringssak", 0.0, 0.05, 1.0, (7, 10), 1),
    EventSlot("extra grant", "3400", "Tilleggsløyving i revidert budsjett",
              0.12, 0.04, 1.0, (6, 9), 2),
    EventSlot("uncertain", "7000", "Tvist med leverandør", -0.28, 0.0, 0.4, (11, 11), 0),
    EventSlot("uncertain", "3900", "Sal av ledig tomt", 0.20, 0.0, 0.3, (12, 12), 0),
)  # fmt: skip


@dataclass(frozen=True)
class EventDraw:
    """Events by year × slot: month number in the grid, announcement, amount, whether it came.

    amount : effect if it happens, MNOK; mean, sd : what was known of the effect beforehand.
    """

    booked: Array
    announced: Array
    amount: Array
    happened: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
    mean: Array
    sd: Array

    @property
    def effect(self) -> Array:
        """Effect that came, MNOK."""
        return np.where(self.happened, self.amount, 0.0)


def draw_events(grid: Grid, *, rng: np.random.Generator) -> EventDraw:
    """Draw the events of every year, rounded to 0.1 MNOK as such decisions are."""
    shape = (len(grid.years), len(SLOTS))
    first = YEAR * np.arange(shape[0], dtype=np.float64)[:, None]
    low, high = np.array([slot.months for slot in SLOTS]).T
    booked = first - 1 + rng.integers(low, high, size=shape, endpoint=True).astype(np.float64)
    mean, sd, chance = np.array([(s.mean_pct, s.sd_pct, s.probability) for s in SLOTS]).T
    size = grid.revenue[:, None] / 100
    known_sd: Array = np.sqrt(sd**2 + mean**2 * chance * (1 - chance))
    amount = np.round(size * (mean + sd * rng.standard_normal(shape)), 1)
    happened = rng.random(shape) < chance
    announced = booked - np.array([slot.notice for slot in SLOTS])
    expected = size * mean * chance
    return EventDraw(booked, announced, amount, happened, expected, size * known_sd)


def events_by_cell(grid: Grid, drawn: EventDraw) -> Array:
    """Month × cell effect of the events; all are booked at common functions."""
    spread = np.zeros((len(grid.months), len(grid.cells)))
    for number, slot in enumerate(SLOTS):
        cell = grid.position("fel", slot.account)
        spread[drawn.booked[:, number].astype(int), cell] += drawn.effect[:, number]
    return spread


def expect_events(grid: Grid, drawn: EventDraw) -> tuple[Array, Array]:
    """Mean and variance of the events' sum over the rest of the year, known after each month."""
    months = np.arange(len(grid.months))
    year = months // YEAR
    coming = drawn.booked[year] > months[:, None]
    known = drawn.announced[year] <= months[:, None]
    mean = np.where(known, drawn.effect[year], drawn.mean[year])
    variance = np.where(known, 0.0, drawn.sd[year] ** 2)
    return (coming * mean).sum(axis=1), (coming * variance).sum(axis=1)

"""A trust's measures as plain numbers, ready to be simulated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from balanse_lib import params
from balanse_lib.errors import Failure
from balanse_lib.measures import frame_checks
from balanse_lib.measures.delays import delay_probabilities

Floats = NDArray[np.float64]
Links = tuple[tuple[int, ...], ...]

MONTHS = 12
NEEDED = ("measure_id", "full_year_effect", "start", "alpha", "beta", "p_none")
OPTIONAL: Mapping[str, str | float | bool | None] = {
    "trust": "",
    "delay_low": 0.0,
    "delay_mode": 0.0,
    "delay_high": 0.0,
    "in_run_rate": 0.0,
    "depends_on": None,
    "excludes": None,
    "base_group": None,
    "base_amount": np.nan,
    "counted": True,
}


def usual_correlation() -> float:
    """ρ between measures of one trust, who share leadership and staff.

    >>> usual_correlation()
    0.3
    """
    return params.standard_thresholds().measure_correlation


@dataclass(frozen=True)
class Portfolio:
    """Measures of one or more trusts; one place in every array for each measure.

    Attributes
    ----------
    ids, trusts : name of the measure, and the trust whose common factor it shares.
    full_year : planned effect of a year at full strength, million, + improves the result.
    start : planned first month of effect, counted from 0 = first month of this fiscal year.
    ramp : measure × months since start, share of full strength; the last one lasts.
    alpha, beta : Beta distribution of realised/planned, given that there is any effect.
    p_none : probability of no effect at all; the mean rate is (1 − p_none)·α/(α + β).
    delay : measure × 0, 1, 2 … months, probability of that delay.
    in_run_rate : share of full strength that the booked months, and so the base forecast, hold.
    parents : measures that must succeed first, by place; p_none is then given that they did.
    excludes : measures that cannot be carried out beside it, by place.
    base_group : same number: percentages of one base, which multiply; −1: a base of its own.
    base_amount : yearly amount of that base before these measures; no effect can be larger.
    counted : False: already in the run rate or taken out of the budget, and worth 0 here.
    correlation : ρ of the Gaussian copula between measures of one trust.
    """

    ids: tuple[str, ...]
    trusts: tuple[str, ...]
    full_year: Floats
    start: NDArray[np.int64]
    ramp: Floats
    alpha: Floats
    beta: Floats
    p_none: Floats
    delay: Floats
    in_run_rate: Floats
    parents: Links
    excludes: Links
    base_group: NDArray[np.int64]
    base_amount: Floats
    counted: NDArray[np.bool_]
    correlation: float = field(
        default_factory=lambda: params.standard_thresholds().measure_correlation
    )

    @property
    def mean_rate(self) -> Floats:
        """Expected realised/planned of each measure on its own."""
        return np.asarray((1 - self.p_none) * self.alpha / (self.alpha + self.beta))

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Measures that count: not elsewhere, and the largest of those that exclude each other.

        Largest by expected full-year effect; its rivals are not carried out, and neither is what
        depends on them.
        """
        kept = np.ones(len(self.ids), dtype=bool)
        for i in np.argsort(-np.abs(self.full_year * self.mean_rate), kind="stable"):
            if kept[i]:
                kept[list(self.excludes[i])] = False
        return kept

    def only(self, ids: Sequence[str]) -> "Portfolio":
        """Portfolio of the measures `ids` alone; what they depend on must be among them."""
        places = [self.ids.index(name) for name in ids]
        new = {place: number for number, place in enumerate(places)}
        lost = [self.ids[p] for i in places for p in self.parents[i] if p not in new]
        if lost:
            raise ValueError(f"{', '.join(lost)} must be chosen too: others depend on them")
        parents, excludes = (
            tuple(tuple(new[j] for j in links[i] if j in new) for i in places)
            for links in (self.parents, self.excludes)
        )
        return Portfolio(
            ids=tuple(ids),
            trusts=tuple(self.trusts[i] for i in places),
            full_year=self.full_year[places],
            start=self.start[places],
            ramp=self.ramp[places],
            alpha=self.alpha[places],
            beta=self.beta[places],
            p_none=self.p_none[places],
            delay=self.delay[places],
            in_run_rate=self.in_run_rate[places],
            parents=parents,
            excludes=excludes,
            base_group=self.base_group[places],
            base_amount=self.base_amount[places],
            counted=self.counted[places],
            correlation=self.correlation,
        )


def make_portfolio(
    measures: pd.DataFrame,
    *,
    ramps: Mapping[str, Sequence[float]] | None = None,
    correlation: float | None = None,
) -> Portfolio:
    """Portfolio from a frame with one row for each measure.

    Needed: measure_id, full_year_effect, start, alpha, beta, p_none. Optional, where an empty cell
    is as good as no column: trust; delay_low, delay_mode, delay_high (months); in_run_rate;
    depends_on and excludes (names, separated by comma); base_group with base_amount; counted.
    `ramps` gives the share of full strength by months since start; a measure without one is at
    full strength at once.

    >>> measures = pd.DataFrame({
    ...     "measure_id": ["T1"], "full_year_effect": [12.0], "start": [3],
    ...     "alpha": [6.0], "beta": [2.0], "p_none": [0.0]})
    >>> make_portfolio(measures, ramps={"T1": [0.25, 0.5, 0.75, 1.0]}).mean_rate
    array([0.75])
    """
    frame_checks.refuse(frame_checks.missing_columns(measures, NEEDED))
    frame = measures.reset_index(drop=True)
    for name, value in OPTIONAL.items():
        if name not in frame:
            frame[name] = value
        elif value is not None:
            frame[name] = frame[name].where(frame[name].notna(), value)
    frame_checks.refuse(_failures(frame))
    correlation = usual_correlation() if correlation is None else correlation
    if not 0 <= correlation <= 1:
        raise ValueError(f"correlation is {correlation}: it must lie between 0 and 1")
    ids = tuple(frame["measure_id"])
    profiles = [_profile(name, ramps or {}) for name in ids]
    delays = [
        delay_probabilities(*triangle)
        for triangle in frame[["delay_low", "delay_mode", "delay_high"]].to_numpy(dtype=float)
    ]
    excludes = _places(frame["excludes"], ids)
    return Portfolio(
        ids=ids,
        trusts=tuple(frame["trust"].astype(str)),
        start=frame["start"].to_numpy(dtype=np.int64),
        ramp=pad(profiles, last=True),
        delay=pad(delays, last=False),
        parents=_places(frame["depends_on"], ids),
        excludes=_both_ways(excludes),
        base_group=pd.factorize(frame["base_group"])[0].astype(np.int64),
        counted=frame["counted"].to_numpy(dtype=bool),
        correlation=correlation,
        full_year=_numbers(frame, "full_year_effect"),
        base_amount=np.abs(_numbers(frame, "base_amount")),
        alpha=_numbers(frame, "alpha"),
        beta=_numbers(frame, "beta"),
        p_none=_numbers(frame, "p_none"),
        in_run_rate=_numbers(frame, "in_run_rate"),
    )


def pad(rows: Sequence[Sequence[float] | Floats], *, last: bool) -> Floats:
    """Rows of unequal length as one array, filled with their last value or with 0.

    >>> pad([[0.5, 1.0], [1.0]], last=True)
    array([[0.5, 1. ],
           [1. , 1. ]])
    """
    length = max((len(row) for row in rows), default=1)
    filled = [[*row, *[row[-1] if last else 0.0] * (length - len(row))] for row in rows]
    return np.array(filled, dtype=float).reshape(len(rows), length)


def _numbers(frame: pd.DataFrame, column: str) -> Floats:
    return frame[column].to_numpy(dtype=float, na_value=np.nan)


def _profile(name: str, ramps: Mapping[str, Sequence[float]]) -> list[float]:
    profile = [float(share) for share in ramps.get(name, (1.0,))]
    if not profile or not np.isfinite(profile).all():
        raise ValueError(f"ramp of {name} is {profile}: give a share of full strength each month")
    return profile


def _places(cells: pd.Series, ids: tuple[str, ...]) -> Links:
    place = {name: number for number, name in enumerate(ids)}
    return tuple(tuple(place[name] for name in frame_checks.names(cell)) for cell in cells)


def _both_ways(links: Links) -> Links:
    pairs = {pair for i, others in enumerate(links) for j in others for pair in ((i, j), (j, i))}
    return tuple(tuple(sorted(j for k, j in pairs if k == i)) for i in range(len(links)))


def _failures(frame: pd.DataFrame) -> list[Failure]:
    ids = list(frame["measure_id"])
    needed = map(frame_checks.names, frame["depends_on"])
    grouped = frame[frame["base_group"].notna()]
    share = grouped.assign(
        full_year_effect=grouped["full_year_effect"] / grouped["base_amount"].abs()
    )
    return [
        *frame_checks.repeated(frame, "measure_id"),
        *frame_checks.outside(frame, "full_year_effect"),
        *frame_checks.outside(frame, "start"),
        *frame_checks.outside(frame, "alpha", low=1e-3),
        *frame_checks.outside(frame, "beta", low=1e-3),
        *frame_checks.outside(frame, "p_none", low=0.0, high=1.0),
        *frame_checks.outside(frame, "in_run_rate"),
        *frame_checks.unknown(frame, "depends_on", known=ids),
        *frame_checks.unknown(frame, "excludes", known=ids),
        *frame_checks.outside(grouped, "base_amount"),
        *frame_checks.outside(share, "full_year_effect", low=0.0, high=1.0),
        *(
            Failure(rule="ring", column="depends_on", value=name)
            for name in frame_checks.in_ring(dict(zip(ids, needed, strict=True)))
        ),
        *_bases_that_differ(grouped),
        *_delays_out_of_order(frame),
        *_broken_months(frame),
    ]


def _delays_out_of_order(frame: pd.DataFrame) -> Iterator[Failure]:
    delays = frame[["delay_low", "delay_mode", "delay_high"]].to_numpy(dtype=float)
    for row, (low, mode, high) in enumerate(delays, start=1):
        if not 0 <= low <= mode <= high:
            yield Failure(
                rule="not_allowed",
                row=row,
                column="delay_low",
                value=f"{low:g}, {mode:g}, {high:g}",
                allowed="0 ≤ delay_low ≤ delay_mode ≤ delay_high",
            )


def _broken_months(frame: pd.DataFrame) -> Iterator[Failure]:
    """Starts that are no whole month."""
    for row, start in enumerate(frame["start"].to_numpy(dtype=float), start=1):
        if np.isfinite(start) and start != np.floor(start):
            yield Failure(
                rule="not_allowed",
                row=row,
                column="start",
                value=f"{start:g}",
                allowed="…, −1, 0, 1, …",
            )


def _bases_that_differ(grouped: pd.DataFrame) -> Iterator[Failure]:
    """Measures of one group that do not name the same base."""
    first = grouped.groupby("base_group")["base_amount"].transform("first")
    for row in grouped.index[grouped["base_amount"].notna() & (grouped["base_amount"] != first)]:
        value, allowed = (f"{column[row]:g}" for column in (grouped["base_amount"], first))
        yield Failure(
            rule="not_allowed", row=int(row) + 1, column="base_amount", value=value, allowed=allowed
        )

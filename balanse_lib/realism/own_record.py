"""A reporter's own record beside the model: what earlier forecasts say about this one.

Amounts are in units of the model's spread at the same month, so early and late months, small and
large years share one record. Two well-known answers are pooled: the model moved towards the report
by a regression of outcomes on both (forecast encompassing, with a bias that may drift from year to
year), and the report placed among its own earlier errors (reference class), which counts half once
the record is long and nothing without one.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# Assumptions, none of them fitted. Standard deviations are in units of the noise within a year.
SHARE, SHARE_SD = 0.5, 0.25  # a new reporter knows as much as the model; it may be none or all
BIAS_SD, GROUP_SD = 1.0, 0.25  # lasting bias; its own part in months 1–4, 5–8 and 9–11
YEAR_SD = 1.0  # forecasts of a year share its shock …
YEAR_MEMORIES = (0.0, 0.5, 0.8)  # … of which this much is left a year later: the record tells
DISAGREEMENT = 0.25  # variance of two equally good forecasts that lie 1 apart
PRIOR_YEARS = 4.0  # what the model's own width counts for; as k in the shrinkage of bias
FORGETTING = 0.9  # the width of a year's errors counts a tenth less for each year that passes
LARGEST = 3.0  # no error counts for more, so that one year cannot ruin a record
CLASS_SHARE, CLASS_YEARS = 0.5, 1.0  # weight of the class: half of n / (n + 1) after n years
CLASS_BLUR = 0.5  # each earlier error stands for errors about it
FARTHEST = 1e6  # spreads; a report further from the model is no forecast of the same thing


@dataclass(frozen=True)
class Reports:
    """Reported forecasts of one reporter, one element each.

    `departure` = (reported − model's median) / spread and `surprise` = (outcome − model's median)
    / spread, NaN where the outcome is not known; `group` numbers the months 1–4, 5–8, 9–11.
    """

    year: Ints
    group: Ints
    departure: Floats
    surprise: Floats

    def before(self, year: int) -> "Reports":
        """Reports of earlier years, the outcomes of which are known."""
        chosen = (self.year < year) & np.isfinite(self.surprise)
        columns = ("year", "group", "departure", "surprise")
        return replace(self, **{name: getattr(self, name)[chosen] for name in columns})


@dataclass(frozen=True)
class Combination:
    """Model and report combined: a mixture over how long the shock of a year is remembered."""

    weight: Floats
    centre: Floats
    width: Floats

    def move(self, errors: Floats) -> Floats:
        """Standardised draws of the model, moved and widened, each by one member of the mixture.

        >>> pair = Combination(np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.array([1.0, 2.0]))
        >>> pair.move(np.ones(4)).tolist()
        [1.0, 1.0, 5.0, 5.0]
        """
        marks = (np.arange(len(errors)) + 0.5) / len(errors)
        member = np.searchsorted(np.cumsum(self.weight)[:-1], marks)
        return np.asarray(self.centre[member] + self.width[member] * errors)


def median_and_spread(draws: Floats) -> tuple[Floats, Floats]:
    """Median of the model's draws (last axis), and P15–P85 as the sd of a normal it would be.

    >>> median, spread = median_and_spread(ndtri((np.arange(999) + 0.5) / 999))
    >>> abs(float(median)).__round__(6), float(spread).__round__(2)
    (0.0, 1.0)
    """
    low, median, high = np.quantile(draws, [0.15, 0.5, 0.85], axis=-1)
    return np.asarray(median), np.asarray((high - low) / (2 * ndtri(0.85)))


def standardise(rows: pd.DataFrame) -> Reports:
    """Reports and outcomes in spreads from the model's median at the same month.

    `rows` hold year, month, reported, outcome (NaN: not known), median and spread.
    """
    departure = ((rows["reported"] - rows["median"]) / rows["spread"]).clip(-FARTHEST, FARTHEST)
    return Reports(
        year=rows["year"].to_numpy(dtype=np.intp),
        group=group_months(rows["month"].to_numpy(dtype=np.intp)),
        departure=departure.to_numpy(dtype=float),
        surprise=((rows["outcome"] - rows["median"]) / rows["spread"]).to_numpy(dtype=float),
    )


def group_months(months: Ints) -> Ints:
    """Group of months of the year that share a bias: 1–4, 5–8 and 9–11.

    >>> group_months(np.array([1, 4, 5, 8, 9, 11])).tolist()
    [0, 0, 1, 1, 2, 2]
    """
    return np.asarray((months - 1) // 4, dtype=np.intp)


def draw_outcome(errors: Floats, *, reports: Reports, row: int, rng: np.random.Generator) -> Floats:
    """Outcomes to expect after report `row`, in spreads from the model's median.

    `errors` are the model's draws, standardised; they give both answers their shape. Only reports
    of earlier years are looked at.
    """
    past = reports.before(int(reports.year[row]))
    combination = combine_with_model(past, reports=reports, row=row)
    weights = weigh_years(past, year=int(reports.year[row]))
    n = weights.sum()
    shape = rng.permutation(errors)
    of_class, of_model = np.split(shape, [round(CLASS_SHARE * n / (n + CLASS_YEARS) * len(shape))])
    if not len(of_class):
        return combination.move(of_model)
    from_class = reports.departure[row] + draw_class(past, weights=weights, shape=of_class)
    return np.concatenate([combination.move(of_model), from_class])


def weigh_years(past: Reports, *, year: int) -> Floats:
    """Weight of each earlier report in its class in `year`.

    Every year counts as one however many reports it has, a tenth less for each year that passes.

    >>> rows = np.zeros(3, dtype=np.intp)
    >>> weigh_years(Reports(np.array([2023, 2024, 2024]), rows, rows, rows), year=2025).tolist()
    [0.9, 0.5, 0.5]
    """
    in_year = np.equal.outer(past.year, past.year).sum(axis=0)
    return np.asarray(FORGETTING ** (year - 1 - past.year) / in_year)


def combine_with_model(past: Reports, *, reports: Reports, row: int) -> Combination:
    """Centre and width of the model's distribution once report and record are known.

    surprise = ½·departure + b + ε with var ε = σ²(1 + ¼·departure²) and b a Gaussian process:
    cov = σ²(1 + 0.25²·[same group] + φ^years apart + 0.25²·departure·departure′). The values of
    φ are weighed by how well they explain the record, σ² integrated out.

    Without a record the report takes half the way, and the width is the model's.

    >>> new = Reports(np.array([2025]), np.array([0]), np.array([0.0]), np.array([np.nan]))
    >>> alone = combine_with_model(new.before(2025), reports=new, row=0)
    >>> alone.centre.tolist(), alone.width.round(6).tolist()
    ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0])
    """
    departure = np.append(past.departure, reports.departure[row])
    year = np.append(past.year, reports.year[row]).astype(float)
    apart = np.abs(np.subtract.outer(year, year))
    group = np.append(past.group, reports.group[row])
    bias = BIAS_SD**2 + GROUP_SD**2 * np.equal.outer(group, group)
    bias += SHARE_SD**2 * np.multiply.outer(departure, departure)
    noise = 1 + DISAGREEMENT * departure**2
    limit = LARGEST * np.sqrt(noise[:-1])
    target = np.clip(past.surprise - SHARE * past.departure, -limit, limit)
    count = FORGETTING ** (year[-1] - 1 - year[:-1])
    members = [
        _regress(target, bias=bias + YEAR_SD**2 * memory**apart, noise=noise, count=count)
        for memory in YEAR_MEMORIES
    ]
    evidence, centre, width = np.array(members).T
    weight = np.exp(evidence - evidence.max())
    return Combination(weight / weight.sum(), SHARE * departure[-1] + centre, width)


def _regress(
    target: Floats, *, bias: Floats, noise: Floats, count: Floats
) -> tuple[float, float, float]:
    """Log evidence of the record, and mean and sd of the next target.

    `bias` and `noise` are in units of σ², the next report last; `count` is what each earlier
    report counts for.
    """
    covariance = bias[:-1, :-1] + np.diag(noise[:-1] / count)
    gain = np.linalg.solve(covariance, bias[:-1, -1])
    prior = PRIOR_YEARS / (1 + BIAS_SD**2 + GROUP_SD**2 + YEAR_SD**2)
    squares = prior + float(target @ np.linalg.solve(covariance, target))
    dof = PRIOR_YEARS + count.sum()
    evidence = -0.5 * np.linalg.slogdet(covariance)[1] - 0.5 * dof * np.log(squares)
    variance = squares / dof * (bias[-1, -1] - gain @ bias[:-1, -1] + noise[-1])
    return float(evidence), float(gain @ target), float(np.sqrt(variance))


def draw_class(past: Reports, *, weights: Floats, shape: Floats) -> Floats:
    """Errors (outcome − report, in spreads) to expect from the class of this reporter's forecasts.

    >>> known = Reports(*np.array([[2023, 2024], [0, 0]]), *np.array([[1.0, 0.5], [-1.0, 0.5]]))
    >>> draw_class(known, weights=np.array([1.0, 3.0]), shape=np.zeros(4)).tolist()
    [-2.0, 0.0, 0.0, 0.0]
    """
    marks = (np.arange(len(shape)) + 0.5) / len(shape) * weights.sum()
    chosen = np.searchsorted(np.cumsum(weights), marks)
    return np.asarray((past.surprise - past.departure)[chosen] + CLASS_BLUR * shape)

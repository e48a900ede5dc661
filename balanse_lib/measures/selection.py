"""Which measures close a gap at the lowest cost: a 0/1 programme."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from balanse_lib.errors import Failure
from balanse_lib.measures import frame_checks

Floats = NDArray[np.float64]
Chosen = NDArray[np.bool_]
NEEDED = ("measure_id", "effect", "cost")
OPTIONAL = ("excludes", "depends_on", "base_group", "base_amount")
MAX_CUTS = 500


@dataclass(frozen=True)
class Package:
    """Measures chosen together: their cost and their effect this year, million.

    `missing` is what of the gap they leave open; above 0 the whole bank does not reach further.
    """

    chosen: tuple[str, ...]
    cost: float
    effect: float
    missing: float

    @property
    def closes(self) -> bool:
        """Whether the package closes the gap."""
        return self.missing == 0


def choose_package(bank: pd.DataFrame, gap: float, *, quantile: float | None = None) -> Package:
    """Cheapest measures whose effects this year sum to the gap or more.

    Needed: measure_id, effect (expected, million), cost (≥ 0; money, or money and effort weighed
    together). Optional: excludes and depends_on (names, separated by comma); base_group with
    base_amount (what the months left can give at most): percentages of one base, which multiply.
    With `quantile` 0.15 the column P15 stands for the effect: the sum of what each measure gives
    when it goes badly, which is more cautious than the P15 of the sum. When the whole bank does
    not close the gap, the package that reaches farthest.

    >>> bank = pd.DataFrame({"measure_id": ["A", "B", "C", "D"], "effect": [6.0, 5.0, 4.0, 3.0],
    ...     "cost": [3.0, 2.0, 2.5, 0.5], "excludes": ["B", None, None, None]})
    >>> choose_package(bank, 10.0)
    Package(chosen=('B', 'C', 'D'), cost=5.0, effect=12.0, missing=0.0)
    """
    return choose_packages(bank, gap, count=1, quantile=quantile)[0]


def choose_packages(
    bank: pd.DataFrame, gap: float, *, count: int = 3, quantile: float | None = None
) -> tuple[Package, ...]:
    """Return the `count` cheapest packages that close the gap, or the one that reaches farthest.

    A package that is a dearer one's part is listed before it only if it closes the gap itself;
    the same measures never come twice.
    """
    if not np.isfinite(gap):
        raise ValueError(f"gap is {gap}: give a finite amount (missing is not zero)")
    problem = _read(bank, quantile)
    found = problem.cheapest(gap, count=count)
    if found:
        return tuple(problem.package(chosen, gap) for chosen in found)
    farthest = problem.farthest()
    return (problem.package(problem.cheapest(problem.effect(farthest), count=1)[0], gap),)


@dataclass(frozen=True)
class _Problem:
    """The programme: `rows` · x ≤ `limits` hold exclusions and dependence."""

    ids: tuple[str, ...]
    effects: Floats
    costs: Floats
    rows: csr_array
    limits: Floats
    groups: tuple[tuple[NDArray[np.int64], float], ...]

    def effect(self, chosen: Chosen) -> float:
        """Effect of measures together: on one base b, b · (1 − Π(1 − eᵢ/b))."""
        total = float(self.effects @ chosen)
        for members, base in self.groups:
            own = self.effects[members] * chosen[members]
            total += base * (1 - float(np.prod(1 - own / base))) - float(own.sum())
        return total

    def package(self, chosen: Chosen, gap: float) -> Package:
        effect = self.effect(chosen)
        names = tuple(name for name, taken in zip(self.ids, chosen, strict=True) if taken)
        missing = 0.0 if _reaches(effect, gap) else gap - effect
        return Package(names, float(self.costs @ chosen), effect, missing)

    def cheapest(self, gap: float, *, count: int) -> list[Chosen]:
        """Cheapest packages that reach the gap, overlap taken off; none when nothing does.

        The programme knows sums only. A solution that falls short because of overlap is cut away
        together with everything that cannot give more; one that is found is cut away alone.
        """
        found: list[Chosen] = []
        cuts: list[tuple[Floats, float]] = []
        for _ in range(MAX_CUTS):
            chosen = self._solve(self.costs, least=gap, cuts=cuts) if len(found) < count else None
            if chosen is None:
                return found
            if _reaches(self.effect(chosen), gap):
                found.append(chosen)
                cuts.append(_never_again(chosen))
            else:
                cuts.append(self._needs_more(chosen))
        raise RuntimeError(f"{MAX_CUTS} packages tried, and overlap leaves each of them too small")

    def farthest(self) -> Chosen:
        """Package with the largest effect, overlap taken off."""
        best: Chosen = np.zeros(len(self.ids), dtype=bool)
        cuts: list[tuple[Floats, float]] = []
        for _ in range(MAX_CUTS):
            chosen = self._solve(-self.effects, least=self.effect(best), cuts=cuts)
            if chosen is None:
                return best
            if self.effect(chosen) > self.effect(best):
                best = chosen
            if not self.groups:
                return best
            cuts.append(self._needs_more(chosen))
        raise RuntimeError(f"{MAX_CUTS} packages tried, and the largest is not found")

    def _solve(
        self, objective: Floats, *, least: float, cuts: list[tuple[Floats, float]]
    ) -> Chosen | None:
        slack = _slack(least)
        constraints = [LinearConstraint(self.effects[None, :], lb=least - slack)]
        if len(self.limits):
            constraints.append(LinearConstraint(self.rows, ub=self.limits))
        if cuts:
            constraints.append(
                LinearConstraint(
                    np.array([row for row, _ in cuts]), lb=np.array([low for _, low in cuts])
                )
            )
        solved = milp(
            objective,
            integrality=np.ones(len(self.ids)),
            bounds=Bounds(0, 1),
            constraints=constraints,
            options={"mip_rel_gap": 0.0},
        )
        return np.asarray(solved.x > 0.5) if solved.x is not None else None

    def _needs_more(self, chosen: Chosen) -> tuple[Floats, float]:
        """Cut: take something more that helps, or drop something that harms."""
        helps, harms = self.effects > 0, self.effects < 0
        row = np.where(helps & ~chosen, 1.0, 0.0) - np.where(harms & chosen, 1.0, 0.0)
        return row, 1.0 - float((harms & chosen).sum())


def _slack(amount: float) -> float:
    """Amount below which a difference is rounding."""
    return 1e-9 * max(1.0, abs(amount))


def _reaches(effect: float, gap: float) -> bool:
    return effect >= gap - _slack(gap)


def _never_again(chosen: Chosen) -> tuple[Floats, float]:
    """Cut: differ in at least one measure."""
    return np.where(chosen, -1.0, 1.0), 1.0 - float(chosen.sum())


def _read(bank: pd.DataFrame, quantile: float | None) -> _Problem:
    column = "effect" if quantile is None else f"P{100 * quantile:g}"
    frame_checks.refuse(frame_checks.missing_columns(bank, (*NEEDED, column)))
    columns = dict.fromkeys((*NEEDED, column, *OPTIONAL))
    frame = bank.reset_index(drop=True).reindex(columns=list(columns))
    frame_checks.refuse(_failures(frame, column))
    ids = tuple(frame["measure_id"])
    rows, limits = _links(frame, ids)
    effects = frame[column].to_numpy(dtype=float)
    groups = tuple(
        (np.array(group.index), abs(float(group["base_amount"].iloc[0])))
        for _, group in frame.groupby("base_group")
        if len(group) > 1
    )
    return _Problem(ids, effects, frame["cost"].to_numpy(dtype=float), rows, limits, groups)


def _links(frame: pd.DataFrame, ids: tuple[str, ...]) -> tuple[csr_array, Floats]:
    """Rows x_i + x_j ≤ 1 for exclusions, x_child − x_parent ≤ 0 for dependence."""
    place = {name: number for number, name in enumerate(ids)}
    rows, limits = [], []
    for column, sign, limit in (("excludes", 1.0, 1.0), ("depends_on", -1.0, 0.0)):
        for i, cell in enumerate(frame[column]):
            for name in frame_checks.names(cell):
                row = np.zeros(len(ids))
                row[i], row[place[name]] = 1.0, sign
                rows.append(row)
                limits.append(limit)
    return csr_array(np.array(rows).reshape(len(rows), len(ids))), np.array(limits)


def _failures(frame: pd.DataFrame, column: str) -> list[Failure]:
    grouped = frame[frame["base_group"].notna()]
    shares = grouped.assign(**{column: grouped[column] / grouped["base_amount"].abs()})
    ids = list(frame["measure_id"])
    return [
        *frame_checks.repeated(frame, "measure_id"),
        *frame_checks.outside(frame, column),
        *frame_checks.outside(frame, "cost", low=0.0),
        *frame_checks.outside(grouped, "base_amount"),
        *frame_checks.outside(shares, column, low=0.0, high=1.0),
        *frame_checks.unknown(frame, "excludes", known=ids),
        *frame_checks.unknown(frame, "depends_on", known=ids),
    ]

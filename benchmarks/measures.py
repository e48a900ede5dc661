"""Measures: seconds, memory, and coverage of the portfolio's interval on synthetic truth.

    OMP_NUM_THREADS=1 python -m benchmarks.measures --seeds 400

Speed: 60 measures, 12 months, 100 000 draws, with ramps, delays, dependence and overlap. Coverage:
what all measures of a synthetic trust give in the rest of the year beyond its run rate, against
the 80 % interval given with

* the generator's own distribution (no effect 0.15, mean 0.55, weight 8), independent or ρ = 0.3;
* one learnt from the finished measures of other trusts, by moments: no effect, mean and spread;
* the same cases as a posterior of the mean, Beta(m₀n₀ + Σr, (1 − m₀)n₀ + Σ(1 − r)), taken for the
  distribution of a single measure.
"""

import argparse
import resource
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from balanse_lib.ledger.synthetic import PROFILES, Departures
from balanse_lib.ledger.synthetic.register import measure_table
from balanse_lib.ledger.synthetic.simulate import Simulation, simulate
from balanse_lib.measures.planned import portfolio_from_register
from balanse_lib.measures.portfolio import Portfolio, make_portfolio
from balanse_lib.measures.simulate import simulate_measures
from benchmarks.tables import to_markdown

FIRST_SEED, LEARNING_SEED = 20_000, 90_000
LASTS = ("2025-01", "2025-03", "2025-06")
NONE, MEAN, WEIGHT = 0.15, 0.55, 8.0
DRAWS = 2000
Rate = tuple[float, float, float]


def large_portfolio(n: int = 60) -> Portfolio:
    rng = np.random.default_rng(1)
    names = [f"T{i}" for i in range(n)]
    frame = pd.DataFrame(
        {
            "measure_id": names,
            "full_year_effect": rng.uniform(1, 12, n),
            "start": rng.integers(-3, 12, n),
            "alpha": rng.uniform(2, 8, n),
            "beta": rng.uniform(1, 6, n),
            "p_none": rng.choice([0.02, 0.05, 0.15, 0.3], n),
            "delay_mode": 1.0,
            "delay_high": 4.0,
            "depends_on": [f"T{i - 1}" if i % 10 == 5 else None for i in range(n)],
            "base_group": [f"base {i // 3}" if i < 12 else None for i in range(n)],
            "base_amount": [50.0 if i < 12 else np.nan for i in range(n)],
        }
    )
    return make_portfolio(frame, ramps={name: [0.25, 0.5, 0.75, 1.0] for name in names})


def print_speed() -> None:
    portfolio = large_portfolio()
    for monthly in (False, True):
        start = time.process_time()
        simulate_measures(
            portfolio,
            months=range(12),
            n_draws=100_000,
            rng=np.random.default_rng(0),
            monthly=monthly,
        )
        used = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"100 000 x 60 x 12, months {monthly}: {used:.2f} s, peak of process {peak:.2f} GB")


def trust_years(seed: int, count: int) -> Iterator[Simulation]:
    for number in range(count):
        profile = PROFILES[number % len(PROFILES)]
        last = LASTS[number // len(PROFILES) % len(LASTS)]
        yield simulate(profile, seed=seed + number, last=last, years=2, departures=Departures())


def decided(simulation: Simulation) -> pd.DataFrame:
    """The register without its bank, which is undecided and has no truth."""
    return measure_table(simulation).iloc[: len(simulation.measures.plans)]


def finished_rates(count: int, seed: int) -> np.ndarray:
    """Realised rates of confirmed measures in other synthetic trusts."""
    found: list[float] = []
    for simulation in trust_years(seed, 10_000):
        done = decided(simulation)["stage"] == "confirmed"
        found += list(simulation.measures.rate[done.to_numpy()])
        if len(found) >= count:
            break
    return np.array(found[:count])


def by_moments(rates: np.ndarray) -> Rate:
    some = rates[rates > 0]
    weight = some.mean() * (1 - some.mean()) / some.var(ddof=1) - 1
    return some.mean() * weight, (1 - some.mean()) * weight, float((rates == 0).mean())


def of_the_mean(rates: np.ndarray) -> Rate:
    return MEAN * WEIGHT + rates.sum(), (1 - MEAN) * WEIGHT + (1 - rates).sum(), 0.0


def remaining_effect(simulation: Simulation) -> float:
    """What the measures really gave after the last known month, beyond that month's level."""
    known, effect = simulation.grid.known, simulation.measures.effect.sum(axis=1)
    return float((effect[known:] - effect[known - 1]).sum())


def interval(simulation: Simulation, rate: Rate, rho: float, seed: int) -> tuple[float, float]:
    plans = simulation.measures.plans
    register = decided(simulation).assign(budget_taken_out=False)
    ids = register["measure_id"]
    portfolio = portfolio_from_register(
        register,
        rates=pd.DataFrame([rate] * len(ids), columns=["alpha", "beta", "p_none"], index=ids),
        ramps={
            name: [(u + 1) / plan.ramp_len for u in range(plan.ramp_len)]
            for name, plan in zip(ids, plans, strict=True)
        },
        period=simulation.grid.last,
        correlation=rho,
    )
    first = int(simulation.grid.last[5:])
    draws = simulate_measures(
        portfolio, months=range(first, 12), n_draws=DRAWS, rng=np.random.default_rng(seed)
    )
    low, high = np.quantile(draws.total, (0.1, 0.9))
    return float(low), float(high)


def coverage(count: int) -> pd.DataFrame:
    exact = (MEAN / (1 - NONE) * WEIGHT, (1 - MEAN / (1 - NONE)) * WEIGHT, NONE)
    rates = {size: finished_rates(size, LEARNING_SEED) for size in (20, 100)}
    ways: dict[str, tuple[Rate, float]] = {
        "generator's distribution, independent": (exact, 0.0),
        "generator's distribution, correlation 0.3": (exact, 0.3),
        "moments of 20 finished, independent": (by_moments(rates[20]), 0.0),
        "moments of 100 finished, independent": (by_moments(rates[100]), 0.0),
        "posterior of the mean, 20 finished": (of_the_mean(rates[20]), 0.0),
        "posterior of the mean, 100 finished": (of_the_mean(rates[100]), 0.0),
    }
    rows = []
    for number, simulation in enumerate(trust_years(FIRST_SEED, count)):
        outcome = remaining_effect(simulation)
        for name, (rate, rho) in ways.items():
            low, high = interval(simulation, rate, rho, number)
            rows.append((name, low <= outcome <= high, outcome < low, outcome > high, high - low))
    columns = ["distribution", "cover80", "below", "above", "width"]
    table = pd.DataFrame(rows, columns=columns).groupby("distribution", sort=False).mean()
    table.insert(1, "±", np.sqrt(table["cover80"] * (1 - table["cover80"]) / count))
    return table.assign(years=count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=400, help="synthetic trust-years")
    options = parser.parse_args()
    print_speed()
    print(to_markdown(coverage(options.seeds)))


if __name__ == "__main__":
    main()

"""How often each rule marks a month of a stable series: by counting, and as the docstring says."""

from itertools import product
from math import factorial

import numpy as np
import pytest
from scipy.stats import norm

from balanse_lib.indicators.rules import mark_outside, mark_runs, mark_trend, mark_two_of_three
from balanse_lib.indicators.xmr import LIMIT, NEAR_LIMIT, find_rules, process_limits

MONTHS = 200_000
RANGE = 2 / np.sqrt(np.pi)  # mean |difference| of two standard normal values
FAR, NEAR = LIMIT * RANGE, NEAR_LIMIT * RANGE


@pytest.fixture(scope="module")
def stable() -> np.ndarray:
    return np.random.default_rng(2009).normal(size=MONTHS)


def test_the_limits_are_three_standard_deviations(stable: np.ndarray) -> None:
    limits = process_limits(stable, screen=False)
    assert limits.upl == pytest.approx(3.0, abs=0.03)
    assert limits.near_upl == pytest.approx(2.0, abs=0.03)


def test_rule_1(stable: np.ndarray) -> None:
    expected = 2 * norm.sf(FAR)  # 0.27 %
    found = mark_outside(stable, lower=-FAR, upper=FAR).mean()
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected / MONTHS))


def test_rule_2(stable: np.ndarray) -> None:
    # a rising run of exactly n values begins at a month with probability (n² + n − 1) / (n + 2)!
    expected = 2 * sum(n * (n * n + n - 1) / factorial(n + 2) for n in range(7, 30))  # 0.25 %
    found = mark_trend(np.sign(np.diff(stable)).astype(int), length=7).mean()
    assert found == pytest.approx(expected, abs=4 * np.sqrt(7 * expected / MONTHS))


def test_rule_3(stable: np.ndarray) -> None:
    near = norm.sf(NEAR) - norm.sf(FAR)
    chance = {"near": near, "same side": 0.5 - near, "other side": 0.5}
    expected = 0.0
    for two_before, before, after, two_after in product(chance, repeat=4):
        windows = ((two_before, before), (before, after), (after, two_after))
        if any("near" in pair and "other side" not in pair for pair in windows):
            neighbours = (two_before, before, after, two_after)
            expected += 2 * near * float(np.prod([chance[name] for name in neighbours]))
    is_near = mark_outside(stable, lower=-NEAR, upper=NEAR) & (np.abs(stable) <= FAR)
    found = mark_two_of_three(np.sign(stable).astype(int), near=is_near).mean()
    assert found == pytest.approx(expected, abs=4 * np.sqrt(2 * expected / MONTHS))


def test_rule_4(stable: np.ndarray) -> None:
    # a month lies in a run of exactly n with probability n / 2^(n + 1)
    expected = 1 - sum(n / 2 ** (n + 1) for n in range(1, 7))
    assert expected == 0.0625
    found = mark_runs(np.sign(stable).astype(int), length=7).mean()
    assert found == pytest.approx(expected, abs=4 * np.sqrt(8 * expected / MONTHS))


@pytest.mark.parametrize(
    ("months", "screen", "charts"), [(24, True, 0.20), (24, False, 0.17), (36, True, 0.30)]
)
def test_whole_charts_as_the_docstring_says(months: int, screen: bool, charts: float) -> None:
    rng, count = np.random.default_rng(7), 1000
    marked = 0
    for _ in range(count):
        values = rng.normal(size=months)
        marked += find_rules(values, limits=process_limits(values, screen=screen)).any()
    error = np.sqrt(charts * (1 - charts) / count)
    assert marked / count == pytest.approx(charts, abs=3 * error + 0.005)  # stated to 1 %

"""Monte Carlo against closed forms: what the draws give on average, and how far they spread."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from balanse_lib.errors import InputError
from balanse_lib.measures import simulate
from balanse_lib.measures.delays import delay_not_started, delay_probabilities
from balanse_lib.measures.normal import normal_portfolio
from balanse_lib.measures.portfolio import Portfolio, make_portfolio
from balanse_lib.measures.rate_table import tabulate_rates
from balanse_lib.measures.simulate import MeasureDraws, simulate_measures

YEAR = range(12)
MEANS, SDS, EFFECTS = np.array([0.75, 0.55, 0.30]), np.array([0.15, 0.20, 0.20]), [10.0, 6.0, 4.0]
SURE = {"alpha": 1e7, "beta": 1e-3}  # a rate of 1, but for 1e-10
MakePortfolio = Callable[..., Portfolio]


def measures(*rows: dict[str, object]) -> pd.DataFrame:
    """Measures from rows; surely carried out in full and at once where nothing else is said."""
    common = {"full_year_effect": 12.0, "start": 0, "p_none": 0.0, **SURE}
    named = [{"measure_id": f"T{number}"} for number in range(1, len(rows) + 1)]
    return pd.DataFrame([{**common, **name, **row} for name, row in zip(named, rows, strict=True)])


def draw(
    frame: pd.DataFrame,
    *,
    n: int = 100_000,
    seed: int = 1,
    months: range = YEAR,
    **settings: object,
) -> MeasureDraws:
    portfolio = make_portfolio(frame, **settings)
    rng = np.random.default_rng(seed)
    return simulate_measures(portfolio, months=months, n_draws=n, rng=rng, monthly=n <= 5000)


def m4() -> pd.DataFrame:
    weight = MEANS * (1 - MEANS) / SDS**2 - 1
    return measures(
        *(
            {"full_year_effect": effect, "alpha": mean * w, "beta": (1 - mean) * w}
            for effect, mean, w in zip(EFFECTS, MEANS, weight, strict=True)
        )
    )


def test_normal_portfolio_is_vector_m4() -> None:
    found = normal_portfolio(EFFECTS, mean=MEANS, sd=SDS, correlation=0.3)
    got = (found.mean, found.sd, found.sd_independent, found.quantile(0.35), found.quantile(0.15))
    assert got == pytest.approx((12.0, 2.589595, 2.080865, 11.002176, 9.316058), abs=1e-4)
    assert found.p_reach(found.quantile(0.35)) == pytest.approx(0.65)


def test_independent_portfolio_has_the_closed_mean_and_sd() -> None:
    total = draw(m4(), correlation=0.0).total
    assert total.mean() == pytest.approx(12.0, abs=4 * 2.08 / np.sqrt(1e5))
    assert total.std() == pytest.approx(2.080865, rel=4 / np.sqrt(2e5))


def test_copula_portfolio_equals_one_simulated_with_scipy() -> None:
    found = draw(m4(), correlation=0.3).total
    rng = np.random.default_rng(77)
    cover = np.full((3, 3), 0.3) + 0.7 * np.eye(3)
    uniform = stats.norm.cdf(rng.multivariate_normal(np.zeros(3), cover, size=200_000))
    weight = MEANS * (1 - MEANS) / SDS**2 - 1
    reference = stats.beta.ppf(uniform, MEANS * weight, (1 - MEANS) * weight) @ EFFECTS
    assert found.mean() == pytest.approx(12.0, abs=4 * 2.6 / np.sqrt(1e5))
    assert found.std() == pytest.approx(reference.std(), rel=0.012)
    levels = (0.15, 0.35, 0.5, 0.85)
    # sd of a quantile is √(q(1 − q)/n)/density: below 0.013 for the two together
    assert np.quantile(found, levels) == pytest.approx(np.quantile(reference, levels), abs=0.05)
    assert np.quantile(found, 0.35) == pytest.approx(11.08, abs=0.05)
    assert np.quantile(found, 0.35) > 11.002176 + 0.03  # not the normal approximation


def test_trusts_are_independent_of_each_other() -> None:
    frame = m4()
    effects = draw(frame.assign(trust=["a", "a", "b"]), correlation=0.6).effects
    found = np.corrcoef(effects.T)
    assert found[0, 1] > 0.5
    assert abs(found[0, 2]) < 4 / np.sqrt(1e5)


def test_a_child_needs_its_parent_whatever_the_correlation() -> None:
    frame = measures({"p_none": 0.2}, {"p_none": 0.3, "depends_on": "T1"})
    happened = draw(frame, correlation=0.8).happened
    assert happened[:, 1].mean() == pytest.approx(0.56, abs=4 * np.sqrt(0.56 * 0.44 / 1e5))
    assert not (happened[:, 1] & ~happened[:, 0]).any()


def test_a_grandchild_listed_first_needs_both() -> None:
    frame = measures(
        {"p_none": 0.5, "depends_on": "T2"}, {"p_none": 0.5, "depends_on": "T3"}, {"p_none": 0.5}
    )
    assert draw(frame).happened[:, 0].mean() == pytest.approx(0.125, abs=4 * 0.331 / np.sqrt(1e5))


def test_percentages_of_one_base_multiply() -> None:
    shares = {"base_group": "beds", "base_amount": -40.0}
    frame = measures({"full_year_effect": 8.0, **shares}, {"full_year_effect": 10.0, **shares})
    found = draw(frame, n=50)
    assert found.effects.sum(axis=1) == pytest.approx(18.0)
    assert found.overlap == pytest.approx(-2.0)
    assert found.total == pytest.approx(16.0)
    assert found.monthly == pytest.approx(np.full((50, 12), 16 / 12))


def test_overlap_counts_only_where_both_work() -> None:
    shares = {"base_group": "beds", "base_amount": 40.0}
    frame = measures(
        {"full_year_effect": 8.0, **shares}, {"full_year_effect": 10.0, "start": 9, **shares}
    )
    assert draw(frame, n=50).overlap == pytest.approx(-2.0 * 3 / 12)


def test_a_base_is_never_exceeded() -> None:
    shares = {"base_group": "beds", "base_amount": 40.0, "alpha": 5.0, "beta": 1.0}
    frame = measures(*[{"full_year_effect": 36.0, **shares}] * 4)
    found = draw(frame, n=5000)
    assert (found.total <= 40.0 + 1e-9).all()
    assert (found.effects.sum(axis=1) > 40.0).any()


def test_what_the_run_rate_holds_is_not_counted_again() -> None:
    shares = {"base_group": "beds", "base_amount": 40.0, "start": 6}
    frame = measures(
        {"full_year_effect": 8.0, "in_run_rate": 0.5, **shares},
        {"full_year_effect": 10.0, **shares},
    )
    found = draw(frame, n=50, months=range(9, 12), ramps={"T1": [0.25, 0.5, 0.75, 1.0]})
    # at full strength 16 of 40; the run rate has half of 8, so 40 · 0.1 = 4 are there already
    assert found.total == pytest.approx((16.0 - 4.0) / 12 * 3)
    assert found.effects[:, 0] == pytest.approx(8.0 / 12 * 0.5 * 3)


def test_what_is_counted_elsewhere_is_worth_nothing() -> None:
    found = draw(measures({"counted": False}, {}), n=50)
    assert found.total == pytest.approx(12.0)
    assert found.planned == pytest.approx([0.0, 12.0])
    assert found.happened.all()  # what depends on it still can


def test_of_measures_that_exclude_each_other_the_largest_is_kept() -> None:
    frame = measures(
        {"full_year_effect": 6.0, "excludes": "T2"},
        {"full_year_effect": 5.0},
        {"full_year_effect": 3.0, "depends_on": "T2"},
    )
    assert draw(frame, n=50).effects == pytest.approx(np.tile([6.0, 0.0, 0.0], (50, 1)))


def test_ramp_and_delay_are_vector_m1() -> None:
    late = {"delay_low": 2.0, "delay_mode": 2.0, "delay_high": 2.0}
    ramps = {name: [0.25, 0.5, 0.75, 1.0] for name in ("T1", "T2")}
    frame = measures({"start": 3}, {"start": 3, **late})
    this = draw(frame, n=20, ramps=ramps).effects
    following = draw(frame, n=20, ramps=ramps, months=range(12, 24)).effects
    assert this == pytest.approx(np.tile([7.5, 5.5], (20, 1)))
    assert following - this == pytest.approx(np.tile([4.5, 6.5], (20, 1)))


def test_delay_is_drawn_as_triangular_and_rounded() -> None:
    late = {"delay_low": 0.0, "delay_mode": 1.0, "delay_high": 4.0}
    effects = draw(measures({"start": 6, **late})).effects[:, 0]
    below = stats.triang.cdf([0.5, 1.5, 2.5, 3.5, 4.0], 0.25, scale=4.0)
    expected = np.diff(below, prepend=0.0)
    found = np.array([np.isclose(effects, 6.0 - k, atol=1e-4).mean() for k in range(5)])
    assert found.sum() == 1.0
    assert found == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(1e5))


@pytest.mark.parametrize("triangle", [(0, 0, 2), (0, 1, 4), (1, 3, 3), (0.4, 1.1, 5.7), (2, 2, 2)])
def test_delay_probabilities_are_those_of_scipy(triangle: tuple[float, float, float]) -> None:
    low, mode, high = triangle
    found = delay_probabilities(low, mode, high)
    if low == high:
        assert found == pytest.approx([0.0, 0.0, 1.0])
        return
    shape = (mode - low) / (high - low)
    edges = np.arange(len(found)) + 0.5
    below = stats.triang.cdf(edges, shape, loc=low, scale=high - low)
    assert found == pytest.approx(np.diff(below, prepend=0.0))
    assert found.sum() == pytest.approx(1.0)


def test_a_delay_that_would_lie_in_the_past_is_out() -> None:
    delays = np.array([0.1, 0.3, 0.6])
    assert delay_not_started(delays, start=5, first=6) == pytest.approx([0.0, 1 / 3, 2 / 3])
    assert delay_not_started(delays, start=7, first=6) == pytest.approx(delays)
    assert delay_not_started(delays, start=2, first=6) == pytest.approx([0, 0, 0, 0, 1])


@pytest.mark.parametrize("p_none", [0.0, 0.02, 0.3, 0.9])
@pytest.mark.parametrize("shape", [(1.0, 1.0), (6.8, 1.2), (2.4, 5.6), (0.5, 0.5), (78.0, 32.0)])
def test_tabulated_rates_are_those_of_scipy(shape: tuple[float, float], p_none: float) -> None:
    limit = stats.norm.ppf(p_none) if p_none else -6.5
    z = limit + np.concatenate([np.geomspace(1e-6, 0.1, 500), np.linspace(0.1, 12.0, 5001)])
    z = z[z < 6]
    table = tabulate_rates(np.array([shape[0]]), np.array([shape[1]]), np.array([p_none]))
    found, happened = table.look_up(z[:, None].copy())
    tail = stats.norm.sf(z) / (1 - p_none)
    exact = stats.beta.isf(np.minimum(tail, 1.0), *shape)
    lower = np.maximum((stats.norm.cdf(z) - p_none) / (1 - p_none), 0.0)
    exact = np.where(tail > 0.5, stats.beta.ppf(lower, *shape), exact)
    assert np.abs(found[:, 0] - exact).max() < 2e-4
    assert happened[1:].all()


def test_drawn_rates_are_zero_or_beta() -> None:
    found = draw(measures({"alpha": 5.0, "beta": 3.0, "p_none": 0.15}))
    rates = found.effects[:, 0] / 12
    assert (rates == 0).mean() == pytest.approx(0.15, abs=4 * np.sqrt(0.15 * 0.85 / 1e5))
    assert stats.kstest(rates[rates > 0], stats.beta(5.0, 3.0).cdf).pvalue > 1e-3


def test_the_same_seed_gives_the_same_draws_and_more_draws_begin_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = measures({"p_none": 0.3, "alpha": 3.0, "beta": 2.0}, {"alpha": 3.0, "beta": 1.0})
    long = draw(frame, n=7000).total
    assert np.array_equal(draw(frame, n=3000).total, long[:3000])
    assert np.array_equal(draw(frame, n=7000).total, long)
    assert not np.array_equal(draw(frame, n=7000, seed=2).total, long)
    first, second = long[: simulate.BLOCK], long[simulate.BLOCK : 2 * simulate.BLOCK]
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(simulate.BLOCK)


def test_months_add_up_to_the_total() -> None:
    shares = {"base_group": "beds", "base_amount": 40.0, "alpha": 3.0, "beta": 2.0}
    late = {"delay_low": 0.0, "delay_mode": 1.0, "delay_high": 4.0, "p_none": 0.2}
    frame = measures({**shares, **late}, {**shares, **late, "start": 4}, {**late, "start": -3})
    found = draw(frame, n=4000, ramps={"T2": [0.2, 0.7, 1.0]})
    assert found.monthly is not None
    assert found.monthly.sum(axis=1) == pytest.approx(found.total, abs=1e-9)


def test_part_of_a_portfolio_keeps_its_links() -> None:
    frame = measures({"p_none": 0.5}, {}, {"depends_on": "T1", "excludes": "T2"})
    part = make_portfolio(frame).only(["T3", "T1"])
    assert (part.ids, part.parents, part.excludes) == (("T3", "T1"), ((1,), ()), ((), ()))
    with pytest.raises(ValueError, match="T1 must be chosen too"):
        make_portfolio(frame).only(["T3"])


def test_an_empty_portfolio_is_worth_nothing() -> None:
    frame = measures({}).iloc[:0]
    assert draw(frame, n=10).total.tolist() == [0.0] * 10


@pytest.mark.parametrize(
    ("rows", "rule", "column"),
    [
        ([{"alpha": np.nan}], "empty_cell", "alpha"),
        ([{"p_none": 1.2}], "too_large", "p_none"),
        ([{"depends_on": "T9"}], "unknown_key", "depends_on"),
        ([{"depends_on": "T2"}, {"depends_on": "T1"}], "ring", "depends_on"),
        ([{"measure_id": "T"}, {"measure_id": "T"}], "duplicate_key", "measure_id"),
        ([{"base_group": "b", "base_amount": 10.0}], "too_large", "full_year_effect"),
        ([{"base_group": "b"}], "empty_cell", "base_amount"),
        ([{"delay_low": 2.0, "delay_high": 1.0}], "not_allowed", "delay_low"),
        ([{"start": 1.5}], "not_allowed", "start"),
        (
            [{"base_group": "b", "base_amount": 20.0}, {"base_group": "b", "base_amount": 30.0}],
            "not_allowed",
            "base_amount",
        ),
    ],
)
def test_a_frame_that_cannot_be_counted_with_says_why(
    rows: list[dict[str, object]], rule: str, column: str
) -> None:
    with pytest.raises(InputError) as raised:
        make_portfolio(measures(*rows))
    assert (rule, column) in {(f.rule, f.column) for f in raised.value.failures}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="alpha"):
        make_portfolio(measures({}).drop(columns="alpha"))

"""What a reporter's record does to a judgement, on reporters whose truth is known."""

import numpy as np
import pytest
from scipy.special import ndtri

from balanse_lib.realism.own_record import (
    Reports,
    combine_with_model,
    draw_class,
    draw_outcome,
    group_months,
    weigh_years,
)

YEARS = np.arange(2000, 2025)
NORMAL = np.random.default_rng(0).permutation(ndtri((np.arange(999) + 0.5) / 999))


def make_reports(rows: list[tuple[int, int, float, float]]) -> Reports:
    year, group, departure, surprise = zip(*rows, strict=True)
    return Reports(np.array(year), np.array(group), np.array(departure), np.array(surprise))


def steady(bias: float, *, year: int = 2025, outcome: float = np.nan) -> Reports:
    """One report a year that lies `bias` above what then comes, and a new one at the model."""
    past = [(int(y), 0, 0.5, 0.5 - bias) for y in YEARS]
    return make_reports([*past, (year, 0, 0.0, outcome)])


def test_by_hand_one_earlier_report() -> None:
    """One report a year ago at the model's median, the outcome 1 spread above; a new one likewise.

    In σ²: b varies by 1 + 0.0625 + 1 = 2.0625, the error by 1, together 3.0625; b of the two years
    has 1 + 0.0625 in common, and what is remembered of a shock. Centre = common / 3.0625.
    σ² is 1/3.0625 with weight 4 beforehand, and the error's square says the same. One year cannot
    tell whether shocks are remembered.
    """
    reports = make_reports([(2024, 0, 0.0, 1.0), (2025, 0, 0.0, np.nan)])
    found = combine_with_model(reports.before(2025), reports=reports, row=1)
    common = np.array([1.0625, 1.5625, 1.8625])
    assert found.weight == pytest.approx([1 / 3] * 3)
    assert found.centre == pytest.approx(common / 3.0625)
    assert found.width**2 == pytest.approx((3.0625 - common**2 / 3.0625) / 3.0625)


@pytest.mark.parametrize("departure", [-6.0, -1.0, 0.0, 2.0])
def test_a_new_reporter_moves_the_model_half_the_way_and_disagreement_widens_it(
    departure: float,
) -> None:
    reports = make_reports([(2025, 1, departure, np.nan)])
    found = combine_with_model(reports.before(2025), reports=reports, row=0)
    assert found.centre == pytest.approx(departure / 2)
    assert found.width == pytest.approx(np.sqrt(1 + (0.25 + 0.0625) * departure**2 / 3.0625))


def test_the_record_tells_whether_shocks_are_remembered() -> None:
    """Five good years, five bad ones, and so on; or good and bad years by turns."""
    blocks = [1.5 if (year // 5) % 2 else -1.5 for year in YEARS]
    turns = [1.5 if year % 2 else -1.5 for year in YEARS]
    remembered = []
    for shocks in (blocks, turns):
        past = [(int(y), 0, 0.0, s) for y, s in zip(YEARS, shocks, strict=True)]
        reports = make_reports([*past, (2025, 0, 0.0, np.nan)])
        found = combine_with_model(reports.before(2025), reports=reports, row=len(YEARS))
        remembered.append(found.weight[1:].sum())
    before = 2 / 3
    assert remembered[0] > before + 0.1
    assert remembered[1] < before - 0.1


@pytest.mark.parametrize("bias", [-2.0, -1.0, 1.0, 2.0])
def test_a_steady_bias_is_learnt_and_taken_out(bias: float) -> None:
    reports = steady(bias)
    drawn = draw_outcome(NORMAL, reports=reports, row=len(YEARS), rng=np.random.default_rng(1))
    assert np.median(drawn) == pytest.approx(-bias, abs=0.25 * abs(bias))
    p_reach = (drawn >= 0).mean()
    assert p_reach > 0.8 if bias < 0 else p_reach < 0.2


def test_neither_later_years_nor_this_years_outcome_are_looked_at() -> None:
    known, told = steady(1.0), steady(1.0, outcome=-7.0)
    later = make_reports(
        [*((int(y), 0, 0.5, -0.5) for y in YEARS), (2025, 0, 0.0, -7.0), (2026, 0, 9.0, -9.0)]
    )
    drawn = [
        draw_outcome(NORMAL, reports=r, row=len(YEARS), rng=np.random.default_rng(1))
        for r in (known, told, later)
    ]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    np.testing.assert_array_equal(drawn[0], drawn[2])


def test_one_ruined_year_does_not_ruin_the_record() -> None:
    calm = steady(0.0)
    shock = make_reports([*((int(y), 0, 0.5, 0.5 - 40.0 * (y == 2019)) for y in YEARS),
                          (2025, 0, 0.0, np.nan)])  # fmt: skip
    quantiles = [
        np.quantile(
            draw_outcome(NORMAL, reports=r, row=len(YEARS), rng=np.random.default_rng(1)),
            [0.15, 0.5, 0.85],
        )
        for r in (calm, shock)
    ]
    np.testing.assert_allclose(quantiles[0], quantiles[1], atol=0.5)


def test_the_class_is_the_empirical_distribution_of_errors() -> None:
    """Nine years with errors 0…8, each weighing a tenth less than the next."""
    past = make_reports([(2016 + k, 0, 0.0, float(k)) for k in range(9)])
    errors = draw_class(past, weights=weigh_years(past, year=2025), shape=np.zeros(100_000))
    weights = 0.9 ** np.arange(8.0, -1, -1)
    found = [(errors == value).mean() for value in range(9)]
    assert found == pytest.approx(weights / weights.sum(), abs=1e-4)


def test_a_year_with_three_reports_counts_as_one() -> None:
    past = make_reports([(2023, 0, 0.0, 1.0), *((2024, g, 0.0, -1.0) for g in (0, 1, 2))])
    errors = draw_class(past, weights=weigh_years(past, year=2025), shape=np.zeros(1000))
    assert (errors == -1.0).mean() == pytest.approx(1 / 1.9, abs=0.001)


@pytest.mark.parametrize("departure", [6.0, 20.0])
def test_without_a_record_a_report_far_from_the_model_is_not_believed(departure: float) -> None:
    for sign in (1, -1):
        reports = make_reports([(2025, 1, sign * departure, np.nan)])
        drawn = draw_outcome(NORMAL, reports=reports, row=0, rng=np.random.default_rng(1))
        p_reach = (drawn >= sign * departure).mean()
        assert p_reach < 0.10 if sign > 0 else p_reach > 0.90


@pytest.mark.parametrize("bias", [0.0, 1.0, -1.0])
def test_probabilities_hold_for_honest_optimistic_and_hoarding_reporters(bias: float) -> None:
    """The model errs by N(0, 1), alike within a year (0.6); reports lie `bias` ± ¼ above it.

    After ten years of record the share reached equals the mean probability, and the quantiles
    hold, within three standard errors over reporter-years and what shrinkage still leaves.
    """
    rng = np.random.default_rng(11)
    reached, claimed, below = [], [], []
    for _ in range(40):
        year, group = np.repeat(np.arange(2000, 2014), 3), np.tile([0, 1, 2], 14)
        shock = np.repeat(rng.normal(0, np.sqrt(0.6), 14), 3)
        surprise = shock + rng.normal(0, np.sqrt(0.4), 42)
        departure = bias + 0.25 * rng.normal(size=42)
        reports = Reports(year, group, departure, surprise)
        for row in np.flatnonzero(year >= 2010):
            drawn = draw_outcome(rng.normal(size=400), reports=reports, row=row, rng=rng)
            reached.append(surprise[row] >= departure[row])
            claimed.append((drawn >= departure[row]).mean())
            below.append(surprise[row] >= np.quantile(drawn, [0.15, 0.35, 0.5, 0.85]))
    left_by_shrinkage = 0.05 * abs(bias)
    error = 3 * np.sqrt(0.25 / (40 * 4))
    assert np.mean(claimed) == pytest.approx(np.mean(reached), abs=error + left_by_shrinkage)
    for promised, found in zip((0.85, 0.65, 0.5, 0.15), np.mean(below, axis=0), strict=True):
        assert found == pytest.approx(promised, abs=error + left_by_shrinkage)
    assert np.mean(reached) == pytest.approx(
        {0.0: 0.5, 1.0: 0.166, -1.0: 0.834}[bias],
        abs=error,  # Φ(−bias / √(1 + ¼²))
    )


def test_months_fall_in_three_groups() -> None:
    assert group_months(np.arange(1, 12)).tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2]

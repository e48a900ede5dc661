"""Own record shrunk to the region's; events counted the prudent and the central way."""

from math import inf, nan, sqrt

import numpy as np
import pytest

from balanse_lib import params
from balanse_lib.realism import combine_by_precision, events_ledger, shrink_bias


def test_few_trusts_or_errors_get_the_default_weight() -> None:
    two_trusts = shrink_bias({"A": [-1.0] * 6, "B": [1.0] * 6}, "A")
    assert (two_trusts.k, two_trusts.w) == (4.0, 0.6)
    seven_errors = shrink_bias({"A": [-1.0] * 3, "B": [1.0] * 2, "C": [0.0] * 2}, "A")
    assert seven_errors.k == 4.0
    assert seven_errors.b_pct == pytest.approx(3 / 7 * -1 + 4 / 7 * (-1 / 7))


def test_trusts_that_do_not_differ_all_get_the_regions_mean() -> None:
    alike = shrink_bias({"A": [-1, 1, 0], "B": [1, -1, 0], "C": [0, 1, -1]}, "A")
    assert (alike.tau2, alike.k, alike.w, alike.b_pct) == (0.0, inf, 0.0, 0.0)


def test_trusts_without_noise_keep_their_own_mean() -> None:
    sure = shrink_bias({"A": [-1.0] * 3, "B": [1.0] * 3, "C": [0.0] * 3}, "A")
    assert (sure.sigma2, sure.k, sure.w, sure.b_pct) == (0.0, 0.0, 1.0, -1.0)


def test_a_new_trust_gets_the_regions_mean_and_a_misspelt_one_an_error() -> None:
    region = {"A": [-0.2, -0.4], "new": []}
    assert shrink_bias(region, "new").b_pct == pytest.approx(-0.3)
    with pytest.raises(ValueError, match="nearest is new"):
        shrink_bias(region, "neww")


def test_moments_find_the_variances_that_made_the_errors() -> None:
    rng = np.random.default_rng(5)
    errors = {
        str(trust): (rng.normal(0, 0.6) + rng.normal(0, 0.3, 5)).tolist() for trust in range(4000)
    }
    bias = shrink_bias(errors, "0")
    assert bias.sigma2 == pytest.approx(0.09, rel=0.05)
    assert bias.tau2 == pytest.approx(0.36, rel=0.08)


def test_prudent_use_never_moves_a_forecast_up() -> None:
    hoarder = shrink_bias({"A": [0.5], "B": [0.5]}, "A")
    assert hoarder.corrected(10, 1000) == 15
    assert hoarder.prudent(10, 1000) == 10
    hopeful = shrink_bias({"A": [-0.5], "B": [-0.5]}, "A")
    assert hopeful.prudent(10, 1000) == 5


@pytest.mark.parametrize("errors", [{"A": []}, {"A": [nan]}, {"A": [0.1, inf]}])
def test_errors_that_are_no_numbers_are_refused(errors: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match="error"):
        shrink_bias(errors, "A")


def test_k_cannot_be_negative_or_unknown() -> None:
    for k in (-1.0, nan):
        with pytest.raises(ValueError, match="k is"):
            shrink_bias({"A": [0.1]}, "A", k=k)


def test_a_combination_is_surer_than_either_and_lies_between() -> None:
    both = combine_by_precision(model=-10, model_sd=4, reported=20, reported_sd=3)
    assert both.mean == pytest.approx((-10 * 9 + 20 * 16) / 25)
    assert both.sd == pytest.approx(sqrt(16 * 9 / 25))
    with pytest.raises(ValueError, match="model_sd is 0"):
        combine_by_precision(model=0, model_sd=0, reported=0, reported_sd=1)


EVENTS = [  # amount, probability, prudent
    (-10, 1.0, -10), (-10, 0.51, -10), (-10, 0.50, -5), (-10, 0.10, -1), (-10, 0.09, 0),
    (-10, 0.0, 0), (10, 1.0, 10), (10, 0.95, 10), (10, 0.94, 0), (10, 0.0, 0), (0, 0.5, 0),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "probability", "prudent"), EVENTS)
def test_losses_count_sooner_than_gains(amount: float, probability: float, prudent: float) -> None:
    found = events_ledger([(amount, probability)])
    assert found.prudent == pytest.approx(prudent)
    assert found.central == pytest.approx(amount * probability)
    assert found.sd == pytest.approx(abs(amount) * sqrt(probability * (1 - probability)))


def test_no_events_are_no_amount() -> None:
    nothing = events_ledger([])
    assert (nothing.prudent, nothing.central, nothing.sd, nothing.counted) == (0, 0, 0, ())


def test_limits_of_events_are_thresholds() -> None:
    strict = params.standard_thresholds().model_copy(update={"event_gain_full": 0.99})
    assert events_ledger([(10, 0.97)], thresholds=strict).prudent == 0


def test_the_prudent_sum_is_never_above_the_central_one_for_losses() -> None:
    found = events_ledger([(-7, p / 20) for p in range(2, 21)])
    assert found.prudent <= found.central


@pytest.mark.parametrize("event", [(nan, 0.5), (1, nan), (1, -0.1), (1, 1.01), (None, 0.5)])
def test_bad_events_are_refused(event: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"amount is|probability is"):
        events_ledger([event])

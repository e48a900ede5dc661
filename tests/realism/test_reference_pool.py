"""Published pairs pooled: the rule's own figures come out, unlike things are kept apart."""

import numpy as np
import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.params import reference_pools
from balanse_lib.realism.reference_pool import choose_pairs, choose_record, pool_errors


def test_english_providers_are_optimistic_early_and_not_late():
    # example E10 of the rule: -437, -52; -121, -337, -13; +82, -29, +90
    pairs = choose_pairs(reference_pools(), pool="england", level="country")
    found = pool_errors(pairs).set_index("month")
    assert found["bias"].to_dict() == {
        3: pytest.approx(-244.5),
        6: pytest.approx(-157.0),
        9: pytest.approx(143 / 3),
    }
    assert found["n"].to_dict() == {3: 2, 6: 3, 9: 3}
    assert found["n_sized"].sum() == 0
    assert found["bias_pct"].isna().all()


def test_committees_of_malmo_by_year():
    committees = choose_pairs(reference_pools(), pool="malmo", level="committee", basis="unclear")
    total = choose_pairs(reference_pools(), pool="malmo", level="total", basis="unclear")
    errors = committees.groupby("year")["error"]
    assert errors.sum().to_dict() == {2014: -150.0, 2015: 247.0}
    assert errors.apply(lambda found: int((found >= 0).sum())).to_dict() == {2014: 10, 2015: 11}
    assert total["error"].tolist() == [363.0]


def test_norwegian_trusts_by_hand():
    pairs = choose_pairs(reference_pools(), pool="norway", level="trust")
    found = pool_errors(pairs).set_index("month")
    assert found["bias"].to_dict() == {
        4: 26 + 26, 5: 26 + 15, 6: 6 + 200, 9: pytest.approx(-14.1), 11: 6 + 65, 12: 3.0,
    }  # fmt: skip
    sized = found[found["n_sized"] > 0]["bias_pct"].to_dict()
    revenue = 2794.413  # of Helse Førde, 2016
    assert sized == {4: pytest.approx(5200 / revenue), 5: pytest.approx(4100 / revenue)}


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"pool": "norwey", "level": "trust"}, "pool 'norwey': norway"),
        ({"pool": "england", "level": "trust"}, "level 'trust': country"),
        ({"pool": "england", "level": "country", "basis": "deviation"}, "basis 'deviation'"),
    ],
)
def test_a_pool_that_does_not_exist_is_said_with_the_nearest(wanted, told):
    with pytest.raises(ValueError, match=told):
        choose_pairs(reference_pools(), **wanted)


def test_a_month_that_is_not_stated_stands_apart():
    pairs = choose_pairs(reference_pools(), pool="sweden", level="country")
    (found,) = pool_errors(pairs).to_dict("records")
    assert pd.isna(found["month"])
    assert found["bias"] == 16_000.0


def pairs_of(bodies: dict[str, list[float]], *, month: int = 9) -> pd.DataFrame:
    rows = [(body, error) for body, errors in bodies.items() for error in errors]
    frame = pd.DataFrame(rows, columns=["body", "error_pct"])
    return frame.assign(pool="p", month=month, error=0.0)


PUBLISHED = pairs_of({"x": [-0.2, np.nan], "y": [0.1, -0.4], "z": [-0.1]})
LONG = {"A": [-0.3], "B": [0.1, 0.2, 0.0, 0.1], "C": [0.2, 0.1, 0.3]}  # 3 trusts, 8 errors


def test_a_region_with_enough_errors_needs_no_published_ones():
    found = choose_record(LONG, "A", pairs=PUBLISHED, months=[9])
    assert (found.source, found.errors_by_body) == ("region", LONG)
    assert (found.n_own, found.n_region, found.n_published, found.n_without_size) == (1, 7, 4, 1)


@pytest.mark.parametrize(
    "errors",
    [
        {"A": [-0.3], "B": [0.1, 0.2, 0.0, 0.1], "C": [0.2, 0.1]},  # 7 errors
        {"A": [-0.3], "B": [0.1] * 9, "C": []},  # 2 trusts
        {"A": [], "B": [], "C": []},
    ],
)
def test_short_records_are_completed_by_published_ones(errors):
    found = choose_record(errors, "A", pairs=PUBLISHED, months=[9])
    assert found.source == "published"
    added = {"p: x": [-0.2], "p: y": [0.1, -0.4], "p: z": [-0.1]}
    assert found.errors_by_body == errors | added


def test_a_trust_with_a_record_of_its_own_needs_no_others():
    own = {"A": [-0.3, 0.1, 0.2, 0.0]}
    assert choose_record(own, "A", pairs=PUBLISHED, months=[9]).source == "region"


def test_a_pool_with_too_few_bodies_of_known_size_is_not_used():
    two = pairs_of({"x": [-0.2, -0.2], "y": [0.1], "z": [np.nan]})
    found = choose_record({}, "A", pairs=two, months=[9])
    assert (found.source, found.errors_by_body) == ("short", {"A": []})
    assert (found.n_published, found.n_without_size) == (3, 1)
    fewer = params.standard_thresholds().model_copy(update={"bias_min_trusts": 2})
    found = choose_record({}, "A", pairs=two, months=[9], thresholds=fewer)
    assert found.source == "published"


@pytest.mark.parametrize("change", [{"bias_default_k": 1.0}, {"bias_min_errors": 7}])
def test_the_runs_thresholds_say_when_a_record_is_short(change):
    seven = {"A": [-0.3], "B": [0.1, 0.2, 0.0, 0.1], "C": [0.2, 0.1]}
    limits = params.standard_thresholds().model_copy(update=change)
    assert choose_record(seven, "A", pairs=PUBLISHED, months=[9]).source == "published"
    found = choose_record(seven, "A", pairs=PUBLISHED, months=[9], thresholds=limits)
    assert found.source == "region"


def test_errors_of_other_months_are_not_used():
    assert choose_record({}, "A", pairs=PUBLISHED, months=[3]).n_published == 0


def test_what_is_published_today_is_too_little_for_norwegian_trusts():
    pairs = choose_pairs(reference_pools(), pool="norway", level="trust")
    found = choose_record({"A": [-0.3]}, "A", pairs=pairs, months=[1, 2, 3, 4])
    assert (found.source, found.n_published, found.n_without_size) == ("short", 1, 0)

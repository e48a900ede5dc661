from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from balanse_lib.forecast import year_end
from balanse_lib.forecast.conformal import Recalibration
from balanse_lib.forecast.history import period_13_draws
from balanse_lib.forecast.year_end import _widen

N = 2000


def _noisy(span: list[str], *, mean: float, sd: float, seed: int) -> dict[str, float]:
    draws = np.random.default_rng(seed).normal(mean, sd, len(span))
    return dict(zip(span, draws, strict=True))


@pytest.fixture
def book(make_ledger, months):
    span = months("2020-01", 69)
    return make_ledger(
        {
            "other_income": _noisy(span, mean=100, sd=2, seed=1),
            "pay_cost": _noisy(span, mean=-98, sd=2, seed=2),
        }
    )


def _run(book, period="2025-09", seed=5, **more):
    return year_end(book, period=period, rng=np.random.default_rng(seed), n_paths=N, **more)


def test_the_total_is_booked_plus_paths_plus_the_rest(book):
    found = _run(book)
    expected = found.booked.sum() + found.paths.sum(axis=(1, 2)) + found.period_13 + found.events
    assert found.total == pytest.approx(expected)
    booked = book.ledger_month[book.ledger_month["period"] >= "2025-01"]["amount"].sum()
    assert found.booked.sum() == pytest.approx(booked)
    assert found.months == ("2025-10", "2025-11", "2025-12")


def test_independent_noise_gives_the_spread_of_a_sum_of_six_normals(book):
    # two lines × three months of sd 2: √6·2 = 4.9, somewhat more for the unknown level
    found = _run(book)
    assert 4.4 < found.total.std() < 7.5
    assert found.quantile(0.5) == pytest.approx(found.booked.sum() + 6.0, abs=4.0)


def test_lines_that_move_against_each_other_cancel_in_the_total(make_ledger, months):
    span = months("2020-01", 69)
    wave = np.random.default_rng(4).normal(0, 5, 69)
    mirrored = make_ledger(
        {
            "other_income": dict(zip(span, 100 + wave, strict=True)),
            "goods_cost": dict(
                zip(span, -90 - wave + np.random.default_rng(9).normal(0, 0.5, 69), strict=True)
            ),
        }
    )
    found = _run(mirrored)
    alone = found.by("line")["sd"]
    assert found.total.std() < 0.5 * np.sqrt((alone**2).sum())


def test_probabilities_and_quantiles_belong_together(book):
    found = _run(book)
    q = found.quantiles()
    assert list(q.index) == ["P10", "P15", "P35", "P50", "P65", "P85", "P90"]
    assert q.is_monotonic_increasing
    assert found.p_reach(q["P35"]) == pytest.approx(0.65, abs=1 / N)
    missed = float((found.total < 10.0).mean())
    assert found.p_reach(10.0) + missed == pytest.approx(1.0)


def test_the_last_cumulative_month_is_the_year_end(book):
    found = _run(book)
    path = found.cumulative()
    assert len(path) == 12
    assert path.loc["2025-12", "P50"] == pytest.approx(found.quantile(0.5))
    assert path.loc["2025-09", "P10"] == path.loc["2025-09", "P90"]


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(book):
    assert np.array_equal(_run(book, seed=1).total, _run(book, seed=1).total)
    assert not np.array_equal(_run(book, seed=1).total, _run(book, seed=2).total)


def test_nothing_later_than_the_period_is_used(book):
    early = _run(book, period="2025-06")
    blind = _run(book.until("2025-06"), period="2025-06")
    assert np.array_equal(early.total, blind.total)
    assert len(early.months) == 6


def test_a_gap_in_the_year_is_simulated_not_read_as_zero(make_ledger, months):
    span = [month for month in months("2020-01", 69) if month != "2025-04"]
    amounts = {"other_income": _noisy(span, mean=100, sd=2, seed=1)}
    found = _run(make_ledger(amounts, known_gaps={"2025-04": "no closing"}))
    assert found.months == ("2025-04", "2025-10", "2025-11", "2025-12")
    assert found.quantile(0.5) == pytest.approx(1200, abs=15)


def test_a_booked_one_off_does_not_go_on(make_ledger, months):
    span = months("2020-01", 69)
    plain = _noisy(span, mean=100, sd=1, seed=1)
    lifted = plain | {"2025-09": plain["2025-09"] + 50}
    one_off = pd.DataFrame(
        [
            {
                "id": "e",
                "trust": "t",
                "unit": "t",
                "account": "x",
                "period": "2025-09",
                "type": "one-off",
                "amount": 50.0,
                "probability": 1.0,
                "evidence": "",
                "line": "other_income",
            }
        ]
    )
    found = _run(make_ledger({"other_income": lifted}, events=one_off))
    expected = _run(make_ledger({"other_income": plain}))
    assert found.quantile(0.5) == pytest.approx(expected.quantile(0.5) + 50, abs=1e-6)


def test_an_uncertain_event_happens_as_often_as_it_is_probable(make_ledger, months):
    span = months("2020-01", 69)
    event = pd.DataFrame(
        [
            {
                "id": "e",
                "trust": "t",
                "unit": "t",
                "account": "x",
                "period": "2025-11",
                "type": "uncertain",
                "amount": -40.0,
                "probability": 0.25,
                "evidence": "",
                "line": "other_income",
            }
        ]
    )
    found = _run(make_ledger({"other_income": _noisy(span, mean=9, sd=1, seed=1)}, events=event))
    # four standard errors of a share of N draws
    assert (found.events == -40.0).mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.1875 / N))
    assert set(np.unique(found.events)) == {-40.0, 0.0}


def test_period_13_is_drawn_around_its_mean(make_ledger, months):
    amounts = _noisy(months("2020-01", 69), mean=1, sd=1, seed=1)
    extra = {
        f"{year}-13": value for year, value in zip(range(2020, 2025), [1, 2, 3, 4, 5], strict=True)
    }
    book = make_ledger({"other_income": amounts | extra})
    draws = period_13_draws(book, n=200_000, rng=np.random.default_rng(1))
    # Student-t with 4 degrees of freedom, scale √2.5·√1.2; its variance is twice the scale's square
    assert draws.mean() == pytest.approx(3.0, abs=0.03)
    assert np.median(draws) == pytest.approx(3.0, abs=0.03)
    iqr = np.subtract(*np.quantile(draws, [0.75, 0.25]))
    assert iqr == pytest.approx(2 * 0.7407 * np.sqrt(2.5 * 1.2), rel=0.03)


def test_period_13_needs_three_years(make_ledger, months):
    amounts = _noisy(months("2020-01", 69), mean=1, sd=1, seed=1) | {"2023-13": 9.0, "2024-13": 9.0}
    draws = period_13_draws(
        make_ledger({"other_income": amounts}), n=10, rng=np.random.default_rng(1)
    )
    assert not draws.any()


def test_a_finished_year_has_only_its_year_end_entries_left(book):
    found = _run(book, period="2024-12")
    assert found.months == ()
    assert found.total == pytest.approx(found.booked.sum())


def test_two_years_of_accounts_are_enough(make_ledger, months):
    amounts = _noisy(months("2023-01", 30), mean=100, sd=2, seed=1)
    found = _run(make_ledger({"other_income": amounts}), period="2025-06")
    assert found.record.origins == ()
    assert found.record.table().empty
    assert found.recalibration.n_years == 0
    assert found.quantile(0.5) == pytest.approx(1200, abs=15)


def test_a_gap_in_an_earlier_year_is_left_out_of_the_record(make_ledger, months):
    span = [month for month in months("2019-01", 81) if month != "2024-05"]
    gap = {"2024-05": "no closing"}
    found = _run(
        make_ledger({"other_income": _noisy(span, mean=100, sd=2, seed=1)}, known_gaps=gap)
    )
    table = found.record.table()
    assert table["outcome"].notna().all()
    # from the origins of 2024 only those after the gap have a known rest of the year
    in_2024 = table[table["origin"].str.startswith("2024")]["origin"].tolist()
    assert in_2024 == ["2024-11", "2024-10", "2024-09", "2024-08", "2024-07", "2024-06", "2024-05"]


def _with_budget(make_ledger, months, *, error: float, first: str = "2019-01"):
    """Accounts of 81 months whose level jumps every year, as only the budget knows."""
    span, all_months = months("2019-01", 81), months("2019-01", 84)
    rng = np.random.default_rng(3)
    jump = np.repeat(rng.normal(100, 10, 7), 12)
    amounts = dict(zip(span, jump[:81] + rng.normal(0, 1, 81), strict=True))
    planned = jump + rng.normal(0, error, 7).repeat(12)
    budget = {m: b for m, b in zip(all_months, planned, strict=True) if m >= first}
    return make_ledger({"other_income": amounts}, budget={"other_income": budget})


def test_a_good_budget_gets_the_larger_say_and_a_bad_one_the_smaller(make_ledger, months):
    good = _run(_with_budget(make_ledger, months, error=0.0), period="2025-03").views
    bad = _run(_with_budget(make_ledger, months, error=40.0), period="2025-03").views
    assert good["deviations"] > 0.5 > bad["deviations"]
    assert good.sum() == pytest.approx(1.0)


def test_views_of_different_length_are_weighed_on_the_origins_they_share(make_ledger, months):
    book = _with_budget(make_ledger, months, error=0.0, first="2022-01")
    found = _run(book)
    assert set(found.views.index) == {"amounts", "deviations"}
    # 45 months of deviations: two years must lie before an origin, and it 10 or more months back
    assert len(found.record.origins) == 45 - 24 - 9
    assert found.total.shape == (N,)


def test_without_three_years_of_budget_only_the_amounts_are_looked_at(make_ledger, months):
    book = _with_budget(make_ledger, months, error=0.0, first="2023-01")
    assert list(_run(book).views.index) == ["amounts"]


def test_recalibration_changes_the_width_of_the_sum_and_leaves_calm_lines_calm():
    rng = np.random.default_rng(2)
    paths = np.stack([rng.normal(10, 5, (4000, 2)), rng.normal(3, 0.001, (4000, 2))], axis=1)
    wider = _widen(paths, Recalibration(1.5, 1.5, 100, 5))
    before, after = paths.sum(axis=(1, 2)), wider.sum(axis=(1, 2))
    levels = (0.1, 0.5, 0.9)
    low, middle, high = np.quantile(before, levels)
    moved = np.quantile(after, levels)
    assert moved == pytest.approx([middle + 1.5 * (q - middle) for q in (low, middle, high)])
    assert wider[:, 1].std() < 0.01


def test_a_closed_clinic_is_counted_with_the_one_above_it(make_ledger, months):
    span = months("2020-01", 69)
    amounts = _noisy(span, mean=100, sd=2, seed=1)
    org = pd.DataFrame(
        {
            "unit": ["old", "new"],
            "parent": ["new", "t"],
            "valid_from": ["2020-01", "2020-01"],
            "valid_to": ["2023-12", None],
            "name": ["Old", "New"],
        }
    )
    whole = make_ledger({"other_income": amounts}, org=org)
    rows = whole.ledger_month.assign(
        unit=["old" if period <= "2023-12" else "new" for period in whole.ledger_month["period"]]
    )
    moved = replace(whole, ledger_month=rows)
    found = _run(moved)
    assert list(found.series.get_level_values("unit")) == ["new"]
    assert found.quantile(0.5) == pytest.approx(1200, abs=15)


def test_a_renamed_clinic_stays_itself(make_ledger, months):
    """Its first name ended in 2023; the unit did not."""
    span = months("2020-01", 69)
    org = pd.DataFrame(
        {
            "unit": ["clinic", "clinic"],
            "parent": ["t", "t"],
            "valid_from": ["2020-01", "2024-01"],
            "valid_to": ["2023-12", None],
            "name": ["Old name", "New name"],
        }
    )
    whole = make_ledger({"other_income": _noisy(span, mean=100, sd=2, seed=1)}, org=org)
    renamed = replace(whole, ledger_month=whole.ledger_month.assign(unit="clinic"))
    assert list(_run(renamed).series.get_level_values("unit")) == ["clinic"]


def test_parts_add_up_to_the_whole(book):
    """Means add up, and the shares of the uncertainty are all of it where nothing else moves."""
    answer = _run(book)
    parts = answer.by("line")
    assert parts["mean"].sum() == pytest.approx(answer.total.mean())
    assert parts["uncertainty"].sum() == pytest.approx(1.0)


def test_an_independent_line_brings_its_share_of_the_variance(book):
    """Lines that swing by 1 and by 2, every combination once: variances 1 and 4 of 5."""
    answer = _run(book)
    swings = np.array([[1.0, 2.0], [1.0, -2.0], [-1.0, 2.0], [-1.0, -2.0]])
    series = pd.MultiIndex.from_tuples([("t", "a"), ("t", "b")], names=["unit", "line"])
    nothing = np.zeros(4)
    plain = replace(
        answer, series=series, paths=swings[:, :, None], period_13=nothing, events=nothing
    )
    assert plain.by("line")["uncertainty"].tolist() == pytest.approx([0.2, 0.8])


def test_a_marked_month_is_expected_where_it_is_marked(make_ledger, months):
    """A settlement of 50 falls in August, September or October; in 2025 it is due in November."""
    span = months("2017-01", 104)
    marked = {f"{year}-{8 + year % 3:02d}" for year in range(2017, 2025)}
    amounts = _noisy(span, mean=-100.0, sd=1.0, seed=13)
    amounts = {m: a - 50.0 * (m in marked) for m, a in amounts.items()}
    book = make_ledger({"pay_cost": amounts})
    marks = pd.DataFrame({"settlement": dict.fromkeys([*marked, "2025-11"], 1.0)})
    answer = _run(book, period="2025-08", marks=marks)
    months_ahead = dict(zip(answer.months, np.median(answer.paths[:, 0, :], axis=0), strict=True))
    assert months_ahead["2025-11"] == pytest.approx(-150.0, abs=4.0)
    assert months_ahead["2025-10"] == pytest.approx(-100.0, abs=4.0)

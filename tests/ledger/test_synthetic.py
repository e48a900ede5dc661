"""The synthetic region as it is made: its tables, its seeds, its sums."""

import csv
from importlib import resources

import numpy as np
import pandas as pd
import pytest

from balanse_lib.ledger.synthetic import (
    PROFILES,
    Departures,
    synthetic_region,
    synthetic_trust,
    synthetic_truth,
)
from balanse_lib.ledger.tables import TABLES, schema
from tests.ledger.conftest import TRUSTS, by_month

# Tables


@pytest.mark.parametrize(
    ("last", "years"), [("2025-09", 6), ("2024-12", 2), ("2025-01", 1), ("2027-05", 1)]
)
def test_tables_satisfy_their_schemas(last, years):
    made = synthetic_region(last=last, years=years)
    for tables in made.tables.values():
        assert set(tables) == set(TABLES) - {"account_map"}
        for name, frame in tables.items():
            schema(TABLES[name]).validate(frame, lazy=True)


def test_region_names_and_says_that_it_is_synthetic(region):
    assert list(region.names) == TRUSTS
    assert region.names["helse-granvik"] == "Helse Granvik HF"
    assert region.synthetic
    assert all(profile.synthetic for profile in region.profiles.values())


@pytest.mark.parametrize("trust", TRUSTS)
def test_months_are_complete_and_end_at_last(region, trust):
    ledger = region.tables[trust]["ledger_month"]
    months = pd.period_range("2019-01", "2025-09", freq="M").strftime("%Y-%m")
    closings = [f"{year}-13" for year in range(2019, 2025)]
    assert sorted(ledger["period"].unique()) == sorted([*months, *closings])
    for table in ("staffing", "activity"):
        assert sorted(region.tables[trust][table]["period"].unique()) == list(months)


@pytest.mark.parametrize("trust", TRUSTS)
def test_every_unit_is_in_the_organisation(region, trust):
    tables = region.tables[trust]
    units = set(tables["org"]["unit"])
    for name in ("ledger_month", "budget", "requirement", "event", "measure", "staffing"):
        assert set(tables[name]["unit"]) <= units
    assert set(tables["org"]["parent"].dropna()) == {trust}


def test_a_renamed_clinic_has_two_names_one_after_the_other(region):
    org = region.tables["helse-fjellheim"]["org"]
    psychiatry = org[org["unit"] == "fjellheim-psy"]
    assert psychiatry["name"].tolist() == ["Psykiatrisk klinikk", "Klinikk for psykisk helsevern"]
    assert psychiatry["valid_to"].iloc[0] < psychiatry["valid_from"].iloc[1]


def test_every_account_is_mapped_by_the_packaged_map(region):
    path = resources.files("balanse_lib.params") / "account_map_ns4102.csv"
    rules = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))

    def line(account: str) -> str:
        fits = [
            r for r in rules
            if r["account_from"] <= account[: len(r["account_from"])]
            and account[: len(r["account_to"])] <= r["account_to"]
        ]  # fmt: skip
        # the longest prefix wins; of two as long, the narrower range (32 before 30-39)
        return max(fits, key=lambda r: (len(r["account_from"]), r["account_from"]))["line"]

    used = set().union(*(t["ledger_month"]["account"] for t in region.tables.values()))
    lines = {account: line(account) for account in used}
    assert lines["5420"] == "pension_cost"
    assert lines["6740"] == "hire_in"
    assert set(lines.values()) == {
        "basic_grant", "activity_based_income", "other_income", "bought_health_services",
        "goods_cost", "pay_cost", "hire_in", "pension_cost", "depreciation", "other_cost",
        "net_finance",
    }  # fmt: skip


# Seeds


def test_same_seed_same_numbers_another_seed_does_not(region):
    again, other = synthetic_region(), synthetic_region(seed=2010)
    for trust in TRUSTS:
        for name, frame in region.tables[trust].items():
            pd.testing.assert_frame_equal(frame, again.tables[trust][name])
        first, second = (r.tables[trust]["ledger_month"]["amount"] for r in (region, other))
        assert not np.allclose(first, second)


@pytest.mark.parametrize("trust", TRUSTS)
def test_a_trust_alone_is_the_trust_of_the_region(region, trust):
    tables, truth = synthetic_trust(trust)
    for name, frame in region.tables[trust].items():
        pd.testing.assert_frame_equal(frame, tables[name])
    pd.testing.assert_frame_equal(truth.known, region.truth[trust].known)
    assert truth.outcome == region.truth[trust].outcome


def test_truth_without_tables_is_the_same_truth(region):
    truth = synthetic_truth(PROFILES[2], seed=2009)
    pd.testing.assert_frame_equal(truth.ledger, region.truth["helse-havdal"].ledger)
    pd.testing.assert_frame_equal(truth.reports, region.truth["helse-havdal"].reports)


def test_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (the global state is what is tested)
    synthetic_trust("helse-havdal", years=1)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_an_earlier_month_shows_the_beginning_of_the_same_ledger(region):
    earlier, _ = synthetic_trust("helse-granvik", last="2025-06")
    later = region.tables["helse-granvik"]
    for name in ("ledger_month", "forecast_log", "staffing", "activity"):
        period = "period_of_data" if name == "forecast_log" else "period"
        shown = later[name][later[name][period] <= "2025-06"].reset_index(drop=True)
        columns = list(TABLES[name].key)
        pd.testing.assert_frame_equal(
            earlier[name].sort_values(columns, ignore_index=True),
            shown.sort_values(columns, ignore_index=True),
        )
    pd.testing.assert_frame_equal(earlier["budget"], later["budget"])


@pytest.mark.parametrize(
    "call",
    [
        lambda: synthetic_trust("helse-granvk"),
        lambda: synthetic_region(last="2025-13"),
        lambda: synthetic_region(last="2025-9"),
        lambda: synthetic_region(years=0),
        lambda: Departures(tail_df=2.0),
        lambda: Departures(breaks_per_year=-1.0),
    ],
)
def test_impossible_requests_are_refused(call):
    with pytest.raises(ValueError, match=r"give|choose|needs|write"):
        call()


# Sums


@pytest.mark.parametrize("trust", TRUSTS)
def test_clinics_sum_to_the_trust_and_months_to_the_year(region, trust):
    ledger, truth = region.tables[trust]["ledger_month"], region.truth[trust]
    clinics = ledger.pivot_table(index="period", columns="unit", values="amount", aggfunc="sum")
    monthly = truth.monthly.set_index("period")
    assert clinics.shape[1] == (5 if trust == "helse-storvatn" else 6)
    np.testing.assert_allclose(clinics.sum(axis=1), monthly["result"][clinics.index], atol=1e-6)
    years = by_month(ledger).groupby(lambda period: int(period[:4])).sum()
    for year in range(2019, 2025):
        assert years[year] == pytest.approx(truth.outcome[year], abs=1e-6)


@pytest.mark.parametrize("trust", TRUSTS)
def test_truth_goes_on_to_the_end_of_the_year(region, trust):
    truth = region.truth[trust]
    assert truth.ledger.index[-4:].tolist() == ["2025-10", "2025-11", "2025-12", "2025-13"]
    year = truth.ledger.loc["2025-01":"2025-13"].to_numpy().sum()
    assert truth.outcome[2025] == pytest.approx(year, abs=1e-6)
    parts = ["systematic", "level", "noise", "measures", "events", "period13"]
    np.testing.assert_allclose(truth.monthly[parts].sum(axis=1), truth.monthly["result"], atol=1e-6)


@pytest.mark.parametrize("trust", TRUSTS)
def test_budget_sums_to_the_first_requirement(region, trust):
    tables = region.tables[trust]
    year = tables["budget"]["period"].str[:4].astype(int)
    result = tables["budget"].groupby(year)["amount"].sum()
    required = tables["requirement"].drop_duplicates("year").set_index("year")["amount"]
    assert result.index.tolist() == list(range(2019, 2026))
    np.testing.assert_allclose(result, required[result.index].astype(float), atol=1e-6)
    assert sorted(tables["budget"].loc[year == 2025, "period"].unique())[-1] == "2025-12"


def test_requirement_is_revised_once_from_a_later_month(region):
    required = region.tables["helse-havdal"]["requirement"]
    required = required[required["unit"] == "helse-havdal"]
    both = required[required["year"] == 2024]
    assert both["valid_from"].tolist() == ["2024-01", "2024-07"]
    assert both["amount"].iloc[1] > both["amount"].iloc[0]
    assert (required.groupby("year").size() == [1, 1, 1, 1, 1, 2, 1]).all()

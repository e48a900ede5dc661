"""The public figures in the package: their published sums, and the files they were taken from."""

import csv
from pathlib import Path

import pytest

from balanse_lib import params
from balanse_lib.ledger import Ledger, check_period, read_ledger, targets

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "data" / "published"
ORIGINALS = ROOT.parent / "shared" / "data" / "published"
with_originals = pytest.mark.skipif(
    not ORIGINALS.is_dir(), reason="the original files lie beside the project only where it is made"
)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def treasury() -> Ledger:
    folder = ROOT / "params"
    return read_ledger(params.read_trust("us-treasury", folder=folder), folder=folder)


def sums_by_fiscal_year() -> dict[int, float]:
    """Million USD, October to September, without our own calendar."""
    found: dict[int, float] = {}
    for row in rows(OURS / "us_treasury_monthly_result.csv"):
        year, month = (int(part) for part in row["month"].split("-"))
        found[year + (month >= 10)] = found.get(year + (month >= 10), 0.0) + float(
            row["result_musd"]
        )
    return found


def test_the_months_of_2004_sum_to_the_published_result() -> None:
    assert sums_by_fiscal_year()[2004] == -412_845


def test_the_surplus_years_are_surplus_years() -> None:
    assert sorted(year for year, total in sums_by_fiscal_year().items() if total > 0) == [
        1998,
        1999,
        2000,
        2001,
    ]


def test_the_ledger_has_the_sums_of_the_file(treasury: Ledger) -> None:
    years = treasury.ledger_month["period"].map(treasury.year_of)
    found = treasury.ledger_month.groupby(years)["amount"].sum().to_dict()
    assert found == sums_by_fiscal_year()
    assert len(treasury.months) == 24 * 12
    assert set(treasury.ledger_month["line"]) == {"undivided"}


def test_a_run_in_june_2004_knows_nothing_later(treasury: Ledger) -> None:
    check_period(treasury, period="2004-06", min_months=24)
    known = treasury.until("2004-06")
    assert known.last == "2004-06"
    told = targets(known, period="2004-06", requirement_type="frame")
    assert (told.year, told.reported_basis, told.budget) == (2004, "result", None)
    assert told.reported == pytest.approx(-477_439.0)  # published in March 2004
    assert told.reported_period == "2004-02"


@with_originals
def test_fiscal_year_sums_equal_those_published_beside_the_forecasts() -> None:
    ours = sums_by_fiscal_year()
    compared = rows(ORIGINALS / "us_cbo_forecast_vs_outcome.csv")
    assert len(compared) > 15
    for row in compared:
        published = float(row["mts_fy_sum_bn_usd"])
        assert ours[int(row["fiscal_year"])] / 1000 == pytest.approx(published, abs=0.001)


@with_originals
def test_every_month_equals_the_original() -> None:
    original = {
        row["DATE"][:7]: float(row["MTSDS133FMS"])
        for row in rows(ORIGINALS / "us_treasury_monthly_result.csv")
    }
    ours = {
        row["month"]: float(row["result_musd"])
        for row in rows(OURS / "us_treasury_monthly_result.csv")
    }
    assert ours == original


@with_originals
def test_every_forecast_and_plan_equals_the_original() -> None:
    originals = rows(ORIGINALS / "us_cbo_forecast_vs_outcome.csv")
    forecasts = {
        (row["target_year"], row["made_at"], float(row["forecast_bn_usd"]))
        for row in rows(OURS / "us_cbo_forecasts.csv")
    }
    assert forecasts == {
        (row["fiscal_year"], row["baseline_date"], float(row["cbo_forecast_bn_usd"]))
        for row in originals
    }
    plans = {(row["year"], float(row["plan_bn_usd"])) for row in rows(OURS / "us_cbo_plan.csv")}
    column = "cbo_plan_prior_year_baseline_bn_usd"
    assert plans == {(row["fiscal_year"], float(row[column])) for row in originals if row[column]}


@with_originals
def test_the_month_behind_each_forecast_is_the_last_full_one_before_it() -> None:
    months = {
        (row["fiscal_year"], row["baseline_date"]): row["last_full_month_before_baseline_month"]
        for row in rows(ORIGINALS / "us_cbo_forecast_vs_outcome.csv")
    }
    for row in rows(OURS / "us_cbo_forecasts.csv"):
        year, month = (int(part) for part in row["period_of_data"].split("-"))
        assert (month - 10) % 12 + 1 == int(months[row["target_year"], row["made_at"]])
        assert year + (month >= 10) == int(row["target_year"])
        assert row["period_of_data"] < row["made_at"][:7]

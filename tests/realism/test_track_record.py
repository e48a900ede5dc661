"""The record of forecasts, against numbers worked out by hand and the rule's worked example E7."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.ledger import Ledger, empty_table, read_ledger
from balanse_lib.realism.track_record import (
    errors_by_trust,
    forecast_errors,
    logged_forecasts,
    reported_forecasts,
    score_by_month,
    year_outcomes,
)

ROOT = Path(__file__).resolve().parents[2]
# reported forecast, outcome, P35: eight trust-years of the prudence rule's example E7
E7 = [(30, 12, 1.5), (10, 14, 4), (0, -9, -6), (25, 22, 15),
      (-5, -3, -12), (40, 18, 20), (5, 6, -2), (12, -4, 2)]  # fmt: skip


def told(rows: list[dict[str, object]]) -> pd.DataFrame:
    usual = {"trust": "A", "model": "reported", "month": 8, "P10": np.nan, "P35": np.nan,
             "P90": np.nan, "made": "2024-09-12", "ends": "2024-12",
             "not_comparable": ""}  # fmt: skip
    return pd.DataFrame([usual | row for row in rows])


def came(outcomes: dict[int, float], *, revenue: float = 1000.0, trust: str = "A") -> pd.DataFrame:
    rows = [(trust, year, outcome, 0.0, revenue) for year, outcome in outcomes.items()]
    return pd.DataFrame(rows, columns=["trust", "year", "outcome", "period_13", "revenue"])


@pytest.mark.parametrize(
    ("column", "hit_rate", "bias", "mae"), [(0, 0.375, -7.625, 9.375), (2, 0.625, 4.1875, 6.9375)]
)
def test_the_worked_example(column, hit_rate, bias, mae):
    years = range(2010, 2018)
    rows = [
        {"year": y, "forecast": float(r[column]), "P35": r[2]}
        for y, r in zip(years, E7, strict=True)
    ]
    outcomes = came({y: float(r[1]) for y, r in zip(years, E7, strict=True)})
    (record,) = score_by_month(forecast_errors(told(rows), outcomes=outcomes)).to_dict("records")
    assert (record["n"], record["hit_rate"], record["hit_rate_p35"]) == (8, hit_rate, 0.625)
    assert (record["bias"], record["mae"]) == (bias, mae)
    assert np.isnan(record["coverage_80"])
    assert record["n_intervals"] == 0


def test_intervals_count_their_ends_and_only_where_there_are_any():
    rows = [{"year": y, "forecast": 0.0, "P10": -5.0, "P90": 5.0} for y in (2020, 2021, 2022, 2023)]
    rows += [{"year": 2024, "forecast": 0.0}]
    outcomes = came({2020: -5.0, 2021: 5.0, 2022: 5.1, 2023: 0.0, 2024: 9.0})
    record = score_by_month(forecast_errors(told(rows), outcomes=outcomes)).iloc[0]
    assert (record["coverage_80"], record["n_intervals"], record["n"]) == (0.75, 4, 5)


def test_errors_are_in_per_cent_of_revenue_and_missing_without_it():
    rows = told([{"year": 2023, "forecast": 10.0}, {"year": 2024, "forecast": 10.0}])
    outcomes = pd.concat([came({2023: 4.0}, revenue=2000.0), came({2024: 4.0}, revenue=np.nan)])
    errors = forecast_errors(rows, outcomes=outcomes)
    assert errors["error"].tolist() == [-6.0, -6.0]
    assert errors["error_pct"].iloc[0] == pytest.approx(-0.3)
    assert errors_by_trust(errors, months=[8]) == {"A": [pytest.approx(-0.3)]}
    assert errors_by_trust(errors, months=[9]) == {"A": []}


def test_a_forecast_made_after_the_year_is_counted_as_hindsight():
    rows = [
        {"year": 2023, "forecast": 1.0, "made": "2024-01-15", "ends": "2023-12"},
        {"year": 2024, "forecast": 1.0, "made": "2024-12-31", "ends": "2024-12"},
    ]
    errors = forecast_errors(told(rows), outcomes=came({2023: 0.0, 2024: 0.0}))
    assert score_by_month(errors)["n_hindsight"].tolist() == [1]


def test_a_forecast_that_is_not_comparable_is_counted_but_not_scored():
    rows = [
        {"year": 2023, "forecast": np.nan, "not_comparable": "deviation_unknown_base"},
        {"year": 2024, "forecast": 3.0},
    ]
    record = score_by_month(forecast_errors(told(rows), outcomes=came({2023: 9.0, 2024: 1.0})))
    assert record[["n", "n_not_comparable", "bias", "hit_rate"]].to_numpy().tolist() == [
        [1, 1, -2.0, 0.0]
    ]


# ---- from the forecast log


def entry(number: int, period: str, value: float, **changed: object) -> dict[str, object]:
    left = 12 - int(period[5:7])
    usual = {"number": number, "period": period, "run_id": f"r{number}", "location": "A",
             "made": "2025-01-01 08:00", "model_id": "reported", "origin_date": f"{period}-28",
             "horizon": left, "target": "year_end_result", "target_end": f"{period[:4]}-12-31",
             "output_type": "point", "output_type_id": np.nan, "value": value,
             "basis": "result"}  # fmt: skip
    return usual | changed


def model(number: int, period: str, **levels: float) -> list[dict[str, object]]:
    shared = {"model_id": "model_before_measures"}
    rows = [
        entry(number, period, v, output_type="quantile", output_type_id=int(q[1:]) / 100, **shared)
        for q, v in levels.items()
    ]
    return [
        *rows,
        entry(number, period, levels["P50"], output_type="median", **shared),
        entry(number, period, 99.0, output_type="mean", **shared),
    ]


def test_the_latest_entry_of_each_earlier_month_counts():
    log = pd.DataFrame(
        [
            entry(1, "2024-08", -10.0),
            entry(2, "2024-09", -20.0),
            entry(3, "2024-08", -11.0),
            entry(4, "2024-10", -30.0),
        ]
    )
    found = logged_forecasts(log, period="2024-10")
    assert found[["month", "forecast"]].to_numpy().tolist() == [[8, -11.0], [9, -20.0]]
    again = pd.concat([log, pd.DataFrame([entry(5, "2024-10", -31.0)])])
    pd.testing.assert_frame_equal(logged_forecasts(again, period="2024-10"), found)


def test_median_and_quantiles_of_the_model_and_the_point_of_the_trust():
    rows = [*model(1, "2024-08", P10=-9.0, P35=-2.0, P50=1.0, P90=7.0), entry(1, "2024-08", 5.0)]
    found = logged_forecasts(pd.DataFrame(rows), period="2024-09").set_index("model")
    assert found.loc["model_before_measures", ["forecast", "P10", "P35", "P90"]].tolist() == [
        1.0,
        -9.0,
        -2.0,
        7.0,
    ]
    assert found.loc["reported", "forecast"] == 5.0
    assert found.loc["reported", ["P10", "P35", "P90"]].isna().all()
    assert found.loc["reported", ["year", "month", "made", "ends"]].tolist() == [
        2024,
        8,
        "2025-01-01",
        "2024-12",
    ]


def test_a_report_that_stands_in_for_two_silent_months_counts_once():
    told_in_february = {"horizon": 10, "origin_date": "2024-02-29"}
    log = pd.DataFrame(
        [
            entry(1, "2024-02", -10.0),
            entry(2, "2024-03", -10.0, **told_in_february),
            entry(3, "2024-04", -10.0, **told_in_february),
        ]
    )
    found = logged_forecasts(log, period="2024-05")
    assert found[["month", "forecast"]].to_numpy().tolist() == [[2, -10.0]]


def test_a_deviation_counts_where_the_log_knows_its_result():
    log = pd.DataFrame(
        [
            entry(1, "2024-08", -10.0, basis="deviation"),
            entry(2, "2024-09", -12.0, basis="deviation"),
            entry(2, "2024-09", -7.0),
        ]
    )
    found = logged_forecasts(log, period="2024-10")
    assert found["not_comparable"].tolist() == ["deviation_unknown_base", ""]
    assert found["forecast"].iloc[1] == -7.0
    assert np.isnan(found["forecast"].iloc[0])


def test_a_log_without_earlier_months_has_no_forecasts():
    assert logged_forecasts(pd.DataFrame([entry(1, "2024-08", 1.0)]), period="2024-08").empty


# ---- from the ledger


def rows_of(unit: str, line: str, amounts: dict[str, float]) -> pd.DataFrame:
    frame = pd.DataFrame({"period": list(amounts), "amount": list(amounts.values())})
    return frame.assign(trust="A", unit=unit, account=line, line=line, version=None)


def year(amount: float, number: int) -> dict[str, float]:
    return {f"{number}-{month:02d}": amount for month in range(1, 13)}


REPORTS = [  # month of the data, year, basis, from, figure -> as a result (None: not comparable)
    ("2022-12", 2023, "result", None, 3.0, None),
    ("2023-03", 2023, "result", None, 12.0, 12.0),
    ("2023-04", 2023, "deviation", "requirement", -1.0, 7.0),  # 8 until June
    ("2023-05", 2023, "deviation", "budget", -1.0, 5.0),  # 6
    ("2023-07", 2023, "deviation", "requirement", -1.0, 8.0),  # 9 from June
    ("2023-08", 2023, "deviation", None, -1.0, None),
    ("2023-09", 2023, "deviation", "last year", -1.0, None),
    ("2024-02", 2024, "result", None, 50.0, 50.0),
]


@pytest.fixture
def ledger():
    """Income 101 and cost 100 a month, -2 of year-end entries: 2023 ends at 12 - 2 = 10."""
    booked = [
        rows_of("kirurgi", "basic_grant", year(101.0, 2023) | {"2024-01": 5.0, "2024-02": 5.0}),
        rows_of("medisin", "pay_cost", year(-100.0, 2023)),
        rows_of("A", "other_cost", {"2023-13": -2.0}),
    ]
    requirement = pd.DataFrame(
        {"trust": "A", "unit": "A", "year": 2023, "type": "owner", "document_ref": None,
         "valid_from": ["2023-01", "2023-06"], "amount": [8.0, 9.0]}
    )  # fmt: skip
    names = ["period_of_data", "target_year", "basis", "basis_from", "forecast"]
    reports = pd.DataFrame([row[:5] for row in REPORTS], columns=names)
    reports = reports.assign(trust="A", unit="A", made_at=reports["period_of_data"] + "-20")
    stray = reports.iloc[[1]].assign(unit="kirurgi", forecast=77.0)
    tables = {
        name: empty_table(name) for name in ("event", "measure", "staffing", "activity", "org")
    }
    return Ledger(
        trust="A",
        start=1,
        ledger_month=pd.concat(booked),
        budget=rows_of("A", "undivided", year(0.5, 2023)),
        requirement=requirement,
        forecast_log=pd.concat([reports, stray]),
        known_gaps={},
        **tables,
    )


def test_the_outcome_of_a_complete_year(ledger):
    (found,) = year_outcomes(ledger, period="2024-02").to_dict("records")
    assert found == {
        "trust": "A",
        "year": 2023,
        "month_12": 12.0,
        "period_13": -2.0,
        "outcome": 10.0,
        "revenue": 1212.0,
    }


@pytest.mark.parametrize("period", ["2023-12", "2023-11"])
def test_a_year_is_not_over_before_the_next_has_begun(ledger, period):
    assert year_outcomes(ledger, period=period).empty


def test_year_end_entries_that_are_still_to_come_leave_the_outcome_unknown(ledger):
    more = rows_of("kirurgi", "basic_grant", year(1.0, 2024) | {"2025-01": 1.0})
    kept = ledger.ledger_month[ledger.ledger_month["period"] < "2024"]
    longer = Ledger(**{**vars(ledger), "ledger_month": pd.concat([kept, more])})
    found = year_outcomes(longer, period="2025-01").set_index("year")
    assert found["month_12"].to_dict() == {2023: 12.0, 2024: 12.0}
    assert found.loc[2023, "outcome"] == 10.0
    assert np.isnan(found.loc[2024, "outcome"])
    never = Ledger(**{**vars(longer), "ledger_month": more})  # a trust that books none at all
    assert year_outcomes(never, period="2025-01")["outcome"].tolist() == [12.0]


def test_a_year_with_a_missing_month_has_no_outcome(ledger):
    kept = ledger.ledger_month[ledger.ledger_month["period"] != "2023-07"]
    assert year_outcomes(Ledger(**{**vars(ledger), "ledger_month": kept}), period="2024-02").empty


def test_reported_forecasts_become_results_only_from_the_figure_they_name(ledger):
    found = reported_forecasts(ledger, period="2024-02")
    assert found["forecast"].replace({np.nan: None}).tolist() == [row[5] for row in REPORTS]
    assert found["not_comparable"].tolist() == [
        "other_year", "", "", "", "", "deviation_unknown_base", "deviation_unknown_base", "",
    ]  # fmt: skip
    assert found["month"].tolist() == [12, 3, 4, 5, 7, 8, 9, 2]


def test_errors_of_reported_forecasts(ledger):
    forecasts = reported_forecasts(ledger, period="2024-02")
    errors = forecast_errors(forecasts, outcomes=year_outcomes(ledger, period="2024-02"))
    known = errors.dropna(subset="error").set_index("month")["error"].to_dict()
    assert known == {3: -2.0, 4: 3.0, 5: 5.0, 7: 2.0}  # against the outcome of 10
    assert errors_by_trust(errors, months=range(1, 5)) == {
        "A": [pytest.approx(-2 / 12.12), pytest.approx(3 / 12.12)]
    }
    assert set(errors["year"]) == {2023}  # 2024 is not over


def test_what_was_reported_later_is_not_known(ledger):
    assert reported_forecasts(ledger, period="2023-04")["month"].tolist() == [12, 3, 4]


def test_the_table_that_goes_in_is_not_changed(ledger):
    before = {name: getattr(ledger, name).copy() for name in ("ledger_month", "forecast_log")}
    forecasts = reported_forecasts(ledger, period="2024-02")
    kept = forecasts.copy()
    errors = forecast_errors(forecasts, outcomes=year_outcomes(ledger, period="2024-02"))
    score_by_month(errors)
    pd.testing.assert_frame_equal(forecasts, kept)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(ledger, name), frame)


def test_the_budget_office_against_the_treasurys_own_months():
    folder = ROOT / "params"
    told_of = params.read_trust("us-treasury", folder=folder)
    treasury = read_ledger(told_of, folder=folder)
    forecasts = reported_forecasts(treasury, period="2004-09", requirement_type="frame")
    errors = forecast_errors(forecasts, outcomes=year_outcomes(treasury, period="2004-09"))

    published = ROOT / "data" / "published"
    totals: dict[int, float] = {}
    with (published / "us_treasury_monthly_result.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            calendar, month = (int(part) for part in row["month"].split("-"))
            fiscal = calendar + (month >= 10)
            totals[fiscal] = totals.get(fiscal, 0.0) + float(row["result_musd"])
    with (published / "us_cbo_forecasts.csv").open(encoding="utf-8") as file:
        expected = {
            (int(row["target_year"]), row["made_at"]): totals[int(row["target_year"])]
            - 1000 * float(row["forecast_bn_usd"])
            for row in csv.DictReader(file)
            if row["target_year"] != "2004"
        }
    found = errors.set_index(["year", "made"])["error"].to_dict()
    assert found == pytest.approx(expected)
    august_2003 = found[2003, "2003-08-01"]
    assert august_2003 == pytest.approx(-377_139 + 400_554)
    assert not errors["hindsight"].any()

"""Own series in, verdict per reported forecast out: no look-ahead, clear answers to bad input."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from balanse_lib import realism
from balanse_lib.errors import InputError
from balanse_lib.periods import month_range

PUBLISHED = Path(__file__).resolve().parents[2] / "data" / "published"
COLUMNS = [
    "fiscal_year", "through_month", "p_reach", "verdict", "P15", "P35", "P50", "P85",
    "required_per_month", "achieved_per_month", "flags", "reason",
]  # fmt: skip
QUANTILES = ["P15", "P35", "P50", "P85"]
START = 7  # fiscal year 2005 is July 2004 – June 2005


def judge(actuals: pd.DataFrame, reported: pd.DataFrame, **options: object) -> pd.DataFrame:
    options = {"fiscal_year_start": START, "n_paths": 1000} | options
    return realism.judge_series(actuals, reported, rng=np.random.default_rng(5), **options)


@pytest.fixture
def actuals() -> pd.DataFrame:
    """Seven fiscal years from July 2000: season, walk and noise."""
    rng = np.random.default_rng(1)
    months = month_range("2000-07", "2007-06")
    season = np.tile(rng.normal(0, 2, 12), 7)
    result = season + rng.normal(0, 0.3, 84).cumsum() + rng.normal(0, 1, 84)
    return pd.DataFrame({"month": months, "result": result, "budget": season})


@pytest.fixture
def reported() -> pd.DataFrame:
    """Three reports a year from fiscal year 2004, not in order of time."""
    rows = [(year, month, float(month)) for month in (9, 3, 6) for year in (2004, 2005, 2006, 2007)]
    return pd.DataFrame(rows, columns=["fiscal_year", "through_month", "reported_forecast"])


def last_month(row: pd.Series) -> str:
    year, month = int(row["fiscal_year"]), int(row["through_month"])
    return month_range(f"{year - 1}-07", f"{year}-06")[month - 1]


def test_one_row_per_report_in_the_order_they_came(
    actuals: pd.DataFrame, reported: pd.DataFrame
) -> None:
    before = actuals.copy(), reported.copy()
    judged = judge(actuals, reported)
    assert judged.columns.tolist() == COLUMNS
    pd.testing.assert_frame_equal(
        judged[["fiscal_year", "through_month"]],
        reported[["fiscal_year", "through_month"]],
        check_dtype=False,
    )
    assert (judged["reason"] == "").all()
    pd.testing.assert_frame_equal(actuals, before[0])
    pd.testing.assert_frame_equal(reported, before[1])


def test_required_and_achieved_per_month_by_hand(actuals: pd.DataFrame) -> None:
    """Fiscal year 2005 after two months: July and August 2004, ten months left."""
    reported = pd.DataFrame(
        {"fiscal_year": [2005], "through_month": [2], "reported_forecast": [30.0]}
    )
    actuals.loc[actuals["month"] == "2004-07", "result"] = 4.0
    actuals.loc[actuals["month"] == "2004-08", "result"] = 6.0
    row = judge(actuals, reported).iloc[0]
    assert row["required_per_month"] == pytest.approx((30 - 10) / 10)
    assert row["achieved_per_month"] == pytest.approx(5)
    assert "indikasjon" in row["flags"]


def test_later_months_outcomes_and_reports_change_nothing(
    actuals: pd.DataFrame, reported: pd.DataFrame
) -> None:
    judged = judge(actuals, reported)
    for k, row in judged.iterrows():
        after = actuals["month"] > last_month(row)
        changed = actuals.assign(result=actuals["result"].mask(after, 1e5 + actuals["result"] ** 2))
        late = (reported["fiscal_year"] > row["fiscal_year"]) | (
            (reported["fiscal_year"] == row["fiscal_year"])
            & (reported["through_month"] > row["through_month"])
        )
        forecasts = reported["reported_forecast"].mask(late, -999.0)
        again = judge(changed, reported.assign(reported_forecast=forecasts))
        pd.testing.assert_frame_equal(again.loc[[k]], judged.loc[[k]], rtol=1e-9)


def test_nor_does_it_matter_whether_later_months_and_reports_are_there(
    actuals: pd.DataFrame, reported: pd.DataFrame
) -> None:
    judged = judge(actuals, reported)
    for k, row in judged.iterrows():
        kept = reported[reported["fiscal_year"] <= row["fiscal_year"]]
        known = actuals[actuals["month"] <= last_month(row)]
        again = judge(known, kept[(kept["fiscal_year"] < row["fiscal_year"]) | (kept.index == k)])
        found = again[again["fiscal_year"] == row["fiscal_year"]].iloc[0]
        assert found["p_reach"] == pytest.approx(row["p_reach"], abs=0.002)
        assert found[QUANTILES].tolist() == pytest.approx(row[QUANTILES].tolist(), rel=1e-6)


def test_the_scale_is_chosen_without_later_months(
    actuals: pd.DataFrame, reported: pd.DataFrame
) -> None:
    """All months above zero open the logarithm; one loss in the last month must not close it."""
    income = actuals.assign(result=np.exp(actuals["result"] / 4 + 3))
    loss = income.assign(result=income["result"].where(income["month"] < "2007-06", -1.0))
    first, second = judge(income, reported), judge(loss, reported)
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_probability_and_quantiles_are_of_one_distribution(
    actuals: pd.DataFrame, reported: pd.DataFrame
) -> None:
    judged = judge(actuals, reported)
    forecast = reported["reported_forecast"]
    for name, level in zip(QUANTILES, (0.15, 0.35, 0.5, 0.85), strict=True):
        assert ((forecast <= judged[name]) == (judged["p_reach"] >= 1 - level)).all()
    assert (judged[QUANTILES].diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


def test_the_unit_does_not_matter(actuals: pd.DataFrame, reported: pd.DataFrame) -> None:
    judged = judge(actuals, reported)
    million = actuals.assign(result=actuals["result"] * 1e6)
    scaled = judge(million, reported.assign(reported_forecast=reported["reported_forecast"] * 1e6))
    np.testing.assert_allclose(scaled["p_reach"], judged["p_reach"], atol=0.002)
    np.testing.assert_allclose(scaled[QUANTILES] / 1e6, judged[QUANTILES], rtol=1e-4, atol=1e-4)


def test_verdicts_follow_from_how_far_the_report_is_stretched(actuals: pd.DataFrame) -> None:
    calm = pd.DataFrame({"fiscal_year": [2006], "through_month": [6], "reported_forecast": [0.0]})
    row = judge(actuals, calm).iloc[0]
    spread = (row["P85"] - row["P15"]) / 2
    stretched = [row["P50"] + k * spread for k in (-6, 6)]
    verdicts = [
        judge(actuals, calm.assign(reported_forecast=forecast)).iloc[0] for forecast in stretched
    ]
    assert [v["verdict"] for v in verdicts] == ["Over-forsiktig", "Urealistisk"]
    assert [v["flags"] for v in verdicts] == ["", "F1 red"]


def test_a_raised_forecast_on_a_worse_deviation_is_flagged(actuals: pd.DataFrame) -> None:
    """Two months at budget, then one 3 below it; the forecast goes up, in the next year down."""
    actuals["result"] = actuals["result"].where(actuals["month"] < "2005-07", actuals["budget"])
    actuals.loc[actuals["month"].isin(["2005-10", "2006-10"]), "result"] -= 3.0
    reported = pd.DataFrame(
        {
            "fiscal_year": [2006, 2006, 2007, 2007],
            "through_month": [3, 5, 3, 5],
            "reported_forecast": [0.0, 0.5, 0.5, 0.0],
        }
    )
    flagged = ["F6" in flags for flags in judge(actuals, reported)["flags"]]
    assert flagged == [False, True, False, False]
    without = judge(actuals.drop(columns="budget"), reported)
    assert not without["flags"].str.contains("F6").any()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((2006, 0, 1.0), "month 0 of the fiscal year is not between 1 and 11"),
        ((2006, 12, 1.0), "month 12 of the fiscal year is not between 1 and 11"),
        ((2008, 3, 1.0), "there is no result for 2007-07"),
        ((1999, 3, 1.0), "there is no result for 1998-07"),
        ((2002, 6, 1.0), "only 18 months are known by then"),
        ((2006, 3, np.nan), "no forecast was reported"),
        ((2005, 6, 1.0), "there is no result for 2004-11"),
    ],
)
def test_a_row_that_cannot_be_judged_says_why_and_leaves_the_others_alone(
    actuals: pd.DataFrame, row: tuple[int, int, float], reason: str
) -> None:
    actuals = actuals[actuals["month"] != "2004-11"]
    columns = ["fiscal_year", "through_month", "reported_forecast"]
    good = pd.DataFrame([(2006, 6, 1.0)], columns=columns)
    both = judge(actuals, pd.DataFrame([row, (2006, 6, 1.0)], columns=columns))
    assert both.loc[0, "verdict"] == "Ikkje vurderbar"
    assert both.loc[0, "reason"].startswith(reason)
    assert both.loc[0, ["p_reach", *QUANTILES]].isna().all()
    assert both.loc[1, "p_reach"] == judge(actuals, good).loc[0, "p_reach"]


def test_months_that_never_vary_give_no_probability() -> None:
    months = month_range("2000-01", "2003-12")
    flat = pd.DataFrame({"month": months, "result": 5.0})
    reported = pd.DataFrame(
        {"fiscal_year": [2003], "through_month": [6], "reported_forecast": [60.0]}
    )
    judged = judge(flat, reported, fiscal_year_start=1, language="nn")
    assert judged.loc[0, "reason"].startswith("månadene som er kjende då, varierer aldri")
    assert judged.loc[0, "achieved_per_month"] == 5.0


def test_empty_months_after_the_last_booked_one_are_not_known(
    actuals: pd.DataFrame, reported: pd.DataFrame
) -> None:
    more = pd.DataFrame({"month": month_range("2007-07", "2008-06"), "result": np.nan})
    judged = judge(pd.concat([actuals, more], ignore_index=True), reported)
    pd.testing.assert_frame_equal(judged, judge(actuals, reported))


def test_months_may_be_dates(actuals: pd.DataFrame, reported: pd.DataFrame) -> None:
    dates = actuals.assign(month=pd.PeriodIndex(actuals["month"], freq="M").to_timestamp())
    pd.testing.assert_frame_equal(judge(dates, reported), judge(actuals, reported))


def test_everything_that_is_wrong_is_listed_at_once() -> None:
    actuals = pd.DataFrame({"month": ["2000-01", "2000-01", "May"], "result": ["1", "many", "2"]})
    reported = pd.DataFrame({"fiscal_year": ["2001", "20o2"], "through_month": [3.5, None]})
    with pytest.raises(InputError) as error:
        judge(actuals, reported)
    found = {(f.file, f.rule, f.row, f.value) for f in error.value.failures}
    assert found == {
        ("reported", "missing_column", 1, "reported_forecast"),
        ("actuals", "duplicate_key", 3, "2000-01"),
        ("actuals", "not_a_month", 4, "May"),
        ("actuals", "not_a_number", 3, "many"),
        ("reported", "not_a_number", 3, "20o2"),
        ("reported", "not_a_number", 2, "3.5"),
        ("reported", "empty_cell", 3, ""),
    }


@pytest.mark.parametrize(
    ("months", "value", "rule"),
    [("2000-13", 1.0, "not_a_month"), ("2000-01", np.inf, "not_a_number"),
     ("2000-01", True, "not_a_number"), (None, 1.0, "not_a_month")],
)  # fmt: skip
def test_cells_of_the_wrong_kind(months: object, value: object, rule: str) -> None:
    actuals = pd.DataFrame({"month": [months], "result": pd.Series([value], dtype=object)})
    reported = pd.DataFrame(
        {"fiscal_year": [2003], "through_month": [6], "reported_forecast": [60.0]}
    )
    with pytest.raises(InputError) as error:
        judge(actuals, reported)
    assert [f.rule for f in error.value.failures] == [rule]


def test_tables_without_rows_and_a_year_that_starts_in_no_month() -> None:
    empty = pd.DataFrame({"month": [], "result": []})
    none = pd.DataFrame({"fiscal_year": [], "through_month": [], "reported_forecast": []})
    with pytest.raises(InputError) as error:
        judge(empty, none, fiscal_year_start=13)
    assert [f.rule for f in error.value.failures] == ["not_allowed", "empty_file", "empty_file"]


def us_federal() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Actuals, reports, and per report: outcome, run rate, last year's rest, by own arithmetic."""
    months = pd.read_csv(PUBLISHED / "us_treasury_monthly_result.csv")
    result = dict(zip(months["month"], months["result_musd"] / 1000, strict=True))
    log = pd.read_csv(PUBLISHED / "us_cbo_forecasts.csv")
    reports, truth = [], []
    for report in log.itertuples():
        year = month_range(f"{report.target_year - 1}-10", f"{report.target_year}-09")
        last = month_range(f"{report.target_year - 2}-10", f"{report.target_year - 1}-09")
        n = year.index(report.period_of_data) + 1
        ytd = sum(result[m] for m in year[:n])
        reports.append((report.target_year, n, report.forecast_bn_usd))
        rest_last = sum(result[m] for m in last[n:])
        truth.append((sum(result[m] for m in year), ytd * 12 / n, ytd + rest_last))
    columns = ["fiscal_year", "through_month", "reported_forecast"]
    return (
        months.assign(result=months["result_musd"] / 1000),
        pd.DataFrame(reports, columns=columns),
        pd.DataFrame(truth, columns=["outcome", "run_rate", "last_year"]),
    )


@pytest.mark.slow
def test_twenty_years_of_published_forecasts_are_judged_better_than_by_rules_of_thumb() -> None:
    actuals, reported, truth = us_federal()
    judged = realism.judge_series(
        actuals, reported, fiscal_year_start=10, rng=np.random.default_rng(2009)
    )
    error = (truth["outcome"] - judged["P50"]).abs().mean()
    for rule in ("run_rate", "last_year"):
        assert error < (truth["outcome"] - truth[rule]).abs().mean()
    assert error < (truth["outcome"] - reported["reported_forecast"]).abs().mean()
    hit = truth["outcome"] >= reported["reported_forecast"]
    year = reported["fiscal_year"]
    share = [hit[year < own].mean() if (year < own).any() else 0.5 for own in year]
    brier = ((judged["p_reach"] - hit) ** 2).mean()
    assert brier < 0.22
    assert brier < ((np.array(share) - hit) ** 2).mean()
    reached = judged[QUANTILES].le(truth["outcome"], axis=0)
    by_year = reached.groupby(year).mean()
    rng = np.random.default_rng(1)
    drawn = by_year.to_numpy()[rng.integers(len(by_year), size=(4000, len(by_year)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    promised = np.array([0.85, 0.65, 0.50, 0.15])
    assert ((low <= promised) & (promised <= high)).all()


@pytest.mark.slow
def test_quantiles_hold_on_series_that_walk_with_a_season() -> None:
    """Honest reporters who know the process; P15…P85 over 12 series × 9 years × 3 months."""
    hits, claimed, reached = [], [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        season = rng.normal(0, 2, 12)
        level = rng.normal(0, 0.3, 144).cumsum()
        result = np.tile(season, 12) + level + rng.normal(0, 1, 144)
        months = pd.DataFrame({"month": month_range("2000-01", "2011-12"), "result": result})
        rows, outcomes = [], []
        for year in range(3, 12):
            for month in (3, 6, 9):
                left = 12 - month
                so_far = result[12 * year : 12 * year + month].sum()
                best = so_far + season[month:].sum() + left * level[12 * year + month - 1]
                sd = np.sqrt(left + 0.09 * (np.arange(1, left + 1) ** 2).sum())
                rows.append((2000 + year, month, best + 0.25 * sd * rng.normal()))
                outcomes.append(result[12 * year : 12 * year + 12].sum())
        reported = pd.DataFrame(rows, columns=["fiscal_year", "through_month", "reported_forecast"])
        judged = judge(months, reported, fiscal_year_start=1)
        hits.append(judged[QUANTILES].le(outcomes, axis=0))
        claimed.append(judged["p_reach"])
        reached.append(np.array(outcomes) >= reported["reported_forecast"])
    error = 3 * np.sqrt(0.25 / (12 * 9))  # years count, not rows
    found = pd.concat(hits).mean()
    assert found.tolist() == pytest.approx([0.85, 0.65, 0.50, 0.15], abs=error)
    assert pd.concat(claimed).mean() == pytest.approx(pd.concat(reached).mean(), abs=error)

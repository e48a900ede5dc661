"""forecast_series on everything users send."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balanse_lib.forecast.series import forecast_series


def to_frame(series: dict[str, np.ndarray], start: str = "2019-01") -> pd.DataFrame:
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "series_id": name,
                    "month": pd.period_range(start, periods=len(v), freq="M").strftime("%Y-%m"),
                    "value": v,
                }
            )
            for name, v in series.items()
        ],
        ignore_index=True,
    )


RNG = np.random.default_rng(11)
AWKWARD = {
    "constant": np.full(30, 7.0),
    "zero": np.zeros(20),
    "short": np.array([1.0, 2.0, 4.0]),
    "negative": RNG.normal(size=50) - 5,
    "huge": 1e299 * (1 + 0.1 * RNG.random(40)),
    "tiny": 1e-300 * (1 + 0.1 * RNG.random(40)),
    "line": np.arange(40.0),
    "gappy": np.where(RNG.random(60) < 0.3, np.nan, 10 + RNG.normal(size=60)),
    "intermittent": np.where(RNG.random(60) < 0.8, 0.0, 100 * RNG.random(60)),
    "step": np.append(np.full(30, 1e9), 1e9 + 1e-3),
    "exploding": np.exp(3 * np.arange(10.0)),
}


@pytest.fixture(scope="module")
def awkward():
    return forecast_series(to_frame(AWKWARD), horizon=12, rng=np.random.default_rng(0), n_paths=300)


def test_awkward_series_get_finite_answers(awkward):
    assert awkward.series_ids == list(AWKWARD)
    assert awkward.paths.shape == (len(AWKWARD), 300, 12)
    assert np.isfinite(awkward.paths).all()
    assert np.isfinite(awkward.quantiles([0.01, 0.5, 0.99])["value"]).all()
    assert np.isfinite(awkward.total_quantiles([0.01, 0.99])["value"]).all()


def test_constant_series_stay_constant(awkward):
    point = awkward.point().set_index("series_id")["value"]
    assert point["constant"].tolist() == [7.0] * 12
    assert point["zero"].tolist() == [0.0] * 12


def test_a_trend_goes_on():
    """One unit a month under noise of 3: the mean forecast error is far below a year's growth."""
    trend = np.arange(100, 172)
    noise = np.random.default_rng(1).normal(0, 3, (30, 60))
    frame = to_frame({f"s{i}": trend[:60] + e for i, e in enumerate(noise)})
    fc = forecast_series(frame, horizon=12, rng=np.random.default_rng(0), recalibrate=False)
    error = fc.point()["value"].to_numpy().reshape(30, 12) - trend[60:]
    assert abs(error.mean()) < 1.5


def test_paths_add_up_to_the_totals(awkward):
    quantiles = awkward.total_quantiles([0.1, 0.5, 0.9])["value"].to_numpy().reshape(-1, 3)
    from_paths = np.quantile(awkward.paths.sum(axis=2), [0.1, 0.5, 0.9], axis=1).T
    np.testing.assert_allclose(quantiles, from_paths, rtol=1e-9)


def test_unusable_series_are_refused_by_name():
    series = {"fine": np.arange(24.0), "two": np.ones(2), "infinite": np.array([1, np.inf, 2, 3])}
    frame = to_frame(series)
    frame = pd.concat([frame, frame[frame["series_id"] == "fine"].assign(series_id="twice")] * 1)
    again = frame[frame["series_id"] == "twice"].head(1)
    fc = forecast_series(pd.concat([frame, again]), horizon=2, rng=np.random.default_rng(0))
    assert fc.series_ids == ["fine"]
    assert fc.refused.set_index("series_id")["reason"].to_dict() == {
        "two": "fewer than 3 months with a value",
        "infinite": "an infinite value",
        "twice": "the same month more than once",
    }


def test_nothing_usable_is_no_crash():
    fc = forecast_series(to_frame({"two": np.ones(2)}), horizon=3, rng=np.random.default_rng(0))
    assert fc.series_ids == []
    assert fc.point().empty
    assert fc.total_quantiles([0.5]).empty
    assert fc.paths.shape == (0, 1000, 3)


def test_row_without_a_month_or_series_is_refused():
    frame = to_frame({"a": np.arange(30.0), "b": np.arange(30.0)})
    fc = forecast_series(
        frame.assign(month=frame["month"].where(frame.index != 40)),
        horizon=2,
        rng=np.random.default_rng(0),
    )
    assert fc.refused.to_numpy().tolist() == [["b", "a row without a month"]]
    nameless = frame.assign(series_id=frame["series_id"].where(frame.index != 40))
    with pytest.raises(ValueError, match="1 rows have no series_id"):
        forecast_series(nameless, horizon=2, rng=np.random.default_rng(0))


def test_missing_column_is_named():
    with pytest.raises(ValueError, match="month"):
        forecast_series(
            pd.DataFrame({"series_id": [1], "value": [1.0]}),
            horizon=1,
            rng=np.random.default_rng(0),
        )


def test_each_series_is_forecast_from_its_own_last_month():
    frame = to_frame({"a": np.arange(30.0), "b": np.arange(26.0)})
    point = forecast_series(frame, horizon=2, rng=np.random.default_rng(0)).point()
    assert point["month"].tolist() == ["2021-07", "2021-08", "2021-03", "2021-04"]


@pytest.mark.parametrize("form", ["text", "date", "period"])
def test_months_come_back_as_they_were_written(form):
    frame = to_frame({"a": np.arange(30.0)})
    periods = pd.PeriodIndex(frame["month"], freq="M")
    month = {"text": frame["month"], "date": periods.to_timestamp(), "period": periods}[form]
    point = forecast_series(
        frame.assign(month=month), horizon=1, rng=np.random.default_rng(0)
    ).point()
    assert str(pd.Period(point["month"][0], freq="M")) == "2021-07"
    assert point["month"].dtype == pd.Series(month).dtype or form == "date"


def test_same_seed_same_answer_whatever_is_asked_first():
    frame = to_frame({"a": 50 + RNG.normal(size=60), "b": 20 + RNG.normal(size=60)})
    first, second = (
        forecast_series(frame, horizon=6, rng=np.random.default_rng(3), n_paths=100)
        for _ in range(2)
    )
    paths = first.paths
    second.total_quantiles([0.5])
    np.testing.assert_array_equal(paths, second.paths)


def test_recalibration_says_how_much_it_used():
    frame = to_frame({f"s{i}": 50 + RNG.normal(size=84) for i in range(40)})
    fc = forecast_series(frame, horizon=9, rng=np.random.default_rng(3), n_paths=100)
    assert (fc.recalibration.n_years, fc.recalibration.n_windows) == (5, 200)
    off = forecast_series(frame, horizon=9, rng=np.random.default_rng(3), recalibrate=False)
    assert off.recalibration.n_windows == 0


def test_calendar_columns_reach_the_model():
    months = pd.period_range("2018-01", "2023-12", freq="M")
    days = pd.DataFrame({"days": np.random.default_rng(1).integers(18, 24, 72)}, index=months)
    noise = np.random.default_rng(2).normal(0, 0.2, (10, 66))
    values = 100 + 2.0 * days["days"].to_numpy()[:66] + noise
    frame = to_frame({f"s{i}": v for i, v in enumerate(values)}, start="2018-01")
    fc = forecast_series(
        frame, horizon=6, rng=np.random.default_rng(0), regressors=days, recalibrate=False
    )
    expected = 100 + 2.0 * days["days"].to_numpy()[66:]
    error = fc.point()["value"].to_numpy().reshape(10, 6) - expected
    assert np.abs(error).max() < 0.6
    with pytest.raises(ValueError, match="regressors lack 2 of the months"):
        forecast_series(frame, horizon=8, rng=np.random.default_rng(0), regressors=days)


VALUES = st.one_of(
    st.floats(-1e12, 1e12), st.just(0.0), st.just(float("nan")), st.sampled_from([1.0, 5.0])
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(VALUES, min_size=1, max_size=40), min_size=1, max_size=4))
def test_no_input_crashes_or_gives_an_infinite_answer(lists):
    frame = to_frame({f"s{i}": np.array(v) for i, v in enumerate(lists)})
    fc = forecast_series(frame, horizon=3, rng=np.random.default_rng(0), n_paths=20)
    assert len(fc.series_ids) + len(fc.refused) == len(lists)
    assert np.isfinite(fc.point()["value"]).all()
    assert np.isfinite(fc.paths).all()

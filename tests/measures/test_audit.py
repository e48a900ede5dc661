"""The effect audit on series whose answer is known: exact data, closed forms, statsmodels."""

from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import linalg

from balanse_lib import periods
from balanse_lib.measures.audit import audit_line
from balanse_lib.measures.audit_design import (
    background_columns,
    detectable_effect,
    detection_multiplier,
    effect_columns,
)
from balanse_lib.measures.audit_fit import NOISE, PRIOR, fit_effect, search_factor
from balanse_lib.measures.audit_line import Line, prepare
from balanse_lib.measures.audit_plan import PlannedMeasure, ramp_profile
from balanse_lib.measures.audit_settings import AuditSettings
from balanse_lib.measures.audit_verdict import VERDICTS, classify_effect

START = "2025-01"
PLAN = PlannedMeasure("a", 24.0, start=START)
PLAIN = AuditSettings(breaks=())


def months(before: int, after: int) -> list[str]:
    return periods.month_range(periods.shift(START, -before), periods.shift(START, after - 1))


def costs(before: int = 36, after: int = 9, *, effect: float = 2.0, sd: float = 0.1,
          seed: int = 1) -> pd.Series:  # fmt: skip
    """A cost line of −50 a month with season and noise, better by `effect` from the start."""
    index = months(before, after)
    rng = np.random.default_rng(seed)
    season = np.resize(rng.normal(0, 1, 12), len(index))
    gain = effect * PLAN.profile(index)
    return pd.Series(-50 + season + gain + sd * rng.standard_normal(len(index)), index=index)


@pytest.mark.parametrize("settings", [AuditSettings(), AuditSettings(slope=True)])
def test_vector_m7_exact_data_give_twelve_in_the_year(settings: AuditSettings) -> None:
    line = Line("4000", pd.Series([-10.0] * 24 + [-8.0] * 6, index=months(24, 6)))
    found = audit_line(line, measure=PLAN, settings=settings)
    assert found.in_year_effect == pytest.approx(12.0, abs=1e-9)
    assert found.planned_in_year == pytest.approx(12.0)
    assert found.realisation_rate == pytest.approx(1.0)
    assert (found.months_before, found.months_after) == (24, 6)


def test_a_ramp_and_a_slope_are_recovered_exactly() -> None:
    """April start over four months at 2 a month: 2 · 7.5 = 15 in the year."""
    measure = PlannedMeasure("a", 12.0, start="2025-04", ramp="linear", ramp_len=4)
    index = periods.month_range("2023-01", "2025-12")
    exact = pd.Series(-40 + 2 * measure.profile(index), index=index)
    found = audit_line(Line("x", exact), measure=measure)
    assert found.in_year_effect == pytest.approx(15.0)
    assert found.planned_in_year == pytest.approx(7.5)
    assert found.realisation_rate == pytest.approx(2.0)
    growing = pd.Series([-10.0] * 24 + [-8.0, -7.5, -7.0, -6.5, -6.0, -5.5], index=months(24, 6))
    with_slope = audit_line(Line("x", growing), measure=PLAN, settings=AuditSettings(slope=True))
    assert with_slope.in_year_effect == pytest.approx(2 + 2.5 + 3 + 3.5 + 4 + 4.5)


def test_the_year_starts_where_the_trust_says() -> None:
    """July years: of nine months after January, July to September are in the year."""
    found = audit_line(Line("x", costs(sd=0.0)), measure=PLAN, fiscal_start=7)
    assert found.in_year_effect == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("trend", "season", "expected"),
    [(False, False, 0.6390096504226938), (True, False, 0.89), (True, True, 1.11)],
)
def test_vector_m5_and_what_trend_and_season_add(
    trend: bool, season: bool, expected: float
) -> None:
    settings = AuditSettings(trend=trend, season=season, breaks=())
    index = months(24, 6)
    background = background_columns(index, settings=settings)
    design = np.column_stack([background, effect_columns(index, measure=PLAN)])
    contrast = np.eye(design.shape[1])[-1]
    found = detectable_effect(design, contrast=contrast, sd=0.5)
    digits = 12 if expected < 0.7 else 2
    assert round(found, digits) == round(expected, digits)


def test_the_multiplier_grows_where_months_are_few() -> None:
    """t(0.975, 16) = 2.1199 and t(0.80, 16) = 0.8647 in any table of t."""
    assert detection_multiplier(16) == pytest.approx(2.1199 + 0.8647, abs=1e-4)


def test_what_the_audit_states_is_never_below_the_formula() -> None:
    line = Line("x", costs(24, 6, sd=0.5))
    found = audit_line(line, measure=PLAN, settings=PLAIN)
    regression = prepare(line, measure=PLAN, settings=PLAIN)
    design = np.column_stack([regression.background, regression.effect])
    fit = sm.OLS(regression.amounts, design).fit()
    sd = float(np.sqrt(fit.scale))
    bound = detectable_effect(design, contrast=np.eye(design.shape[1])[-1], sd=sd)
    assert found.detectable > bound > 2.8 * sd * np.sqrt(1 / 24 + 1 / 6)


def test_each_point_of_the_grid_is_statsmodels_gls_and_its_restricted_likelihood() -> None:
    line = Line("x", costs(30, 8, sd=1.0).drop(["2023-05", "2024-02"]))
    regression = prepare(line, measure=PLAN, settings=PLAIN)
    estimate = regression.estimate()
    design = np.column_stack([regression.background, regression.effect])
    contrasts = linalg.null_space(design.T)  # combinations free of every coefficient
    free = contrasts.T @ regression.amounts
    at = regression.place
    likelihoods = []
    for (rho, ratio), center, scale in zip(NOISE, estimate.center, estimate.scale, strict=True):
        covariance = rho ** np.abs(at[:, None] - at) + ratio * np.minimum(at[:, None], at)
        fit = sm.GLS(regression.amounts, design, sigma=covariance).fit()
        assert center == pytest.approx(fit.params[-1], rel=1e-7)
        assert scale == pytest.approx(fit.bse[-1], rel=1e-7)
        assert estimate.df == fit.df_resid
        inner = contrasts.T @ covariance @ contrasts
        rest = len(free) * np.log(free @ np.linalg.solve(inner, free))
        likelihoods.append(-(np.linalg.slogdet(inner)[1] + rest) / 2)
    weights = PRIOR * np.exp(np.array(likelihoods) - max(likelihoods))
    np.testing.assert_allclose(estimate.weight, weights / weights.sum(), rtol=1e-6)


def test_quantiles_and_probabilities_of_the_mixture_agree() -> None:
    estimate = prepare(Line("x", costs(sd=1.0)), measure=PLAN, settings=PLAIN).estimate()
    for level in (0.025, 0.2, 0.5, 0.975):
        assert estimate.below(estimate.quantile(level)) == pytest.approx(level, abs=1e-9)
    assert estimate.quantile(0.025) < estimate.effect < estimate.quantile(0.975)
    shifted = prepare(Line("x", costs(sd=1.0, effect=5.0)), measure=PLAN, settings=PLAIN)
    assert shifted.estimate().effect == pytest.approx(estimate.effect + 3.0)


@pytest.mark.parametrize(
    ("low", "high", "planned", "verdict"),
    [
        (0.5, 1.5, 1.0, "confirmed"),
        (1.2, 2.0, 1.0, "confirmed"),  # above plan
        (0.2, 0.8, 1.0, "partly"),
        (-0.2, 0.8, 1.0, "contradicted"),
        (-0.2, 1.2, 1.0, "inconclusive"),
        (-0.9, -0.1, 1.0, "contradicted"),  # harmful
        (-0.9, -0.1, 0.6, "not_detectable"),
        (0.1, 0.9, 0.6, "not_detectable"),
    ],
)
def test_the_rules_of_the_verdict(low: float, high: float, planned: float, verdict: str) -> None:
    assert classify_effect(low, high, planned=planned, detectable=0.7)[0] == verdict
    assert verdict in VERDICTS


def test_a_moved_effect_is_not_confirmed() -> None:
    told = classify_effect(0.5, 1.5, planned=1.0, detectable=0.7, displaced=True)
    assert told == ("partly", "displaced")


def test_verdicts_on_series() -> None:
    assert audit_line(Line("x", costs()), measure=PLAN).verdict == "confirmed"
    half = audit_line(Line("x", costs(effect=1.0)), measure=PLAN)
    assert half.verdict == "partly"
    assert half.realisation_rate == pytest.approx(0.5, abs=0.1)
    none = audit_line(Line("x", costs(effect=0.0, seed=2)), measure=PLAN)
    assert none.verdict == "contradicted"
    assert audit_line(Line("x", costs(effect=-2.0)), measure=PLAN).reason == "harmful"
    hidden = audit_line(Line("x", costs(effect=0.0, sd=5.0)), measure=PLAN)
    assert hidden.verdict == "not_detectable"


@pytest.mark.parametrize(
    ("before", "after", "verdict", "reason"),
    [(36, 5, "too_early", "months_after"), (23, 6, "inconclusive", "months_before")],
)
def test_too_few_months_are_told_and_nothing_is_peeked_at(
    before: int, after: int, verdict: str, reason: str
) -> None:
    found = audit_line(Line("x", costs(before, after)), measure=PLAN)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert np.isnan([found.effect_per_month, found.low, found.detectable]).all()
    assert audit_line(Line("x", costs(24, 6)), measure=PLAN).verdict == "confirmed"


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        (replace(PLAN, full_year_effect=0.0), "no_planned_effect"),
        (replace(PLAN, full_year_effect=float("nan")), "no_planned_effect"),
        (replace(PLAN, ramp="decay"), "ramp_not_known"),
    ],
)
def test_plans_that_cannot_be_audited(measure: PlannedMeasure, reason: str) -> None:
    found = audit_line(Line("x", costs()), measure=measure)
    assert (found.verdict, found.reason) == ("inconclusive", reason)


def test_a_missing_month_is_not_zero() -> None:
    series = costs()
    series.loc[["2024-03", "2025-02"]] = np.nan
    found = audit_line(Line("x", series), measure=PLAN)
    assert (found.months_before, found.months_after) == (35, 8)
    assert found.effect_per_month == pytest.approx(2.0, abs=0.2)


def test_a_line_that_jumps_by_itself_confirms_nothing() -> None:
    """It rose by 2.2 half-way before the start, with no measure: one more rise proves nothing."""
    series = costs(48, 9, sd=0.1)
    jump = np.repeat([0.0, 2.2], [24, 33])
    found = audit_line(Line("x", series + jump), measure=PLAN)
    assert found.placebo_high > found.effect_per_month
    assert found.detectable > found.placebo_high
    assert found.verdict == "not_detectable"
    calm = audit_line(Line("x", series), measure=PLAN)
    assert calm.verdict == "confirmed"
    assert calm.placebo_high < 1.0


def test_an_effect_inside_the_placebo_range_is_inconclusive_when_the_plan_could_be_seen() -> None:
    """As above, with a plan of 40 a month, far above all that the line does by itself."""
    series = costs(48, 9, sd=0.1) + np.repeat([0.0, 2.2], [24, 33])
    told = audit_line(Line("x", series), measure=PLAN)
    found = audit_line(Line("x", series), measure=replace(PLAN, full_year_effect=480.0))
    assert found.detectable == told.detectable < found.planned_per_month
    assert found.low > 0
    assert (found.verdict, found.reason) == ("inconclusive", "inside_placebo_range")


def test_without_room_for_placebos_their_range_is_not_known() -> None:
    short = AuditSettings(placebo_before=24)
    found = audit_line(Line("x", costs(24, 6)), measure=PLAN, settings=short)
    assert np.isnan(found.placebo_high)
    assert found.verdict == "confirmed"


def test_what_hits_every_unit_at_the_start_is_no_effect() -> None:
    """A common shock of 2 in the month of the start: seen without, gone with a control series."""
    shock = 2.0 * PLAN.profile(months(36, 9))
    alone = Line("x", costs(effect=0.0) + shock)
    control = costs(effect=0.0, seed=1, sd=0.1) * 3 + 3 * shock
    wiggle = np.random.default_rng(5).normal(0, 1.0, 45)  # moves both, ties their sizes together
    beside = Line("x", alone.amounts + wiggle, pd.DataFrame({"control": control + 3 * wiggle}))
    assert audit_line(alone, measure=PLAN).verdict == "confirmed"
    found = audit_line(beside, measure=PLAN)
    assert found.verdict == "contradicted"
    assert found.effect_per_month == pytest.approx(0.0, abs=0.2)


def test_two_measures_on_one_line_are_told_apart_unless_they_start_together() -> None:
    index = months(36, 9)
    other = PlannedMeasure("b", 12.0, start="2024-04")
    both = costs(sd=0.0) + 1.0 * other.profile(index)

    def beside(profile: PlannedMeasure) -> Line:
        return Line("x", both, pd.DataFrame({"b": profile.profile(index)}, index=index))

    assert audit_line(beside(other), measure=PLAN).effect_per_month == pytest.approx(2.0)
    together = audit_line(beside(replace(other, start=START)), measure=PLAN)
    assert (together.verdict, together.reason) == ("inconclusive", "not_separable")


def test_an_effect_that_moved_to_another_line_is_found_there() -> None:
    """Hire-in falls by 2 a month, overtime rises by 1: nine months of it, −9 in the year."""
    others = [
        Line("overtime", costs(effect=-1.0, seed=2)),
        Line("goods", costs(effect=0.0, seed=3)),
        Line("better", costs(effect=1.0, seed=4)),
        Line("empty", 0 * costs()),
    ]
    found = audit_line(Line("hire-in", costs()), measure=PLAN, others=others)
    assert (found.verdict, found.reason) == ("partly", "displaced")
    assert found.displaced == ("overtime",)
    assert found.displacement == pytest.approx(-9.0, abs=1.0)
    calm = audit_line(Line("hire-in", costs()), measure=PLAN, others=others[1:])
    assert (calm.displacement, calm.displaced, calm.verdict) == (0.0, (), "confirmed")


def test_a_searched_start_is_found_and_paid_for() -> None:
    late = replace(PLAN, start="2025-03")
    index = months(36, 12)
    rng = np.random.default_rng(3)
    series = pd.Series(-50 + 2 * late.profile(index) + 0.1 * rng.standard_normal(48), index=index)
    searched = AuditSettings(search_months=3)
    found = audit_line(Line("x", series), measure=PLAN, settings=searched, rng=rng)
    told = audit_line(Line("x", series), measure=late)
    assert found.start == "2025-03"
    assert found.effect_per_month == pytest.approx(told.effect_per_month)
    assert 1.05 < (found.high - found.low) / (told.high - told.low) < 1.6
    with pytest.raises(ValueError, match="give an rng"):
        audit_line(Line("x", series), measure=PLAN, settings=searched)


def test_the_cost_of_a_search_lies_between_one_test_and_bonferroni() -> None:
    """Of one candidate it is nothing; of two that do not overlap, Šidák: t at 1 − √0.95."""
    rng = np.random.default_rng(1)
    background = np.ones((200, 1))
    steps = np.zeros((200, 2))
    steps[0::4, 0], steps[2::4, 0] = 1, -1
    steps[1::4, 1], steps[3::4, 1] = 1, -1
    one = search_factor(background, effects=steps[:, :1], level=0.95, rng=rng, draws=40_000)
    two = search_factor(background, effects=steps, level=0.95, rng=rng, draws=40_000)
    assert one == pytest.approx(1.0, abs=0.02)
    assert two == pytest.approx(2.236 / 1.960, abs=0.02)  # normal quantiles, 198 df


def test_ramps() -> None:
    since = np.arange(-2.0, 6.0)
    assert ramp_profile(since, ramp="step").tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    curve = ramp_profile(since, ramp="logistic", ramp_len=4)
    assert curve[:2].tolist() == [0, 0]
    assert curve[5:] == pytest.approx(1.0)
    assert (np.diff(curve[1:6]) > 0).all()
    with pytest.raises(ValueError, match="season"):
        ramp_profile(since, ramp="season")


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 1.0},
        {"power": 0.0},
        {"min_after": 0},
        {"placebo_step": 0},
        {"slope": True, "search_months": 2},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AuditSettings(**wrong)  # type: ignore[arg-type]


def test_the_pandemic_has_a_level_of_its_own() -> None:
    index = periods.month_range("2018-01", "2025-09")
    inside = np.array(["2020-03" <= month <= "2021-09" for month in index])
    line = Line("x", pd.Series(-50.0 - 9.0 * inside + 2 * PLAN.profile(index), index=index))
    found = audit_line(line, measure=PLAN)
    assert found.effect_per_month == pytest.approx(2.0)
    assert asdict(found)["verdict"] == "confirmed"
    blind = audit_line(line, measure=PLAN, settings=PLAIN)
    assert blind.high - blind.low > 0.5


def test_inputs_stay_as_they_were() -> None:
    series, covariates = costs(), pd.DataFrame({"drg": np.arange(45.0)}, index=months(36, 9))
    before = series.copy(), covariates.copy()
    audit_line(Line("x", series, covariates), measure=PLAN)
    pd.testing.assert_series_equal(series, before[0])
    pd.testing.assert_frame_equal(covariates, before[1])


def test_a_contrast_of_two_columns_sums_them() -> None:
    """Level 2 and slope 0.5, contrast (1, 3): 3.5, whatever the noise is taken to be."""
    index = months(30, 10)
    columns = effect_columns(index, measure=PLAN, slope=True)
    exact = 7.0 + columns @ np.array([2.0, 0.5])
    estimate = fit_effect(
        exact,
        background=np.ones((40, 1)),
        effect=columns,
        contrast=np.array([1.0, 3.0]),
        place=np.arange(40.0),
    )
    np.testing.assert_allclose(estimate.center, 3.5)

"""Every sentence with a number agrees with the figures behind it."""

import re

import pytest

from balanse_lib.report import Finding, from_json, to_json
from balanse_lib.report.findings import decisions


def _numbers(sentence: str) -> list[float]:
    plain = sentence.replace("\u00a0", "").replace("−", "-")
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    return [float(found) for found in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", plain)]


def test_the_headline_gives_the_middle_and_the_interval(run):
    finding = next(f for f in run.findings("20_forecast") if f.key == "expected")
    total = run.year_end
    expected = [total.quantile(0.5), total.quantile(0.1), total.quantile(0.9)]
    spoken = _numbers(finding.sentence(run.reader))
    for value in expected:
        assert any(abs(number - value) <= 0.05000001 for number in spoken), (value, spoken)
    assert 2025.0 in spoken
    assert 80.0 in spoken


def test_the_chance_of_the_requirement_is_counted_over_the_paths(run):
    finding = next(f for f in run.findings("20_forecast") if f.key == "requirement_chance")
    share = (run.year_end.total >= run.targets.requirement).mean()
    assert finding.values["chance"] == pytest.approx(share)
    assert round(100 * share) in [round(n) for n in _numbers(finding.sentence(run.reader))]


def test_a_forecast_given_as_deviation_is_turned_into_a_result(run):
    # this trust reports its deviation from budget
    assert run.targets.reported_basis == "deviation"
    assert run.targets.reported == pytest.approx(run.targets.budget + run.targets.reported_raw)


def test_every_finding_can_be_said_and_survives_storage(run):
    findings = [
        *run.findings("10_data_basis"),
        *run.findings("20_forecast"),
        *run.findings("30_realism"),
        *decisions(
            run.year_end, targets=run.targets, judgement=run.judgement, year=run.measure_year
        ),
    ]
    assert from_json(to_json(findings)) == findings
    for finding in findings:
        sentence = finding.sentence(run.reader)
        assert sentence.strip().endswith(".")
        assert "{" not in sentence


def test_the_gap_to_close_is_requirement_minus_prudent_forecast(run):
    told = decisions(
        run.year_end, targets=run.targets, judgement=run.judgement, year=run.measure_year
    )
    found = {f.key: f for f in told}
    gap = run.targets.requirement - run.year_end.quantile(0.35)
    assert gap > 0  # this synthetic trust is short of its requirement
    assert found["close_gap"].values["gap"] == pytest.approx(gap)
    assert found["close_gap"].values["per_month"] == pytest.approx(gap / 3)


def test_an_unknown_place_in_a_sentence_stops_the_page(run):
    with pytest.raises(KeyError):
        Finding("expected", {"p50": 1.0}).sentence(run.reader)

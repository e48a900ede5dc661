"""Every sentence with a number agrees with the figures behind it."""

import re
from dataclasses import replace

import numpy as np
import pytest

from balanse_lib import measures
from balanse_lib.report import from_json, to_json
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


def test_the_gap_to_close_is_requirement_minus_prudent_forecast_with_measures(run):
    year = run.measure_year
    gap = run.targets.requirement - float(np.quantile(year.joint.total, 0.35))
    assert gap > 0  # this synthetic trust is short of its requirement
    found = decide(run, year)["find_measures"].values  # and no measure waits that could help
    assert found["gap"] == pytest.approx(gap)
    assert found["per_month"] == pytest.approx(gap / 3)


def decide(run, year):
    told = decisions(run.year_end, targets=run.targets, judgement=run.judgement, year=year)
    assert len(told) <= 3
    return {finding.key: finding for finding in told}


def test_the_first_decision_is_the_package_with_its_last_months(run):
    """The package may be decided until October, the whole bank closes the gap until November."""
    year = run.measure_year
    one, two = year.table.index[:2]
    best = measures.Package((one, two), cost=1.0, effect=40.0, missing=0.0)
    closing = replace(
        year, gap=30.0, packages=(best,), package_month="2025-10", last_month="2025-11"
    )
    told = decide(run, closing)
    assert next(iter(told)) == "decide_package"
    sentence = told["decide_package"].sentence(run.reader)
    for text in (
        *year.table.loc[[one, two], "title"],
        run.reader.write(30.0, "amount"),
        run.reader.write("2025-10", "month"),
        run.reader.write("2025-11", "month"),
    ):
        assert text in sentence  # fmt: skip
    short = replace(closing, packages=(replace(best, missing=7.0),))
    assert decide(run, short)["decide_more"].values["missing"] == 7.0


def test_measures_that_carry_the_requirement_are_to_be_seen_through(run):
    covered = replace(run.measure_year, gap=0.0)
    assert "hold_measures" in decide(run, covered)
    nothing = replace(covered.draws, effects=0 * covered.draws.effects)
    assert "hold_measures" not in decide(run, replace(covered, draws=nothing))

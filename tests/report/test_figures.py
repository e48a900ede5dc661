import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from balanse_lib import report
from balanse_lib.report.figures import spread_labels


@pytest.fixture
def fan(run):
    return report.year_fan(run.year_end, targets=run.targets, book=run.ledger, reader=run.reader)


def _texts(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return ["".join(node.itertext()).strip() for node in root.iter() if node.tag.endswith("}text")]


def test_text_in_the_figure_is_text_and_names_what_it_shows(run, fan):
    words = " ".join(_texts(fan.svg))
    for term in ("result_requirement", "reported_forecast", "budget"):
        assert run.reader.heading(term) in words
    assert run.reader.write(run.year_end.quantile(0.5), "amount") in words


def test_alt_text_holds_the_numbers(run, fan):
    for value in (run.year_end.quantile(0.1), run.year_end.quantile(0.9), run.targets.requirement):
        assert run.reader.write(value, "amount") in fan.alt


def test_the_same_figure_is_the_same_bytes(run, fan):
    again = report.year_fan(run.year_end, targets=run.targets, book=run.ledger, reader=run.reader)
    assert again.svg == fan.svg


@pytest.mark.parametrize(
    ("values", "step"), [([0, 0, 0, 0], 1.0), ([0, 0.5, 0.6, 9, 9.1], 1.0), ([3], 1.0)]
)
def test_labels_never_stand_closer_than_a_step(values, step):
    places = spread_labels([float(v) for v in values], step=step)
    gaps = [b - a for a, b in pairwise(places)]
    assert all(gap >= step - 1e-9 for gap in gaps)
    assert sum(places) == pytest.approx(sum(values))

"""The sign rule, the statement lines and the words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balanse_lib import terms


@pytest.mark.parametrize(
    ("actual", "budget", "expected"),
    [
        (-105.0, -100.0, -5.0),  # a cost above its budget is worse
        (-95.0, -100.0, 5.0),
        (105.0, 100.0, 5.0),  # an income above its budget is better
        (-20.0, 0.0, -20.0),
    ],
)
def test_deviation_is_positive_when_better_than_budget(
    actual: float, budget: float, expected: float
) -> None:
    assert terms.deviation(actual, budget) == expected


def test_forecast_error_is_negative_when_the_forecast_was_too_optimistic() -> None:
    assert terms.forecast_error(outcome=-791.0, forecast=-580.0) == -211.0
    assert terms.forecast_error(outcome=-500.0, forecast=-580.0) == 80.0


WHOLE = st.integers(-(10**6), 10**6)


@settings(max_examples=30, deadline=None)
@given(cells=st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=8))
def test_deviations_of_the_clinics_sum_to_the_deviation_of_the_trust(
    cells: list[tuple[int, int]],
) -> None:
    parts = sum(terms.deviation(actual, budget) for actual, budget in cells)
    whole = terms.deviation(sum(a for a, _ in cells), sum(b for _, b in cells))
    assert parts == whole


def test_statement_lines_stand_in_the_order_of_the_printed_statement() -> None:
    assert terms.LINE_CODES[:3] == ("basic_grant", "activity_based_income", "other_income")
    assert terms.LINE_CODES[-2:] == ("net_finance", "undivided")
    assert len(set(terms.LINE_CODES)) == len(terms.LINE_CODES) == 13
    kinds = {line.code: line.kind for line in terms.STATEMENT_LINES}
    assert kinds["pension_cost"] == kinds["hire_in"] == "cost"
    assert kinds["net_finance"] == "finance"


@pytest.mark.parametrize("code", terms.LINE_CODES)
@pytest.mark.parametrize("language", terms.LANGUAGES)
def test_every_statement_line_has_a_name(code: str, language: str) -> None:
    assert len(terms.label(code, language)) > 3


def test_labels_are_those_of_the_field() -> None:
    found = [terms.label("reported_forecast", language) for language in ("nn", "nb", "sv", "en")]
    assert found == [
        "innmeld årsprognose",
        "innmeldt årsprognose",
        "lämnad helårsprognos",
        "reported forecast",
    ]


def test_text_fills_its_places() -> None:
    assert terms.text("rule.not_a_number", "nb", value="12,x").startswith("«12,x» er ikke et tall")


def test_a_value_with_braces_is_text_and_not_a_place() -> None:
    assert "«{allowed}»" in terms.text("rule.not_a_number", "en", value="{allowed}")


def test_a_hole_in_a_sentence_is_an_error() -> None:
    with pytest.raises(KeyError, match="value"):
        terms.text("rule.not_a_number", "en")
    with pytest.raises(KeyError, match="no_such_rule"):
        terms.text("rule.no_such_rule", "en")
    with pytest.raises(KeyError, match="no_such_term"):
        terms.label("no_such_term", "en")

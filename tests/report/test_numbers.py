import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balanse_lib.report.numbers import (
    format_amount,
    format_chance,
    format_number,
    format_period,
    format_share,
    month_short,
)
from balanse_lib.terms import LANGUAGES


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (12.25, 1, "12,3"),  # half up, where half to even gives 12,2
        (-12.25, 1, "−12,3"),
        (2.5, 0, "3"),
        (-0.04, 1, "0,0"),  # never minus nought
        (1234567.0, 0, "1 234 567"),
        (999.95, 1, "1 000,0"),
        (0.15, 1, "0,2"),  # as written, not as stored in binary
    ],
)
def test_numbers_as_people_write_them(value, decimals, written):
    found = format_number(value, language="nb", decimals=decimals)
    assert found.replace("\u00a0", " ") == written


def test_english_has_a_point():
    assert format_number(-1234.5, language="en") == "−1\u00a0234.5"


@given(value=st.floats(-1e9, 1e9), language=st.sampled_from(LANGUAGES))
@settings(max_examples=200, deadline=None)
def test_a_written_number_can_be_read_back(value, language):
    written = format_number(value, language=language, decimals=2)
    plain = written.replace("\u00a0", "").replace("−", "-").replace(",", ".")
    assert float(plain) == pytest.approx(value, abs=0.005000001)
    assert "-" not in written


@pytest.mark.parametrize(
    ("value", "written"), [(999.94, "999,9"), (999.96, "1 000"), (-412845.0, "−412 845")]
)
def test_large_amounts_have_no_decimals(value, written):
    assert format_amount(value, language="sv").replace("\u00a0", " ") == written


def test_a_given_share_may_be_all_but_a_simulated_one_may_not():
    assert format_share(1.0, language="en") == "100%"
    assert format_chance(1.0, language="en") == ">\u00a099%"
    assert format_chance(0.0, language="nn") == "<\u00a01\u00a0%"
    assert format_chance(0.5, language="sv") == "50\u00a0%"


def test_months_in_each_language():
    assert [format_period("2025-09", language=language) for language in LANGUAGES] == [
        "september 2025",
        "september 2025",
        "september 2025",
        "September 2025",
    ]
    assert format_period("2025-01", language="sv") == "januari 2025"
    assert format_period("2025-13", language="nn") == "2025-13"
    assert month_short("2025-05", language="nb") == "mai"

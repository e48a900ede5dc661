"""Dated rates against the published values they were taken from."""

import csv
from pathlib import Path

import pytest

from balanse_lib.errors import InputError
from balanse_lib.params import rate_on, rates

ORIGINAL = Path(__file__).parents[3] / "shared/data/published/isf_pris_og_andel.csv"


@pytest.mark.parametrize(
    ("month", "share"), [("2013-12", 40), ("2014-01", 50), ("2022-12", 50), ("2025-09", 30)]
)
def test_the_share_of_activity_based_funding_by_month(month: str, share: float) -> None:
    assert rate_on("isf_share_pct", month).value == share


def test_a_price_that_is_not_published_is_the_last_known_and_says_from_when() -> None:
    rate = rate_on("isf_unit_price_nok_per_point", "2023-05")
    assert (rate.value, rate.valid_from) == (45808.0, "2020-01")


def test_a_month_before_the_first_value_and_an_unknown_name_are_errors() -> None:
    with pytest.raises(InputError, match="1996-12"):
        rate_on("isf_share_pct", "1996-12")
    with pytest.raises(InputError, match="isf_share_pct"):
        rate_on("isf_share", "2024-01")


def test_every_rate_has_a_source() -> None:
    assert all(rate.source for rate in rates())


@pytest.mark.skipif(not ORIGINAL.is_file(), reason="the collected published figures are not here")
def test_rates_are_the_published_figures() -> None:
    with ORIGINAL.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    published = {
        (name, f"{row['year']}-01"): float(row[column])
        for row in rows
        for name, column in (
            ("isf_share_pct", "isf_share_percent"),
            ("isf_unit_price_nok_per_point", "unit_price_nok_somatic"),
        )
        if row[column]
    }
    ours = {(rate.name, rate.valid_from): rate.value for rate in rates()}
    assert {key: value for key, value in ours.items() if key[0].startswith("isf")} == published


@pytest.mark.parametrize(("year", "nok"), [(2014, 4255), (2023, 5508), (2024, 5745)])
def test_the_payment_for_patients_ready_for_discharge(year: int, nok: int) -> None:
    assert rate_on("discharge_ready_nok_per_day", f"{year}-12").value == nok

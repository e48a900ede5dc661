"""Identity numbers: control digits worked by hand, chance against theory, and no false alarm.

No number here belongs to a person: Tenor months (+80), births in 2039, or the year 1890.
"""

import time

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from balanse_lib.ledger.privacy import (
    HEADER,
    IdentityHit,
    IdentityTally,
    Verdict,
    chance_of_hits,
    check_identity_numbers,
    identity_kind,
    judge_identity_hits,
    mask_identity_numbers,
    scan_identity_numbers,
    scan_text,
)
from tests.ledger.identity import K1, K2, control_digit, tenor_numbers

# weighted sums worked by hand
NORWEGIAN = {
    "birth number, 2039": "01013950187",  # 135 = 12*11 + 3 -> 8; 125 = 11*11 + 4 -> 7
    "H-number, month 41": "01419000066",  # 104 = 9*11 + 5 -> 6; 93 = 8*11 + 5 -> 6
    "Norsk helsenett, month 66": "01669000002",  # 121 = 11*11 -> 0; 97 = 8*11 + 9 -> 2
    "Tenor, month 81": "01819000200",  # 132 = 12*11 -> 0; 99 = 9*11 -> 0
    "D-number, day 41, Tenor": "41819000032",  # 140 = 12*11 + 8 -> 3; 119 = 10*11 + 9 -> 2
}
SWEDISH = {
    "minus": "900101-9802",  # 9+0+0+1+0+1+9+8+0 = 28 -> 2
    "plus": "900101+9802",
    "long": "189001019802",
    "long with sign": "18900101-9802",
    "samordningsnummer": "900161-9809",  # 9+0+0+1+3+1+9+8+0 = 31 -> 9
    "samordningsnummer, long": "189001619809",
    "typographic minus": "900101\u22129802",
}


def random_numbers(count: int, *, width: int, rng: np.random.Generator) -> list[str]:
    return [str(number).zfill(width) for number in rng.integers(0, 10**width, count)]


def bank_accounts(count: int, *, rng: np.random.Generator) -> list[str]:
    """11 digits whose last is the mod-11 control digit, as in KID: same weights as K2."""
    stems = random_numbers(count, width=10, rng=rng)
    ends = [control_digit(stem, K2) for stem in stems]
    return [f"{stem}{end}" for stem, end in zip(stems, ends, strict=True) if end < 10]


def verdict_on(*columns: list[str]) -> Verdict:
    table = pd.concat([pd.Series(cells, name=f"c{i}") for i, cells in enumerate(columns)], axis=1)
    return check_identity_numbers(table).verdict


# --- control digits, dates and forms -----------------------------------------------------------


@pytest.mark.parametrize("number", NORWEGIAN.values(), ids=NORWEGIAN.keys())
def test_norwegian_numbers_worked_by_hand(number: str) -> None:
    assert identity_kind(number) == "no"
    assert control_digit(number[:9], K1) == int(number[9])
    assert control_digit(number[:10], K2) == int(number[10])


@pytest.mark.parametrize("number", SWEDISH.values(), ids=SWEDISH.keys())
def test_swedish_numbers_worked_by_hand(number: str) -> None:
    assert identity_kind(number) == "se"


def test_a_norwegian_number_in_two_parts() -> None:
    for gap in (" ", "\u00a0", "\u202f", "-"):
        assert identity_kind(f"018190{gap}00200") == "no"
    assert identity_kind("018190  00200") is None


def test_every_generated_number_is_found() -> None:
    assert {identity_kind(number) for number in tenor_numbers(300)} == {"no"}


def test_one_changed_digit_breaks_a_norwegian_number() -> None:
    changed = [
        number[:place] + new + number[place + 1 :]
        for number in [*NORWEGIAN.values(), *tenor_numbers(200)]
        for place, old in enumerate(number)
        for new in set("0123456789") - {old}
    ]
    assert len(changed) == 205 * 11 * 9
    assert scan_identity_numbers(pd.DataFrame({"a": changed})) == ()


def test_one_changed_digit_breaks_a_swedish_number() -> None:
    number = "900101-9802"
    for place in [0, 1, 2, 3, 4, 5, 7, 8, 9, 10]:
        for new in set("0123456789") - {number[place]}:
            assert identity_kind(number[:place] + new + number[place + 1 :]) is None


@pytest.mark.parametrize(
    "stem", ["008190", "328190", "728190", "310490", "308290", "290301", "015390"]
)
def test_control_digits_without_a_date_are_no_identity_number(stem: str) -> None:
    found = []
    for serial in range(100):
        first = control_digit(f"{stem}{serial:03}", K1)
        number = f"{stem}{serial:03}{first}"
        if first < 10 and control_digit(number, K2) < 10:
            found.append(identity_kind(f"{number}{control_digit(number, K2)}"))
    assert found
    assert set(found) == ({"no"} if stem == "290301" else {None})  # 29 March exists


def test_leap_days() -> None:
    def last(stem: str) -> str:
        values = [int(d) * (2 - i % 2) for i, d in enumerate(stem[-9:])]
        return str(-sum(v - 9 * (v > 9) for v in values) % 10)

    for stem, kind in [("19000229000", None), ("20000229000", "se"), ("18960229000", "se")]:
        assert identity_kind(stem + last(stem)) == kind
    assert identity_kind("960229-000" + last("960229000")) == "se"
    assert identity_kind("970229-000" + last("970229000")) is None


def test_ten_swedish_digits_need_a_sign_and_twelve_a_century() -> None:
    assert identity_kind("9001019802") is None
    assert identity_kind("179001019802") is None
    assert identity_kind("16900101-9802") is None


def test_swedish_organisation_numbers_have_no_date() -> None:
    # their third digit is 2 or more by rule: month 20 and up
    stems = [f"20{month}01-000" for month in range(20, 100)]
    numbers = [f"{stem}{last}" for stem in stems for last in range(10)]
    assert scan_identity_numbers(pd.DataFrame({"a": numbers})) == ()


# --- places in a text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("fnr 01819000200", "fnr 01*********"),
        ("fnr:01819000200.", "fnr:01*********."),
        ("f01819000200x", "f01*********x"),
        ("01819000200,41819000032;018190 00200", "01*********,41*********;01*********"),
        ("01819000200.0", "01*********.0"),  # whole number as spreadsheets hand it over
        ("Pnr 18900101-9802 og 900161-9809", "Pnr 18********* og 90*********"),
    ],
)
def test_found_in_text(text: str, masked: str) -> None:
    assert mask_identity_numbers(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "101819000200",
        "018190002001",
        "5018190 00200",
        "018190 002003",
        "1189001019802",
        "1900101-9802",
        "01819000200,50",
        "01819000200.142857",
        "0,01819000200",
        "-1 819 000 200,00",
        "",
    ],
)
def test_not_found_in_longer_runs_and_amounts(text: str) -> None:
    assert mask_identity_numbers(text) == text


# --- the table ----------------------------------------------------------------------------------


def test_cells_are_named_by_the_row_of_the_file() -> None:
    table = pd.DataFrame(
        {"a": ["x", None, "01819000200"], "b": ["900101-9802", "", "y"]}, dtype="str"
    )
    assert scan_identity_numbers(table, first_row=7) == (
        IdentityHit("b", 7, "se", "90*********"),
        IdentityHit("a", 9, "no", "01*********"),
    )


def test_index_dtype_and_double_names_do_not_matter() -> None:
    table = pd.DataFrame([["x", 1.5, "01819000200"], [None, np.nan, "y"]], index=[5, 5])
    table.columns = pd.Index(["a", "b", "a"])
    assert scan_identity_numbers(table) == (IdentityHit("a", 2, "no", "01*********"),)


def test_declared_amounts_are_not_scanned_but_their_header_is() -> None:
    table = pd.DataFrame({"01819000200": ["41819000032"]})
    hits = scan_identity_numbers(table, skip=["01819000200"])
    assert hits == (IdentityHit("01*********", 1, "no", "01*********"),)


def test_a_person_in_each_column_is_refused() -> None:
    check = check_identity_numbers(pd.DataFrame(columns=tenor_numbers(3), dtype="str"))
    assert check.tallies == (IdentityTally(HEADER, "no", well_formed=3, hits=3),)
    assert check.verdict == "refuse"


def test_the_number_itself_is_never_shown() -> None:
    numbers = tenor_numbers(5)
    check = check_identity_numbers(pd.DataFrame({numbers[0]: numbers, "b": numbers}))
    assert len(check.hits) == 11
    assert not any(number[2:] in repr(check) for number in numbers)


def test_input_is_not_changed_and_may_be_empty() -> None:
    table = pd.DataFrame({"a": ["01819000200"]})
    before = table.copy(deep=True)
    check_identity_numbers(table)
    pd.testing.assert_frame_equal(table, before)
    assert check_identity_numbers(pd.DataFrame()).verdict == "clean"
    assert check_identity_numbers(pd.DataFrame({"a": []}, dtype="str")).verdict == "clean"


def test_text_is_scanned_by_line() -> None:
    text = "01819000200\n\nSjå 189001019802\n"
    assert [(hit.row, hit.kind) for hit in scan_text(text)] == [(1, "no"), (3, "se")]
    assert scan_text("") == ()


# --- the rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "well_formed", "verdict"),
    [
        (0, 0, "clean"),
        (0, 50, "clean"),
        (1, 1, "warn"),
        (2, 2, "warn"),
        (3, 3, "refuse"),
        (3, 4, "warn"),  # 4 * 0.1**3 * 0.9 + 0.1**4 = 0.0037
        (4, 5, "refuse"),  # 5 * 0.1**4 * 0.9 + 0.1**5 = 0.00046
        (241, 2656, "warn"),  # 100 000 vouchers of 11 digits
        (2656, 2656, "refuse"),
    ],
)
def test_rule(hits: int, well_formed: int, verdict: Verdict) -> None:
    assert judge_identity_hits([IdentityTally("a", "no", well_formed, hits)]) == verdict


def test_chance_of_hits_worked_by_hand() -> None:
    assert chance_of_hits(3, well_formed=4) == pytest.approx(0.0037)
    assert chance_of_hits(0, well_formed=0) == 1.0


@pytest.mark.parametrize("refuse_at", [1, 2, 3, 5, 8])
def test_threshold_is_the_number_of_hits_that_refuse(refuse_at: int) -> None:
    below = IdentityTally("a", "se", refuse_at - 1, refuse_at - 1)
    at = IdentityTally("a", "se", refuse_at, refuse_at)
    assert judge_identity_hits([below], refuse_at=refuse_at) != "refuse"
    assert judge_identity_hits([at], refuse_at=refuse_at) == "refuse"


def test_threshold_below_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="refuse_at is 0"):
        judge_identity_hits([], refuse_at=0)


def test_serial_numbers_are_refused_at_most_once_in_a_thousand() -> None:
    for well_formed in [3, 10, 26, 100, 1000, 2656]:
        refusing = (
            hits
            for hits in range(well_formed + 1)
            if judge_identity_hits([IdentityTally("a", "se", well_formed, hits)]) == "refuse"
        )
        assert binom.sf(next(refusing) - 1, well_formed, 0.1) <= 0.001 + 1e-12


def test_one_number_in_each_of_three_columns_is_refused() -> None:
    one, two, three = tenor_numbers(3)
    assert verdict_on([one], ["Taxi"], [f"Refusjon {two}"], [f"({three})"]) == "refuse"
    assert verdict_on([one], ["Taxi"], [f"Refusjon {two}"]) == "warn"


def test_one_number_many_times_is_one_number() -> None:
    assert verdict_on(["01819000200"] * 50, ["Ref. 01819000200"] * 50) == "warn"


def test_persons_among_vouchers_are_refused() -> None:
    vouchers = random_numbers(1000, width=11, rng=np.random.default_rng(1))
    assert verdict_on(vouchers) != "refuse"
    assert verdict_on(vouchers + tenor_numbers(20)) == "refuse"
    # a large voucher column does not hide a small text column
    assert verdict_on(vouchers * 10, [f"Pasient {n}" for n in tenor_numbers(3)]) == "refuse"


# --- chance and false alarms --------------------------------------------------------------------


def test_norwegian_chance_rate_agrees_with_theory() -> None:
    count = 200_000
    numbers = random_numbers(count, width=11, rng=np.random.default_rng(20250101))
    (tally,) = check_identity_numbers(pd.DataFrame({"a": numbers})).tallies
    dates = 2 * 4 * (75 * 365 + 25 * 366) / 1e6  # D-numbers; H, helsenett and Tenor; leap years
    assert dates == pytest.approx(0.2922)
    for found, rate in [(tally.well_formed, dates / 11), (tally.hits, dates / 121)]:
        assert abs(found - count * rate) < 4 * np.sqrt(count * rate * (1 - rate))


def test_swedish_chance_rate_agrees_with_theory() -> None:
    count = 200_000
    numbers = random_numbers(count, width=10, rng=np.random.default_rng(20250102))
    (tally,) = check_identity_numbers(pd.DataFrame({"a": [f"19{n}" for n in numbers]})).tallies
    dates = 2 * (76 * 365 + 24 * 366) / 1e6  # samordningsnummer; 1900 was no leap year
    found = tally.hits / len(set(numbers))
    assert abs(found - dates / 10) < 4 * np.sqrt(dates / 10 / count)


def test_amounts_and_vouchers_cause_no_false_alarm() -> None:
    rng = np.random.default_rng(4711)
    count = 100_000
    kroner = rng.normal(0, 1, count) * 10.0 ** rng.integers(2, 12, count)
    table = pd.DataFrame(
        {
            "decimal": [f"{x:.2f}" for x in kroner],
            "comma": [f"{x:.2f}".replace(".", ",") for x in kroner],
            "spaces": [f"{x:,.2f}".replace(",", " ") for x in kroner],
            "points": [f"{x:,.0f}".replace(",", ".") for x in kroner],
            "float": [repr(float(x)) for x in kroner / 7],
            "voucher": [
                str(number % 10**width)
                for number, width in zip(
                    rng.integers(0, 10**14, count), rng.integers(4, 15, count), strict=True
                )
            ],
        }
    )
    check = check_identity_numbers(table)
    assert {hit.column for hit in check.hits} <= {"voucher"}
    assert check.verdict != "refuse"
    amounts = check_identity_numbers(table.drop(columns="voucher"))
    assert amounts.verdict == "clean"


@pytest.mark.parametrize("width", [6, 8, 9, 10, 13, 14])
def test_vouchers_of_other_widths_never_hit(width: int) -> None:
    numbers = random_numbers(100_000, width=width, rng=np.random.default_rng(width))
    assert verdict_on(numbers) == "clean"


@pytest.mark.parametrize("width", [11, 12])
def test_vouchers_of_the_same_width_are_not_refused(width: int) -> None:
    assert verdict_on(random_numbers(100_000, width=width, rng=np.random.default_rng(5))) == "warn"


def test_structured_serial_numbers_are_not_refused() -> None:
    rng = np.random.default_rng(6)
    assert verdict_on(bank_accounts(30_000, rng=rng)) == "warn"
    assert verdict_on([f"010225{serial:05}" for serial in range(20_000)]) == "warn"
    assert verdict_on([f"20250314{serial:04}" for serial in range(9_999)]) == "warn"
    assert verdict_on([f"250314-{serial:04}" for serial in range(9_999)]) == "warn"


def test_many_small_voucher_files_are_not_refused() -> None:
    rng = np.random.default_rng(7)
    verdicts = [verdict_on(random_numbers(100, width=11, rng=rng)) for _ in range(150)]
    # 100 numbers give a chance hit in 1 - (1 - 0.00241)**100 = 21 % of the files
    assert "refuse" not in verdicts
    assert verdicts.count("warn") / 150 == pytest.approx(0.2148, abs=4 * 0.0335)


@pytest.mark.slow
def test_a_million_cells_take_seconds() -> None:
    rng = np.random.default_rng(8)
    columns = {f"c{w}": random_numbers(100_000, width=w, rng=rng) for w in range(3, 13)}
    table = pd.DataFrame(columns)
    start = time.perf_counter()
    check_identity_numbers(table)
    assert time.perf_counter() - start < 10  # 0.7 s on a laptop; slack for a busy test machine

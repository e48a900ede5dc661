"""Identity numbers in a delivery: the file is refused, and no number is ever shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from balanse_lib.errors import InputError
from balanse_lib.ledger.privacy import identity_kind
from tests.ledger.conftest import ACCOUNT, AMOUNT, PERIOD, UNIT, cell
from tests.ledger.identity import tenor_numbers

if TYPE_CHECKING:
    from tests.ledger.conftest import Delivery

TENOR = ("01819000200", "02819000138", "03819000164")  # fictitious: Tenor months
SWEDISH = ("189001019802", "18900101-9802", "900101+9802")


@pytest.mark.parametrize("numbers", [TENOR, SWEDISH], ids=["Norwegian", "Swedish"])
def test_identity_numbers_refuse_the_file_and_are_never_shown(
    delivery: Delivery, numbers: tuple[str, ...]
) -> None:
    valid = [number for number in numbers if identity_kind(number)]
    rows = delivery.tables["ledger"]
    rows[0].append("Merknad")
    for row in rows[1:]:
        row.append("")
    people = valid if numbers is SWEDISH else tenor_numbers(5)
    different = [*people, "18900102-9801", "18900103-9800", "18900104-9809"]
    for k, number in enumerate(people if numbers is TENOR else different):
        rows[5 + k][-1] = f"Gjeld {number}"
    found = delivery.failures()
    assert [failure.rule for failure in found] == ["identity_numbers"]
    assert found[0].column == "Merknad"
    assert found[0].row == 6
    told = InputError(found).table("nb").to_string() + str(InputError(found))
    assert "*********" in told
    assert not any(number in told for number in [*numbers, *people])


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (cell("ledger", 6, UNIT, TENOR[0]), "unknown_unit"),
        (cell("ledger", 6, ACCOUNT, TENOR[0]), ""),  # leading digits 01 are on no line
        (cell("ledger", 6, AMOUNT, f"{TENOR[0]}x"), "not_a_number"),
        (cell("ledger", 6, PERIOD, TENOR[0]), "not_a_period"),
        (cell("budget", 1, 3, TENOR[0]), "missing_column"),
    ],
)
def test_a_single_number_is_masked_wherever_it_is_quoted(
    delivery: Delivery, broken: Callable[[Delivery], None], rule: str
) -> None:
    broken(delivery)
    found = delivery.failures()
    assert rule in {"", *(failure.rule for failure in found)}
    told = InputError(found).table("sv").to_string()
    assert "01*********" in told
    assert TENOR[0] not in told


def test_a_warning_names_the_row_of_the_file_and_not_the_number(delivery: Delivery) -> None:
    rows = delivery.tables["ledger"]
    rows[0].append(f"Note {TENOR[0]}")
    for row in rows[1:]:
        row.append("")
    rows.insert(1, [""] * 5)
    rows[6][-1] = f"see {SWEDISH[0]}"
    source = delivery.read().inputs[0]
    assert any("row 7: 18*********" in warning for warning in source.warnings)
    assert any("row 1: 01*********" in warning for warning in source.warnings)
    assert source.columns_not_used == ("Note 01*********",)

"""Trust files: what is right is read as it stands, what is wrong is named with its line or key."""

from pathlib import Path

import pytest
import yaml

from balanse_lib import params
from balanse_lib.errors import Failure, InputError
from balanse_lib.terms import LANGUAGES

GOOD = """\
trust: helse-prove
name: Helse Prøve HF
region: helse-demo
country: NO
currency: NOK
language: nb
known_gaps: {2024-05: new ledger system}
sources:
  ledger_month: {path: ledger.csv, scale: 0.001, sign: -1, columns: {amount: Beløp}}
thresholds: {min_months: 30}
"""


def write(folder: Path, text: str, *, name: str = "helse-prove.yml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def refusal(file: Path) -> list[Failure]:
    with pytest.raises(InputError) as caught:
        params.read_trust_file(file)
    for language in LANGUAGES:
        assert all(caught.value.table(language)["explanation"].str.len() > 10)
    return list(caught.value.failures)


def test_a_good_file_is_read_as_it_stands(tmp_path: Path) -> None:
    trust = params.read_trust_file(write(tmp_path, GOOD))
    assert (trust.trust, trust.name, trust.language) == ("helse-prove", "Helse Prøve HF", "nb")
    assert trust.known_gaps == {"2024-05": "new ledger system"}
    source = trust.sources["ledger_month"]
    assert (source.scale, source.sign, source.columns) == (0.001, -1, {"amount": "Beløp"})
    assert trust.fiscal_year_start == 1
    assert not trust.is_synthetic


def test_norway_is_a_country_and_not_a_no(tmp_path: Path) -> None:
    assert params.read_trust_file(write(tmp_path, GOOD)).country == "NO"


def test_own_thresholds_override_the_defaults_one_by_one(tmp_path: Path) -> None:
    thresholds = params.read_trust_file(write(tmp_path, GOOD)).thresholds
    assert thresholds.min_months == 30
    assert thresholds.n_paths == 4000
    plain = write(tmp_path, GOOD.replace("thresholds: {min_months: 30}", "thresholds:"))
    assert params.read_trust_file(plain).thresholds.min_months == 24


CASES = {
    "misspelt key": ("currency: NOK", "currencyy: NOK", "unknown_key", "currencyy", "currency"),
    "misspelt source key": ("path: led", "pathh: led", "unknown_key", "pathh", "path"),
    "misspelt table": ("ledger_month:", "ledgr_month:", "unknown_key", "ledgr_month", "ledger_mon"),
    "misspelt threshold": ("{min_months", "{min_month", "unknown_key", "min_month", "min_months"),
    "text for a number": ("scale: 0.001", "scale: mill", "wrong_type", "mill", "number"),
    "number for a text": ("name: Helse Prøve HF", "name: 12", "wrong_type", "12", "string"),
    "no such country": ("country: NO", "country: XX", "wrong_type", "XX", "'NO'"),
    "no such language": ("language: nb", "language: no", "wrong_type", "no", "'nn'"),
    "scale zero": ("scale: 0.001", "scale: 0", "wrong_type", "0", "greater than 0"),
    "scale infinite": ("scale: 0.001", "scale: .inf", "wrong_type", "inf", "finite"),
    "sign two": ("sign: -1", "sign: 2", "wrong_type", "2", "1 or -1"),
    "gap that is no month": ("2024-05:", "2024-14:", "wrong_type", "2024-14", "pattern"),
    "too few paths": ("{min_months: 30}", "{n_paths: 5}", "wrong_type", "5", "100"),
    "limits that cross": (
        "{min_months: 30}",
        "{p_optimistic: 0.15}",
        "wrong_type",
        "0.15",
        "p_unrealistic (0.15)",
    ),
    "thresholds as list": ("{min_months: 30}", "[]", "wrong_type", "()", "Thresholds"),
}
COLUMNS = {
    "misspelt source key": "sources.ledger_month.pathh",
    "misspelt table": "sources.ledgr_month",
    "misspelt threshold": "thresholds.min_month",
    "scale zero": "sources.ledger_month.scale",
    "gap that is no month": "known_gaps.2024-14",
    "limits that cross": "thresholds.p_optimistic",
    "thresholds as list": "thresholds",
}


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_is_named_with_what_is_allowed(tmp_path: Path, case: str) -> None:
    right, wrong, rule, value, allowed = CASES[case]
    assert GOOD.count(right) == 1
    file = write(tmp_path, GOOD.replace(right, wrong))
    found = {failure.rule: failure for failure in refusal(file)}
    assert rule in found
    assert found[rule].value == value
    assert allowed in found[rule].allowed
    assert found[rule].file == str(file)
    assert found[rule].column == COLUMNS.get(case, found[rule].column)


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("currency: NOK", "curency: NOK").replace("sign: -1", "sign: 2")
    found = {(failure.rule, failure.column) for failure in refusal(write(tmp_path, text))}
    assert found == {
        ("missing_key", "currency"),
        ("unknown_key", "curency"),
        ("wrong_type", "sources.ledger_month.sign"),
    }


def test_a_key_that_stands_twice_is_named_with_its_line(tmp_path: Path) -> None:
    (found,) = refusal(write(tmp_path, GOOD + "currency: SEK\n"))
    assert found.rule == "bad_yaml"
    assert found.value == "key stands twice: currency"
    nested = GOOD.replace("scale: 0.001", "scale: 0.001, scale: 1.0")
    (found,) = refusal(write(tmp_path, nested))
    assert (found.row, found.value) == (9, "key stands twice: scale")


def test_broken_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    (found,) = refusal(write(tmp_path, GOOD.replace("language: nb", "language: [nb")))
    assert found.rule == "bad_yaml"
    assert found.row == 7  # where a comma or bracket is missed


def test_empty_text_or_other_than_keys(tmp_path: Path) -> None:
    for text in ("", "# nothing but a comment\n", "- a list\n"):
        (found,) = refusal(write(tmp_path, text))
        assert found.rule == "empty_file"


def test_wrong_encoding(tmp_path: Path) -> None:
    file = tmp_path / "helse-prove.yml"
    file.write_bytes(GOOD.encode("cp1252"))
    (found,) = refusal(file)
    assert (found.rule, found.allowed) == ("wrong_encoding", "utf-8")


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "helse-prove.yml").mkdir()
    (found,) = refusal(tmp_path / "helse-prove.yml")
    assert found.rule == "is_a_folder"


def test_the_file_is_named_as_the_trust(tmp_path: Path) -> None:
    (found,) = refusal(write(tmp_path, GOOD, name="other.yml"))
    assert found.rule == "trust_is_not_file_name"
    assert (found.value, found.allowed) == ("helse-prove", "other")


def test_unknown_trust_gets_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with pytest.raises(InputError) as caught:
        params.read_trust("helse-prøve", folder=tmp_path)
    (found,) = caught.value.failures
    assert (found.rule, found.value, found.allowed) == (
        "unknown_trust",
        "helse-prøve",
        "helse-prove",
    )


def test_a_trust_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path, GOOD)
    with pytest.raises(InputError):
        params.read_trust("../helse-prove", folder=tmp_path / "inner")


def test_list_trusts_is_alphabetical(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yml", "notes.txt"):
        write(tmp_path, GOOD, name=name)
    assert params.list_trusts(tmp_path) == ["a", "b"]


def test_params_folder_is_found_from_a_folder_further_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BALANSE_PARAMS", raising=False)
    (tmp_path / "params").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with pytest.raises(InputError) as caught:
        params.find_params_folder()
    assert caught.value.failures[0].rule == "no_params_folder"
    write(tmp_path / "params", GOOD)
    assert params.find_params_folder() == tmp_path / "params"
    monkeypatch.setenv("BALANSE_PARAMS", str(tmp_path / "elsewhere"))
    assert params.find_params_folder() == tmp_path / "elsewhere"


def test_the_schema_for_editors_knows_every_key() -> None:
    schema = params.json_schema()
    assert set(schema["properties"]) == set(params.Trust.model_fields)
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Source"]["additionalProperties"] is False


def test_the_schema_agrees_with_the_good_file() -> None:
    required = set(params.json_schema()["required"]) - {"thresholds"}
    assert required <= set(yaml.safe_load(GOOD))


def test_a_trust_cannot_be_changed_after_reading(tmp_path: Path) -> None:
    trust = params.read_trust_file(write(tmp_path, GOOD))
    with pytest.raises(ValueError, match="frozen"):
        trust.currency = "SEK"  # type: ignore[misc]

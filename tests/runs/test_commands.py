"""The command line: bad input becomes a table and exit code 1, with nothing written over."""

import json

import pytest
import yaml

from balanse_lib import params
from balanse_lib.ledger import TABLES


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--trust", "lilevik"), "lillevik"),
        (("--trust", "lillevik", "--period", "2031-01"), "2023-01 – 2025-06"),
        (("--trust", "lillevik", "--period", "1999-12"), "2023-01 – 2025-06"),
        (("--trust", "lillevik", "--period", "2024-11"), "fewer than 24 months"),
        (("--trust", "lillevik", "--period", "2025-13"), "YYYY-MM"),
        (("--trust", "lillevik", "--period", "juni"), "YYYY-MM"),
        (("--trust", "lillevik", "--period", "../../x"), "YYYY-MM"),
        (("--trust", "../lillevik",), "lillevik"),
    ],
)  # fmt: skip
def test_bad_input_is_a_table_and_touches_nothing(small_trust, balanse, tree, options, said):
    small_trust.earlier_report("lillevik", "2025-06")
    before = tree(small_trust.folder)
    code, out, err = balanse("run", *options)
    assert code == 1
    assert said in err
    assert "What is allowed and what to do" in err
    assert "Traceback" not in out + err
    assert tree(small_trust.folder) == before


def test_everything_wrong_in_a_delivery_comes_at_once(small_trust, balanse, tree):
    file = small_trust.folder / "data" / "lillevik" / "ledger_month.csv"
    text = file.read_text(encoding="utf-8").replace("3400;2023-02;", "3400;2023-02;x")
    file.write_text(text + "lillevik;3400;2025-06;1,0\n", encoding="utf-8")
    before = tree(small_trust.folder)
    code, _, err = balanse("run", "--language", "nn")
    assert code == 1
    assert "Kva som er lov" in err
    assert "«x101" in err
    assert "står to gonger" in err
    assert tree(small_trust.folder) == before


def test_a_trust_that_is_refused_does_not_stop_the_others(house, one_notebook, balanse):
    for trust in ("lillevik", "storvik"):
        house.add_trust(trust)
    (house.folder / "data" / "storvik" / "ledger_month.csv").write_text("", encoding="utf-8")
    house.add_notebook("20_forecast")
    code, out, err = balanse("run")
    assert code == 1
    assert "ok     lillevik 2025-06" in out
    assert "storvik" in err
    assert (house.outputs / "lillevik" / "2025-06" / "20_forecast.html").is_file()


def test_text_of_a_file_is_no_markup_on_the_screen(small_trust, balanse):
    file = small_trust.folder / "data" / "lillevik" / "ledger_month.csv"
    text = file.read_text(encoding="utf-8").replace("3400;2023-02;101", "3400;2023-02;[bold]x[/]")
    file.write_text(text, encoding="utf-8")
    code, _, err = balanse("run")
    assert code == 1
    assert "[bold]x[/]" in err


def test_no_params_folder_says_so(balanse, tmp_path, monkeypatch):
    monkeypatch.delenv("BALANSE_PARAMS", raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, err = balanse("run")
    assert code == 1
    assert "params" in err


def test_params_schema_is_json_schema_of_every_field(balanse):
    code, out, _ = balanse("params", "schema")
    assert code == 0
    schema = json.loads(out)
    assert set(schema["properties"]) == set(params.Trust.model_fields)
    assert schema["additionalProperties"] is False
    assert set(schema["$defs"]["Source"]["properties"]) == set(params.Source.model_fields)


def test_params_check_reads_everything_and_writes_nothing(small_trust, balanse, tree):
    before = tree(small_trust.folder)
    code, out, _ = balanse("params", "check")
    assert code == 0
    assert "ok     lillevik  2023-01 – 2025-06" in out
    assert tree(small_trust.folder) == before


def test_params_check_names_a_misspelt_key_and_the_nearest_known(small_trust, balanse):
    file = small_trust.params / "lillevik.yml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    told["thresholds"]["n_path"] = 100
    file.write_text(yaml.safe_dump(told), encoding="utf-8")
    code, _, err = balanse("params", "check", "lillevik")
    assert code == 1
    assert "n_paths" in err


def test_demo_writes_a_house_and_never_over_another(balanse, tmp_path, monkeypatch, tree):
    monkeypatch.setenv("BALANSE_PARAMS", str(tmp_path / "nothing"))  # no house of one's own yet
    folder = tmp_path / "demo"
    code, out, _ = balanse("demo", str(folder))
    assert code == 0
    assert "SYNTHETIC" in out
    assert params.list_trusts(folder / "params") == [
        "helse-fjellheim", "helse-granvik", "helse-havdal", "helse-storvatn",
    ]  # fmt: skip
    before = tree(folder)
    code, _, err = balanse("demo", str(folder))
    assert code == 1
    assert "not empty" in err
    assert tree(folder) == before
    monkeypatch.setenv("BALANSE_PARAMS", str(folder / "params"))
    code, out, err = balanse("params", "check")
    assert code == 0, err
    assert out.count("ok ") == 4


def test_the_layout_of_a_table_is_told(balanse):
    code, out, _ = balanse("layout", "staffing")
    assert code == 0
    for said in ("category", "group of staff", "number, 0 or more", "key", "agreed"):
        assert said in out
    assert "ledger_month" not in out


def test_every_table_is_told_when_none_is_named(balanse):
    code, out, _ = balanse("layout")
    assert code == 0
    assert all(name in out for name in TABLES)


def test_a_misspelt_table_is_answered_with_the_nearest(balanse):
    code, _, err = balanse("layout", "stafing")
    assert code == 1
    assert "staffing" in err

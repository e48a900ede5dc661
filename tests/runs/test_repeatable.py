"""The same command gives the same numbers to the last digit; another seed does not."""

import pandas as pd
import pytest

from balanse_lib import report, runs
from balanse_lib.errors import InputError
from balanse_lib.runs import worker, write_demo

pytestmark = pytest.mark.slow


@pytest.fixture
def run_into(house, one_notebook, forecast_cells, balanse):
    house.add_trust("lillevik")
    *bodies, close = forecast_cells
    house.add_notebook("20_forecast", *bodies, close=close)

    def run(folder: str, *options: str):
        outputs = house.folder / folder
        code, out, err = balanse("run", "--outputs", str(outputs), *options)
        assert code == 0, out + err
        return outputs / "lillevik" / "2025-06"

    return run


def in_process(folder, *, seed):
    """What the notebook and the worker do, done here."""
    run = runs.open_run("lillevik", seed=seed, results=str(folder))
    run.show(report.year_end_table(run.year_end, targets=run.targets, reader=run.reader))
    run.close("20_forecast", run.findings("20_forecast"))
    run.store.keep_table("forecast_log", worker._log_rows(run))
    return folder


def test_same_command_same_bytes_and_another_seed_others(run_into, house, tree):
    first, second = run_into("first"), run_into("second")
    other = in_process(house.folder / "other", seed=7)
    assert (first / "data" / "year_end.csv").is_file()
    for kept in ("data", "findings"):
        assert tree(first / kept) == tree(second / kept)
        assert tree(first / kept) != tree(other / kept)
    again = in_process(house.folder / "again", seed=None)
    assert tree(again / "data") == tree(first / "data")
    assert not (first / ".handed_on").exists()


def test_the_notebooks_of_a_run_read_the_ledger_once(small_trust):
    results = str(small_trust.folder / "results")
    first = runs.open_run("lillevik", period="2025-05", results=results)
    (small_trust.folder / "data" / "lillevik" / "ledger_month.csv").unlink()
    again = runs.open_run("lillevik", period="2025-05", results=results)
    assert again.ledger.last == again.period == "2025-05"
    pd.testing.assert_frame_equal(again.ledger.ledger_month, first.ledger.ledger_month)
    for other in ({"results": ""}, {"period": "2025-04"}, {"period": "latest"}):
        with pytest.raises(InputError):
            runs.open_run("lillevik", **({"period": "2025-05", "results": results} | other))


def test_a_run_reads_again_what_another_trust_handed_on(house):
    results = str(house.folder / "results")
    for trust in ("lillevik", "storvik"):
        house.add_trust(trust)
        run = runs.open_run(trust, period="2025-06", results=results)
        assert run.ledger.trust == run.trust.trust == trust


def test_a_past_month_gives_the_same_however_much_was_booked_later(small_trust):
    whole = runs.open_run("lillevik", period="2025-03")
    file = small_trust.folder / "data" / "lillevik" / "ledger_month.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    early = [line for line in lines if ";2025-0" not in line or line.split(";")[2] <= "2025-03"]
    assert len(early) == len(lines) - 6
    file.write_text("\n".join(early) + "\n", encoding="utf-8")
    then = runs.open_run("lillevik")
    assert then.period == "2025-03"
    assert (then.year_end.quantiles() == whole.year_end.quantiles()).all()


def test_the_demo_files_give_the_numbers_of_the_built_in_region(tmp_path, monkeypatch):
    built_in = runs.open_run("helse-fjellheim")
    write_demo(tmp_path / "demo", trusts=[built_in.trust])
    monkeypatch.setenv("BALANSE_PARAMS", str(tmp_path / "demo" / "params"))
    from_files = runs.open_run("helse-fjellheim")
    assert from_files.reader == built_in.reader  # language, currency, and that it is synthetic
    assert from_files.trust.name == built_in.trust.name
    difference = from_files.year_end.quantiles() - built_in.year_end.quantiles()
    assert difference.abs().max() < 1e-6
    assert from_files.targets == built_in.targets
    assert (from_files.rules - built_in.rules).abs().max() < 1e-6

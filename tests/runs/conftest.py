"""Small trusts on files and small notebooks, so that a run takes seconds instead of a minute."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
import yaml

from balanse_lib import cli
from balanse_lib.runs import batch
from tests.runs.logs import append

PARAMETERS = 'trust = ""\nperiod = ""\nlanguage = ""\nseed = None\nresults = ""'
OPEN = (
    "from balanse_lib import open_run, report\n"
    "run = open_run(trust, period=period, language=language, seed=seed, results=results)"
)
CLOSE = (
    "from IPython.display import display\n"
    'display({"application/vnd.balanse.closed+json": {"notebook": "small"}}, raw=True)'
)
MONTHS = [f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13)][:30]
TREE = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class House:
    """A project folder of its own: params, data, notebooks, outputs."""

    folder: Path
    outputs: Path = field(init=False)
    params: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "outputs", self.folder / "outputs")
        object.__setattr__(self, "params", self.folder / "params")

    def add_trust(self, trust: str, *, name: str = "", seconds: int = 60) -> None:
        """Thirty months of two accounts, a requirement and a reported forecast."""
        data = self.folder / "data" / trust
        data.mkdir(parents=True, exist_ok=True)
        rows = ["unit;account;period;amount"]
        for k, month in enumerate(MONTHS):
            rows.append(f"{trust};3400;{month};{100 + k % 12 + 0.3 * (k * 7 % 5):.2f}")
            rows.append(f"{trust};5000;{month};{-101 - k % 12 - 0.4 * (k * 5 % 7):.2f}")
        text = "\n".join(rows).replace(".", ",")
        (data / "ledger_month.csv").write_text(text + "\n", encoding="utf-8")
        (data / "requirement.csv").write_text(
            f"unit;year;type;valid_from;amount\n{trust};2025;owner;2025-01;5,0\n", encoding="utf-8"
        )
        told = {
            "trust": trust,
            "name": name or trust.title(),
            "region": "small",
            "country": "NO",
            "currency": "NOK",
            "language": "en",
            "sources": {
                table: {"path": f"../data/{trust}/{table}.csv"}
                for table in ("ledger_month", "requirement")
            },
            "thresholds": {"n_paths": 200, "run_timeout_seconds": seconds},
        }
        self.params.mkdir(exist_ok=True)
        file = self.params / f"{trust}.yml"
        file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")

    def add_notebook(
        self, name: str, *bodies: str, close: str = CLOSE, parameters: str = PARAMETERS
    ) -> None:
        """A notebook whose cells are: question, parameters, the bodies, closing."""
        v4 = nbformat.v4
        cells = [v4.new_markdown_cell("# A question?")]
        cells += [v4.new_code_cell(source) for source in (parameters, *bodies, close)]
        cells[1].metadata["tags"] = ["parameters"]
        folder = self.folder / "notebooks"
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(v4.new_notebook(cells=cells), folder / f"{name}.ipynb")

    def earlier_report(self, trust: str, period: str, **headline: object) -> Path:
        """A finished run as an earlier month's work left it."""
        place = self.outputs / trust / period
        (place / "data").mkdir(parents=True)
        made = {
            "trust": trust,
            "name": trust.title(),
            "period": period,
            "synthetic": False,
            "made": "2025-07-09 08:00",
            "parameters": {"currency": "NOK", "fiscal_year_start": 1},
            "headline": {"p50": -12.34, "p35": -15.0} | headline,
        }
        (place / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
        (place / "report.html").write_text("<p>the last good report</p>", encoding="utf-8")
        (place / "data" / "year_end.csv").write_text("quantile,result\n", encoding="utf-8")
        return place


def tree_of(folder: Path) -> TREE:
    """Every file under a folder with the hash of its content."""
    return tuple(
        (str(file.relative_to(folder)), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    )


@pytest.fixture(scope="session")
def tree():
    return tree_of


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An empty house that the commands of this test use."""
    monkeypatch.setenv("BALANSE_PARAMS", str(tmp_path / "house" / "params"))
    return House(tmp_path / "house")


@pytest.fixture
def small_trust(house):
    """One small trust, and notebooks that do nothing but end well."""
    house.add_trust("lillevik")
    for name in batch.NOTEBOOKS:
        house.add_notebook(name)
    return house


@pytest.fixture
def balanse(monkeypatch, capsys):
    """The command, called inside this process: exit code, output, errors."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["balanse", *arguments])
        monkeypatch.setattr(cli.err, "width", 400)
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return call


@pytest.fixture
def one_notebook(monkeypatch):
    """Runs consist of `20_forecast` alone, for tests that are not about the sequence."""
    monkeypatch.setattr(batch, "NOTEBOOKS", ("20_forecast",))


@pytest.fixture
def forecast_cells():
    """Cells of a notebook that opens the run, keeps its year-end table and closes with findings."""
    table = "run.show(report.year_end_table(run.year_end, targets=run.targets, reader=run.reader))"
    return OPEN, table, 'run.close("20_forecast", run.findings("20_forecast"))'


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "outputs" / "forecast_log"


@pytest.fixture
def log(folder):
    """Five entries."""
    for k in range(1, 6):
        append(folder, f"r{k}")
    return folder

"""The command `balanse`."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from balanse_lib import params, warm
from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.terms import text

LanguageOption = Literal["nn", "nb", "sv", "en"]
app = typer.Typer(
    help="Where the year ends, and whether the forecast can be believed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
params_app = typer.Typer(help="Parameter files of the trusts.", no_args_is_help=True)
app.add_typer(params_app, name="params")
log_app = typer.Typer(help="The forecast log.", no_args_is_help=True)
app.add_typer(log_app, name="log")
measures_app = typer.Typer(help="The measure register.", no_args_is_help=True)
app.add_typer(measures_app, name="measures")
console, err = Console(), Console(stderr=True)
_PROJECT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Entry point: bad input becomes a table and exit code 1, never a traceback."""
    try:
        app()
    except InputError as error:
        show_failures(error)
        raise SystemExit(1) from None


@app.command()
def run(
    trust: Annotated[
        list[str] | None, typer.Option(help="Trust to run; repeat for several. Default: the demo.")
    ] = None,
    period: Annotated[str, typer.Option(help="Month YYYY-MM, or latest.")] = "latest",
    language: Annotated[
        LanguageOption | None, typer.Option(help="Default: each trust's own.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Default: the trust's own.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Trusts side by side.")] = 2,
    outputs: Annotated[Path | None, typer.Option(help="Default: outputs beside params.")] = None,
) -> None:
    """Make the reports: check everything, run the notebooks, put the pages in place."""
    warm.warm_up()
    from balanse_lib import runs  # noqa: PLC0415 - the other commands start faster without it

    place = outputs or _default_outputs()
    planned = runs.plan(trust or [], period=period, language=language or "", seed=seed)
    for name, error in planned.refused:
        show_failures(error, title=name, language=language or "en")
    outcomes = _run_with_progress(planned.runs, place, jobs) if planned.runs else []
    regions_told = True
    for outcome in outcomes:
        _show_outcome(outcome, place)
    if outcomes:
        made = {outcome.trust for outcome in outcomes if outcome.ok}
        done = [run for run in planned.runs if run.trust.trust in made]
        shown = language or planned.runs[0].reader.language
        regions_told = _write_regions(done, place, shown)
        index = runs.write_index(place, language=shown)
        console.print(f"index: {index}", soft_wrap=True)
    if planned.refused or not all(outcome.ok for outcome in outcomes) or not regions_told:
        raise typer.Exit(1)


def _write_regions(done: list, place: Path, language: LanguageOption) -> bool:  # type: ignore[type-arg]
    """Pages of the regions; whether their trusts agree. The trusts' own reports stand anyhow."""
    from balanse_lib import runs  # noqa: PLC0415

    try:
        for page in runs.write_regions(done, outputs=place, language=language):
            console.print(f"region: {page}", soft_wrap=True)
    except InputError as error:
        show_failures(error, title="region", language=language)
        return False
    return True


def _run_with_progress(planned: tuple, place: Path, jobs: int) -> list:  # type: ignore[type-arg]
    from balanse_lib import runs  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        tasks = {
            run.trust.trust: progress.add_task(f"{run.trust.trust}: waiting", total=None)
            for run in planned
        }

        def listen(trust: str, notebook: str) -> None:
            progress.update(tasks[trust], description=f"{trust}: {notebook or 'done'}")
            if not notebook:
                progress.update(tasks[trust], total=1, completed=1)

        return runs.run_batch(
            planned, run_id=uuid.uuid4().hex, outputs=place, jobs=jobs, listener=listen
        )


def _show_outcome(outcome, place: Path) -> None:  # type: ignore[no-untyped-def]
    if outcome.ok:
        page = place / outcome.trust / outcome.period / "report.html"
        console.print(f"[green]ok[/]     {outcome.trust} {outcome.period}  {page}", soft_wrap=True)
        return
    cell = f", cell {outcome.cell}" if outcome.cell else ""
    where = f"{outcome.notebook}{cell}: " if outcome.notebook else ""
    console.print(f"[red]failed[/] {outcome.trust} {outcome.period}  ", end="")
    console.print(where + outcome.reason, markup=False, soft_wrap=True)


@app.command()
def forecast(
    series: Annotated[Path, typer.Argument(help="CSV or Parquet: series_id, month, value.")],
    horizon: Annotated[int, typer.Option(min=1, max=60, help="Months ahead.")] = 12,
    out: Annotated[Path, typer.Option(help="CSV or Parquet to write.")] = Path("forecast.csv"),
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")] = 2009,
) -> None:
    """Forecast series of your own: quantiles of every month and of their sum."""
    import numpy as np  # noqa: PLC0415

    from balanse_lib import runs  # noqa: PLC0415

    levels = (0.1, 0.15, 0.35, 0.5, 0.65, 0.85, 0.9)
    rng = np.random.default_rng(seed)
    refused = runs.forecast_file(series, horizon=horizon, out=out, rng=rng, levels=levels)
    out_line = f"{out}: {horizon} months ahead and their sum, quantiles {levels}"
    console.print(out_line, soft_wrap=True)
    for name, reason in refused.itertuples(index=False):
        console.print(f"not forecast: {name}: {reason}", markup=False, soft_wrap=True)


@app.command()
def realism(
    actuals: Annotated[Path, typer.Argument(help="month, result[, budget]; CSV, Parquet or xlsx.")],
    reported: Annotated[
        Path, typer.Argument(help="fiscal_year, through_month, reported_forecast.")
    ],
    fiscal_year_start: Annotated[
        int, typer.Option(min=1, max=12, help="First calendar month of the fiscal year.")
    ] = 1,
    out: Annotated[Path, typer.Option(help="CSV or Parquet to write.")] = Path("realism.csv"),
    language: Annotated[LanguageOption, typer.Option(help="Language of the reasons.")] = "en",
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same draws.")] = 2009,
) -> None:
    """Judge reported year-end forecasts of your own by a monthly series."""
    import numpy as np  # noqa: PLC0415

    from balanse_lib import runs  # noqa: PLC0415

    judged = runs.judge_file(
        actuals,
        reported,
        fiscal_year_start=fiscal_year_start,
        out=out,
        rng=np.random.default_rng(seed),
        language=language,
    )
    counts = ", ".join(f"{verdict} {n}" for verdict, n in judged["verdict"].value_counts().items())
    console.print(f"{out}: {len(judged)} reported forecasts judged: {counts}", soft_wrap=True)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")] = Path("balanse-demo"),
) -> None:
    """Write the synthetic region as CSV files with their parameter files."""
    from balanse_lib import runs  # noqa: PLC0415

    source = _PROJECT / "params"  # the project's own, wherever one stands
    trusts = [params.read_trust(name, folder=source) for name in params.list_trusts(source)]
    written = runs.write_demo(folder, trusts=[trust for trust in trusts if trust.is_synthetic])
    console.print(f"{len(written)} files in {folder}. SYNTHETIC figures of fictitious trusts.")
    console.print(f"Try: BALANSE_PARAMS={folder / 'params'} balanse run", soft_wrap=True)


@app.command()
def layout(
    table: Annotated[
        list[str] | None, typer.Argument(help="Tables, such as staffing. Default: all.")
    ] = None,
) -> None:
    """Tell what the files of your own must hold: columns, how they are written, which are needed.

    Other names of columns, units of amounts and encodings are told in the parameter file.
    """
    from balanse_lib import ledger  # noqa: PLC0415

    for name in table or ledger.TABLES:
        found = ledger.TABLES.get(name)
        if found is None:
            wrong = Failure(rule="unknown_key", value=name, allowed=nearest(name, ledger.TABLES))
            raise InputError([wrong])
        shown = Table(title=name, title_justify="left")
        for heading in ("column", "written", "needed", "meaning"):
            shown.add_column(heading, overflow="fold")
        for row in ledger.describe_table(found):
            shown.add_row(*(Text(cell) for cell in row))
        console.print(shown)


@app.command()
def pdf(
    trust: Annotated[
        list[str] | None, typer.Option(help="Only this trust's reports; repeat for several.")
    ] = None,
    outputs: Annotated[Path | None, typer.Option(help="Default: outputs beside params.")] = None,
) -> None:
    """Print the reports that are there as PDF, with the Chromium of this machine."""
    from balanse_lib import runs  # noqa: PLC0415

    pages = runs.find_reports(outputs or _default_outputs(), trusts=trust or ())
    for made in runs.print_reports(pages, browser=runs.find_browser()):
        console.print(f"[green]ok[/]     {made}", soft_wrap=True)


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8888,
) -> None:
    """Open the notebooks in JupyterLab on this machine, without news or update checks."""
    root = params.find_params_folder().resolve().parent
    options = [
        f"--port={port}",
        "--ip=127.0.0.1",
        f"--ServerApp.root_dir={root}",
        "--LabApp.default_url=/lab/tree/notebooks",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *(["--allow-root"] if sys.platform != "win32" else []),
    ]
    raise typer.Exit(_call("jupyter", "lab", *options))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run the test suite; further arguments go to pytest."""
    raise typer.Exit(
        _call("pytest", "-q", "-n", "2", "--durations=15", *context.args, cwd=_PROJECT)
    )


def _call(module: str, *arguments: str, cwd: Path | None = None) -> int:
    """Run a Python module with one thread a process: more threads than cores make all slower."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.call(command, cwd=cwd, env=os.environ | warm.ONE_THREAD)


@params_app.command()
def schema() -> None:
    """Print the JSON Schema of a trust's parameter file, for editors."""
    console.print_json(json.dumps(params.json_schema()))


@params_app.command()
def check(
    trust: Annotated[list[str] | None, typer.Argument(help="Default: every trust.")] = None,
) -> None:
    """Read parameter files and all their data, and say what is wrong; nothing is written."""
    from balanse_lib import runs  # noqa: PLC0415

    names = trust or params.list_trusts(params.find_params_folder())
    planned = runs.plan(names)
    for ready in planned.runs:
        months = ready.ledger.months
        console.print(f"[green]ok[/]     {ready.trust.trust}  {months[0]} – {months[-1]}")
    for name, error in planned.refused:
        show_failures(error, title=name)
    if planned.refused:
        raise typer.Exit(1)


@measures_app.command()
def template(
    file: Annotated[Path, typer.Argument(help="Excel file to write (.xlsx).")],
    language: Annotated[LanguageOption, typer.Option(help="Language of the explanations.")] = "nn",
) -> None:
    """Write an Excel template for the register: drop-downs, explanations, a made-up example."""
    from balanse_lib import runs  # noqa: PLC0415

    console.print(f"{runs.write_template(file, language=language)}", soft_wrap=True)


@log_app.command("check")
def check_log(
    outputs: Annotated[Path | None, typer.Option(help="Default: outputs beside params.")] = None,
) -> None:
    """Look for files of the forecast log that are missing, changed, moved or added."""
    from balanse_lib import runs  # noqa: PLC0415

    folder = (outputs or _default_outputs()) / "forecast_log"
    faults = runs.check_log(folder)
    if faults:
        raise InputError(faults)
    console.print(f"[green]ok[/]     {folder}", soft_wrap=True)


def _default_outputs() -> Path:
    return params.find_params_folder().resolve().parent / "outputs"


def show_failures(error: InputError, *, title: str = "", language: str = "en") -> None:
    """Everything that is wrong, one row each, with what to do about it."""
    table = Table(title=title or None, title_justify="left", show_lines=True)
    for heading in ("where", "value", "explanation"):
        table.add_column(text(f"failure.{heading}", language), overflow="fold")
    for failure in error.failures:
        # what stands in a cell must not be read as markup
        table.add_row(
            *(Text(part) for part in (failure.where, failure.value, failure.explain(language)))
        )
    err.print(table)

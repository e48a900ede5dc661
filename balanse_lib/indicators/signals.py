"""The signals of all indicators: what changed, since when, what it is worth, which measures."""

from dataclasses import asdict, dataclass

import pandas as pd

from balanse_lib import params
from balanse_lib.indicators.beside import Begun, begun_measures, stand_beside
from balanse_lib.indicators.charts import PLAIN, STOCK, Charts, ChartSettings, make_charts
from balanse_lib.indicators.compute import compute_indicators
from balanse_lib.indicators.episodes import Episode, find_episodes
from balanse_lib.indicators.parts import add_parts, read_tables, with_trust
from balanse_lib.indicators.worth import worth_per_month
from balanse_lib.ledger import Ledger


@dataclass(frozen=True)
class Signal:
    """One signal.

    Attributes
    ----------
    rule : 1 outside, 2 trend, 3 two of three near a limit, 4 shift; the first that marks a month.
    rising : whether the months are high, or rise in a trend.
    meaning : `improvement`, `concern`, or `change` where neither way is better.
    since, until : first and last marked month.
    usual, level : level before, and mean of the marked months, in the indicator's unit; of a
        standing number, its usual change in a month and its mean change in the marked ones.
    line : statement line that the indicator moves; empty: none, or the whole result.
    money : what the change is worth a month, million, + improves the result; NaN: not known.
    measures : started measures on the unit that name the indicator or book on its line, with
        their start; separated by semicolons.
    current : whether the last month of the chart is marked.
    trial : whether fewer than 12 months make the limits.
    season : `out` (taken out), `left` (too few years to tell it), `none`.
    """

    indicator: str
    unit: str
    rule: int
    rising: bool
    meaning: str
    since: str
    until: str
    usual: float
    level: float
    line: str
    money: float
    measures: str
    current: bool
    trial: bool
    season: str


COLUMNS = tuple(Signal.__dataclass_fields__)


def find_signals(
    ledger: Ledger,
    *,
    period: str,
    catalogue: pd.DataFrame | None = None,
    values: pd.DataFrame | None = None,
    charts: Charts | None = None,
    settings: ChartSettings = PLAIN,
) -> pd.DataFrame:
    """Signals by XmR in every indicator, unit by unit and for the whole trust, newest first.

    One chart of 24 stable months in five has a false signal, so that many of a long list are:
    `current` ones that measures or events explain come first in reading. `values` are those of
    `compute_indicators` and `charts` those of `make_charts`, made here when not given. Columns as
    `Signal`.
    """
    catalogue = params.indicator_catalogue() if catalogue is None else catalogue
    if values is None:
        values = compute_indicators(ledger, period=period, catalogue=catalogue)
    if charts is None:
        charts = make_charts(values, catalogue=catalogue, settings=settings)
    known = ledger.until(period)
    rows = catalogue.set_index("indicator")
    definitions = rows.T
    lines = _lines_by_month(known, rows, months=sorted(values["month"].unique()))
    marked = values.merge(pd.DataFrame(charts.marked, columns=["indicator", "unit"]))
    volumes = {name: cells.set_index("month")["value"]
               for name, cells in marked.groupby(["indicator", "unit"])}  # fmt: skip
    begun = begun_measures(known)
    found = [
        _signal(
            name,
            episode,
            charts=charts,
            row=definitions[name[0]],
            line=lines.get(str(rows.loc[name[0], "line"]), pd.DataFrame()),
            volume=volumes[name],
            begun=stand_beside(begun, definitions[name[0]], unit=name[1], trust=known.trust),
        )
        for name in charts.marked
        for episode in find_episodes(charts.of(*name))
    ]
    table = pd.DataFrame([asdict(signal) for signal in found], columns=list(COLUMNS))
    return table.sort_values(["until", "since"], ascending=False, kind="stable", ignore_index=True)


def _lines_by_month(
    ledger: Ledger, rows: pd.DataFrame, *, months: list[str]
) -> dict[str, pd.DataFrame]:
    """Amount of each line that values a change, month × unit."""
    tables = read_tables(ledger)
    needed = rows.loc[rows["worth"] == "line", "line"].unique()
    return {
        line: with_trust(add_parts(tables, [(1, "ledger", line)], months=months)[0], ledger.trust)
        for line in needed
    }


def _signal(
    name: tuple[str, str],
    found: Episode,
    *,
    charts: Charts,
    row: pd.Series,
    line: pd.DataFrame,
    volume: pd.Series,
    begun: list[Begun],
) -> Signal:
    """One signal of one indicator in one unit."""
    indicator, unit = name
    amounts = line.get(unit, pd.Series(dtype="float64"))
    moved = found.change * (found.months if row["kind"] == STOCK else 1)
    return Signal(
        indicator=indicator,
        unit=unit,
        rule=found.rule,
        rising=found.rising,
        meaning=_meaning(row["direction"], found),
        since=found.since,
        until=found.until,
        usual=found.usual,
        level=found.level,
        line=row["line"],
        money=worth_per_month(
            moved, worth=row["worth"], month=found.until, line=amounts, volume=volume
        ),
        measures="; ".join(f"{m.measure_id} {m.start}" for m in begun if m.start <= found.until),
        current=found.until == charts.charted.index[-1],
        trial=bool(charts.trial[name]),
        season=str(charts.season[name]),
    )


def _meaning(direction: str, found: Episode) -> str:
    if direction == "neutral":
        return "change"
    return "improvement" if found.rising == (direction == "higher") else "concern"

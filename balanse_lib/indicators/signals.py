"""The signals of all indicators: what changed, since when, what it is worth, which measures."""

import re
from dataclasses import asdict, dataclass

import pandas as pd

from balanse_lib import params
from balanse_lib.indicators.compute import GAP, compute_indicators
from balanse_lib.indicators.episodes import Episode, find_episodes
from balanse_lib.indicators.parts import add_parts, read_tables, with_trust
from balanse_lib.indicators.season import take_out_season
from balanse_lib.indicators.worth import worth_per_month
from balanse_lib.indicators.xmr import xmr
from balanse_lib.ledger import Ledger

NOT_CHARTED = ("accumulated",)
LOCKED = 12  # months with values that make limits more than trial ones


@dataclass(frozen=True)
class SignalSettings:
    """How charts are made; the screen and 7 as in *Making Data Count*, 24 months an assumption."""

    months: int = 24
    screen: bool = True
    run_length: int = 7


@dataclass(frozen=True)
class Signal:
    """One signal.

    Attributes
    ----------
    rule : 1 outside, 2 trend, 3 two of three near a limit, 4 shift; the first that marks a month.
    rising : whether the months are high, or rise in a trend.
    meaning : `improvement`, `concern`, or `change` where neither way is better.
    since, until : first and last marked month.
    usual, level : level before, and mean of the marked months, in the indicator's unit.
    line : statement line that the indicator moves; empty: none, or the whole result.
    money : what the change is worth a month, million, + improves the result; NaN: not known.
    measures : started measures on the unit that name the indicator or book on its line, with
        their start; separated by semicolons.
    current : whether the last month of the chart is marked.
    trial : whether fewer than 12 months make the limits.
    season : `out` (taken out), `left` (fewer than three complete years), `none`.
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
    settings: SignalSettings = SignalSettings(),
) -> pd.DataFrame:
    """Signals by XmR in every indicator, unit by unit and for the whole trust, newest first.

    Each chart has the last `settings.months` months; the yearly pattern is taken out before where
    the catalogue asks for it. One chart of 24 stable months in five has a false signal, so that
    many of a long list are: `current` ones that measures or events explain come first in reading.
    `values` are those of `compute_indicators`, made here when not given. Columns as `Signal`.
    """
    catalogue = params.indicator_catalogue() if catalogue is None else catalogue
    if values is None:
        values = compute_indicators(ledger, period=period, catalogue=catalogue)
    known = ledger.until(period)
    rows = catalogue[~catalogue["kind"].isin(NOT_CHARTED)].set_index("indicator")
    charted = values[values["indicator"].isin(rows.index) & values["reason"].isin(["", GAP])]
    lines = _lines_by_month(known, rows, months=sorted(charted["month"].unique()))
    found = [
        signal
        for (indicator, unit), cells in charted.groupby(["indicator", "unit"], sort=False)
        for signal in _signals(
            known,
            rows.T[str(indicator)],
            cells.set_index("month")["value"],
            unit=str(unit),
            lines=lines,
            settings=settings,
        )
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


def _signals(
    ledger: Ledger,
    row: pd.Series,
    values: pd.Series,
    *,
    unit: str,
    lines: dict[str, pd.DataFrame],
    settings: SignalSettings,
) -> list[Signal]:
    """Signals of one indicator in one unit."""
    calm = take_out_season(values) if row["season"] == "yes" else None
    left = "left" if row["season"] == "yes" else "none"
    shown = (values if calm is None else calm).tail(settings.months)
    chart = xmr(shown, screen=settings.screen, run_length=settings.run_length)
    amounts = lines.get(row["line"], pd.DataFrame()).get(unit, pd.Series(dtype="float64"))
    return [
        Signal(
            indicator=str(row.name),
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
                found.change, worth=row["worth"], month=found.until, line=amounts, volume=values
            ),
            measures=_measures_beside(ledger, row, unit=unit, until=found.until),
            current=found.until == shown.index[-1],
            trial=bool(shown.count() < LOCKED),
            season=left if calm is None else "out",
        )
        for found in find_episodes(chart)
    ]


def _meaning(direction: str, found: Episode) -> str:
    if direction == "neutral":
        return "change"
    return "improvement" if found.rising == (direction == "higher") else "concern"


def _measures_beside(ledger: Ledger, row: pd.Series, *, unit: str, until: str) -> str:
    """Measures begun by then that the signal may come from, with their start."""
    register = ledger.measure[ledger.measure["start_actual"] <= until]
    if unit != ledger.trust:
        register = register[register["unit"].isin([unit, ledger.trust])]
    line_of = ledger.ledger_month.drop_duplicates("account").set_index("account")["line"]
    names = register[["indicators", "guard_indicators"]].fillna("").agg(";".join, axis=1)
    named = names.map(lambda cell: row.name in re.split(r"[,;]\s*", cell)).astype(bool)
    booked = register["account"].map(line_of).eq(row["line"]) if row["line"] else True
    beside = register[named | booked].sort_values("start_actual")
    return "; ".join(beside["measure_id"] + " " + beside["start_actual"])

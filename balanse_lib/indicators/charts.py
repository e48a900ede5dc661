"""The XmR charts of all indicators: what is charted, its limits, and the months that are marked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from balanse_lib import params
from balanse_lib.indicators.compute import FEW, GAP
from balanse_lib.indicators.season import find_season
from balanse_lib.indicators.xmr import LOCKED, mark_charts, xmr

NOT_CHARTED = ("accumulated",)
STOCK = "stock"
_LINES = ("mean", "lpl", "upl", "near_lpl", "near_upl")


@dataclass(frozen=True)
class ChartSettings:
    """How charts are made; the screen and 7 as in *Making Data Count*, 24 months an assumption.

    `rebased` names, by indicator, months from which new limits hold, each with its reason.
    """

    months: int = 24
    screen: bool = True
    run_length: int = 7
    rebased: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


PLAIN = ChartSettings()
SEASON_OUT = "out"


@dataclass(frozen=True)
class Charts:
    """Charts side by side; columns are (indicator, unit).

    Attributes
    ----------
    charted : months × charts, what is charted: the value, without its yearly pattern where the
        catalogue asks for it, and for a standing number (posts, a waiting list) its change from
        the month before.
    limits : chart × mean and limits (those of the last months, when rebased).
    rules : months × charts, the rule that marks a month, 0 for none.
    season : by chart, `out` (taken out), `left` (too few years to tell it), `none`.
    """

    charted: pd.DataFrame
    limits: pd.DataFrame
    rules: pd.DataFrame
    season: pd.Series
    settings: ChartSettings

    @property
    def marked(self) -> list[tuple[str, str]]:
        """Charts that mark a month."""
        found = (self.rules != 0).any()
        return [(str(indicator), str(unit)) for indicator, unit in found[found].index]

    @cached_property
    def months(self) -> pd.Series:
        """By chart, how many months have a value."""
        return self.charted.count()

    @cached_property
    def trial(self) -> pd.Series:
        """By chart, whether fewer than 12 months make its limits."""
        return self.months < LOCKED

    def of(self, indicator: str, unit: str) -> pd.DataFrame:
        """One chart, as `xmr` gives it."""
        name = (indicator, unit)
        values, settings = self.charted[name], self.settings
        if rebase := _within(settings.rebased.get(indicator, {}), values.index):
            return xmr(
                values, screen=settings.screen, run_length=settings.run_length, rebase=rebase
            )
        lines = {line: self.limits.loc[name, line] for line in _LINES}
        return pd.DataFrame({"value": values, **lines, "rule": self.rules[name]})


def make_charts(
    values: pd.DataFrame,
    *,
    catalogue: pd.DataFrame | None = None,
    settings: ChartSettings = PLAIN,
) -> Charts:
    """Charts of the last `settings.months` months of every indicator and unit that has values.

    `values` as `compute_indicators` gives them. A series that moves with the year, or stands on
    what it was the month before, has limits too narrow for it when charted as it is: its pattern
    is taken out, or its monthly change charted.
    """
    catalogue = params.indicator_catalogue() if catalogue is None else catalogue
    rows = catalogue[~catalogue["kind"].isin(NOT_CHARTED)].set_index("indicator")
    told = values[values["indicator"].isin(rows.index) & values["reason"].isin(["", GAP, FEW])]
    wide = told.pivot_table(
        index="month", columns=["indicator", "unit"], values="value", sort=False
    )
    wide = wide.reindex(sorted(told["month"].unique()))
    calm, season = _calm(wide, rows)
    shown = calm.tail(settings.months)
    limits, rules = mark_charts(shown, screen=settings.screen, run_length=settings.run_length)
    lines = pd.DataFrame({line: getattr(limits, line) for line in _LINES}, shown.columns)
    charts = Charts(shown, lines, rules, season, settings)
    return _rebase(charts)


def _calm(wide: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Values as charted, and what became of each chart's season."""
    indicator = wide.columns.get_level_values("indicator")
    asked = rows["season"].reindex(indicator).to_numpy() == "yes"
    pattern = find_season(wide.loc[:, asked])
    calm = wide.sub(pattern.reindex(columns=wide.columns).fillna(0.0))
    told = pattern.notna().any()
    season = pd.Series("none", wide.columns).mask(asked, "left")
    season[told.index[told]] = SEASON_OUT
    stock = rows["kind"].reindex(indicator).to_numpy() == STOCK
    return pd.concat([calm.loc[:, ~stock], calm.loc[:, stock].diff()], axis=1)[calm.columns], season


def _rebase(charts: Charts) -> Charts:
    """Charts with new limits from the months that the settings name."""
    limits, rules = charts.limits.copy(), charts.rules.copy()
    for name in charts.charted.columns:
        if not _within(charts.settings.rebased.get(name[0], {}), charts.charted.index):
            continue
        chart = charts.of(*name)
        limits.loc[name, list(_LINES)] = chart[list(_LINES)].iloc[-1].to_numpy()
        rules[name] = chart["rule"]
    return Charts(charts.charted, limits, rules, charts.season, charts.settings)


def _within(rebase: Mapping[str, str], months: pd.Index) -> dict[str, str]:
    return {month: reason for month, reason in rebase.items() if month in months}

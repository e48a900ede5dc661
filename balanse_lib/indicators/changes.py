"""Everything that `50_indicators` tells, computed once: values, charts, signals, guards, goals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from balanse_lib.indicators.alarms import alarms_by_length
from balanse_lib.indicators.basis import judge_basis, unlinked_indicators
from balanse_lib.indicators.beside import Begun, begun_measures, stand_beside
from balanse_lib.indicators.catalogue import indicators_of
from balanse_lib.indicators.charts import Charts, ChartSettings, make_charts
from balanse_lib.indicators.compute import compute_indicators
from balanse_lib.indicators.goals import judge_goals
from balanse_lib.indicators.guards import watch_guards
from balanse_lib.indicators.signals import find_signals
from balanse_lib.indicators.targets import target_by_month
from balanse_lib.ledger import Ledger


@dataclass(frozen=True)
class Changes:
    """What is changing in one trust in one month.

    Attributes
    ----------
    catalogue : definitions, the package's and the trust's own.
    measured : values, of `compute_indicators`.
    charts, signals, guards, goals, basis : of the functions of their names.
    alarms : how often charts of each length mark stable months; see `alarms_by_length`.
    unlinked : indicators with values that the decision basis does not name, an error.
    begun : measures with a real start.
    targets : the trust's goals of all years, as delivered.
    """

    trust: str
    catalogue: pd.DataFrame
    measured: pd.DataFrame
    charts: Charts
    signals: pd.DataFrame
    alarms: pd.DataFrame
    guards: pd.DataFrame
    goals: pd.DataFrame
    basis: pd.DataFrame
    unlinked: tuple[str, ...]
    begun: tuple[Begun, ...]
    targets: pd.DataFrame

    @property
    def current(self) -> pd.DataFrame:
        """Signals that mark the last month: what is worth most first, then what is concerning."""
        now = self.signals[self.signals["current"].astype(bool)]
        order = now.assign(
            size=now["money"].abs().fillna(0.0), worse=now["meaning"] == "concern"
        ).sort_values(["size", "worse"], ascending=False, kind="stable")
        return order[now.columns].reset_index(drop=True)

    def by_chance(self) -> tuple[float, float]:
        """Charts that would mark any month, and the last one, if nothing had changed.

        Each by the rate of its own number of months; one without the last month cannot mark it.
        """
        lengths = self.charts.months
        rates = self.alarms[self.alarms.index.get_level_values("rule") == "any"].droplevel("rule")
        last = lengths[self.charts.charted.tail(1).notna().any()]
        return float(rates["charts"].reindex(lengths).sum()), float(
            rates["last"].reindex(last).sum()
        )

    def definition(self, indicator: str) -> pd.Series:
        """Row of the catalogue."""
        rows = self.catalogue[self.catalogue["indicator"] == indicator]
        return rows.set_index("indicator").iloc[0]

    def starts(self, indicator: str, unit: str) -> list[Begun]:
        """Begun measures that stand beside a chart."""
        row = self.definition(indicator)
        return stand_beside(list(self.begun), row, unit=unit, trust=self.trust)

    def target(self, indicator: str, unit: str) -> pd.Series:
        """Target by month of a chart; missing where none holds."""
        months = list(self.charts.charted.index)
        row = self.definition(indicator)
        return target_by_month(row, goals=self.targets, unit=unit, months=months)


def find_changes(
    ledger: Ledger,
    *,
    period: str,
    rng: np.random.Generator,
    rebased: Mapping[str, Mapping[str, str]] | None = None,
) -> Changes:
    """Look for change in every indicator of a trust, as known when a month was closed."""
    catalogue, known = indicators_of(ledger), ledger.until(period)
    values = compute_indicators(known, period=period, catalogue=catalogue)
    settings = ChartSettings(rebased=rebased or {})
    charts = make_charts(values, catalogue=catalogue, settings=settings)
    signals = find_signals(known, period=period, catalogue=catalogue, values=values, charts=charts)
    return Changes(
        trust=ledger.trust,
        catalogue=catalogue,
        measured=values,
        charts=charts,
        signals=signals,
        alarms=alarms_by_length(
            charts.months, rng=rng, screen=settings.screen, run_length=settings.run_length
        ),
        guards=watch_guards(known, period=period, values=values, signals=signals),
        goals=judge_goals(known, period=period, values=values, charts=charts, catalogue=catalogue),
        basis=judge_basis(known, period=period, values=values, catalogue=catalogue),
        unlinked=tuple(unlinked_indicators(known, values=values)),
        begun=tuple(begun_measures(known)),
        targets=known.goal,
    )

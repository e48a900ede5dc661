"""The ledger of one trust: its canonical tables, checked and mapped, as one frozen bundle."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from balanse_lib import params, periods
from balanse_lib.ledger.tables import empty_table


@dataclass(frozen=True)
class InputFile:
    """One file (or the built-in synthetic source) that the ledger was made from."""

    table: str
    file: str
    sha256: str
    rows: int
    rows_of_others: int = 0
    columns_not_used: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """Everything that is known about one trust; amounts in million, + improves the result.

    `ledger_month`, `budget` and `event` carry `line`, the statement line of their account. Tables
    that the trust does not deliver are empty, with their columns. `full_time_hours` are those of a
    full-time post in a month.
    """

    trust: str
    start: int
    ledger_month: pd.DataFrame
    budget: pd.DataFrame
    requirement: pd.DataFrame
    forecast_log: pd.DataFrame
    event: pd.DataFrame
    measure: pd.DataFrame
    staffing: pd.DataFrame
    activity: pd.DataFrame
    org: pd.DataFrame
    known_gaps: Mapping[str, str]
    deadline: pd.DataFrame = field(default_factory=partial(empty_table, "deadline"))
    inputs: tuple[InputFile, ...] = ()
    risk: pd.DataFrame = field(default_factory=partial(empty_table, "risk"))
    decision: pd.DataFrame = field(default_factory=partial(empty_table, "decision"))
    assumption: pd.DataFrame = field(default_factory=partial(empty_table, "assumption"))
    goal: pd.DataFrame = field(default_factory=partial(empty_table, "goal"))
    authority: pd.DataFrame = field(default_factory=partial(empty_table, "authority"))
    signoff: pd.DataFrame = field(default_factory=partial(empty_table, "signoff"))
    norm: pd.DataFrame = field(default_factory=partial(empty_table, "norm"))
    activity_plan: pd.DataFrame = field(default_factory=partial(empty_table, "activity_plan"))
    activity_before: pd.DataFrame = field(default_factory=partial(empty_table, "activity_before"))
    indicator_def: pd.DataFrame = field(default_factory=partial(empty_table, "indicator_def"))
    indicator_value: pd.DataFrame = field(default_factory=partial(empty_table, "indicator_value"))
    action: pd.DataFrame = field(default_factory=partial(empty_table, "action"))
    project_hours: pd.DataFrame = field(default_factory=partial(empty_table, "project_hours"))
    full_time_hours: float = field(
        default_factory=lambda: params.standard_thresholds().full_time_hours_per_month
    )

    @property
    def months(self) -> list[str]:
        """Months with accounts, in order (period 13 is no month)."""
        found = self.ledger_month["period"].unique()
        return sorted(period for period in found if not periods.is_period_13(period))

    @property
    def last(self) -> str:
        """Last month with accounts."""
        return self.months[-1]

    def year_of(self, period: str) -> int:
        """Fiscal year of a period, by this trust's calendar."""
        return periods.fiscal_year(period, start=self.start)

    def year_so_far(self, period: str) -> list[str]:
        """Months of the fiscal year of a period, up to it."""
        year = periods.months_of_year(self.year_of(period), start=self.start)
        now = periods.calendar_month(period, start=self.start)
        return [month for month in year if month <= now]

    def name_of(self, unit: str) -> str:
        """Latest name of a unit as readers know it; its code when the organisation names it not."""
        names = self.org[self.org["unit"] == unit].sort_values("valid_from")["name"]
        return unit if names.empty else str(names.iloc[-1])

    def until(self, period: str) -> "Ledger":
        """The ledger as it was known when a month was closed: nothing later is left in it.

        Year-end entries (period 13) are known once their fiscal year is over. What activity was
        before its last delivery is known of that delivery only.
        """
        year = self.year_of(period)
        now = periods.calendar_month(period, start=self.start)
        # what holds from the first month of a year is known before it begins
        in_force = periods.month_in_force(period, start=self.start)
        found = self.ledger_month["period"].unique()
        booked = [name for name in found if self._is_known(name, now, year)]
        return replace(
            self,
            ledger_month=self.ledger_month[self.ledger_month["period"].isin(booked)],
            requirement=self.requirement[self.requirement["valid_from"] <= in_force],
            forecast_log=self.forecast_log[self.forecast_log["period_of_data"] <= now],
            staffing=self.staffing[self.staffing["period"] <= now],
            activity=self.activity[self.activity["period"] <= now],
            activity_before=self.activity_before.head(
                len(self.activity_before) if now >= self.last else 0
            ),
            risk=self.risk[self.risk["valid_from"] <= in_force],
            decision=self.decision[self.decision["decided"] <= now],
            assumption=self.assumption[self.assumption["approved"].str[:7] <= now],
            goal=self.goal[self.goal["valid_from"] <= in_force],
            signoff=self.signoff[self.signoff["period"] <= now],
            indicator_value=self.indicator_value[self.indicator_value["period"] <= now],
            action=self.action[self.action["seen"].str[:7] <= now],
            project_hours=self.project_hours[self.project_hours["period"] <= now],
        )

    def _is_known(self, found: str, now: str, year: int) -> bool:
        if periods.is_period_13(found):
            return periods.parse_period(found)[0] < year
        return found <= now

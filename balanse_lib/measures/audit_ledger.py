"""Audit of every measure in a trust's register, from its monthly accounts."""

from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd

from balanse_lib.forecast.history import monthly_series
from balanse_lib.ledger import Ledger, check_period
from balanse_lib.measures.audit import STANDARD, Audit, audit_line
from balanse_lib.measures.audit_line import Line
from balanse_lib.measures.audit_plan import KNOWN_RAMPS, PlannedMeasure
from balanse_lib.measures.audit_settings import AuditSettings
from balanse_lib.measures.audit_verdict import INCONCLUSIVE, PAUSED, TOO_EARLY

NO_EFFECT_STAGES = ("paused", "stopped")
COLUMNS = [field.name for field in fields(Audit)]


def audit_measures(
    ledger: Ledger,
    *,
    period: str,
    settings: AuditSettings = STANDARD,
    covariates: pd.DataFrame | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Audit every measure of the register after `period`: one row each, columns as `Audit`.

    Each measure is sought on its own unit and account, with certain one-offs taken out, beside the
    same account in the units where no measure works on it (difference in differences) and beside
    the other measures on the same line. `covariates` (by month) are added to every line: price
    index, activity, known breaks.
    """
    check_period(ledger, period=period, min_months=settings.min_before)
    _require_all_months(covariates, ledger, period)
    accounts = _Accounts.of(ledger.until(period), period=period, covariates=covariates)
    rows = [
        asdict(_audit_row(row, accounts, settings=settings, start=ledger.start, rng=rng))
        for row in accounts.register
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _require_all_months(covariates: pd.DataFrame | None, ledger: Ledger, period: str) -> None:
    """Months without a covariate would silently leave the audit."""
    if covariates is None:
        return
    known = covariates.dropna().index
    lacking = [month for month in ledger.months if month <= period and month not in known]
    if lacking:
        raise ValueError(
            f"covariates: no value in {', '.join(lacking[:5])} ({len(lacking)} months); give every "
            "month that has accounts, or leave the column out"
        )


@dataclass(frozen=True)
class _Entry:
    """One row of the register as the audit needs it; `started` only when it has begun."""

    plan: PlannedMeasure
    unit: str
    account: str
    stage: str
    started: bool


@dataclass(frozen=True)
class _Accounts:
    """Month × (unit, account) without one-offs, and the register."""

    wide: pd.DataFrame
    register: tuple[_Entry, ...]
    covariates: pd.DataFrame | None

    @classmethod
    def of(cls, ledger: Ledger, *, period: str, covariates: pd.DataFrame | None) -> "_Accounts":
        by_account = replace(
            ledger,
            ledger_month=ledger.ledger_month.assign(line=ledger.ledger_month["account"]),
            event=ledger.event.assign(line=ledger.event["account"]),
        )
        register = tuple(_read_entry(row, period) for _, row in ledger.measure.iterrows())
        return cls(monthly_series(by_account), register, covariates)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Unit and account of every line."""
        return [(str(column[0]), str(column[1])) for column in self.wide.columns.to_list()]

    def line(self, unit: str, account: str, *, without: str) -> Line:
        """Line of a unit with all that moves it beside the measure `without`."""
        months = [str(month) for month in self.wide.index]
        columns = {}
        control = self.control(unit, account)
        if control is not None:
            columns["control"] = control
        for entry in self.register:
            same = (entry.unit, entry.account) == (unit, account) and entry.started
            if same and entry.plan.measure_id != without:
                profile = entry.plan.profile(months)
                columns[entry.plan.measure_id] = pd.Series(profile, index=self.wide.index)
        frame = pd.DataFrame(columns, index=self.wide.index)
        if self.covariates is not None:
            frame = frame.join(self.covariates)
        return Line(account, self.wide[unit, account], frame if len(frame.columns) else None)

    def control(self, unit: str, account: str) -> pd.Series | None:
        """Return the same account summed over the units in which no measure works on it."""
        worked_on = {entry.unit for entry in self.register
                     if entry.account == account and entry.started}  # fmt: skip
        columns = [
            column
            for column in self.columns
            if column[1] == account and column[0] not in {unit, *worked_on}
        ]
        return self.wide[columns].sum(axis=1, skipna=False) if columns else None

    def others(self, entry: _Entry) -> list[Line]:
        """Return the other lines of the measure's unit."""
        return [
            self.line(entry.unit, account, without=entry.plan.measure_id)
            for unit, account in self.columns
            if unit == entry.unit and account != entry.account
        ]


def _read_entry(row: pd.Series, period: str) -> _Entry:
    """Start as it was, else as planned; a ramp that is not told is a step."""
    given = row.where(row.notna(), None)
    start = given["start_actual"] or given["start_plan"]
    plan = PlannedMeasure(
        measure_id=str(given["measure_id"]),
        full_year_effect=float(given["full_year_effect"]),
        start=str(start),
        ramp=str(given["ramp"] or "step"),
        ramp_len=int(given["ramp_len"] or 1),
    )
    begun = given["start_actual"] is not None and str(start) <= period
    stage = str(given["stage"])
    return _Entry(
        plan,
        unit=str(given["unit"]),
        account=str(given["account"] or ""),
        stage=stage,
        started=begun and stage not in NO_EFFECT_STAGES and plan.ramp in KNOWN_RAMPS,
    )


def _audit_row(
    entry: _Entry,
    accounts: _Accounts,
    *,
    settings: AuditSettings,
    start: int,
    rng: np.random.Generator | None,
) -> Audit:
    def answer(verdict: str, reason: str) -> Audit:
        return Audit(entry.plan.measure_id, verdict, reason, entry.plan.start, 0, 0)

    if entry.stage in NO_EFFECT_STAGES:
        return answer(PAUSED, f"stage_{entry.stage}")
    if not entry.account or (entry.unit, entry.account) not in accounts.columns:
        return answer(INCONCLUSIVE, "no_accounts")
    if not entry.started and entry.plan.ramp in KNOWN_RAMPS:
        return answer(TOO_EARLY, "not_started")
    return audit_line(
        accounts.line(entry.unit, entry.account, without=entry.plan.measure_id),
        measure=entry.plan,
        others=accounts.others(entry),
        settings=settings,
        fiscal_start=start,
        rng=rng,
    )

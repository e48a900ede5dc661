"""A run as a notebook sees it: the trust, the month, the checked ledger, the results so far."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from balanse_lib import forecast, indicators, measures, params, periods, realism, report
from balanse_lib import ledger as ledger_room
from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.runs.forecast_log import FOLDER, read_log
from balanse_lib.runs.store import Store
from balanse_lib.runs.topics import compute_findings
from balanse_lib.terms import LANGUAGES

LATEST = "latest"
_Result = TypeVar("_Result")
CLOSED_MIME = "application/vnd.balanse.closed+json"


@dataclass(frozen=True)
class Run:
    """One trust in one month. `ledger` holds what was known when the month was closed.

    Notebooks that run one after another share results through `store`; a notebook opened alone has
    none, computes what it needs, and writes nothing.
    """

    trust: params.Trust
    period: str
    ledger: ledger_room.Ledger
    reader: report.Reader
    seed: int
    made: str
    store: Store | None

    @property
    def rng(self) -> np.random.Generator:
        """A fresh generator from the run's seed, so that the order of cells does not matter."""
        return np.random.default_rng(self.seed)

    def _once(self, name: str, kind: type[_Result], compute: Callable[[], _Result]) -> _Result:
        """A result computed once per run and handed on to the notebooks that follow."""
        kept = self.store.handed_on(name) if self.store else None
        if isinstance(kept, kind):
            return kept
        computed = compute()
        if self.store:
            self.store.hand_on(name, computed)
        return computed

    @cached_property
    def year_end(self) -> forecast.YearEnd:
        """The year-end distribution; computed once per run and handed on."""
        n_paths = self.trust.thresholds.n_paths
        return self._once(
            "year_end",
            forecast.YearEnd,
            lambda: forecast.year_end(
                self.ledger,
                period=self.period,
                rng=self.rng,
                n_paths=n_paths,
                country=self._calendar,
                marks=pd.DataFrame(self.trust.marked_months),
            ),
        )

    @cached_property
    def targets(self) -> ledger_room.Targets:
        """Requirement, budget and reported forecast of the year, as known in the month."""
        return ledger_room.targets(
            self.ledger, period=self.period, requirement_type=self.trust.requirement_type
        )

    @cached_property
    def rules(self) -> pd.Series:
        """Year-end result by the finance department's rules of thumb."""
        return forecast.finance_rules(self.ledger, period=self.period)

    @cached_property
    def candidates(self) -> pd.Series:
        """Year-end result by single-series models, for comparison."""
        return forecast.candidate_models(self.ledger, period=self.period, country=self._calendar)

    @property
    def comparisons(self) -> pd.Series:
        """What others would say of the year-end: single-series models and rules of thumb."""
        both: pd.Series[float] = pd.concat([self.candidates, self.rules])
        return both

    @cached_property
    def others_record(self) -> pd.DataFrame:
        """What the others said at the origins of the model's own record; handed on like it."""
        return self._once(
            "others_record",
            pd.DataFrame,
            lambda: forecast.others_record(
                self.ledger, record=self.year_end.record, country=self._calendar
            ),
        )

    @cached_property
    def measure_year(self) -> measures.MeasureYear:
        """What the measures are worth this year; handed on like the year-end."""
        return self._once(
            "measure_year",
            measures.MeasureYear,
            lambda: measures.value_measures(
                self.ledger,
                year_end=self.year_end,
                requirement=self.targets.requirement,
                rng=self.rng,
                thresholds=self.trust.thresholds,
                evidence=params.realisation_evidence(),
                audits=self.audits,
            ),
        )

    @property
    def what_if(self) -> measures.WhatIf:
        """The measure year with what it was drawn from, to be drawn again under scenarios."""
        return measures.WhatIf(self.measure_year, ledger=self.ledger, rng=self.rng)

    @cached_property
    def audits(self) -> pd.DataFrame:
        """What the accounts say of each measure; no rows while the accounts are too short."""
        return self._once(
            "audits",
            pd.DataFrame,
            self._audit,
        )

    def _audit(self) -> pd.DataFrame:
        now = periods.calendar_month(self.period, start=self.ledger.start)
        settings = measures.AuditSettings.of(self.trust.thresholds)
        months = [month for month in self.ledger.months if month <= now]
        if len(months) < settings.min_before:
            return pd.DataFrame(columns=[field.name for field in fields(measures.Audit)])
        return measures.audit_measures(self.ledger, period=now, settings=settings)

    @cached_property
    def judgement(self) -> realism.Judgement:
        """The verdict on the reported forecast; handed on like the year-end."""
        limits = self.trust.thresholds
        return self._once(
            "judgement",
            realism.Judgement,
            lambda: realism.judge(
                self.ledger,
                targets=self.targets,
                year_end=self.year_end,
                rng=self.rng,
                thresholds=limits,
                record=self.bias_record.errors_by_body,
                measures=self.measure_year.as_one,
                booking=realism.booking_checks(self.ledger, period=self.period, thresholds=limits),
            ),
        )

    @cached_property
    def bias_record(self) -> realism.BiasRecord:
        """Whose errors the trust's habit is told from: its own, or published ones while few."""
        month = periods.month_of_year(self.period, start=self.ledger.start)
        months = realism.months_alike(month)
        return realism.choose_record(
            realism.errors_by_trust(self.reported_errors, months=months),
            self.trust.trust,
            pairs=realism.published_pairs(params.reference_pools(), country=self.trust.country),
            months=months,
            thresholds=self.trust.thresholds,
        )

    @property
    def revisions(self) -> pd.DataFrame:
        """How the trust's own forecasts were revised from month to month."""
        return realism.revise_forecasts(self._reported)

    @cached_property
    def reported_errors(self) -> pd.DataFrame:
        """The trust's own earlier forecasts with what their years came to."""
        return realism.forecast_errors(self._reported, outcomes=self._outcomes)

    @cached_property
    def logged_errors(self) -> pd.DataFrame:
        """What the model's own runs of earlier months said, by the forecast log beside this run.

        Empty when opened alone, and until a logged year is over.
        """
        return realism.forecast_errors(self._modelled, outcomes=self._outcomes)

    @cached_property
    def _modelled(self) -> pd.DataFrame:
        """Forecasts of the model in earlier months, by the log beside this run, or none."""
        if self.store is None:
            return self._reported.iloc[:0]
        log = read_log(self.store.folder.parents[1] / FOLDER)
        own = log[log["location"] == self.trust.trust]
        told = realism.logged_forecasts(own, period=self.period)
        return told[told["model"] != realism.REPORTED]

    @cached_property
    def _reported(self) -> pd.DataFrame:
        """The trust's own forecasts, as results."""
        return realism.reported_forecasts(
            self.ledger, period=self.period, requirement_type=self.trust.requirement_type
        )

    @cached_property
    def _outcomes(self) -> pd.DataFrame:
        return realism.year_outcomes(self.ledger, period=self.period)

    @cached_property
    def changes(self) -> indicators.Changes:
        """What is changing in the indicators; handed on like the year-end."""
        return self._once(
            "changes",
            indicators.Changes,
            lambda: indicators.find_changes(
                self.ledger, period=self._month, rng=self.rng, rebased=self.trust.rebased_indicators
            ),
        )

    @property
    def _month(self) -> str:
        """Last month that the run knows: before the year begins, that of the year before."""
        return periods.calendar_month(self.period, start=self.ledger.start)

    @property
    def reported_record(self) -> pd.DataFrame:
        """How good the trust's own forecasts have been, by month of the year."""
        return realism.score_by_month(self.reported_errors)

    @property
    def track_record(self) -> pd.DataFrame:
        """How good the trust's and the model's logged forecasts have been, by month."""
        return pd.concat(
            [self.reported_record, realism.score_by_month(self.logged_errors)], ignore_index=True
        )

    @property
    def late_drift(self) -> pd.DataFrame:
        """How far the years still drifted after month 8."""
        return realism.late_year_drift(self.reported_errors)

    @property
    def _calendar(self) -> Literal["NO", "SE"] | None:
        """Country whose working days count, where they are known."""
        return self.trust.country if self.trust.country in ("NO", "SE") else None

    @property
    def occasion(self) -> report.Occasion:
        """What the report is made for: the month, the tertial that it ends, or the year."""
        return report.occasion(self.period, start=self.ledger.start)

    @cached_property
    def next_year(self) -> pd.Series:
        """The steps from this year's end to the level that next year starts from."""
        carried = measures.carry_over(
            self.ledger, year=self.measure_year, thresholds=self.trust.thresholds
        )
        return report.next_year_steps(
            self.year_end, book=self.ledger, year=self.measure_year, carried=carried
        )

    @property
    def told(self) -> pd.DataFrame:
        """Forecasts as results: the trust's own, and the model's as the log beside this run has."""
        return pd.concat([self._reported, self._modelled], ignore_index=True)

    def findings(self, topic: str) -> list[report.Finding]:
        """What a notebook or a part of the page has to say, computed once per run and kept."""
        kept = self.store.findings(topic) if self.store else None
        if kept is not None:
            return kept
        found = compute_findings(self, topic)
        if self.store:
            self.store.keep_findings(topic, found)
        return found

    @property
    def head(self) -> report.Head:
        """What stands at the top of the page."""
        months = self.ledger.months
        span = periods.month_range(months[0], months[-1])
        return report.Head(
            self.trust.name,
            self.period,
            self.made,
            months[0],
            months[-1],
            len(span) - len(months),
            self.occasion,
            self.reader,
        )

    def show(self, *tables: report.Table) -> report.Tables:
        """Show tables, one under the other; each is also kept as `data/<name>.csv` of the run."""
        for table in tables:
            if self.store:
                self.store.keep_table(table.name, table.frame)
        return report.Tables(tables)

    def close(self, notebook: str, findings: Iterable[report.Finding] = ()) -> "Closing":
        """Last call of a notebook: keep its findings and mark that it came to its end."""
        found = tuple(findings)
        if self.store and found:
            self.store.keep_findings(notebook, found)
        return Closing(notebook, tuple((f.severity, f.sentence(self.reader)) for f in found))

    def _repr_html_(self) -> str:
        return self.head._repr_html_()


@dataclass(frozen=True)
class Closing:
    """The findings in words, and the mark by which the batch knows that a notebook finished."""

    notebook: str
    sentences: tuple[tuple[str, str], ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        parts = [report.paragraph(text, severity=severity) for severity, text in self.sentences]
        return {
            CLOSED_MIME: {"notebook": self.notebook},
            "text/html": "".join(parts),
            "text/plain": "\n".join(text for _, text in self.sentences),
        }


def open_run(
    trust: str,
    *,
    period: str = LATEST,
    language: str = "",
    seed: int | None = None,
    results: str = "",
) -> Run:
    """Open a trust's accounts as they were known in a month, with everything checked.

    `period` is YYYY-MM or ``latest``; an empty `language` means the trust's own; `results` is the
    folder of a scheduled run. Raises `InputError` with everything that is wrong.
    """
    folder = params.find_params_folder()
    told = params.read_trust(trust, folder=folder)
    chosen = language or told.language
    if chosen not in LANGUAGES:
        raise InputError(
            [
                Failure(
                    rule="not_allowed",
                    column="language",
                    value=language,
                    allowed=nearest(language, LANGUAGES),
                )
            ]
        )
    store = Store(Path(results)) if results else None
    known = _read_once(told, period=period, folder=folder, store=store)
    return Run(
        trust=told,
        period=known.month,
        ledger=known.ledger,
        reader=report.Reader(chosen, told.currency, told.is_synthetic),
        seed=told.thresholds.seed if seed is None else seed,
        made=datetime.now().strftime("%Y-%m-%d %H:%M"),
        store=store,
    )


@dataclass(frozen=True)
class _Known:
    """A trust's checked accounts as they were known in a month; handed on like the year-end."""

    trust: params.Trust
    month: str
    ledger: ledger_room.Ledger


def _read_once(told: params.Trust, *, period: str, folder: Path, store: Store | None) -> _Known:
    """Read and check the trust's files, unless an earlier notebook of the run has done so."""
    kept = store.handed_on("ledger") if store else None
    if isinstance(kept, _Known) and (kept.trust, kept.month) == (told, period):
        return kept
    book = ledger_room.read_ledger(told, folder=folder)
    month = book.last if period == LATEST else period
    ledger_room.check_period(book, period=month, min_months=told.thresholds.min_months)
    known = _Known(told, month, book.until(month))
    if store:
        store.hand_on("ledger", known)
    return known

"""What there is to say of each topic of a run: one for every notebook, and the page's own."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from balanse_lib import report

if TYPE_CHECKING:
    from balanse_lib.runs.workbook import Run


def compute_findings(run: "Run", topic: str) -> list[report.Finding]:
    """Findings of a topic from the run's results; `KeyError` for a topic that there is not."""
    return TOPICS[topic](run)


def _data(run: "Run") -> list[report.Finding]:
    return [
        *report.data_findings(run.ledger),
        *report.unsigned_findings(run.ledger, period=run.period),
    ]


def _forecast(run: "Run") -> list[report.Finding]:
    return report.forecast_findings(
        run.year_end, targets=run.targets, rules=run.rules, others=run.others_record
    )


def _realism(run: "Run") -> list[report.Finding]:
    return report.realism_findings(
        run.judgement,
        book=run.ledger,
        record=run.reported_record,
        revisions=run.revisions,
        source=run.bias_record,
    )


def _changes(run: "Run") -> list[report.Finding]:
    return [
        *report.indicator_findings(run.changes, book=run.ledger),
        *report.follow_up_findings(run.changes, book=run.ledger),
    ]


def _decisions(run: "Run") -> list[report.Finding]:
    return report.decisions(
        run.year_end, targets=run.targets, judgement=run.judgement, year=run.measure_year
    )


TOPICS: Mapping[str, Callable[["Run"], list[report.Finding]]] = {
    "10_data_basis": _data,
    "20_forecast": _forecast,
    "30_realism": _realism,
    "40_measures": lambda run: report.measure_findings(run.measure_year, audits=run.audits),
    "50_indicators": _changes,
    "decisions": _decisions,
    "next_year": lambda run: report.next_year_findings(run.next_year, year=run.year_end.year),
    "deadlines": lambda run: report.deadline_findings(run.ledger, period=run.period),
}

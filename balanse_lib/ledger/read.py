"""A trust's files in, one checked `Ledger` out; everything that is wrong comes in one error."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from balanse_lib import params, periods
from balanse_lib.errors import Failure, InputError
from balanse_lib.ledger import checks
from balanse_lib.ledger.account_map import map_accounts, unmapped_accounts
from balanse_lib.ledger.book import InputFile, Ledger
from balanse_lib.ledger.delivery import Delivery, read_delivery
from balanse_lib.ledger.follow_up_checks import check_actions, check_project_hours
from balanse_lib.ledger.measure_checks import check_register
from balanse_lib.ledger.privacy import mask_identity_numbers
from balanse_lib.ledger.risk_checks import check_decisions, check_risks
from balanse_lib.ledger.steering_checks import check_basis, check_formulas, check_links
from balanse_lib.ledger.synthetic import synthetic_trust
from balanse_lib.ledger.tables import TABLES, empty_table

_LEDGER_TABLES = tuple(name for name in TABLES if name != "account_map")
_BETWEEN_TEXTS = "\x1f"


def read_ledger(trust: params.Trust, *, folder: Path) -> Ledger:
    """Read and check every table of a trust; `folder` is where its parameter file lies.

    Raises `InputError` with all failures of all files when anything is wrong.
    """
    deliveries = _deliveries(trust, folder)
    failures = [failure for delivery in deliveries.values() for failure in delivery.failures]
    if "ledger_month" not in deliveries:
        file, key = f"{trust.trust}.yml", "sources.ledger_month"
        failures.append(Failure(rule="missing_key", file=file, column=key))
    linked = [*_link_failures(deliveries), *_basis_failures(deliveries)]
    _stop_at([*failures, *_register_failures(deliveries, trust), *linked])
    tables = {name: deliveries.get(name, Delivery(empty_table(name))) for name in _LEDGER_TABLES}
    mapped = {
        name: _with_lines(delivery, trust, deliveries.get("account_map"))
        for name, delivery in tables.items()
    }
    ledger = Ledger(
        trust=trust.trust,
        start=trust.fiscal_year_start,
        inputs=tuple(d.source for d in deliveries.values() if d.source is not None),
        known_gaps=dict(trust.known_gaps),
        full_time_hours=trust.thresholds.full_time_hours_per_month,
        **{name: delivery.frame.reset_index(drop=True) for name, delivery in mapped.items()},
    )
    _stop_at([*_unknown_names(mapped, trust), *checks.missing_months(ledger)])
    return ledger


def _deliveries(trust: params.Trust, folder: Path) -> dict[str, Delivery]:
    if trust.synthetic is None:
        return {name: read_delivery(name, trust=trust, folder=folder) for name in trust.sources}
    seed = trust.synthetic.seed
    tables, _ = synthetic_trust(trust.trust, seed=seed, last=trust.synthetic.last)
    return {
        name: Delivery(
            frame, InputFile(name, f"synthetic(seed={seed})", _frame_hash(frame), len(frame))
        )
        for name, frame in tables.items()
    }


def _frame_hash(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def _with_lines(delivery: Delivery, trust: params.Trust, given: Delivery | None) -> Delivery:
    """A table of amounts by account and period gets the statement line of each row."""
    frame = delivery.frame
    if not {"account", "period"} <= set(frame.columns):
        return delivery
    lines = map_accounts(
        frame["account"],
        months=frame["period"].map(
            lambda period: periods.calendar_month(period, start=trust.fiscal_year_start)
        ),
        account_map=params.account_map() if given is None else given.frame,
        chart=trust.chart,
    )
    return replace(delivery, frame=frame.assign(line=lines))


def _register_failures(deliveries: Mapping[str, Delivery], trust: params.Trust) -> list[Failure]:
    """What rows of the measure register say of units and of one another.

    Looked for beside unreadable cells, so that a register is mended in one round.
    """
    if "measure" not in deliveries:
        return []
    delivery, org = deliveries["measure"], deliveries.get("org")
    known = {trust.trust, *([] if org is None else org.frame["unit"])}
    rows = delivery.frame.dropna(subset=["unit"])
    strangers = checks.unknown_units(rows, known=known) if len(known) > 1 else []
    found = check_register(delivery.frame, start=trust.fiscal_year_start)
    return delivery.place([*strangers, *found])


def _link_failures(deliveries: Mapping[str, Delivery]) -> list[Failure]:
    """What risks, decisions and follow-up say of names that are not delivered or not known."""
    measures, events = (
        set(deliveries[table].frame[key].dropna()) if table in deliveries else set()
        for table, key in (("measure", "measure_id"), ("event", "id"))
    )
    failures: list[Failure] = []
    if "risk" in deliveries:
        found = check_risks(deliveries["risk"].frame, measures=measures, events=events)
        failures += deliveries["risk"].place(found)
    if "decision" in deliveries:
        found = check_decisions(deliveries["decision"].frame, measures=measures)
        failures += deliveries["decision"].place(found)
    if "action" in deliveries:
        indicators = _indicator_names(deliveries.get("indicator_def"))
        found = check_actions(deliveries["action"].frame, measures=measures, indicators=indicators)
        failures += deliveries["action"].place(found)
    if "project_hours" in deliveries:
        found = check_project_hours(deliveries["project_hours"].frame)
        failures += deliveries["project_hours"].place(found)
    return failures


def _indicator_names(own: Delivery | None) -> set[str]:
    """Indicators that the package defines, and those of the trust itself."""
    names = set(params.indicator_catalogue()["indicator"])
    return names if own is None else names | set(own.frame["indicator"].dropna())


def _basis_failures(deliveries: Mapping[str, Delivery]) -> list[Failure]:
    """What was changed in the decision basis; own indicators not linked to it, or of no parts."""
    basis, own = (
        deliveries.get(name, Delivery(empty_table(name)))
        for name in ("assumption", "indicator_def")
    )
    links = check_links(own.frame, basis=basis.frame)
    formulas = check_formulas(own.frame)
    return [*basis.place(check_basis(basis.frame)), *own.place([*links, *formulas])]


def _unknown_names(tables: Mapping[str, Delivery], trust: params.Trust) -> list[Failure]:
    """Accounts that no statement line is known for, units that the organisation does not have.

    A requirement may be the region's own, for all its trusts together.
    """
    failures: list[Failure] = []
    own = {trust.trust, *tables["org"].frame["unit"]}
    for name, delivery in tables.items():
        known = own | {trust.region} if name == "requirement" else own
        if {"account", "line"} <= set(delivery.frame):
            failures += delivery.place(unmapped_accounts(delivery.frame))
        if "unit" in delivery.frame and name not in {"org", "measure"} and len(own) > 1:
            failures += delivery.place(checks.unknown_units(delivery.frame, known=known))
    return failures


def _stop_at(failures: Iterable[Failure]) -> None:
    """Raise when anything is wrong; whatever is quoted from a file has no identity number in it."""
    found = list(failures)
    if not found:
        return
    quoted = ("file", "sheet", "column", "value", "allowed")
    texts = sorted({str(getattr(failure, name)) for failure in found for name in quoted})
    # all in one call, because a wrong decimal mark quotes a hundred thousand cells
    clean = [text.replace(_BETWEEN_TEXTS, " ") for text in texts]
    masked = mask_identity_numbers(_BETWEEN_TEXTS.join(clean)).split(_BETWEEN_TEXTS)
    shown = dict(zip(texts, masked, strict=True))
    raise InputError(
        Failure(
            row=failure.row, rule=failure.rule, **{n: shown[getattr(failure, n)] for n in quoted}
        )
        for failure in found
    )

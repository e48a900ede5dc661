"""Tables of `40_measures`: the register, the bridge, double counts, the audit, packages."""

import pandas as pd

from balanse_lib import measures
from balanse_lib.ledger import split_names
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader

# steps of the bridge that are left out where there is nothing in them
OPTIONAL_STEPS = ("risks", "overlap")


def register_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """Each measure: how far it has come, its plan, what is left of it, and whether it counts."""
    frame = year.table.reset_index()
    frame["lacking"] = (frame["score"] < 1) & (frame["reason"] == "")
    frame["yields"] = frame["measure_id"].isin(year.conflicts["measure_id"])
    frame["stage_name"] = [reader.say(f"stage.{stage}") for stage in frame["stage"]]
    pairs = zip(frame["reason"], frame["share"], strict=True)
    frame["counts"] = [reader.say(f"counts.{why or 'yes'}", share=share) for why, share in pairs]
    headings = {
        "title": reader.heading("measure"),
        "stage_name": reader.say("heading.stage"),
        "full_year": reader.say("heading.full_year"),
        "planned": reader.say("heading.planned_in_year"),
        "expected": reader.say("heading.expected_left"),
        "P15": reader.say("heading.p15_left"),
        "score": reader.say("heading.completeness"),
        "counts": reader.say("heading.counts"),
    }
    kinds = dict.fromkeys(("full_year", "planned", "expected", "P15"), "amount")
    caption = reader.say("table.measures")
    return Table("measures", frame, caption, headings, reader, {**kinds, "score": "share"})


def bridge_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """Steps from the base to the expected result, and what each adds to the chance."""
    bridge = year.bridge
    frame = pd.DataFrame({"step": bridge.steps.index, "amount": bridge.steps.to_numpy()})
    frame["chance"] = bridge.chance.to_numpy()
    total = {"step": "expected", "amount": bridge.expected, "chance": bridge.p_reach}
    frame = pd.concat([frame, pd.DataFrame([total])], ignore_index=True)
    if year.requirement is None:
        frame["chance"] = float("nan")
    frame["name"] = [reader.say(f"bridge_step.{step}") for step in frame["step"]]
    headings = {
        "name": reader.say("heading.bridge_step"),
        "amount": reader.unit,
        "chance": reader.say("heading.adds_to_chance"),
    }
    shown = frame[~frame["step"].isin(OPTIONAL_STEPS) | (frame["amount"] != 0)]
    kinds = {"amount": "amount", "chance": "share"}
    return Table("measure_bridge", shown, reader.say("table.bridge"), headings, reader, kinds)


def conflicts_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """Measures that count the same: which yields, to which, and the sums with and without."""
    frame = year.conflicts.reset_index(drop=True)
    titles = year.table["title"]
    for side in ("measure_id", "other_id"):
        frame[f"{side}_title"] = frame[side].map(titles)
    frame["why"] = [reader.say(f"counts.{reason}") for reason in frame["reason"]]
    headings = {
        "measure_id_title": reader.say("heading.yields"),
        "other_id_title": reader.say("heading.yields_to"),
        "why": reader.say("heading.why"),
        "effect": reader.say("heading.planned_in_year"),
        "other_effect": reader.say("heading.planned_other"),
    }
    kinds = {"effect": "amount", "other_effect": "amount"}
    caption = reader.say("table.conflicts", gross=year.gross, net=year.net)
    return Table("measure_conflicts", frame, caption, headings, reader, kinds)


def audit_table(audits: pd.DataFrame, *, year: measures.MeasureYear, reader: Reader) -> Table:
    """What the accounts say of each measure, against its plan for the same months."""
    frame = audits.reset_index(drop=True)
    frame["title"] = frame["measure_id"].map(year.table["title"])
    pairs = zip(frame["verdict"], frame["reason"], strict=True)
    said = [measures.explain_audit(*pair, language=reader.language) for pair in pairs]
    frame["found"] = [f"{verdict}: {reason}" for verdict, reason in said]
    headings = {
        "title": reader.heading("measure"),
        "found": reader.say("heading.found"),
        "in_year_effect": reader.say("heading.measured"),
        "in_year_low": reader.say("heading.interval_low"),
        "in_year_high": reader.say("heading.interval_high"),
        "planned_in_year": reader.say("heading.planned_same_months"),
        "detectable": reader.say("heading.detectable"),
    }
    kinds = dict.fromkeys([*headings][2:], "amount")
    caption = reader.say("table.measure_audits")
    return Table("measure_audits", frame, caption, headings, reader, kinds)


def packages_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """What is missing, and the cheapest packages that close it, at expected effect and at P15."""
    named = [(str(n), package) for n, package in enumerate(year.packages, start=1)]
    named += [("cautious", year.cautious)] if year.cautious else []
    titles, waiting = year.table["title"], year.waiting["price_of_waiting"]
    rows: list[tuple[object, ...]] = [
        (
            package,
            reader.say(f"heading.package_{'cautious' if package == 'cautious' else 'expected'}"),
            ", ".join(titles[list(chosen.chosen)]),
            chosen.effect,
            chosen.missing,
            float(waiting[list(chosen.chosen)].sum()),
        )
        for package, chosen in named
    ]
    if year.gap:
        rows.insert(0, ("none", reader.say("heading.package_none"), "", 0.0, year.gap, 0.0))
    columns = ["package", "name", "chosen", "effect", "missing", "waiting"]
    frame = pd.DataFrame(rows, columns=columns)
    headings = {
        "name": reader.say("heading.package"),
        "chosen": reader.say("heading.chosen"),
        "effect": reader.say("heading.effect"),
        "missing": reader.say("heading.still_missing"),
        "waiting": reader.say("heading.price_of_waiting"),
    }
    kinds = dict.fromkeys(("effect", "missing", "waiting"), "amount")
    caption = reader.say("table.packages", gap=year.gap)
    return Table("measure_packages", frame, caption, headings, reader, kinds)


def history_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """What the trust's own settled and audited measures gave, and how much each of them counts."""
    frame = year.plan.history.reset_index(drop=True)
    frame["title"] = frame["measure_id"].map(year.table["title"])
    headings = {
        "title": reader.heading("measure"),
        "realised": reader.say("heading.realised"),
        "weight": reader.say("heading.weight"),
    }
    caption = reader.say("table.measure_history")
    kinds = dict.fromkeys(("realised", "weight"), "share")
    return Table("measure_history", frame, caption, headings, reader, kinds)


def bank_table(year: measures.MeasureYear, *, reader: Reader) -> Table:
    """What could be decided: effect, price of waiting a month, last months, what goes together."""
    titles = year.table["title"]
    frame = year.bank.merge(
        year.waiting.drop(columns="effect"), left_on="measure_id", right_index=True
    )
    frame["title"] = frame["measure_id"].map(titles)
    for column in ("excludes", "depends_on"):
        frame[column] = [_titles(cell, titles) for cell in frame[column]]
    headings = {
        "title": reader.heading("measure"),
        "effect": reader.say("heading.effect"),
        "P15": reader.say("heading.p15_left"),
        "price_of_waiting": reader.say("heading.price_of_waiting"),
        "last_in_full": reader.say("heading.last_in_full"),
        "last_with_effect": reader.say("heading.last_with_effect"),
        "excludes": reader.say("heading.excludes"),
        "depends_on": reader.say("heading.depends_on"),
    }
    kinds = dict.fromkeys(("effect", "P15", "price_of_waiting"), "amount")
    kinds |= dict.fromkeys(("last_in_full", "last_with_effect"), "month")
    caption = reader.say("table.bank" if len(frame) else "table.bank_none")
    return Table("measure_bank", frame, caption, headings, reader, kinds)


def _titles(cell: object, titles: pd.Series) -> str | None:
    """Titles instead of names; empty where there is none."""
    names = split_names(cell)
    return ", ".join(str(titles.get(name, name)) for name in names) or None

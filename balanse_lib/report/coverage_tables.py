"""Which indicators the trusts of a region have in common, and how many each has beside them."""

from collections.abc import Collection, Mapping

import pandas as pd

from balanse_lib import indicators, region
from balanse_lib.report.findings import Finding
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def coverage_table(
    covered: pd.DataFrame,
    *,
    compared: Collection[str],
    names: Mapping[str, str],
    reader: Reader,
) -> Table:
    """Core indicators × trusts: who has which, and which of them are held side by side.

    `covered` is of `region.cover_core`, `compared` names the indicators of `region.compare_core`.
    """
    frame = covered.rename_axis("indicator").reset_index()
    frame["everyone"] = (covered == region.WHOLE).all(axis=1).to_numpy()
    frame["name"] = [reader.heading(f"indicator_{name}") for name in frame["indicator"]]
    shown = {trust: f"{trust}_says" for trust in covered.columns}
    for trust, column in shown.items():
        frame[column] = [reader.say(f"coverage.{state}") for state in frame[trust]]
    frame["held"] = [
        reader.say("word.yes") if name in compared else "" for name in frame["indicator"]
    ]
    headings = {"name": reader.say("heading.indicator")}
    headings |= {column: names[trust] for trust, column in shown.items()}
    headings["held"] = reader.say("heading.compared_here")
    return Table("coverage", frame, reader.say("table.coverage"), headings, reader)


def indicator_counts_table(
    changes: Mapping[str, indicators.Changes], *, names: Mapping[str, str], reader: Reader
) -> Table:
    """How many indicators each trust has: of the core, others of the package, its own."""
    frame = region.count_indicators(changes).rename_axis("trust").reset_index()
    frame["of"] = [names[trust] for trust in frame["trust"]]
    counts = ["core", "others", "own"]
    headings = {"of": reader.say("index.trust")}
    headings |= {name: reader.say(f"coverage.{name}") for name in counts}
    caption = reader.say("table.indicator_counts")
    kinds = dict.fromkeys(counts, "count")
    return Table("indicator_counts", frame, caption, headings, reader, kinds)


def coverage_findings(covered: pd.DataFrame) -> list[Finding]:
    """How much of the core every trust has, and how much of it none has."""
    values: dict[str, float | str] = {
        "core": float(len(covered)),
        "everyone": float((covered == region.WHOLE).all(axis=1).sum()),
        "nobody": float((covered == region.LACKING).all(axis=1).sum()),
    }
    return [Finding("region_covered", values)]

"""Where the numbers of a passage come from: each with its place in the tables of the run."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter

from balanse_lib import terms
from balanse_lib.report.findings import Finding
from balanse_lib.report.words import Reader

_TABLE = re.compile(r"(\w+)\[")


@dataclass(frozen=True)
class Origin:
    """A number as it is written, and its place: see `Finding.cells`."""

    written: str
    cell: str

    @property
    def tables(self) -> list[str]:
        """The tables that the place names.

        >>> Origin("6,0", "verdict[requirement, value] - year_end[P35, result]").tables
        ['verdict', 'year_end']
        """
        return list(dict.fromkeys(_TABLE.findall(self.cell)))


def origins(findings: Iterable[Finding], *, reader: Reader) -> list[Origin]:
    """Every number that the findings' sentences show, once each, in the order they are read."""
    found = [
        Origin(reader.write(finding.values[name], kind), finding.cells[name])
        for finding in findings
        for name, kind in _shown(finding, reader)
        if name in finding.cells
    ]
    return list(dict.fromkeys(found))


def _shown(finding: Finding, reader: Reader) -> list[tuple[str, str]]:
    """Name and kind of each value that the sentence writes."""
    template = terms.sentences()[f"finding.{finding.key}"][reader.language]
    parts = Formatter().parse(template)
    return [(name, kind or "text") for _, name, kind, _ in parts if name and name in finding.values]

"""Tables for readers: a real `<table>` with caption and header scopes, numbers right-aligned.

A small builder of our own, since none of the table libraries at hand writes both a caption and
scopes; the frame behind it keeps full precision for the CSV.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from balanse_lib.report.words import Reader, with_capital

Rows = list[tuple[str, float | str | None, str]]  # figure, value, how it is written
_WORDS = {"text", "term", "name", "month", "date", "weekday"}


@dataclass(frozen=True)
class Table:
    """A frame as a reader sees it.

    `name` is its file in `data/`; `headings` gives column → heading and `kinds` column → how it is
    written (amount, share, count, month, term, text). The first column is the row heading.
    """

    name: str
    frame: pd.DataFrame
    caption: str
    headings: Mapping[str, str]
    reader: Reader
    kinds: Mapping[str, str] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col"{self._aligned(column)}>{escape(name)}</th>'
            for column, name in self.headings.items()
        )
        rows = self.frame[list(self.headings)].itertuples(index=False, name=None)
        body = "".join(self._row(row) for row in rows)
        return (
            f'<div class="tbl" role="region" tabindex="0" aria-label="{escape(self.caption)}">'
            f"<table><caption>{escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame[list(self.headings)].to_string(index=False)}"

    def _row(self, row: tuple[object, ...]) -> str:
        cells = []
        for position, (column, value) in enumerate(zip(self.headings, row, strict=True)):
            text = escape(self._write(value, self.kinds.get(column, "text")))
            cells.append(
                f'<th scope="row">{text}</th>'
                if position == 0
                else f"<td{self._aligned(column)}>{text}</td>"
            )
        return f"<tr>{''.join(cells)}</tr>"

    def _aligned(self, column: str) -> str:
        """Words stand to the left, numbers to the right."""
        return ' class="words"' if self.kinds.get(column, "text") in _WORDS else ""

    def _write(self, value: object, kind: str) -> str:
        if value is None or pd.isna(value):  # type: ignore[call-overload]
            return "–"
        text = self.reader.write(value, kind)
        return with_capital(text) if kind == "term" else text


def figures_table(
    name: str, rows: Rows, *, caption: str, names: list[str], reader: Reader
) -> Table:
    """A list of figures, each with its name and its own kind."""
    frame = pd.DataFrame(rows, columns=["figure", "value", "kind"]).assign(name=names)
    frame["shown"] = [
        "–" if value is None else reader.write(value, kind) for _, value, kind in rows
    ]
    headings = {"name": reader.say("heading.figure"), "shown": reader.unit}
    return Table(name, frame, caption, headings, reader)


@dataclass(frozen=True)
class Tables:
    """Tables that are shown one under the other; those without a row are left out."""

    tables: tuple[Table, ...]

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self._filled)

    def __repr__(self) -> str:
        return "\n\n".join(repr(table) for table in self._filled)

    @property
    def _filled(self) -> list[Table]:
        """All of one is shown even when empty: its caption says that there is nothing."""
        return [t for t in self.tables if len(t.frame)] or list(self.tables[:1])

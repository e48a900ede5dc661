"""The leadership page, piece by piece: each piece is HTML with every text from data escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from balanse_lib import forecast, indicators, ledger, measures, realism
from balanse_lib.report.figures import Figure, line_drivers
from balanse_lib.report.findings import Finding
from balanse_lib.report.forecast_tables import line_deviations, lines_table, record_table
from balanse_lib.report.indicators_tables import basis_table, goals_table, indicators_table
from balanse_lib.report.measures_tables import packages_table
from balanse_lib.report.occasion import Occasion
from balanse_lib.report.realism_tables import flags_table, verdict_table
from balanse_lib.report.tables import Table, Tables
from balanse_lib.report.where_from import Origin, origins
from balanse_lib.report.words import Reader

_PIECES = Environment(
    loader=PackageLoader("balanse_lib.report", "template/pieces"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


_HEADLINE = (
    "expected",
    "requirement_chance",
    "verdict",
    "verdict_flagged",
    "verdict_none",
)
# What the section on realism leaves to the notebook.
_APPENDED = ("reported_record_none", "stacking", "habit_short", "revisions_fair")


@dataclass(frozen=True)
class Head:
    """What stands at the top of every page: whose it is, for when, made when, from what."""

    name: str
    period: str
    made: str
    first: str
    last: str
    gaps: int
    occasion: Occasion
    reader: Reader

    @property
    def about(self) -> str:
        """Which months the page is built on and when it was made."""
        key = "page.data_gaps" if self.gaps else "page.data"
        data = self.reader.say(key, first=self.first, last=self.last, gaps=self.gaps)
        made = self.reader.say("page.made", made=self.made)
        return f"{self.occasion.name(self.reader)} · {data} · {made}"

    def _repr_html_(self) -> str:
        return render("head.html.j2", head=self, reader=self.reader)

    def __repr__(self) -> str:
        return f"{self.name}, {self.period}"


@dataclass(frozen=True)
class Piece:
    """A finished part of the page."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return "HTML"


def render(template: str, **values: object) -> str:
    """A template of `template/pieces` filled in; what is no Markup is escaped."""
    return _PIECES.get_template(template).render(**values)


def first_screen(
    head: Head,
    *,
    year_end: forecast.YearEnd,
    targets: ledger.Targets,
    findings: Sequence[Finding],
    to_decide: Sequence[Finding],
    figure: Figure,
) -> Piece:
    """What a director must see without scrolling: headline, four numbers, the year, decisions."""
    reader = head.reader
    headline = [f.sentence(reader) for f in findings if f.key in _HEADLINE]
    numbers = four_numbers(year_end, targets=targets, reader=reader)
    html = render(
        "first_screen.html.j2",
        head=head,
        reader=reader,
        headline=headline,
        numbers=numbers,
        figure=Markup(figure._repr_html_()),
        decisions=[(finding.severity, finding.sentence(reader)) for finding in to_decide],
        sources=_sources(
            [f for f in findings if f.key in _HEADLINE] + [*to_decide], numbers, reader
        ),
    )
    return Piece(html)


@dataclass(frozen=True)
class Number:
    """One of the large numbers: its name, the figure as written, a line of context, its place."""

    label: str
    value: str
    context: str
    cell: str


def four_numbers(
    year_end: forecast.YearEnd, *, targets: ledger.Targets, reader: Reader
) -> list[Number]:
    """Requirement, reported forecast, prudent forecast, chance of meeting the requirement."""
    asked, told = targets.requirement, targets.reported
    missing = reader.label("not_assessable")
    chance = missing if asked is None else reader.write(year_end.p_reach(asked), "chance")
    prudent = year_end.quantile(0.35)
    told_at = (
        reader.say("number.reported_at", month=targets.reported_period)
        if targets.reported_period
        else reader.say("number.not_reported")
    )
    return [
        Number(
            reader.heading("result_requirement"),
            _amount(asked, reader),
            targets.requirement_ref or reader.unit,
            "verdict[requirement, value]",
        ),
        Number(
            reader.heading("reported_forecast"),
            _amount(told, reader),
            told_at,
            "verdict[reported, value]",
        ),
        Number(
            reader.say("number.prudent"),
            _amount(prudent, reader),
            reader.say("number.prudent_means"),
            "year_end[P35, result]",
        ),
        Number(
            reader.say("number.chance"),
            chance,
            reader.say("number.chance_means"),
            "verdict[p_requirement_model, value]",
        ),
    ]


def _amount(value: float | None, reader: Reader) -> str:
    return "–" if value is None else reader.write(value, "amount")


def section(title: str, *parts: object, reader: Reader, folded: bool = False) -> Piece:
    """A headed section of tables, figures and findings; `folded` ones open at a click."""
    bodies = []
    for part in parts:
        if isinstance(part, Finding):
            bodies.append(paragraph(part.sentence(reader), severity=part.severity))
        elif isinstance(part, str):
            bodies.append(paragraph(part))
        else:
            bodies.append(part._repr_html_())  # type: ignore[attr-defined]
    spoken = [part for part in parts if isinstance(part, Finding)]
    tables = [part for part in parts if isinstance(part, Table)]
    tables += [table for part in parts if isinstance(part, Tables) for table in part.tables]
    html = render(
        "section.html.j2",
        name=title.removeprefix("section."),
        title=reader.say(title),
        folded=folded,
        summary=reader.say("section.show"),
        bodies=[*map(Markup, bodies), _sources(spoken, [], reader, tables)],
    )
    return Piece(html)


def _sources(
    findings: Sequence[Finding],
    numbers: Sequence[Number],
    reader: Reader,
    tables: Sequence[Table] = (),
) -> Markup:
    """Where the numbers of a passage and its tables come from, folded; nothing without any."""
    large = [Origin(number.value, number.cell) for number in numbers if number.value != "–"]
    found = large + origins(findings, reader=reader)
    if not found and not tables:
        return Markup("")
    return Markup(render("where_from.html.j2", origins=found, tables=tables, reader=reader))


def drivers(year_end: forecast.YearEnd, *, book: ledger.Ledger, reader: Reader) -> Piece:
    """Which lines are expected to end away from budget; a sentence says so when none can be."""
    deviations = line_deviations(year_end, book=book)["deviation"].dropna()
    table = lines_table(year_end, book=book, reader=reader)
    picture = (
        line_drivers(year_end, deviations=deviations, reader=reader)
        if len(deviations) > 1
        else reader.say("drivers.no_budget")
    )
    return section("section.drivers", picture, table, reader=reader)


def verdict(
    findings: Sequence[Finding],
    *,
    judgement: realism.Judgement,
    targets: ledger.Targets,
    year_end: forecast.YearEnd,
    figure: object,
    reader: Reader,
) -> Piece:
    """Whether the reported forecast can be believed, and what would have to be true."""
    spoken = [f for f in findings if f.key not in _APPENDED]
    given = verdict_table(judgement, targets=targets, year_end=year_end, reader=reader)
    flags = flags_table(judgement, reader=reader)
    return section("section.realism", *spoken, figure, given, flags, reader=reader)


def worth(
    findings: Sequence[Finding], *, year: measures.MeasureYear, figure: object, reader: Reader
) -> Piece:
    """What the measures are worth, what slips, and which package closes what is missing."""
    packages = [packages_table(year, reader=reader)] if year.packages else []
    return section("section.measures", *findings, figure, *packages, reader=reader)


def changes(
    findings: Sequence[Finding],
    *,
    found: indicators.Changes,
    figures: Sequence[tuple[tuple[str, str], Figure]],
    occasion: Occasion,
    reader: Reader,
) -> Piece:
    """What signals, each sentence with its chart; all other indicators fold away below."""
    signals = [f for f in findings if f.key in ("signal", "signal_money")]
    rest = [f for f in findings if f not in signals]
    pairs = zip(signals, (figure for _, figure in figures), strict=True)
    shown = section(
        "section.changes", *rest[:1], *(part for pair in pairs for part in pair), *rest[1:],
        reader=reader,
    )  # fmt: skip
    if found.charts.charted.empty:
        return shown
    goals = [goals_table(found, reader=reader)] if occasion.kind == "month" else []
    tables = [
        basis_table(found, reader=reader),
        *goals,  # a tertial's and a year's report have a section of their own for them
        indicators_table(found, reader=reader),
    ]
    more = section("section.changes_all", *tables, reader=reader, folded=True)
    return Piece(shown.html + more.html)


def steering(
    occasion: Occasion,
    *,
    goals: Table,
    risks: Table,
    deadlines: Table,
    course: Table,
    findings: Sequence[Finding],
    reader: Reader,
) -> Piece:
    """What a tertial report says beside a month's: goals, risks, deadlines; a year's: its course.

    `findings` are those of the deadlines; a month's report has these alone.
    """
    if occasion.kind == "month":
        return section("section.deadlines", *findings, reader=reader) if findings else Piece("")
    parts = [
        section("section.goals", goals, reader=reader),
        section("section.risks", risks, reader=reader),
        section("section.deadlines", *findings, deadlines, reader=reader),
    ]
    if occasion.kind == "year":
        parts.insert(0, section("section.course", course, reader=reader))
    return Piece("".join(part.html for part in parts))


def record(findings: Sequence[Finding], *, year_end: forecast.YearEnd, reader: Reader) -> Piece:
    """How good our own forecasts have been: in one sentence, and origin by origin."""
    spoken = [f for f in findings if f.key in ("record", "record_none", "record_rules")]
    table = record_table(year_end, reader=reader)
    return section("section.record", *spoken, table, reader=reader)


def basis(findings: Sequence[Finding], *, reader: Reader) -> Piece:
    """What the page is built on, and the method in words that a board member reads."""
    method = [reader.say(f"method.{part}") for part in ("model", "quantiles", "signs")]
    data = section("section.data", *findings, reader=reader)
    return Piece(data.html + section("section.method", *method, reader=reader).html)


def paragraph(text: str, *, severity: str = "info") -> str:
    """One sentence as HTML, marked by how much it matters.

    >>> paragraph("a < b").strip()
    '<p class="info">a &lt; b</p>'
    """
    return render("paragraph.html.j2", text=text, severity=severity)


def index_page(
    rows: Sequence["IndexRow"], *, reader: Reader, regions: Sequence[tuple[str, str]] = ()
) -> str:
    """`outputs/index.html`: trusts × periods with result, prudent forecast, chance and status.

    `regions`: link and name of the pages with trusts side by side.
    """
    return render("index.html.j2", rows=rows, reader=reader, regions=regions)


@dataclass(frozen=True)
class IndexRow:
    """One run in the index.

    `values` are the manifest's headline figures, and `change` of the expected result since the
    month before where that was run; `days` is the run's age when the index was made.
    """

    name: str
    period: str
    link: str
    status: str
    made: str
    days: int | None
    verdict: str
    values: Mapping[str, float]
    spark: Markup
    reader: Reader

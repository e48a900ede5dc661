"""The year of a run as a line the height of a word."""

from collections.abc import Sequence

from markupsafe import Markup

from balanse_lib.report.words import Reader

_WIDTH, _HEIGHT, _EDGE = 96, 24, 3


def sparkline(
    cumulative: Sequence[float], *, booked: int, requirement: float | None, reader: Reader
) -> Markup:
    """The result of the year so far as a line, the way to its expected end dashed.

    `cumulative` holds the accumulated result after each month, the first `booked` of them booked; a
    dot marks the requirement at the year's end. Nothing for fewer than two months.
    """
    if len(cumulative) < 2:
        return Markup("")
    marks = [*cumulative, 0.0] if requirement is None else [*cumulative, 0.0, requirement]
    low, high = min(marks), max(marks)
    scale = (_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    across = (_WIDTH - 2 * _EDGE) / (len(cumulative) - 1)

    def place(month: int, value: float) -> str:
        return f"{_EDGE + across * month:.1f},{_HEIGHT - _EDGE - scale * (value - low):.1f}"

    points = [place(month, value) for month, value in enumerate(cumulative)]
    parts = [f'<polyline points="{" ".join(points[:booked])}" stroke="#1a1a1a"/>']
    if booked < len(points):
        ahead = " ".join(points[max(booked - 1, 0) :])
        parts.append(f'<polyline points="{ahead}" stroke="#0b4f8a" stroke-dasharray="3 2"/>')
    if requirement is not None:
        x, y = place(len(points) - 1, requirement).split(",")
        parts.append(f'<circle cx="{x}" cy="{y}" r="2.5" fill="#8a1c0b"/>')
    said = reader.say(
        "index.spark", booked=cumulative[booked - 1] if booked else 0.0, end=cumulative[-1]
    )
    return Markup(
        f'<svg role="img" aria-label="{{said}}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' viewBox="0 0 {_WIDTH} {_HEIGHT}" fill="none" stroke-width="1.5">{"".join(parts)}</svg>'
    ).format(said=said)

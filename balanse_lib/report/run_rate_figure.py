"""What would have to be true, as a picture: months so far against what the rest must give."""

from balanse_lib import periods, realism
from balanse_lib.forecast import YearEnd
from balanse_lib.report.figures import ACCENT, INK, QUIET, Figure, draw_panels, dress_months, to_svg
from balanse_lib.report.numbers import format_amount
from balanse_lib.report.words import Reader


def required_rate(
    judgement: realism.Judgement, *, year_end: YearEnd, start: int, reader: Reader
) -> Figure | str:
    """Bars: the result of each month; lines: mean so far, and what each month left must give."""
    achieved = judgement.achieved
    if achieved is None:
        return reader.say("figure.required_rate.none")
    months = periods.months_of_year(year_end.year, start=start)
    booked = year_end.booked_months.reindex(months)
    mean = float(booked.mean()) if booked.notna().any() else 0.0
    left = [place for place, month in enumerate(months) if month in year_end.months]
    with draw_panels(9.6, 3.0, panels=1) as (canvas, (axes,)):
        axes.bar(range(len(months)), booked.fillna(0.0), color="#92b4d1", width=0.7)
        axes.axhline(0.0, color=QUIET, linewidth=0.8)
        ends = (left[0] - 0.45, left[-1] + 0.45)
        needed = achieved.required_per_month
        for level, span, colour in ((mean, (-0.45, left[0] - 0.55), INK), (needed, ends, ACCENT)):
            axes.plot(span, [level, level], color=colour, linewidth=2.4)
            text = format_amount(level, language=reader.language)
            axes.annotate(text, (span[1], level), va="bottom", ha="right", color=colour)
        dress_months(axes, months, reader)
        svg = to_svg(canvas)
    values = {"needed": needed, "mean": mean, "months": len(left)}
    return Figure(
        svg,
        reader.say("figure.required_rate.alt", **values),
        reader.say("figure.required_rate.caption", **values),
    )

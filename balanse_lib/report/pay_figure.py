"""The bridge of pay from last year to this year, as a picture."""

from balanse_lib import indicators
from balanse_lib.ledger import Ledger
from balanse_lib.report.figures import Figure, draw_panels, to_svg
from balanse_lib.report.waterfall import draw_waterfall
from balanse_lib.report.words import Reader

STEPS = ["volume", "price", "one_offs"]


def pay_bridge(book: Ledger, *, reader: Reader) -> Figure | str:
    """Waterfall of the whole trust: man-months + their cost (+ one-offs) = change of the pay."""
    found = indicators.bridge_pay(book, period=book.last).set_index("unit")
    if book.trust not in found.index:
        return reader.say("figure.pay_bridge.none")
    row = found.T[book.trust]
    steps, change = row[STEPS], float(row["now"] - row["before"])
    steps = steps[(steps != 0) | (steps.index != "one_offs")]  # most months have none
    names = [reader.say(f"pay_step.{name}") for name in (*steps.index, "change")]
    with draw_panels(9.0, 3.2, panels=1) as (canvas, (axes,)):
        draw_waterfall(axes, steps, total=change, names=names, reader=reader)
        svg = to_svg(canvas)
    values = {name: float(row[name]) for name in ("before", *STEPS, "now")}
    values["change"] = change
    return Figure(
        svg,
        reader.say("figure.pay_bridge.alt", **values),
        reader.say("figure.pay_bridge.caption", **values),
    )

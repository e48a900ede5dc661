"""Sliders over the measure year, for JupyterLab: the one place that knows of widgets.

Not imported with the room, so that a scheduled run never loads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import ipywidgets
import numpy as np

from balanse_lib import measures
from balanse_lib.report.what_if_figure import scenario_figure
from balanse_lib.report.words import Reader

MOST, STEP = 150, 5  # per cent of the effect that the model expects
SHOCK_SDS = 3  # the shock may go this many standard deviations either way
# drawn when a slider is let go: a picture for every pixel would queue up
_LOOK: Any = {
    "continuous_update": False,
    "style": {"description_width": "16rem"},
    "layout": {"width": "40rem"},
}


@dataclass(frozen=True)
class Panel:
    """The controls and the picture they move; a notebook shows it as one box."""

    realisation: ipywidgets.IntSlider  # per cent
    delay: ipywidgets.IntSlider
    shock: ipywidgets.FloatSlider
    decided: Mapping[str, ipywidgets.Checkbox]
    bank: Mapping[str, ipywidgets.Checkbox]
    picture: ipywidgets.HTML
    box: ipywidgets.VBox

    @property
    def scenario(self) -> measures.Scenario:
        """What the controls say now."""
        return measures.Scenario(
            realisation=self.realisation.value / 100,
            delay_months=self.delay.value,
            left_out=tuple(name for name, tick in self.decided.items() if not tick.value),
            added=tuple(name for name, tick in self.bank.items() if tick.value),
            shock=round(self.shock.value, 6),  # a slider adds its steps up
        )

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, object]:
        bundle: dict[str, object] = self.box._repr_mimebundle_(**kwargs)
        return bundle


def what_if_panel(what_if: measures.WhatIf, *, reader: Reader) -> Panel:
    """Sliders for realisation, delay and shock, a tick for each measure; every move draws anew."""
    year = what_if.year
    decided, bank = (
        {name: _tick(name, year, reader, ticked) for name in names}
        for names, ticked in zip(measures.measures_to_choose(year), (True, False), strict=True)
    )
    realisation = _slider(reader.say("panel.realisation"), 100, low=0, high=MOST, step=STEP)
    delay = _slider(reader.say("panel.delay"), 0, low=0, high=max(len(year.draws.months), 1))
    reach, step = _shock_scale(float(year.joint.total.std()))
    shock = ipywidgets.FloatSlider(
        value=0.0, min=-reach, max=reach, step=step, description=reader.say("panel.shock"), **_LOOK
    )
    ticks = [*decided.values(), *bank.values()]
    said = reader.say("panel.carried_out" if ticks else "panel.none")
    picture = ipywidgets.HTML()
    chosen = ipywidgets.VBox(ticks, layout={"max_height": "14rem", "overflow": "auto"})
    box = ipywidgets.VBox([realisation, delay, shock, ipywidgets.Label(said), chosen, picture])
    panel = Panel(realisation, delay, shock, decided, bank, picture, box)
    _wire(panel, what_if, reader)
    return panel


def _wire(panel: Panel, what_if: measures.WhatIf, reader: Reader) -> None:
    """Draw the picture now and at every move.

    Moves may be answered in threads side by side; one at a time, the last one draws what all the
    controls say.
    """
    turn = Lock()

    def draw(_: object = None) -> None:
        with turn:
            figure = scenario_figure(what_if, scenario=panel.scenario, reader=reader)
            panel.picture.value = figure._repr_html_()

    controls = [panel.realisation, panel.delay, panel.shock]
    for control in (*controls, *panel.decided.values(), *panel.bank.values()):
        control.observe(draw, names="value")
    draw()


def _slider(name: str, value: int, *, low: int, high: int, step: int = 1) -> ipywidgets.IntSlider:
    return ipywidgets.IntSlider(
        value=value, min=low, max=high, step=step, description=name, **_LOOK
    )


def _tick(
    name: str, year: measures.MeasureYear, reader: Reader, ticked: bool
) -> ipywidgets.Checkbox:
    title = str(year.table.loc[name, "title"])
    text = title if ticked else reader.say("panel.not_decided", title=title)
    return ipywidgets.Checkbox(
        value=ticked, description=text, indent=False, layout={"width": "auto"}
    )


def _shock_scale(sd: float) -> tuple[float, float]:
    """Reach and step of the shock: a round step of about a tenth of a standard deviation.

    >>> _shock_scale(62.2)
    (185.0, 5.0)
    """
    if not sd > 0:
        return 1.0, 0.1
    tenth = sd / 10
    unit = 10.0 ** np.floor(np.log10(tenth))
    step = float(unit * max(n for n in (1, 2, 5) if n * unit <= tenth * (1 + 1e-9)))
    return float(np.floor(SHOCK_SDS * sd / step) * step), step

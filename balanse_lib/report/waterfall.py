"""Steps that build on one another and their sum, as a picture."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from balanse_lib.report.figures import ACCENT, QUIET
from balanse_lib.report.numbers import format_amount
from balanse_lib.report.words import Reader

BAR = "#92b4d1"


def draw_waterfall(
    axes: Axes, steps: pd.Series, *, total: float, names: Sequence[str], reader: Reader
) -> None:
    """Each step from where the one before it ended, and last the total from zero."""
    heights = np.array([*steps, total])
    bottoms = np.array([0.0, *steps.cumsum().iloc[:-1], 0.0])
    colours = [BAR] * len(steps) + [ACCENT]
    axes.bar(range(len(names)), heights, bottom=bottoms, color=colours, width=0.62)
    axes.axhline(0.0, color=QUIET, linewidth=0.8)
    for place, (height, bottom) in enumerate(zip(heights, bottoms, strict=True)):
        top = max(bottom, bottom + height)
        text = format_amount(height, language=reader.language)
        axes.annotate(text, (place, top), xytext=(0, 3), textcoords="offset points", ha="center")
    axes.set_xticks(range(len(names)), names)
    axes.margins(y=0.15)
    axes.set_yticks([])
    axes.tick_params(length=0)
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)

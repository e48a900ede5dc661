"""How a year was forecast while it went on, against what it came to."""

import pandas as pd

from balanse_lib import forecast, realism
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def course_table(told: pd.DataFrame, *, year_end: forecast.YearEnd, reader: Reader) -> Table:
    """Forecasts of the year by month, the trust's own and the model's, and how far they missed.

    `told` are forecasts as results (`realism.reported_forecasts`, `realism.logged_forecasts`); what
    the year comes to is the middle of the forecast, which is the accounts themselves once all
    months are booked, but for the year-end entries.
    """
    own = told[told["year"] == year_end.year]
    wide = own.pivot_table(index="month", columns="model", values="forecast", aggfunc="last")
    models = [name for name in (realism.REPORTED, *_MODELS) if name in wide.columns]
    frame = wide.reindex(columns=models).reset_index()
    for name in models:
        frame[f"{name}_error"] = year_end.quantile(0.5) - frame[name]
    headings = {"month": reader.heading("month")}
    for name in models:
        headings[name] = reader.say(f"forecaster.{name}")
        headings[f"{name}_error"] = reader.heading("forecast_error")
    kinds = dict.fromkeys([*headings][1:], "amount") | {"month": "count"}
    caption = reader.say(
        "table.course" if len(frame) else "table.course_none",
        year=str(year_end.year),
        outcome=year_end.quantile(0.5),
    )
    return Table("course", frame, caption, headings, reader, kinds)


_MODELS = ("model_before_measures", "model_after_measures")

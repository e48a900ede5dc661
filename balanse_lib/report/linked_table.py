"""Indicators × measures: which measure is to move or must not harm which indicator."""

import pandas as pd

from balanse_lib import indicators
from balanse_lib.indicators.linked import NOTHING, STATES
from balanse_lib.ledger import Ledger
from balanse_lib.ledger.measure_columns import MEASURE_STAGES
from balanse_lib.report.indicators_tables import indicator_names
from balanse_lib.report.tables import Table
from balanse_lib.report.words import Reader


def linked_table(changes: indicators.Changes, *, book: Ledger, reader: Reader) -> Table:
    """Indicators down, stages across, the measures of a stage in the cell; worst signals first.

    `state` is the worst of the units of the measures.
    """
    links = indicators.link_measures(book.measure, changes=changes)
    stages = [stage for stage in MEASURE_STAGES if (links["stage"] == stage).any()]
    frame = pd.DataFrame(
        [
            {"indicator": name, "link": link, "state": min(rows["state"], key=STATES.index)}
            | {stage: "; ".join(rows.loc[rows["stage"] == stage, "title"]) for stage in stages}
            for (name, link), rows in links.groupby(["indicator", "link"], sort=False)
        ],
        columns=["indicator", "link", "state", *stages],
    )
    frame = frame.sort_values(
        "state", key=lambda states: states.map(STATES.index), kind="stable", ignore_index=True
    )
    frame["name"] = indicator_names(frame["indicator"], changes, reader)
    frame["how"] = [reader.say(f"link.{link}") for link in frame["link"]]
    frame["says"] = [reader.say(f"linked_state.{state}") for state in frame["state"]]
    headings = {
        "name": reader.say("heading.indicator"),
        "says": reader.say("heading.signal"),
        "how": reader.say("heading.link"),
    } | {stage: reader.say(f"stage.{stage}") for stage in stages}
    alone = float((frame["link"] == NOTHING).sum())
    key = "table.linked_measures" if len(frame) else "table.linked_measures_none"
    caption = reader.say(key, alone=alone)
    return Table("linked_measures", frame, caption, headings, reader)

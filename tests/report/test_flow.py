"""What the flow's table says of stages that move before others."""

import pandas as pd
import pytest

from balanse_lib import report
from balanse_lib.report.flow import _moves

LEADS = pd.DataFrame(
    {
        "line": ["first_visits", "waiting_days"],
        "lead": [2, 1],
        "correlation": [-0.456, 0.9],
        "leads": [True, False],
    }
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "First visits, 2 months ahead (r = −0.46)"),
        ("nn", "First visits, 2 månader før (r = −0,46)"),
        ("sv", "First visits, 2 månader före (r = −0,46)"),
    ],
)
def test_only_what_leads_beyond_chance_is_told(language: str, said: str) -> None:
    names = {"first_visits": "First visits", "waiting_days": "Waiting"}
    assert _moves(LEADS, names, report.Reader(language, "NOK")) == said

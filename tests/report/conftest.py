"""One run of the demo trust, shared by the tests of what readers see."""

import pytest

from balanse_lib import open_run
from balanse_lib.terms import LANGUAGES


@pytest.fixture(scope="session", params=LANGUAGES)
def run(request):
    """The demo trust in each language."""
    return open_run("helse-havdal", period="2025-09", language=request.param)

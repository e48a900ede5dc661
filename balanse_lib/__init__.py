"""Balanse: where a hospital trust's year ends, and whether its forecast can be believed.

Notebooks start with ``run = balanse_lib.open_run(...)``; the rooms are imported by name
(``from balanse_lib import forecast, ledger, report``).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from balanse_lib.runs import Run, open_run

__all__ = ["Run", "open_run"]


def __getattr__(name: str) -> object:
    # `open_run` lives in the top room; importing it here at once would pull the whole house in
    # whenever a lower room is imported.
    if name in __all__:
        from balanse_lib import runs  # noqa: PLC0415

        return getattr(runs, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""What the batch asks of a worker."""

from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True)
class Request:
    """What a worker is asked to do; plain values only."""

    run_id: str
    trust: str
    period: str
    language: str
    seed: int
    outputs: str
    params: str
    seconds: int  # of the whole run, then it is ended
    notebooks: tuple[str, ...]


def serve(request: Request, tells: Connection) -> None:
    """Run a worker in this process; it is imported here, so that who asks stays light."""
    from balanse_lib.runs.worker import make_run  # noqa: PLC0415

    make_run(request, tells)

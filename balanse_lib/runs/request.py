"""What the batch asks of a worker."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What a worker is asked to do; JSON-plain values only."""

    run_id: str
    trust: str
    period: str
    language: str
    seed: int
    outputs: str
    seconds: int  # of the whole run, then it is ended
    notebooks: tuple[str, ...]

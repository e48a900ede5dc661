"""The packaged catalogue of indicators: read strictly, every mistake named."""

from functools import cache
from importlib import resources
from typing import Any, Literal

import pandas as pd
from pydantic import Field, ValidationError

from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.params.read import parse_yaml
from balanse_lib.params.schema import Period, Strict

Direction = Literal["higher", "lower", "neutral"]
Kind = Literal["volume", "amount", "ratio", "share", "stock", "accumulated"]
MeasuredIn = Literal[
    "beds", "count", "days", "fte", "hours", "million", "pct", "points", "ratio"
]  # fmt: skip
Worth = Literal["amount", "-amount", "isf", "discharge_ready", "line"]
YesNo = Literal["yes", "no"]

_FILE = "indicator_catalogue.yml"


class Indicator(Strict):
    """One indicator of the catalogue; `indicator_catalogue.md` tells what each key means."""

    indicator: str = Field(pattern=r"^[a-z0-9_]+$")
    numerator: str = ""
    denominator: str = ""
    times: float = 1.0
    accumulate: YesNo = "no"
    measured_in: MeasuredIn
    direction: Direction
    season: YesNo = "no"
    kind: Kind
    line: str = ""
    worth: Worth | None = None
    target: float | None = None
    target_from: Period | None = None
    target_to: Period | None = None
    minimum: float | None = None
    measures: list[str] = Field(default_factory=list)
    requirements: list[int]
    system: str
    source: str
    doubt: str = ""


def indicator_catalogue() -> pd.DataFrame:
    """Return the indicators: what each is made of, which way is better, which line it moves.

    `numerator` and `denominator` are sums of parts `table:name` (see `indicator_catalogue.md`);
    empty where the canonical tables cannot give the indicator. Texts without content are empty,
    several names in one cell are separated by semicolons.

    >>> indicator_catalogue().set_index("indicator").loc["length_of_stay_days", "denominator"]
    'activity:stays'
    """
    return _packaged().copy()


def read_catalogue(text: str, *, file: str) -> pd.DataFrame:
    """Catalogue from YAML, a list of indicators; all mistakes are collected in one `InputError`.

    >>> row = "- {indicator: bed_count, measured_in: beds, direction: lower, kind: stock,"
    >>> row += " requirements: [22], system: bed register, source: mandate}"
    >>> read_catalogue(row, file="x.yml")["times"].tolist()
    [1.0]
    """
    rows = parse_yaml(text, file=file)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError([Failure(rule="not_a_list_of_rows", file=file)])
    failures = [found for place, row in enumerate(rows, 1) for found in _mistakes(row, file, place)]
    names = [row.get("indicator", "") for row in rows]
    failures += [
        Failure(rule="duplicate_key", file=file, row=place, column="indicator", value=name)
        for place, name in enumerate(names, 1)
        if name in names[: place - 1]
    ]
    if failures:
        raise InputError(failures)
    table = pd.DataFrame([Indicator(**row).model_dump() for row in rows])
    several = ["measures", "requirements"]
    joined = {name: ["; ".join(map(str, cell)) for cell in table[name]] for name in several}
    empty = dict.fromkeys(["worth", "target_from", "target_to"], "")
    numbers = {"target": "float64", "minimum": "float64"}
    return table.assign(**joined).fillna(empty).astype(numbers)


def _mistakes(row: dict[str, Any], file: str, place: int) -> list[Failure]:
    try:
        Indicator(**row)
    except ValidationError as error:
        return [_failure(problem, file, place) for problem in error.errors()]
    return []


def _failure(problem: Any, file: str, place: int) -> Failure:
    key = str(problem["loc"][0])
    rule = {"extra_forbidden": "unknown_key", "missing": "missing_key"}.get(problem["type"])
    given = {"unknown_key": key, "missing_key": ""}.get(rule or "", str(problem["input"]))
    near = nearest(key, Indicator.model_fields) if rule == "unknown_key" else problem["msg"]
    rule = rule or "wrong_type"
    return Failure(rule=rule, file=file, row=place, column=key, value=given, allowed=near)


@cache
def _packaged() -> pd.DataFrame:
    place = resources.files("balanse_lib.params").joinpath(_FILE)
    return read_catalogue(place.read_text(encoding="utf-8"), file=_FILE)

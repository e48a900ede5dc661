"""Trust files in: YAML read strictly, every mistake named with the nearest known name."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from balanse_lib.errors import Failure, InputError, nearest
from balanse_lib.params.packaged import default_thresholds
from balanse_lib.params.schema import Source, Synthetic, TableName, Thresholds, Trust

_BOOLEAN = "tag:yaml.org,2002:bool"
_MODELS: dict[str, type[BaseModel]] = {
    "sources": Source,
    "synthetic": Synthetic,
    "thresholds": Thresholds,
}


class _Loader(yaml.SafeLoader):
    """YAML as usual, with two traps closed.

    A key that stands twice is an error instead of the last one winning, and only `true` and
    `false` are booleans: Norway's country code NO is text.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 (so declared in PyYAML)
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"key stands twice: {', '.join(twice)}", node.start_mark
            )
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(_BOOLEAN, re.compile("true|false", re.IGNORECASE), list("tTfF"))


def find_params_folder() -> Path:
    """Folder of the trust files: ``BALANSE_PARAMS`` if set, else ``params`` here or above.

    Notebooks are opened one folder further down than the command is run, so parents count too.
    """
    if chosen := os.environ.get("BALANSE_PARAMS"):
        return Path(chosen)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "params").is_dir() and any((folder / "params").glob("*.yml")):
            return folder / "params"
    raise InputError([Failure(rule="no_params_folder", file=str(here / "params"))])


def list_trusts(folder: Path) -> list[str]:
    """Names of the trusts that have a parameter file, in alphabetical order."""
    return sorted(file.stem for file in folder.glob("*.yml"))


def read_trust(trust: str, *, folder: Path) -> Trust:
    """Parameters of one trust, checked."""
    file = folder / f"{trust}.yml"
    known = list_trusts(folder)
    if trust not in known:
        raise InputError(
            [
                Failure(
                    rule="unknown_trust",
                    file=str(folder),
                    value=trust,
                    allowed=nearest(trust, known),
                )
            ]
        )
    return read_trust_file(file)


def read_trust_file(file: Path) -> Trust:
    """Parameters from one YAML file; all mistakes are collected in one `InputError`."""
    content = _load_yaml(file)
    given = content.get("thresholds")
    if given is None or isinstance(given, dict):
        content = {**content, "thresholds": default_thresholds() | (given or {})}
    try:
        trust = Trust.model_validate(_lists_to_tuples(content))
    except ValidationError as error:
        raise InputError(_failures(error, file)) from None
    if trust.trust != file.stem:
        raise InputError(
            [
                Failure(
                    rule="trust_is_not_file_name",
                    file=str(file),
                    column="trust",
                    value=trust.trust,
                    allowed=file.stem,
                )
            ]
        )
    return trust


def json_schema() -> dict[str, Any]:
    """JSON Schema of a trust file, for editors that complete and check YAML."""
    return Trust.model_json_schema()


def parse_yaml(text: str, *, file: str) -> Any:
    """Content of YAML, by the rules of `_Loader`; what cannot be read is an `InputError`."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        failure = Failure(
            rule="bad_yaml",
            file=file,
            row=mark.line + 1 if mark else None,
            value=str(getattr(error, "problem", error)),
        )
        raise InputError([failure]) from None


def _load_yaml(file: Path) -> dict[str, Any]:
    if file.is_dir():
        raise InputError([Failure(rule="is_a_folder", file=str(file))])
    try:
        content = parse_yaml(file.read_text(encoding="utf-8"), file=str(file))
    except UnicodeDecodeError:
        raise InputError(
            [Failure(rule="wrong_encoding", file=str(file), value="utf-8", allowed="utf-8")]
        ) from None
    if not isinstance(content, dict):
        raise InputError([Failure(rule="empty_file", file=str(file))])
    return content


def _lists_to_tuples(value: Any) -> Any:
    """YAML has only lists; the frozen models hold tuples."""
    if isinstance(value, dict):
        return {str(key): _lists_to_tuples(item) for key, item in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _failures(error: ValidationError, file: Path) -> list[Failure]:
    failures = []
    for problem in error.errors():
        place = [str(part) for part in problem["loc"] if part != "[key]"]
        if problem["type"] == "extra_forbidden" or place == ["sources", problem["input"]]:
            failures.append(
                Failure(
                    rule="unknown_key",
                    file=str(file),
                    column=".".join(place),
                    value=place[-1],
                    allowed=nearest(place[-1], _known_keys(place)),
                )
            )
            continue
        missing = problem["type"] == "missing"
        failures.append(
            Failure(
                rule="missing_key" if missing else "wrong_type",
                file=str(file),
                column=".".join(place),
                value="" if missing else str(problem["input"]),
                allowed=problem["msg"],
            )
        )
    return failures


def _known_keys(place: Sequence[str]) -> list[str]:
    if place[0] == "sources" and len(place) == 2:
        return list(get_args(TableName))
    model = _MODELS[place[0]] if len(place) > 1 and place[0] in _MODELS else Trust
    return list(model.model_fields)

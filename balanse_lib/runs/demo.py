"""Writes the synthetic region as ordinary files, for trying out one's own data layout."""

from pathlib import Path

import yaml

from balanse_lib import params
from balanse_lib.errors import Failure, InputError
from balanse_lib.ledger.synthetic import synthetic_trust

_NOTE = "# SYNTHETIC figures of a fictitious trust, written by `balanse demo`.\n"


def write_demo(folder: Path, *, trusts: list[params.Trust]) -> list[Path]:
    """Write `params/` and `data/` for synthetic trusts; refuses a folder that is not empty.

    The files are laid out as Nordic finance systems export them: semicolon, decimal comma.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError([Failure(rule="folder_not_empty", file=str(folder))])
    written = []
    for trust in trusts:
        written += _write_trust(folder, trust)
    return written


def _write_trust(folder: Path, trust: params.Trust) -> list[Path]:
    source = trust.synthetic or params.Synthetic()  # type: ignore[call-arg]
    tables, _ = synthetic_trust(trust.trust, seed=source.seed, last=source.last)
    data = folder / "data" / trust.trust
    data.mkdir(parents=True)
    sources = {}
    for name, frame in tables.items():
        file = data / f"{name}.csv"
        frame.to_csv(file, sep=";", decimal=",", index=False, lineterminator="\n")
        sources[name] = {"path": f"../data/{trust.trust}/{name}.csv"}
    told = trust.model_dump(mode="json", exclude_defaults=True, exclude={"synthetic", "thresholds"})
    told |= {"made_up": True, "sources": sources}
    usual = params.default_thresholds()
    own = {name: value for name, value in trust.thresholds if value != usual[name]}
    if own:
        told["thresholds"] = own
    file = folder / "params" / f"{trust.trust}.yml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(_NOTE + yaml.safe_dump(told, allow_unicode=True, sort_keys=False), "utf-8")
    return [file, *data.iterdir()]

"""Which records of a register count the same effect, and which of the two yields."""

from collections.abc import Iterator, Mapping

import pandas as pd

from balanse_lib.ledger import split_names

COLUMNS = ["measure_id", "other_id", "reason", "effect", "other_effect"]


def find_conflicts(
    register: pd.DataFrame, *, effects: pd.Series, parents: Mapping[str, str]
) -> pd.DataFrame:
    """Pairs that count the same: measure_id yields to other_id, the larger of the two.

    `register` is indexed by measure_id; `effects` are its effects, `parents` the unit above each
    unit. Records of one gain yield to the largest of them. Between gains it is enough that one
    record of each shares base account and unit (or the unit above), overlap group, or class and
    base account with one central and one local; of many that share the same, only the pairs with
    the largest are told. Equal effects: the name that sorts first is kept.
    """
    ids = register.index
    gain = register["gain_id"].where(register["gain_id"].notna(), "\0" + ids.astype(str))
    worth = effects.reindex(ids).to_numpy()
    ranked = pd.DataFrame({"gain": gain.to_numpy(), "id": ids, "effect": worth})
    ranked = ranked.sort_values(["effect", "id"], ascending=[False, True])
    head = ranked.drop_duplicates("gain").set_index("gain")["id"]
    within = ranked[ranked["id"] != head[ranked["gain"]].to_numpy()]
    heads = head.reindex(within["gain"])
    inside = [(one, other, "gain_id") for one, other in zip(within["id"], heads, strict=True)]
    best = ranked.groupby("gain")["effect"].max().reset_index()
    best = best.sort_values(["effect", "gain"], ascending=[False, True])
    place = {name: number for number, name in enumerate(best["gain"])}
    between: dict[tuple[str, str], str] = {}
    known = register.reset_index().assign(gain=gain.to_numpy(), place=gain.map(place).to_numpy())
    for reason, pairs in _shared(known, parents):
        for one, other in zip(gain[pairs["id"]], gain[pairs["id_other"]], strict=True):
            if one != other:
                small, large = (one, other) if place[one] > place[other] else (other, one)
                between.setdefault((head[small], head[large]), reason)
    rows = [*inside, *((small, large, reason) for (small, large), reason in between.items())]
    found = pd.DataFrame(rows, columns=COLUMNS[:3])
    return found.assign(
        effect=effects.reindex(found["measure_id"]).to_numpy(),
        other_effect=effects.reindex(found["other_id"]).to_numpy(),
    )


def _shared(
    register: pd.DataFrame, parents: Mapping[str, str]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """For each reason the pairs of records it holds for: id, id_other."""
    own = ["measure_id", "gain", "place"]
    records = register[[*own, "trust", "unit", "class", "level", "overlap_group"]]
    records = records.rename(columns={"measure_id": "id"})
    base = records.assign(account=register["base_account"].map(split_names)).explode("account")
    base = base.dropna(subset="account")
    prefixes = base.assign(
        account=base["account"].map(lambda code: [code[:n] for n in range(1, len(code) + 1)])
    ).explode("account")
    up = {unit: list(_line_up(unit, parents)) for unit in base["unit"].dropna().unique()}
    # the wider account may belong to the unit itself or above, or to one below
    above = prefixes.assign(unit=prefixes["unit"].map(up)).explode("unit")
    below = base.assign(unit=base["unit"].map(up)).explode("unit")
    yield "base_account", _pairs(base, above, ["trust", "unit", "account"])
    yield "base_account", _pairs(below, prefixes, ["trust", "unit", "account"])
    group = records.dropna(subset="overlap_group")
    yield "overlap_group", _pairs(group, group, ["trust", "overlap_group"])
    central, local = base["level"] == "central", prefixes["level"] == "local"
    yield "central_local", _pairs(base[central], prefixes[local], ["trust", "class", "account"])
    central, local = prefixes["level"] == "central", base["level"] == "local"
    yield "central_local", _pairs(base[local], prefixes[central], ["trust", "class", "account"])


def _pairs(left: pd.DataFrame, right: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Pairs of different gains that agree in all keys; an empty key agrees with none.

    Each record is paired with the two largest gains of a key only: one of them is not its own, and
    whoever yields to anybody yields to that one. All pairs of a large group would be millions.
    """
    columns = ["id", "gain", "place", *keys]
    one, other = (side[columns].dropna().drop_duplicates() for side in (left, right))
    pairs = pd.concat(
        [
            small.merge(large, on=keys, suffixes=("", "_other"))
            for small, large in ((one, _largest(other, keys)), (other, _largest(one, keys)))
        ]
    )
    return pairs.loc[pairs["gain"] != pairs["gain_other"], ["id", "id_other"]].drop_duplicates()


def _largest(records: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    ranked = records.sort_values("place").drop_duplicates([*keys, "gain"])
    return ranked.groupby(keys).head(2)


def _line_up(unit: str, parents: Mapping[str, str]) -> Iterator[str]:
    """A unit and the units above it; a circle in the organisation ends the line."""
    seen = set()
    while unit and unit not in seen:
        seen.add(unit)
        yield unit
        unit = parents.get(unit, "")

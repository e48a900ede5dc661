"""Tables that come with the package: account map, defaults, prior, pools, evidence."""

from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import yaml

from balanse_lib.params.schema import Thresholds

_HERE = "balanse_lib.params"


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    text = resources.files(_HERE).joinpath("defaults.yml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded


def default_thresholds() -> dict[str, Any]:
    """Return the thresholds a trust gets when its file does not set them.

    >>> default_thresholds()["seed"]
    2009
    """
    return {name: entry["value"] for name, entry in _defaults().items()}


@cache
def standard_thresholds() -> Thresholds:
    """Return the default thresholds, checked, for who has no trust file at hand.

    >>> standard_thresholds().p_optimistic
    0.35
    """
    return Thresholds(**default_thresholds())


def threshold_sources(language: str) -> dict[str, str]:
    """Where each default threshold comes from: a source, or the word assumption.

    >>> threshold_sources("en")["min_months"].startswith("assumption")
    True
    """
    return {name: entry["source"][language] for name, entry in _defaults().items()}


def base_prior() -> pd.DataFrame:
    """Variance ratios of the structural model with the weight that public panels gave them.

    Provenance: `base_prior.md` beside the table.

    >>> bool(base_prior()["weight"].between(0, 1).all())
    True
    """
    with resources.files(_HERE).joinpath("base_prior.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


def reference_pools() -> pd.DataFrame:
    """Published year-end forecasts with their outcomes, in million; provenance beside the table.

    Columns: pool, body, level, year, month, kind, basis, forecast, outcome, size, unit, source,
    doubt. What is not known is missing; texts without content are empty.

    >>> pools = reference_pools()
    >>> city = pools[(pools["pool"] == "malmo") & (pools["level"] == "total")]
    >>> (city["outcome"] - city["forecast"]).tolist()   # 848 - 485
    [363.0]
    """
    with resources.files(_HERE).joinpath("reference_pools.csv").open(encoding="utf-8") as file:
        pools = pd.read_csv(file)
    kinds = {"year": "Int64", "month": "Int64", "forecast": "float64", "outcome": "float64"}
    return pools.astype(kinds).fillna({"doubt": ""})


def realisation_evidence() -> pd.DataFrame:
    """Published shares of savings plans that were realised; provenance beside the table.

    Columns: case, period, level, what, planned, achieved, realised, unit, stage, counts, source,
    doubt. Only rows with `counts` "yes" move the default rates.

    >>> evidence = realisation_evidence().set_index(["case", "period"])
    >>> float(evidence.loc[("Nordlandssykehuset", "2010"), "realised"])   # 50 of 128
    0.391
    """
    place = resources.files(_HERE).joinpath("realisation_evidence.csv")
    with place.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"period": "str"})


def account_map() -> pd.DataFrame:
    """Return the standard map from account groups (by leading digits) to statement lines.

    Source: the Norwegian standard chart NS 4102 by class and group, as the trusts' printed income
    statements use it; 607 and 674 from the chart of the state. A trust with its own chart gives
    its own map.

    >>> account_map().set_index("account_from").loc["45", "line"]
    'bought_health_services'
    """
    with resources.files(_HERE).joinpath("account_map_ns4102.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str")

"""Published pairs: the packaged figures are the originals', and what may not mix says so."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from balanse_lib.params import reference_pools

ORIGINALS = Path(__file__).resolve().parents[3] / "shared" / "data" / "published"
with_originals = pytest.mark.skipif(
    not ORIGINALS.is_dir(), reason="the original files lie beside the project only where it is made"
)


def rows(name: str) -> list[dict[str, str]]:
    with (ORIGINALS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures(pool: str, *columns: str) -> set[tuple[object, ...]]:
    table = reference_pools()
    return set(table[table["pool"] == pool][list(columns)].itertuples(index=False, name=None))


def test_every_pair_says_what_it_is_and_where_it_stands():
    table = reference_pools()
    assert set(table["level"]) == {"trust", "group", "division", "country", "committee", "total"}
    assert set(table["kind"]) == {"forecast", "preliminary", "budget"}
    assert set(table["basis"]) == {"result", "deviation", "accounting_result", "unclear"}
    assert table[["forecast", "outcome", "year"]].notna().all().all()
    assert (table["source"].str.len() > 5).all()
    assert (table.loc[table["basis"] != "result", "doubt"] != "").all()
    assert ((table["month"] == 0) == (table["kind"] == "budget")).all()
    assert table["month"].dropna().between(0, 12).all()
    assert not table.duplicated(["pool", "body", "level", "year", "month", "basis", "kind"]).any()


def test_one_pool_and_level_has_one_unit():
    kinds = reference_pools()[["pool", "level", "unit"]].drop_duplicates()
    assert not kinds.duplicated(["pool", "level"]).any()


def test_the_caller_gets_a_table_of_its_own():
    table = reference_pools()
    table["outcome"] = 0.0
    assert reference_pools()["outcome"].nunique() > 40


@with_originals
def test_english_pairs_are_the_originals():
    expected = {
        (int(r["fiscal_year"][:4]) + 1, int(r["months_elapsed"]), float(r["forecast"]),
         float(r["outturn"]), r["unit"], r["source"])
        for r in rows("prognosar_nhs_england.csv")
    }  # fmt: skip
    columns = ("year", "month", "forecast", "outcome", "unit", "source")
    assert figures("england", *columns) == expected


@with_originals
def test_pairs_of_malmo_are_the_originals():
    expected = {
        (int(r["year"]), "Malmö" if r["unit"] == "TOTAL" else r["unit"],
         float(r["forecast_after_august"]), float(r["outturn"]), r["currency"], r["source"])
        for r in rows("prognosar_malmo_augusti.csv")
    }  # fmt: skip
    columns = ("year", "body", "forecast", "outcome", "unit", "source")
    assert figures("malmo", *columns) == expected
    for row in rows("prognosar_malmo_augusti.csv"):
        error = float(row["outturn"]) - float(row["forecast_after_august"])
        assert error == float(row["error_outturn_minus_forecast"])


@with_originals
def test_federal_pairs_are_the_originals():
    expected = {
        (int(r["fiscal_year"]), int(r["last_full_month_before_baseline_month"]),
         round(1000 * float(r["cbo_forecast_bn_usd"])), round(1000 * float(r["actual_bn_usd"])))
        for r in rows("us_cbo_forecast_vs_outcome.csv")
    }  # fmt: skip
    assert figures("united_states", "year", "month", "forecast", "outcome") == expected


@with_originals
def test_pairs_from_elsewhere_are_the_originals():
    table = reference_pools()
    expected = {
        (int(r["year"]), float(r["forecast"]), float(r["outturn"]), r["currency"], r["source"])
        for r in rows("prognosar_andre.csv")
    }
    columns = ["year", "forecast", "outcome", "unit", "source"]
    found = set(table[columns].itertuples(index=False, name=None))
    assert expected <= found


def bounds(text: str) -> tuple[float, float]:
    """Lowest and highest figure of a cell: "-69..-61", "just under 1145", "26"."""
    found = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    return min(found), max(found)


@with_originals
def test_norwegian_pairs_are_the_comparable_ones_of_the_originals():
    table = reference_pools()
    ours = table[(table["pool"] == "norway") & table["kind"].isin(["forecast", "preliminary"])]
    ours = ours[ours["level"].isin(["trust", "group"])]
    originals = {
        (r["trust"].replace(" (group)", ""), int(r["year"]), int(r["through_month"])): r
        for r in rows("trust_forecast_vs_final.csv")
        if r["comparable"].startswith("yes")
        and r["kind"] != "ytd"
        and not r["earlier_value_mnok"].startswith(">")
    }
    keys = list(ours[["body", "year", "month"]].itertuples(index=False, name=None))
    assert sorted(keys) == sorted(originals)
    for key, pair in zip(keys, ours.itertuples(), strict=True):
        original = originals[key]
        assert (pair.level == "group") == ("(group)" in original["trust"])
        for cell, value in (
            (original["earlier_value_mnok"], pair.forecast),
            (original["final_same_basis_mnok"], pair.outcome),
        ):
            low, high = bounds(cell.replace("..", " "))
            assert value == (low + high) / 2
            assert (low == high) or "middle of the published range" in pair.doubt
        if original["basis"].startswith("deviation"):
            assert pair.basis == "deviation"
        elif "SSB" in original["comparable"]:
            assert pair.basis == "accounting_result"
        else:
            assert pair.basis == "result"


@with_originals
def test_sizes_are_published_revenues():
    table = reference_pools()
    groups = {
        (r["region"], r["year"]): float(r["omsetning"]) for r in rows("rhf_resultat_2014_2025.csv")
    }
    forde = next(r for r in rows("helse_vest_nokkeltal_2016.csv") if r["trust"] == "Helse Førde")
    sized = table.dropna(subset="size")
    for pair in sized.itertuples():
        if pair.level == "group":
            assert pair.size == groups[pair.body, str(pair.year)]
        else:
            assert pair.body == "Helse Førde"
            assert pair.size == float(forde["driftsinntekter_tnok"]) / 1000
            assert "size is the revenue of 2016" in pair.doubt
    assert len(sized) == 5


def test_what_is_not_known_is_missing_and_not_zero():
    table = reference_pools()
    assert table["size"].isna().sum() == len(table) - 5
    assert pd.isna(table.loc[table["body"] == "Swedish municipalities (sum)", "month"]).all()

"""A page for each region and month, beside the reports and linked from the index."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from balanse_lib import runs
from balanse_lib.indicators import Changes
from balanse_lib.ledger import empty_table
from balanse_lib.measures import cascade_requirement

ChangesOf = Callable[..., Changes]


@pytest.fixture
def make_run(changes_of: ChangesOf, tmp_path: Path) -> Callable[..., SimpleNamespace]:
    """What a run tells of itself here, and the requirement by unit that its report has shown."""

    def make(name: str, *, region: str = "vest", currency: str = "NOK") -> SimpleNamespace:
        trust = SimpleNamespace(
            trust=name, name=name.title(), region=region, currency=currency, is_synthetic=False,
            requirement_type="owner",
        )  # fmt: skip
        data = tmp_path / name / "2025-06" / "data"
        data.mkdir(parents=True)
        asked = pd.DataFrame({"unit": [name], "parent": [None], "amount": [10.0]})
        shown = cascade_requirement(asked).assign(name=name.title())
        shown.reset_index().to_csv(data / "requirement_cascade.csv", index=False)
        book = SimpleNamespace(
            start=1, year_of=lambda period: int(period[:4]), requirement=empty_table("requirement")
        )
        return SimpleNamespace(trust=trust, period="2025-06", changes=changes_of(0.6), ledger=book)

    return make


def test_a_region_of_two_has_a_page_that_the_index_links(
    tmp_path: Path, make_run: Callable[..., SimpleNamespace]
) -> None:
    made = [make_run("a"), make_run("b"), make_run("c", region="nord")]
    pages = runs.write_regions(made, outputs=tmp_path, language="en")
    (page,) = pages  # nord has one trust: nobody to stand beside
    assert page == tmp_path / "region" / "vest" / "2025-06" / "report.html"
    html = page.read_text(encoding="utf-8")
    assert "../../../a/2025-06/report.html" in html
    cascade = pd.read_csv(page.parent / "data" / "requirement_cascade.csv")
    assert cascade["amount"].tolist() == [20.0, 10.0, 10.0]
    table = pd.read_csv(page.parent / "data" / "region.csv")
    assert set(table["trust"]) == {"a", "b"}
    index = runs.write_index(tmp_path, language="en").read_text(encoding="utf-8")
    assert '<a href="region/vest/2025-06/report.html">vest 2025-06</a>' in index


def test_trusts_of_two_currencies_are_not_held_side_by_side(
    tmp_path: Path, make_run: Callable[..., SimpleNamespace]
) -> None:
    made = [make_run("a"), make_run("b", currency="SEK")]
    assert runs.write_regions(made, outputs=tmp_path, language="en") == []


@pytest.mark.parametrize(("others", "held_back"), [([], 25.0), (["c"], None), (["broken"], None)])
def test_what_a_region_holds_back_is_told_only_when_all_its_trusts_are_there(
    make_run: Callable[..., SimpleNamespace],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    others: list[str],
    held_back: float | None,
) -> None:
    """100 of the region, 45 and 30 of its trusts; what is asked of a third one is not held back."""
    folder = tmp_path / "params"
    folder.mkdir()
    for trust in ("a", "b", *others):
        told = f"trust: {trust}\nname: X\nregion: vest\ncountry: 'NO'\ncurrency: NOK\n"
        told += "sources:\n  ledger_month: {path: x.csv}\n" if trust != "broken" else "region: ["
        (folder / f"{trust}.yml").write_text(told, encoding="utf-8")
    monkeypatch.setenv("BALANSE_PARAMS", str(folder))
    made = [make_run("a"), make_run("b")]
    asked = {"a": {"a": 45.0, "vest": 100.0}, "b": {"b": 30.0}}
    for run in made:
        run.ledger.requirement = pd.DataFrame(
            [
                {"trust": run.trust.trust, "unit": unit, "year": 2025, "type": "owner",
                 "valid_from": "2025-01", "amount": amount}
                for unit, amount in asked[run.trust.trust].items()
            ]
        )  # fmt: skip
    (page,) = runs.write_regions(made, outputs=tmp_path, language="en")
    cascade = pd.read_csv(page.parent / "data" / "requirement_cascade.csv").set_index("unit")
    found = cascade.loc["vest", "undistributed"]
    assert found == held_back if held_back is not None else pd.isna(found)

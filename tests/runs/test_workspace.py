"""The swap: readers find the earlier report or the new one, never half of either."""

from pathlib import Path

import pytest

from balanse_lib.runs.workspace import Workspace


@pytest.fixture
def place(tmp_path):
    return Workspace(tmp_path, "lillevik", "2025-06")


def make(workspace: Workspace, text: str) -> None:
    workspace.prepare()
    (workspace.making / "report.html").write_text(text, encoding="utf-8")


def report(workspace: Workspace) -> str:
    return (workspace.place / "report.html").read_text(encoding="utf-8")


def test_a_finished_run_takes_the_place_of_the_earlier_one(place):
    for text in ("first", "second"):
        make(place, text)
        place.publish()
        assert report(place) == text
    assert [path.name for path in place.place.parent.iterdir()] == ["2025-06"]


def test_nothing_is_seen_before_the_run_is_finished(place):
    make(place, "first")
    assert not place.place.exists()
    place.publish()
    make(place, "second")
    assert report(place) == "first"


def test_a_swap_that_stopped_between_its_two_renames_is_mended(place, monkeypatch):
    make(place, "first")
    place.publish()
    make(place, "second")
    rename = Path.rename

    def only_the_first(self, target):
        if self == place.making:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", only_the_first)
        with pytest.raises(KeyboardInterrupt):
            place.publish()
    assert not place.place.exists()
    place.prepare()
    assert report(place) == "first"
    assert list(place.making.iterdir()) == []


def test_a_swap_that_stopped_after_its_renames_keeps_the_new_run(place):
    make(place, "new")
    place.publish()
    place.aside.mkdir()
    (place.aside / "report.html").write_text("old", encoding="utf-8")
    place.prepare()
    assert report(place) == "new"
    assert not place.aside.exists()


def test_a_half_made_run_is_cleared_away(place):
    make(place, "half")
    (place.making / "data").mkdir()
    place.prepare()
    assert list(place.making.iterdir()) == []


def test_a_good_run_clears_the_notes_of_failed_ones_of_its_month_only(place):
    make(place, "first")
    other = Workspace(place.outputs, place.trust, "2025-05")
    for note in (place.failure, place.failed_copy("20_forecast"), other.failed_copy("20_forecast")):
        note.write_text("{}", encoding="utf-8")
    place.publish()
    assert not place.failure.exists()
    assert not place.failed_copy("20_forecast").exists()
    assert other.failed_copy("20_forecast").exists()


def test_months_and_trusts_do_not_touch_each_other(tmp_path):
    places = [Workspace(tmp_path, t, p) for t in ("a", "a-b") for p in ("2025-05", "2025-06")]
    for workspace in places:
        make(workspace, f"{workspace.trust} {workspace.period}")
        workspace.publish()
    assert [report(w) for w in places] == [f"{w.trust} {w.period}" for w in places]

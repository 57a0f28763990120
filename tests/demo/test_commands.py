"""What `rapport demo` leaves alone, and the settings it writes for a project of its own."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from demo import make_newsletter
from demo.commands import make_project, notes_of
from shared.bucket.folder import FolderBucket
from shared.project import read_project

NOTES = {date(2026, 1, 31): "Snow"}


def test_the_demo_has_segments_that_can_be_read(tmp_path: Path) -> None:
    make_project(tmp_path / "demo", {})
    segments = read_project(FolderBucket(tmp_path), "demo").segments
    assert 2 <= len(segments) <= 4


def test_what_somebody_changed_stays_and_all_else_goes(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    make_project(folder, NOTES)
    (folder / "engagement.sqlite").write_bytes(b"old")
    (folder / "project.toml").write_text("# mine")
    make_project(folder, NOTES)
    assert [path.name for path in folder.iterdir()] == ["project.toml"]
    assert (folder / "project.toml").read_text() == "# mine"


def test_the_demos_notes_are_of_its_own_days(tmp_path: Path) -> None:
    until = datetime(2026, 11, 18, 18, tzinfo=UTC)
    newsletter = make_newsletter(until=until, subscribers=60, emails=12)
    make_project(tmp_path / "demo", notes_of(newsletter, until.date()))
    notes = read_project(FolderBucket(tmp_path), "demo").notes
    assert len(notes) == 2
    assert until.date() - timedelta(weeks=5) in {note.day for note in notes}
    assert all(until.date() - timedelta(weeks=16) <= note.day <= until.date() for note in notes)


def test_even_a_demo_of_one_person_has_a_note() -> None:
    until = datetime(2026, 11, 18, 18, tzinfo=UTC)
    assert notes_of(make_newsletter(until=until, subscribers=1, emails=1), until.date())

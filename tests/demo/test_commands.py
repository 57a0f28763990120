"""What `rapport demo` leaves alone, and the settings it writes for a project of its own."""

from pathlib import Path

from demo.commands import make_project
from shared.bucket.folder import FolderBucket
from shared.project import read_project


def test_the_demo_has_segments_that_can_be_read(tmp_path: Path) -> None:
    make_project(tmp_path / "demo")
    segments = read_project(FolderBucket(tmp_path), "demo").segments
    assert 2 <= len(segments) <= 4


def test_what_somebody_changed_stays_and_all_else_goes(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    make_project(folder)
    (folder / "engagement.sqlite").write_bytes(b"old")
    (folder / "project.toml").write_text("# mine")
    make_project(folder)
    assert [path.name for path in folder.iterdir()] == ["project.toml"]
    assert (folder / "project.toml").read_text() == "# mine"

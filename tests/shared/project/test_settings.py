"""The owner's settings file: optional, and every mistake is told by its line."""

from pathlib import Path

import pytest

from shared.bucket.folder import FolderBucket
from shared.errors import SettingsError
from shared.project import ProjectSettings, read_project


def read(tmp_path: Path, body: bytes | None) -> ProjectSettings:
    bucket = FolderBucket(tmp_path)
    if body is not None:
        bucket.write("default/project.toml", body)
    return read_project(bucket, "default")


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, None) == ProjectSettings(no_tracking="no-tracking")


@pytest.mark.parametrize("body", [b"", b"[privacy]\n"])
def test_an_empty_file_is_no_file(tmp_path: Path, body: bytes) -> None:
    assert read(tmp_path, body) == ProjectSettings()


def test_the_consent_key_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, b'[privacy]\nno_tracking = "private"\n').no_tracking == "private"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"[privacy\n", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (
            b"[[note]]\non = 2026-02-30\n",
            "line 2, column 6); write a day of the calendar, such as 2026-01-31",
        ),
        (b"[[note]]\non = 2026-1-1\n", "write a day of the calendar"),
        (
            b'[privacy]\nno_traking = "x"\n',
            "line 2: privacy.no_traking is not a setting; did you mean no_tracking?",
        ),
        (b'\n[privcy]\nno_tracking = "x"\n', "line 2: [privcy] is not a setting; did you mean privacy?"),
        (b"[zzz]\n", "known here: privacy"),
        (b"[privacy]\n\nno_tracking = 7\n", "line 3: privacy.no_tracking must be text in quotes"),
        (b'[privacy]\nno_tracking = ""\n', "must be text in quotes"),
        (b"privacy = 3\n", "line 1: [privacy] is not a setting"),
    ],
)
def test_every_mistake_is_told_by_its_line(tmp_path: Path, body: bytes, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, body)
    assert told in str(refused.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, b"[privacy]\nno_tracking = 1\nother = 2\n[more]\n")
    assert len(refused.value.faults) == 3

"""The owner's settings file: optional, and every mistake is told by its line."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bucket.folder import FolderBucket
from shared.errors import SettingsError
from shared.project import Backups, ProjectSettings, read_project
from shared.project.syntax import syntax_fault


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


def test_hours_without_a_sync_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, b"[alerts]\n").alerting.no_sync_hours == 24
    assert read(tmp_path, b"[alerts]\nno_sync_hours = 3\n").alerting.no_sync_hours == 3


def test_the_consent_key_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, b'[privacy]\nno_tracking = "private"\n').no_tracking == "private"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"[privacy\n", "project.toml line 1: the bracket of a header is not closed"),
        (b"\xff\xfe", "not UTF-8"),
        (
            b"[[note]]\non = 2026-02-30\n",
            "line 2: write a day of the calendar, such as 2026-01-31",
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
        (b"privacy = 3\n", "line 1: privacy is a section: [privacy] on a line of its own"),
        (b"alerts = 3\n", "line 1: alerts are a section: write [alerts]"),
        (
            b"[alerts]\nno_sync_hour = 3\n",
            "line 2: alerts.no_sync_hour is not a setting; did you mean no_sync_hours?",
        ),
        (
            b"[alerts]\n\nno_sync_hours = 0\n",
            "line 3: alerts.no_sync_hours must be a whole number of hours from 1",
        ),
        (b"[alerts]\nno_sync_hours = true\n", "line 2: alerts.no_sync_hours must be a whole number"),
        (b'[alerts]\nno_sync_hours = "24"\n', "line 2: alerts.no_sync_hours must be a whole number"),
        (b"[alerts]\nno_sync_hours = 8761\n", "from 1 to 8760"),
    ],
)
def test_every_mistake_is_told_by_its_line(tmp_path: Path, body: bytes, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, body)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[privacy]\nno_tracking = "private\n', "line 2: text must end with a quote on the same line"),
        ('[privacy]\r\nno_tracking = "private\r\n', "line 2: text must end with a quote on the same line"),
        ('[privacy]\nno_tracking = "private', "line 2: text that begins with a quote must end with one"),
        ("[privacy]\nno_tracking = 'private", "line 2: text that begins with a quote must end with one"),
        ('[privacy]\nno_tracking "private"\n', "line 2: after a name comes ="),
        ("[privacy]\nno_tracking = private\n", 'line 2: text needs straight quotes, such as "vip"'),
        ("[privacy]\nno_tracking = “private”\n", "line 2: text needs straight quotes"),
        ("[privacy]\nno_tracking =", "line 2: text needs straight quotes"),
        ('[[segment]\nname = "a"\n', "line 1: the bracket of a header is not closed"),
        (
            '[[segment]]\nrule = { tag = "a"\nname = "b"',
            "line 2: a bracket [ or brace { that was opened is not",
        ),
        (
            '[[segment]]\nrule = { tag = ["a", "b" }\n',
            "line 2: a bracket [ or brace { that was opened is not",
        ),
        ('[[segment]]\nrule = { all = [\n { tag = "a" },\n[[segment]]\n', "line 4: a bracket [ or brace {"),
        (
            '[[segment]]\nrule = { tag = "a",\nstage = "new" }\n',
            "line 2: within { } everything stands on one",
        ),
        ('[privacy]\nno_tracking = "a"\nno_tracking = "b"\n\n', "line 3: a name is used twice"),
        ('[privacy] no_tracking = "a"\n', "line 1: each setting needs a line of its own"),
        (
            '[privacy]\nno_tracking = "\\q"\n',
            "line 2: this is not valid TOML: Unescaped '\\' in a string; see toml.io",
        ),
    ],
)
def test_what_is_no_toml_says_what_to_write(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text.encode())
    assert str(refused.value.faults[0]).startswith(f"project.toml {told}")


@given(st.text(alphabet="[]{}=\"'\n a1,“\\"))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.match(r"line (\d+): .", syntax_fault(text, str(error)))
        assert line
        assert 1 <= int(line[1]) <= text.count("\n") + 1


def test_the_tiers_of_the_backups_are_read_and_those_not_named_stay(tmp_path: Path) -> None:
    assert read(tmp_path, b"").backups == Backups(daily=7, weekly=4, monthly=6)
    assert read(tmp_path, b"[backups]\n").backups == Backups()
    assert read(tmp_path, b"[backups]\nweekly = 0\nmonthly = 12\n").backups == Backups(7, 0, 12)
    assert not read(tmp_path, b"[backups]\ndaily = 0\nweekly = 0\nmonthly = 0\n").backups.are_made


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"backups = 7\n", "line 1: the backups begin with [backups] on a line of its own"),
        (b"[[backups]]\ndaily = 7\n", "line 1: the backups begin with [backups]"),
        (b"[backups]\ndayly = 7\n", "line 2: backups.dayly is not a setting; did you mean daily?"),
        (b"[backups]\ndaily = 7\nyearly = 1\n", "line 3: backups.yearly is not a setting"),
        (b"[backups]\ndaily = -1\n", "line 2: backups.daily must be a whole number from 0 (none) to 1,000"),
        (b"[backups]\n\nweekly = 1001\n", "line 3: backups.weekly must be a whole number"),
        (b'[backups]\nweekly = "4"\n', "backups.weekly must be a whole number"),
        (b"[backups]\nmonthly = 1.5\n", "backups.monthly must be a whole number"),
        (b"[backups]\nmonthly = true\n", "backups.monthly must be a whole number"),
        (b"[backup]\ndaily = 7\n", "line 1: [backup] is not a setting; did you mean backups?"),
    ],
)
def test_mistakes_about_the_backups_are_told_by_their_line(tmp_path: Path, body: bytes, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, body)
    assert told in str(refused.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, b"[privacy]\nno_tracking = 1\nother = 2\n[more]\n")
    assert len(refused.value.faults) == 3

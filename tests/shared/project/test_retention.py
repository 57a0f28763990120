"""`[retention]`: whole months, and every mistake told by its line."""

from pathlib import Path

import pytest

from shared.errors import SettingsError
from shared.project import KEEP_EVERYTHING, Retention
from tests.shared.project.test_settings import read


def test_without_a_section_everything_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, None).retention == KEEP_EVERYTHING == Retention(None, None)
    assert read(tmp_path, b"[retention]\n").retention == KEEP_EVERYTHING


def test_months_are_read(tmp_path: Path) -> None:
    body = b"[retention]\nevents_months = 24\npeople_months = 36\n"
    assert read(tmp_path, body).retention == Retention(24, 36)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "true", '"24"', "1201", "[1]", "2026-01-01"])
def test_anything_but_whole_months_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, f"[retention]\n\nevents_months = {value}\n".encode())
    assert refused.value.faults == (
        "project.toml line 3: retention.events_months must be a whole number of months from 1 to 1200",
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            b"[retention]\nevent_months = 2\n",
            "line 2: retention.event_months is not a setting; did you mean events_months?",
        ),
        (b"retention = 24\n", "line 1: retention is a section"),
        (b"[[retention]]\nevents_months = 2\n", "retention is a section"),
        (b"[retentoin]\n", "line 1: [retentoin] is not a setting; did you mean retention?"),
    ],
)
def test_every_mistake_is_told_by_its_line(tmp_path: Path, body: bytes, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, body)
    assert told in str(refused.value)

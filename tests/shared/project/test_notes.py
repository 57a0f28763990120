"""Notes as an owner writes them: what is understood, and how every mistake is told."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bucket.folder import FolderBucket
from shared.errors import SettingsError
from shared.project import Note, read_project
from shared.project.faults import Faults
from shared.project.notes import LONGEST_TEXT, read_notes


def read(folder: Path, text: str) -> tuple[Note, ...]:
    bucket = FolderBucket(folder)
    bucket.write("p/project.toml", text.encode())
    return read_project(bucket, "p").notes


def told(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read(folder, text)
    return [fault.removeprefix("project.toml ") for fault in refused.value.faults]


def test_notes_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        [[note]]
        on = 2026-05-01
        text = "  Moved   to Thursdays "
        [[note]]
        text = '''two
        lines, 👩‍👩‍👧 and <b>'''
        on = "2026-01-31"
        """,
    )
    assert found == (
        Note(date(2026, 5, 1), "Moved to Thursdays"),
        Note(date(2026, 1, 31), "two lines, 👩‍👩‍👧 and <b>"),
    )


def test_the_longest_text_fits(tmp_path: Path) -> None:
    (note,) = read(tmp_path, f'[[note]]\non = 2026-05-01\ntext = "{"a" * LONGEST_TEXT}"')
    assert len(note.text) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[note]\non = 2026-05-01\ntext = "a"', "line 1: a note begins with [[note]] on a line of its own"),
        ("note = 3", "line 1: a note begins with [[note]]"),
        ('[[notes]]\non = 2026-05-01\ntext = "a"', "line 1: [notes] is not a setting; did you mean note?"),
        ('[[note]]\ntext = "a"', "line 1: this note has no day: add one, such as on = 2026-01-31"),
        ("[[note]]\non = 2026-05-01", 'line 1: this note has no text: add text = "..."'),
        ('[[note]]\non = "2026-02-30"\ntext = "a"', "line 2: on must be a day such as 2026-01-31"),
        ('[[note]]\ntext = "a"\non = "tomorrow"', "line 3: on must be a day"),
        ('[[note]]\non = 2026-05-01T10:00:00\ntext = "a"', "line 2: on must be a day"),
        ('[[note]]\non = 20260501\ntext = "a"', "line 2: on must be a day"),
        ('[[note]]\non = [2026-05-01]\ntext = "a"', "line 2: on must be a day"),
        ('[[note]]\non = 2026-05-01\ntext = ""', "line 3: text must be text in quotes, from 1 to 200 characters"),
        ('[[note]]\non = 2026-05-01\ntext = " \\t "', "line 3: text must be text in quotes"),
        ("[[note]]\non = 2026-05-01\ntext = 7", "line 3: text must be text in quotes"),
        (f'[[note]]\non = 2026-05-01\ntext = "{"a" * 201}"', "line 3: text must be text in quotes"),
        ('[[note]]\non = 2026-05-01\ntext = "a\\u0007"', "line 3: text must be text in quotes"),
        ('[[note]]\non = 2026-05-01\ntext = "a"\ntxt = "b"', "line 4: txt is nothing a note has; did you mean text?"),
        ('[[note]]\non = 2026-05-01\ntext = "a"\nzz = 1', "line 4: zz is nothing a note has; known here: on, text"),
    ],
)  # fmt: skip
def test_a_faulty_note_is_told_by_its_line(tmp_path: Path, text: str, fault: str) -> None:
    (only,) = told(tmp_path, text)
    assert fault in only


def test_all_faults_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        "[[note]]\non = 'never'\ntext = ''\n[[segment]]\nname = 'a'\n[[note]]\ncolour = 'red'\n"
        "[privacy]\nno_tracking = 1\n"
    )
    places = [fault.split(":")[0] for fault in told(tmp_path, text)]
    assert places == ["line 2", "line 3", "line 4", "line 6", "line 6", "line 7", "line 9"]


junk = (
    st.none()
    | st.integers()
    | st.text(max_size=3)
    | st.dates()
    | st.datetimes()
    | st.lists(st.dates(), max_size=2)
)


class Everywhere(dict[Any, int]):
    def __missing__(self, path: Any) -> int:
        return 1


@given(st.lists(st.dictionaries(st.sampled_from(["on", "text", "x"]), junk, max_size=3), max_size=3) | junk)
def test_nothing_is_dropped_in_silence(tables: Any) -> None:
    """Either every note is understood, or there is a fault."""
    faults = Faults(Everywhere())
    found = read_notes(tables, ("note",), faults)
    assert faults.told() or len(found) == len(tables)

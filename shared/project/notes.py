"""Notes: what the owner wants to remember beside the curves, each with its day.

[[note]]
on = 2026-05-01
text = "Moved to Thursdays"
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import category

from shared.project.conditions import Refused, read_day
from shared.project.faults import Faults
from shared.project.lines import Path

LONGEST_TEXT = 200
KEYS = ("on", "text")


@dataclass(frozen=True)
class Note:
    """`day` is in the newsletter's time zone."""

    day: date
    text: str


def read_notes(given: object, path: Path, faults: Faults) -> tuple[Note, ...]:
    """The notes of `[[note]]`; whatever is wrong with them is added to `faults`."""
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        faults.add(path, "a note begins with [[note]] on a line of its own, in two brackets")
        return ()
    notes: list[Note] = []
    for number, table in enumerate(given):
        here = (*path, number)
        day, text = _day(table, here, faults), _text(table, here, faults)
        for key in table.keys() - set(KEYS):
            faults.add_unknown((*here, key), f"{key} is nothing a note has", KEYS)
        if day and text:
            notes.append(Note(day, text))
    return tuple(notes)


def _day(table: dict[str, Any], here: Path, faults: Faults) -> date | None:
    if "on" not in table:
        faults.add(here, "this note has no day: add one, such as on = 2026-01-31")
        return None
    try:
        return read_day(table["on"])
    except Refused as refused:
        faults.add((*here, "on"), f"on {refused}")
        return None


def _text(table: dict[str, Any], here: Path, faults: Faults) -> str:
    if "text" not in table:
        faults.add(here, 'this note has no text: add text = "..."')
        return ""
    text = table["text"]
    tidy = " ".join(text.split()) if isinstance(text, str) else ""
    if not tidy or len(tidy) > LONGEST_TEXT or any(category(sign) == "Cc" for sign in tidy):
        faults.add((*here, "text"), f"text must be text in quotes, from 1 to {LONGEST_TEXT} characters")
        return ""
    return tidy

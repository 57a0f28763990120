"""Reads project.toml: every fault is told at once, with its line, and nothing in the file is dropped in silence."""

import tomllib
from dataclasses import dataclass
from typing import Any

from shared.bucket import Bucket
from shared.errors import NotFound, SettingsError
from shared.project.faults import NAME, Faults
from shared.project.lines import line_numbers
from shared.project.notes import Note, read_notes
from shared.project.segments import Segment, read_segments
from shared.project.site import read_locale
from shared.project.syntax import syntax_fault

KNOWN = {"privacy": {"no_tracking": str}, "site": {"locale": str}}
SEGMENTS, NOTES = "segment", "note"


@dataclass(frozen=True)
class ProjectSettings:
    """`no_tracking` is the tag, or the metadata key, of people who must not be tracked. `locale` is a tag that
    shared/locales.py knows; empty: the newsletter's own."""

    no_tracking: str = "no-tracking"
    segments: tuple[Segment, ...] = ()
    notes: tuple[Note, ...] = ()
    locale: str = ""


def read_project(bucket: Bucket, project: str) -> ProjectSettings:
    """The project's settings, or the defaults where there is no file.

    Raises SettingsError with a line for each fault: which line of the file, what is wrong, what would be right.
    """
    try:
        body, _ = bucket.read(f"{project}/{NAME}")
    except NotFound:
        return ProjectSettings()
    try:
        text = body.decode("utf-8-sig")
        given = tomllib.loads(text)
    except UnicodeDecodeError:
        raise SettingsError([f"{NAME} is not UTF-8 text: save it again as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{NAME} {syntax_fault(text, str(error))}"]) from None
    except RecursionError:
        raise SettingsError([f"{NAME} is nested too deeply: write the rules with fewer braces"]) from None
    faults = Faults(line_numbers(text))
    _check_sections(given, faults)
    segments = read_segments(given[SEGMENTS], (SEGMENTS,), faults) if SEGMENTS in given else ()
    notes = read_notes(given[NOTES], (NOTES,), faults) if NOTES in given else ()
    locale = read_locale(given.get("site"), ("site",), faults)
    if told := faults.told():
        raise SettingsError(told)
    privacy = given.get("privacy", {})
    return ProjectSettings(
        no_tracking=privacy.get("no_tracking", ProjectSettings.no_tracking),
        segments=segments,
        notes=notes,
        locale=locale,
    )


def _check_sections(given: dict[str, Any], faults: Faults) -> None:
    for section, content in given.items():
        if section in (SEGMENTS, NOTES):
            continue
        known = KNOWN.get(section)
        if known is None or not isinstance(content, dict):
            faults.add_unknown((section,), f"[{section}] is not a setting", (*KNOWN, SEGMENTS, NOTES))
            continue
        for key, value in content.items():
            if key not in known:
                faults.add_unknown((section, key), f"{section}.{key} is not a setting", known)
            elif not isinstance(value, known[key]) or not value:
                faults.add((section, key), f"{section}.{key} must be text in quotes")

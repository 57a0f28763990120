"""Reads project.toml: every fault is told at once, with its line, and nothing in the file is dropped in silence."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from shared.bucket import Bucket
from shared.errors import NotFound, SettingsError
from shared.project.alerts import Alerting, read_alerting
from shared.project.backups import DEFAULT_BACKUPS, Backups, read_backups
from shared.project.faults import NAME, Faults
from shared.project.lines import Path, line_numbers
from shared.project.notes import Note, read_notes
from shared.project.privacy import read_no_tracking
from shared.project.retention import KEEP_EVERYTHING, Retention, read_retention
from shared.project.roles import OWNER, ROLES, VIEWER, Roles, read_roles
from shared.project.segments import Segment, read_segments
from shared.project.site import read_locale
from shared.project.syntax import syntax_fault


@dataclass(frozen=True)
class ProjectSettings:
    """`no_tracking` is the tag, or the metadata key, of people who must not be tracked; `roles` decide nothing of a
    report, only of who sees it, and None means that everybody who gets in is a viewer. `locale` is a tag
    that shared/locales.py knows; empty: the newsletter's own."""

    no_tracking: str = "no-tracking"
    segments: tuple[Segment, ...] = ()
    notes: tuple[Note, ...] = ()
    retention: Retention = KEEP_EVERYTHING
    backups: Backups = DEFAULT_BACKUPS
    alerting: Alerting = field(default_factory=Alerting)
    roles: Roles | None = field(default=None, repr=False)
    locale: str = ""


Reader = Callable[[Any, Path, Faults], Any]
# What each section is called in the file, which field it fills, and who reads it.
SECTIONS: Mapping[str, tuple[str, Reader]] = {
    "privacy": ("no_tracking", read_no_tracking),
    "retention": ("retention", read_retention),
    "backups": ("backups", read_backups),
    "alerts": ("alerting", read_alerting),
    ROLES: ("roles", read_roles),
    "site": ("locale", read_locale),
    "segment": ("segments", read_segments),
    "note": ("notes", read_notes),
}


def read_project(bucket: Bucket, project: str) -> ProjectSettings:
    """The project's settings, or the defaults where there is no file.

    Raises SettingsError with a line for each fault: which line of the file, what is wrong, what would be right.
    """
    text, given = _parse(bucket, project)
    faults = Faults(line_numbers(text))
    for name in given.keys() - SECTIONS.keys():
        faults.add_unknown((name,), f"[{name}] is not a setting", SECTIONS)
    read = {
        filled: reader(given[name], (name,), faults)
        for name, (filled, reader) in SECTIONS.items()
        if name in given
    }
    if told := faults.told():
        raise SettingsError(told)
    return ProjectSettings(**read)


def read_project_roles(bucket: Bucket, project: str) -> Roles | None:
    """The section [roles] alone: a mistake in any other keeps nobody out. Raises SettingsError as above.

    Misspelt, as in [role], or in another place, it is a mistake too: it must not let everybody in. So where there are
    no roles, no section may be unknown either: whoever wrote [users] may have meant them.
    """
    text, given = _parse(bucket, project)
    faults = Faults(line_numbers(text))
    unknown = given.keys() - SECTIONS.keys()
    for section in unknown if ROLES not in given else get_close_matches(ROLES, unknown):
        faults.add_unknown((section,), f"[{section}] is not a setting", SECTIONS)
    if ROLES not in given:
        for path in _roles_elsewhere({name: given[name] for name in given.keys() & SECTIONS.keys()}):
            faults.add(path, f"{path[-1]} belongs to [{ROLES}]")
    roles = read_roles(given[ROLES], (ROLES,), faults) if ROLES in given else None
    if told := faults.told():
        raise SettingsError(told)
    return roles


def _roles_elsewhere(table: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    """Keys that speak of roles, however deep in other sections."""
    for name, value in table.items():
        if above and name.lower() in (ROLES, OWNER, VIEWER):
            yield (*above, name)
        elif isinstance(value, Mapping):
            yield from _roles_elsewhere(value, (*above, name))


def _parse(bucket: Bucket, project: str) -> tuple[str, dict[str, Any]]:
    """The file's text and what TOML makes of it; nothing where there is no file."""
    try:
        body, _ = bucket.read(f"{project}/{NAME}")
    except NotFound:
        return "", {}
    try:
        text = body.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        raise SettingsError([f"{NAME} is not UTF-8 text: save it again as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{NAME} {syntax_fault(text, str(error))}"]) from None
    except RecursionError:
        raise SettingsError([f"{NAME} is nested too deeply: write the rules with fewer braces"]) from None

"""`<project>/project.toml`: what the owner of a project decides, optional and read by all."""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from shared.bucket import Bucket
from shared.errors import NotFound, SettingsError

NAME = "project.toml"
KNOWN = {"privacy": {"no_tracking": str}}


@dataclass(frozen=True)
class ProjectSettings:
    """`no_tracking` is the tag, or the metadata key, of people who must not be tracked."""

    no_tracking: str = "no-tracking"


def read_project(bucket: Bucket, project: str) -> ProjectSettings:
    """The project's settings, or the defaults where there is no file.

    Raises SettingsError with a line for each fault: which line of the file, what is wrong, what would be right.
    """
    try:
        body, _ = bucket.read(f"{project}/{NAME}")
    except NotFound:
        return ProjectSettings()
    try:
        text = body.decode("utf-8")
        given = tomllib.loads(text)
    except UnicodeDecodeError:
        raise SettingsError([f"{NAME} is not UTF-8 text: save it again as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{NAME} is not valid TOML: {error}"]) from None
    faults = _faults(given, text)
    if faults:
        raise SettingsError(faults)
    privacy = given.get("privacy", {})
    return ProjectSettings(no_tracking=privacy.get("no_tracking", ProjectSettings.no_tracking))


def _faults(given: dict[str, Any], text: str) -> list[str]:
    faults = []
    for section, content in given.items():
        known = KNOWN.get(section)
        if known is None or not isinstance(content, dict):
            faults.append(_unknown(section, f"[{section}]", KNOWN, text))
            continue
        for key, value in content.items():
            if key not in known:
                faults.append(_unknown(key, f"{section}.{key}", known, text))
            elif not isinstance(value, known[key]) or not value:
                faults.append(f"{_place(key, text)}: {section}.{key} must be text in quotes")
    return faults


def _unknown(name: str, shown: str, known: dict[str, Any], text: str) -> str:
    close = get_close_matches(name, known, n=1)
    advice = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
    return f"{_place(name, text)}: {shown} is not a setting; {advice}"


def _place(name: str, text: str) -> str:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip().lstrip("[").startswith(name):
            return f"{NAME} line {number}"
    return NAME

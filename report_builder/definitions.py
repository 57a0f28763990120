"""What every number of the report means: one list for the glossary, the tooltips and `rapport define`.

The words are in definitions.toml; this module gives them a shape and finds them again.
"""

import difflib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

SUGGESTIONS = 4


@dataclass(frozen=True)
class Definition:
    """One metric. `formula` is the whole meaning in one sentence; the rest makes it exact.

    `unit`: count, share (shown as per cent), points, seconds, days, ...; `denominator` and `minimum_sample` are
    None where there is none. `also` are other words people use for it.
    """

    key: str
    name: str
    group: str
    formula: str
    numerator: str
    denominator: str | None
    unit: str
    minimum_sample: str | None
    caveat: str
    source: str
    also: tuple[str, ...]
    query: str  # the file that counts it, below report_builder and without .sql

    @cached_property
    def minimum(self) -> int:
        """The number that `minimum_sample` begins with; 0 where there is none."""
        found = re.match(r"\d+", self.minimum_sample or "")
        return int(found[0]) if found else 0


@dataclass(frozen=True)
class Found:
    """Either the one definition that was meant, or the names of some that may have been."""

    definition: Definition | None
    suggestions: tuple[str, ...] = ()


def _read(text: str) -> tuple[Definition, ...]:
    rows: list[dict[str, Any]] = tomllib.loads(text)["metric"]
    blank: dict[str, Any] = {"denominator": None, "minimum_sample": None}
    return tuple(Definition(**{**blank, **row, "also": tuple(row.get("also", ()))}) for row in rows)


DEFINITIONS = _read((resources.files("report_builder") / "definitions.toml").read_text("utf-8"))

BY_KEY = {each.key: each for each in DEFINITIONS}


def find(text: str, definitions: Sequence[Definition] = DEFINITIONS) -> Found:
    """By key, name or another word for it, whatever the case and punctuation.

    A part of a name is enough when only one has it; otherwise the likeliest names come back as suggestions.
    """
    asked = plain(text)
    if not asked:
        return Found(None)
    for words in (_own_names, _all_names):
        exact = [each for each in definitions if asked in map(plain, words(each))]
        if len(exact) == 1:
            return Found(exact[0])
    parts = [each for each in definitions if any(asked in plain(name) for name in _all_names(each))]
    if len(parts) == 1:
        return Found(parts[0])
    by_name = {plain(name): each.name for each in definitions for name in _all_names(each)}
    close = [
        by_name[name] for name in difflib.get_close_matches(asked, by_name, n=2 * SUGGESTIONS, cutoff=0.55)
    ]
    parts.sort(key=lambda each: not plain(each.name).startswith(asked))  # stable: reading order within
    likely = list(dict.fromkeys([each.name for each in parts] + close))
    return Found(None, tuple(likely[:SUGGESTIONS]))


def plain(text: str) -> str:
    """Lower-case letters and digits with single spaces between: `Click-to-open rate` and `click_to_open_rate` agree."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _own_names(definition: Definition) -> tuple[str, ...]:
    return definition.key, definition.name


def _all_names(definition: Definition) -> tuple[str, ...]:
    return definition.key, definition.name, *definition.also

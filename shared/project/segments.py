"""Segments: rules that say which people belong together, written by the owner and saved in project.toml.

    [[segment]]
    name = "VIPs gone quiet"
    rule = { tag = "vip", stage = ["cooling", "dormant"] }

    [[segment]]
    name = "Friends of the house"
    rule = { all = [
      { not = { acted_within_days = 60 } },
      { any = [{ source = "form" }, { score_at_least = 50, joined_before = 2026-01-01 }] },
    ] }

A rule is a table. Each of its entries is a condition (conditions.KINDS), or `all = [rules]`, `any = [rules]`,
`not = rule`; a person must fulfil every entry. Where a condition takes a list, one of its values is enough. `not`
means everybody else who is known, those of whom nothing can be measured included.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from shared.project.conditions import KINDS, RANGES, SINGLE, Refused, Value, read_values
from shared.project.faults import Faults
from shared.project.lines import Path

LONGEST_NAME = 60
EXAMPLE = 'rule = { tag = "vip" }'
JOINTS = ("all", "any", "not")


@dataclass(frozen=True)
class Condition:
    """One of conditions.KINDS with the values of which one must fit; `line` is where it stands in the file."""

    key: str
    values: tuple[Value, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class AllOf:
    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class AnyOf:
    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class Not:
    rule: "Rule"


Rule = Condition | AllOf | AnyOf | Not


@dataclass(frozen=True)
class Segment:
    name: str
    rule: Rule


def read_segments(given: object, path: Path, faults: Faults) -> tuple[Segment, ...]:
    """The segments of `[[segment]]`; whatever is wrong with them is added to `faults`."""
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        faults.add(path, "a segment begins with [[segment]] on a line of its own, in two brackets")
        return ()
    segments: list[Segment] = []
    taken: dict[str, int] = {}
    for number, table in enumerate(given):
        here = (*path, number)
        name, rule = _name(table, here, faults), _rule_of(table, here, faults)
        for key in table.keys() - {"name", "rule"}:
            _refuse_key(key, here, faults)
        if name and name.casefold() in taken:
            first = taken[name.casefold()]
            faults.add(
                (*here, "name"), f"the name “{name}” is taken by the segment in line {first}: give another"
            )
        elif name:
            taken[name.casefold()] = faults.line((*here, "name"))
        if name and rule:
            segments.append(Segment(name, rule))
    return tuple(segments)


def _name(table: dict[str, Any], here: Path, faults: Faults) -> str:
    if "name" not in table:
        faults.add(here, 'this segment has no name: add name = "..."')
        return ""
    name = table["name"]
    tidy = " ".join(name.split()) if isinstance(name, str) else ""
    if not tidy or not tidy.isprintable() or len(tidy) > LONGEST_NAME:
        faults.add((*here, "name"), f"name must be text in quotes, at most {LONGEST_NAME} characters")
        return ""
    return tidy


def _rule_of(table: dict[str, Any], here: Path, faults: Faults) -> Rule | None:
    if "rule" not in table:
        faults.add(here, f"this segment has no rule: add one, such as {EXAMPLE}")
        return None
    rule = _rule(table["rule"], (*here, "rule"), faults)
    if rule:
        for line, fault in _contradictions(rule):
            faults.add_at(line, fault)
    return rule


def _refuse_key(key: str, here: Path, faults: Faults) -> None:
    if key in (*KINDS, *JOINTS):
        faults.add((*here, key), f"{key} belongs into the rule: rule = {{ {key} = ... }}")
    else:
        faults.add_unknown((*here, key), f"{key} is nothing a segment has", ("name", "rule"))


def _rule(given: object, path: Path, faults: Faults) -> Rule | None:
    """None where something below is wrong, and then `faults` know of it."""
    if not isinstance(given, dict):
        faults.add(path, f"a rule is a table in braces, such as {EXAMPLE}")
        return None
    if not given:
        faults.add(path, f"an empty rule would fit everybody: add a condition, such as {EXAMPLE}")
    parts = [_entry(key, value, (*path, key), faults) for key, value in given.items()]
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else AllOf(tuple(known))


def _entry(key: str, value: object, path: Path, faults: Faults) -> Rule | None:
    if key == "not":
        rule = _rule(value, path, faults)
        return Not(rule) if rule else None
    if key in ("all", "any"):
        return _several(key, value, path, faults)
    if key not in KINDS:
        faults.add_unknown(path, f"{key} is not a condition", (*KINDS, *JOINTS))
        return None
    try:
        return Condition(key, read_values(key, value), faults.line(path))
    except Refused as refused:
        faults.add(path, f"{key} {refused}")
        return None


def _several(key: str, value: object, path: Path, faults: Faults) -> Rule | None:
    if not isinstance(value, list) or not value:
        faults.add(path, f'{key} must be a list of at least one rule, such as {key} = [{{ tag = "vip" }}]')
        return None
    rules = [_rule(each, (*path, number), faults) for number, each in enumerate(value)]
    known = tuple(rule for rule in rules if rule is not None)
    if len(known) < len(rules):
        return None
    return AllOf(known) if key == "all" else AnyOf(known)


def _contradictions(rule: Rule) -> Iterator[tuple[int, str]]:
    """Conditions that must all hold and cannot, so that the segment would be empty for ever."""
    together = list(_together(rule))
    conditions = [each for each in together if isinstance(each, Condition)]
    for low, high, or_equal in RANGES:
        for first in (each for each in conditions if each.key == low):
            for second in (each for each in conditions if each.key == high):
                bottom, top = first.values[0], second.values[0]
                if bottom > top or (bottom == top and not or_equal):  # type: ignore[operator]
                    line = max(first.line, second.line)
                    yield line, f"{low} = {bottom} and {high} = {top} together fit nobody: change one of them"
    for key in SINGLE:
        same = [each for each in conditions if each.key == key]
        for first, second in pairwise(same):
            if not set(first.values) & set(second.values):
                yield (
                    second.line,
                    f'nobody has two of {key} at once: write one {key} = ["...", "..."], or use any',
                )
    for each in together:
        inner = each.rules if isinstance(each, AnyOf) else (each.rule,) if isinstance(each, Not) else ()
        for below in inner:
            yield from _contradictions(below)


def _together(rule: Rule) -> Iterator[Rule]:
    if isinstance(rule, AllOf):
        for each in rule.rules:
            yield from _together(each)
    else:
        yield rule

"""The glossary: what every number means, and how it is told who made an open or click."""

from dataclasses import dataclass
from itertools import groupby

from report_builder.definitions import DEFINITIONS, Definition
from report_builder.verdicts import REASONS, RULE_VERSION, VERDICTS, Reason


@dataclass(frozen=True)
class Group:
    name: str
    anchor: str
    definitions: tuple[Definition, ...]


@dataclass(frozen=True)
class VerdictRules:
    name: str
    sentence: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Definitions:
    answer: str
    count: int
    groups: tuple[Group, ...]
    verdicts: tuple[VerdictRules, ...]
    rule_version: int


def definitions_view() -> Definitions:
    return Definitions(
        answer="Every number of this report, in one sentence and then exactly. What cannot be measured is never "
        "zero: it is left out on both sides, and the page says so.",
        count=len(DEFINITIONS),
        groups=tuple(
            Group(name, f"group-{name.lower()}", tuple(members))
            for name, members in groupby(DEFINITIONS, key=lambda each: each.group)
        ),
        verdicts=tuple(
            VerdictRules(name, sentence, tuple(reason for reason in REASONS if reason.verdict == name))
            for name, sentence in VERDICTS.items()
        ),
        rule_version=RULE_VERSION,
    )

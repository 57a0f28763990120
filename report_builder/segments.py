"""Who belongs to a segment: each condition is a query of its own, and, or and not are sets."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import NamedTuple

from report_builder.clock import DAY_MS, Clock
from report_builder.rows import EmailResult, Member
from report_builder.warehouse import Parameter, Warehouse
from shared.project import AllOf, AnyOf, Condition, Not, Rule, Segment, Value

# Conditions that may be misspelt; whatever else fits nobody simply fits nobody today.
SPELT = (
    "tag", "status", "source", "opened", "clicked", "clicked_link", "joined_since", "joined_before", "left_since",
    "left_before",
)  # fmt: skip
BY_VALUE = {
    "tag": "segments/tag",
    "stage": "segments/stage",
    "stars": "segments/stars",
    "score_at_least": "segments/score_at_least",
    "score_at_most": "segments/score_at_most",
    "received_at_least": "segments/received_at_least",
}
BY_DAY = {
    "joined_since": "segments/joined_since",
    "joined_before": "segments/joined_before",
    "left_since": "segments/left_since",
    "left_before": "segments/left_before",
}
BY_EMAIL = {"opened": "segments/opened", "clicked": "segments/clicked"}
BY_LATEST = {
    "opened_any_of_last": "segments/opened_any_of_last",
    "clicked_any_of_last": "segments/clicked_any_of_last",
}


# What people do, or what follows from it: a group made by one of these differs in what it does because it was made so.
BEHAVIOUR = frozenset(
    {
        "stage", "stars", "score_at_least", "score_at_most", "acted_within_days", "quiet_for_days", "opened", "clicked",
        "opened_any_of_last", "clicked_any_of_last", "clicked_link",
    }
)  # fmt: skip


class Doubt(NamedTuple):
    """A text or day that fits nobody, perhaps because it is misspelt; `line` is where project.toml says it."""

    key: str
    value: str | date
    line: int


@dataclass(frozen=True)
class Members:
    segment: Segment
    people: frozenset[int]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class Known:
    """What conditions are asked of; `people` is everybody there is, whom `not` is taken from. Emails latest first."""

    warehouse: Warehouse
    clock: Clock
    emails: Sequence[EmailResult]
    people: frozenset[int]
    found: dict[tuple[str, Value], frozenset[int]] = field(default_factory=dict)  # conditions asked before


def find_members(segment: Segment, known: Known) -> Members:
    doubts = [
        Doubt(condition.key, value, condition.line)
        for condition in _conditions(segment.rule)
        if condition.key in SPELT
        for value in condition.values
        if isinstance(value, str | date) and not _people(condition.key, value, known)
    ]
    return Members(segment, _fitting(segment.rule, known), tuple(dict.fromkeys(doubts)))


def is_by_behaviour(rule: Rule) -> bool:
    """Whether any condition, however deep, asks what people do."""
    return any(condition.key in BEHAVIOUR for condition in _conditions(rule))


def latest_ms(emails: Sequence[EmailResult], number: int) -> int:
    """When the earliest of the latest `number` emails was sent; with fewer, of all."""
    sent = [e.sent_ms for e in emails[:number] if e.sent_ms is not None]
    return min(sent, default=0)


def file_names(names: Iterable[str]) -> list[str]:
    """For each segment a name that every file system takes: "Fading fans" is fading-fans. A hash keeps names apart
    that a few Latin letters cannot tell from each other, and stays as long as the name does."""
    made = []
    for name in names:
        words = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
        exact = name.lower().replace(" ", "-") == words
        made.append(
            words if exact else f"{words or 'segment'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        )
    return made


def _fitting(rule: Rule, known: Known) -> frozenset[int]:
    match rule:
        case AllOf(rules):
            return reduce(frozenset.intersection, (_fitting(each, known) for each in rules))
        case AnyOf(rules):
            return reduce(frozenset.union, (_fitting(each, known) for each in rules))
        case Not(inner):
            return known.people - _fitting(inner, known)
        case Condition(key, values):
            return frozenset().union(*(_people(key, value, known) for value in values))


def _conditions(rule: Rule) -> Iterator[Condition]:
    match rule:
        case AllOf(rules) | AnyOf(rules):
            for each in rules:
                yield from _conditions(each)
        case Not(inner):
            yield from _conditions(inner)
        case Condition():
            yield rule


def _people(key: str, value: Value, known: Known) -> frozenset[int]:
    """Whoever fulfils one condition; only people who are known, since events may name others."""
    if (key, value) not in known.found:
        found: set[int] = set()
        for query, parameters in _questions(key, value, known):
            found.update(row.subscriber_id for row in known.warehouse.rows(Member, query, **parameters))
        is_opposite = key == "subscribed" and value is False
        known.found[key, value] = known.people - found if is_opposite else known.people & found
    return known.found[key, value]


def _questions(key: str, value: Value, known: Known) -> Iterator[tuple[str, dict[str, Parameter]]]:
    text = str(value)
    if key in BY_VALUE:
        yield BY_VALUE[key], {"value": value}
    elif key in BY_DAY:
        yield BY_DAY[key], {"day": value}
    elif key in BY_EMAIL:
        for email in known.emails:
            if text.lower() == email.uuid or _plain(text) == _plain(email.subject or ""):
                yield BY_EMAIL[key], {"email_id": email.email_id}
    elif key in BY_LATEST and known.emails:
        yield BY_LATEST[key], {"since_ms": latest_ms(known.emails, int(text))}
    elif key == "subscribed":
        yield "segments/subscribed", {}
    elif key == "status":
        yield "segments/status", {"value": text.lower().replace(" ", "_")}
    elif key == "source":
        for spelling in {text, text.replace(" ", "_")}:  # pages show it with spaces
            yield "segments/source", {"value": spelling}
    elif key == "clicked_link":
        yield "segments/clicked_link", _spellings(text)
    elif key == "acted_within_days":
        yield "segments/acted_within_days", {"since_ms": _days_ago(int(text), known)}
    elif key == "quiet_for_days":
        now_ms = known.clock.now_ms
        yield "segments/quiet_for_days", {"since_ms": _days_ago(int(text), known), "now_ms": now_ms}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _spellings(link: str) -> dict[str, Parameter]:
    """An address with and without a slash at its end; a host with or without www., if it is nothing more."""
    host = link.lower().removeprefix("www.") if "/" not in link else ""
    return {"value": link, "slashed": link.removesuffix("/") + "/", "host": host}


def _days_ago(days: int, known: Known) -> int:
    return known.clock.now_ms - days * DAY_MS

"""The list of subscribers: who are the most active, and how to find one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from report_builder.clock import day_text
from report_builder.rows import Person
from report_builder.scoring import STAGES
from report_builder.views.people import Directory, name_of, stage_word, status_word
from report_builder.wording import HIDDEN, count, count_if_known, people, plural

ROWS_SHOWN = 50


@dataclass(frozen=True)
class SubscriberRow:
    label: str
    detail: str
    href: str
    score: str
    score_known: bool
    bar: str
    stage: str
    opened: str
    clicked: str
    tags: tuple[str, ...]
    status: str
    source: str
    joined: str
    seen: str


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Subscribers:
    answer: str
    rows: tuple[SubscriberRow, ...]
    total: int
    total_text: str
    filters: tuple[Filter, ...]
    list_href: str  # the JSON file that names the shards
    csv: str


def subscriber_rows(
    persons: Sequence[Person], tags: Mapping[int, Sequence[str]], directory: Directory
) -> tuple[SubscriberRow, ...]:
    return tuple(
        SubscriberRow(
            *_name(p),
            href=directory.href(p.uuid),
            score=HIDDEN if p.is_hidden else count_if_known(p.score),
            score_known=p.score is not None,
            bar=str(p.score or 0),
            stage=stage_word(p.stage),
            opened=count_if_known(p.seen_opened),
            clicked=count_if_known(p.seen_clicked),
            tags=tuple(tags.get(p.subscriber_id, ())),
            status=status_word(p.status),
            source=status_word(p.source or ""),
            joined=day_text(p.joined_day) if p.joined_day else "",
            seen=day_text(p.last_day) if p.last_day else "",
        )
        for p in shown_first(persons)
    )


def shown_first(persons: Sequence[Person]) -> list[Person]:
    """Those on the list; where there is nobody left on it, everybody."""
    on_list = (p for p in persons if p.is_active)
    return list(islice(on_list, ROWS_SHOWN)) or list(persons[:ROWS_SHOWN])


def answer(persons: Sequence[Person], untracked: bool) -> str:
    if not persons:
        return "There is nobody here yet."
    active = sum(1 for p in persons if p.is_active)
    verb = "is" if len(persons) == 1 else "are"
    on_list = f"{people(len(persons))} {verb} known, {count(active)} of them on the list"
    if untracked:
        return f"{on_list}. Opens and clicks are not tracked, so nobody can be ranked: the newest come first."
    first = next((p for p in persons if p.is_active), persons[0])
    if not any(p.last_ms for p in persons):
        return f"{on_list}. Nobody was seen opening or clicking anything yet."
    if first.score is None:
        return f"{on_list}. It takes three emails that can be measured to give somebody a score."
    name = name_of(first.name, first.email, first.uuid)
    hidden = sum(1 for p in persons if p.stage == "unmeasurable")
    unseen = f" Of {people(hidden)} on the list it can't be known who reads." if hidden else ""
    return (
        f"{on_list}. The most engaged is {name.main}, with a score of {first.score}: "
        f"{plural(first.opened, 'email')} opened and {count(first.clicked)} clicked.{unseen}"
    )


def filters(
    persons: Sequence[Person], tags: Mapping[int, Sequence[str]], segments: Sequence[str]
) -> tuple[Filter, ...]:
    return (
        Filter("segment", "segment", tuple(segments)),
        Filter("tag", "tag", tuple(sorted({t for mine in tags.values() for t in mine}, key=str.casefold))),
        Filter("stage", "stage", tuple(stage_word(s) for s in STAGES if any(p.stage == s for p in persons))),
        Filter("status", "status", tuple(sorted({status_word(p.status) for p in persons}))),
        Filter("source", "source", tuple(sorted({status_word(p.source) for p in persons if p.source}))),
    )


def _name(person: Person) -> tuple[str, str]:
    name = name_of(person.name, person.email, person.uuid)
    return name.main, name.detail

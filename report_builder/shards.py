"""Columnar JSON for the browser: the whole list of subscribers, and everybody's history.

data/subscribers.json names the shards of the list and holds the dictionaries their numbers point into; a shard's
name is made of its content, so a list never meets a shard of another build. data/people/<2 hex digits>.json holds
the people whose UUID begins so; its minutes count from the sending of the email, or from 1970 without one, because
small numbers compress well.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from report_builder.clock import Clock
from report_builder.datasets import json_bytes
from report_builder.rows import (
    EarlierEmail, EmailResult, LinkUrl, Person, PersonAddress, PersonChange, PersonFacts, TimelineEvent,
)  # fmt: skip
from report_builder.views.emails import email_path, subject_of
from report_builder.views.people import status_word

ROWS_PER_SHARD = 25_000
EPOCH = date(1970, 1, 1)
MINUTE_MS = 60_000


class Dictionary:
    """Numbers for values, in the order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[Any]:
        return list(self._numbers)


def list_files(
    persons: Sequence[Person], tags: Mapping[int, Sequence[str]], pages: int, clock: Clock
) -> Iterator[tuple[str, bytes]]:
    """The list in rank order; the first `pages` people have a page of their own."""
    statuses, sources, combinations, names = Dictionary(), Dictionary(), Dictionary(), Dictionary()
    shards = []
    for start in range(0, len(persons), ROWS_PER_SHARD):
        part = persons[start : start + ROWS_PER_SHARD]
        body = orjson.dumps(
            {
                "id": [p.uuid for p in part],
                "email": [p.email or "" for p in part],
                "name": [p.name or "" for p in part],
                "score": [p.score for p in part],
                "received": [p.received for p in part],
                "opened": [p.opened if p.measurable or p.opened else -1 for p in part],
                "clicked": [p.clicked for p in part],
                "tags": [
                    combinations.number(tuple(names.number(t) for t in tags.get(p.subscriber_id, ()))) for p in part
                ],
                "status": [statuses.number(status_word(p.status)) for p in part],
                "source": [sources.number(status_word(p.source or "")) for p in part],
                "joined": [(p.joined_day - EPOCH).days if p.joined_day else -1 for p in part],
                "seen": [_day_number(p.last_ms, clock) for p in part],
            }
        )
        name = f"data/subscribers/{hashlib.sha256(body).hexdigest()[:16]}.json"
        shards.append(name)
        yield name, body
    yield (
        "data/subscribers.json",
        json_bytes(
            "subscribers",
            count=len(persons),
            pages=pages,
            tags=names.values(),
            combinations=combinations.values(),
            status=statuses.values(),
            source=sources.values(),
            shards=shards,
        ),
    )


def _day_number(ms: int | None, clock: Clock) -> int:
    """Days since 1970 in the newsletter's time zone; -1 for never."""
    return -1 if ms is None else (clock.local(ms).date() - EPOCH).days


def name_file(emails: Sequence[EmailResult], links: Sequence[LinkUrl]) -> tuple[str, bytes]:
    """What the numbers in people's histories stand for."""
    return "data/people/names.json", json_bytes(
        "names",
        emails={e.email_id: [subject_of(e), email_path(e), (e.sent_ms or 0) // MINUTE_MS, e.opens_tracked] for e in emails},
        links={link.link_id: link.url for link in links},
    )


class PeopleShards:
    """Collects everybody's history, person by person, into one file per first two digits of their UUID."""

    def __init__(self, persons: Sequence[Person], sent_minutes: Mapping[int, int]) -> None:
        self._sent = sent_minutes
        self._shard_of = {p.subscriber_id: p.uuid[:2] for p in persons}
        self._types = Dictionary()
        self._events: dict[str, list[list[int]]] = defaultdict(lambda: [[], [], [], []])
        self._spans: dict[int, tuple[int, int]] = {}

    def add_timeline(self, rows: Iterable[TimelineEvent], wanted: frozenset[int]) -> dict[int, list[TimelineEvent]]:
        """Takes in all rows, which come person by person; hands back those of the `wanted` people."""
        kept: dict[int, list[TimelineEvent]] = defaultdict(list)
        current, start = -1, 0
        types = emails = links = minutes = list[int]()
        sent, number = self._sent, self._types.number
        for row in rows:
            subscriber_id, occurred_ms, event_type, email_id, link_id = row
            if subscriber_id != current:
                if current >= 0:
                    self._spans[current] = (start, len(types))
                current = subscriber_id
                types, emails, links, minutes = self._events[self._shard_of[subscriber_id]]
                start = len(types)
            types.append(number(event_type))
            emails.append(email_id or 0)
            links.append(link_id or 0)
            minutes.append(occurred_ms // MINUTE_MS - sent.get(email_id or 0, 0))
            if subscriber_id in wanted:
                kept[subscriber_id].append(row)
        if current >= 0:
            self._spans[current] = (start, len(types))
        return kept

    def files(
        self, persons: Sequence[Person], tags: Mapping[int, Sequence[str]], facts: Mapping[int, PersonFacts],
        addresses: Mapping[int, Sequence[PersonAddress]], changes: Mapping[int, Sequence[PersonChange]],
        earlier: Mapping[int, Sequence[EarlierEmail]],
    ) -> Iterator[tuple[str, bytes]]:  # fmt: skip
        """A person without history still has an entry, so that every UUID leads somewhere."""
        people: dict[str, dict[str, Any]] = defaultdict(dict)
        for rank, p in enumerate(persons, 1):
            key = p.subscriber_id
            entry: dict[str, Any] = {
                "rank": rank,
                "email": p.email,
                "name": p.name,
                "status": status_word(p.status),
                "source": status_word(p.source or ""),
                "joined": p.joined_ms // MINUTE_MS if p.joined_ms is not None else None,
                "totals": [p.score, p.received, p.measurable, p.opened, p.clicked],
                "events": self._spans.get(key, (0, 0)),
            }
            if tags.get(key):
                entry["tags"] = tags[key]
            if known := {n: v for n, v in facts[key]._asdict().items() if v is not None and n != "subscriber_id"}:
                entry["facts"] = known
            if addresses.get(key):
                entry["addresses"] = [[a.address, a.from_ms, a.to_ms] for a in addresses[key]]
            if changes.get(key):
                entry["changes"] = [[c.status, c.occurred_ms] for c in changes[key]]
            if earlier.get(key):
                entry["earlier"] = [[e.last_ms // MINUTE_MS, e.email_id, e.opens, e.clicks] for e in earlier[key]]
            people[p.uuid[:2]][p.uuid] = entry
        for shard in sorted(people):
            types, emails, links, minutes = self._events[shard]
            yield f"data/people/{shard}.json", json_bytes(
                "people",
                types=self._types.values(),
                people=people[shard],
                events={"type": types, "email": emails, "link": links, "minute": minutes},
            )

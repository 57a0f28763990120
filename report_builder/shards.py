"""The whole list of subscribers for the browser, as columnar JSON.

data/subscribers.json names the shards of the list and holds the dictionaries their numbers point into; a shard's
name is made of its content, so a list never meets a shard of another build. Ids are the UUID's 16 bytes in base64.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from report_builder.datasets import json_bytes
from report_builder.rows import Person
from report_builder.views.people import stage_word, status_word

ROWS_PER_SHARD = 25_000
EPOCH = date(1970, 1, 1).toordinal()
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
    persons: Sequence[Person],
    tags: Mapping[int, Sequence[str]],
    segments: Mapping[int, Sequence[str]],
    pages: int,
) -> Iterator[tuple[str, bytes]]:
    """The list in rank order; the first `pages` people have a page of their own."""
    statuses, sources, combinations, names = Dictionary(), Dictionary(), Dictionary(), Dictionary()
    stages, memberships, segment_names = Dictionary(), Dictionary(), Dictionary()
    shards = []
    for start in range(0, len(persons), ROWS_PER_SHARD):
        part = persons[start : start + ROWS_PER_SHARD]
        columns = {
            "id": [packed_id(p.uuid) for p in part],
            "email": [p.email or "" for p in part],
            "name": [p.name or "" for p in part],
            "score": [score_number(p) for p in part],
            "stars": [p.stars or 0 for p in part],
            "stage": [stages.number(stage_word(p.stage)) for p in part],
            "received": [p.received for p in part],
            "opened": [unknown_as_minus(p.seen_opened) for p in part],
            "clicked": [unknown_as_minus(p.seen_clicked) for p in part],
            "tags": [
                combinations.number(tuple(names.number(t) for t in tags.get(p.subscriber_id, ())))
                for p in part
            ],
            "status": [statuses.number(status_word(p.status)) for p in part],
            "source": [sources.number(status_word(p.source or "")) for p in part],
            "joined": [day_number(p.joined_day) for p in part],
            "seen": [day_number(p.last_day) for p in part],
            "active": [int(p.is_active) for p in part],
        }
        if segments:
            columns["segments"] = [
                memberships.number(tuple(segment_names.number(s) for s in segments.get(p.subscriber_id, ())))
                for p in part
            ]
        body = orjson.dumps(columns)
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
            segments=segment_names.values(),
            memberships=memberships.values(),
            stage=stages.values(),
            status=statuses.values(),
            source=sources.values(),
            shards=shards,
        ),
    )


def day_number(day: date | None) -> int:
    """Days since 1970; -1 for never."""
    return -1 if day is None else day.toordinal() - EPOCH


def unknown_as_minus(number: int | None) -> int:
    """Columns are numbers throughout: -1 is what could not be measured."""
    return -1 if number is None else number


def score_number(person: Person) -> int:
    """-2 for readers behind proxies and filters: nobody can know, which is not the same as not tracked."""
    return -2 if person.is_hidden else unknown_as_minus(person.score)


def packed_tail(uuid: str) -> str:
    """The last nine bytes, which are random in every kind of UUID: enough to tell the people of one shard apart."""
    return urlsafe_b64encode(bytes.fromhex(uuid.replace("-", ""))[-9:]).decode()


def packed_id(uuid: str) -> str:
    """The 16 bytes in base64 for addresses: a third shorter than hexadecimal, also when compressed."""
    return urlsafe_b64encode(bytes.fromhex(uuid.replace("-", "")))[:22].decode()

"""Everybody's history for the browser, as columnar JSON.

data/people/<2 hex digits>.json holds the people whose UUID's last byte, shifted right, is that number; there are so
many of these shards that each is quickly read, and so few that new events of many people change few files.
data/people/names.json says what their numbers stand for. A type of event is its name and, unless a person did it, the
reason why not. Minutes count from the sending of the email, or from 1970 without one, because small numbers compress
well.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from report_builder.datasets import json_bytes
from report_builder.rows import (
    EarlierEmail,
    EmailResult,
    EventKind,
    Favourites,
    LinkUrl,
    Person,
    PersonAddress,
    PersonChange,
    PersonFacts,
    TimelineEvent,
    TimelinePoint,
)  # fmt: skip
from report_builder.scoring import GRID
from report_builder.shards import (
    MINUTE_MS,
    Dictionary,
    day_number,
    packed_tail,
    score_number,
    unknown_as_minus,
)
from report_builder.views.emails import email_path, subject_of
from report_builder.views.history import reason_text
from report_builder.views.people import stage_word, status_word

PEOPLE_PER_SHARD = 2_000


# where the day is all that is shown: every zone's days begin at a quarter of an hour of UTC
QUARTER_MS = 15 * MINUTE_MS


def name_file(emails: Sequence[EmailResult], links: Sequence[LinkUrl]) -> tuple[str, bytes]:
    """What the numbers in people's histories stand for."""
    return "data/people/names.json", json_bytes(
        "names",
        emails={
            e.email_id: [subject_of(e), email_path(e), (e.sent_ms or 0) // MINUTE_MS, e.opens_tracked]
            for e in emails
        },
        links={link.link_id: link.url for link in links},
        grid=GRID,
    )


def shift_for(people: int) -> int:
    """By how much to shift a last byte so that a shard holds about 1,000 to 2,000 people, in at most 256 shards."""
    return next((shift for shift in range(8, 0, -1) if people <= PEOPLE_PER_SHARD << (8 - shift)), 0)


class PeopleShards:
    """Collects everybody's history, person by person, into as many files as there are people for."""

    def __init__(
        self, persons: Sequence[Person], sent_minutes: Mapping[int, int], kinds: Iterable[EventKind]
    ) -> None:
        self._sent = sent_minutes
        self._kinds = {kind.kind_id: kind for kind in kinds}
        self.shift = shift_for(len(persons))
        self._shard_of = {p.subscriber_id: f"{int(p.uuid[-2:], 16) >> self.shift:02x}" for p in persons}
        self._types: dict[str, Dictionary] = defaultdict(Dictionary)
        self._events: dict[str, list[array[int]]] = defaultdict(lambda: [array("q") for _ in range(4)])
        self._spans: dict[int, tuple[int, int]] = {}

    def add_timeline(
        self, points: Iterable[TimelinePoint], wanted: frozenset[int]
    ) -> dict[int, list[TimelineEvent]]:
        """Takes in all points, which come person by person; hands back those of the `wanted` people, in words."""
        told: dict[int, list[TimelineEvent]] = {}
        sent_minute = self._sent.get
        for subscriber_id, group in groupby(points, key=itemgetter(0)):
            mine = list(group)
            shard = self._shard_of[subscriber_id]
            number = self._types[shard].number
            types, emails, links, minutes = self._events[shard]
            start = len(types)
            for _, occurred_ms, kind_id, email_id, link_id in mine:
                types.append(number(kind_id))
                emails.append(email_id or 0)
                links.append(link_id or 0)
                minutes.append(occurred_ms // MINUTE_MS - sent_minute(email_id or 0, 0))
            self._spans[subscriber_id] = (start, len(types))
            if subscriber_id in wanted:
                told[subscriber_id] = [self._in_words(point) for point in mine]
        return told

    def _in_words(self, point: TimelinePoint) -> TimelineEvent:
        _, event_type, verdict, reason = self._kinds[point.kind_id]
        return TimelineEvent(point.occurred_ms, event_type, point.email_id, point.link_id, verdict, reason)

    def files(
        self, persons: Sequence[Person], tags: Mapping[int, Sequence[str]], facts: Mapping[int, PersonFacts],
        addresses: Mapping[int, Sequence[PersonAddress]], changes: Mapping[int, Sequence[PersonChange]],
        earlier: Mapping[int, Sequence[EarlierEmail]], favourites: Mapping[int, Favourites],
    ) -> Iterator[tuple[str, bytes]]:  # fmt: skip
        """A person without history still has an entry, so that every UUID leads somewhere."""
        members: dict[str, list[Person]] = defaultdict(list)
        for person in persons:
            members[self._shard_of[person.subscriber_id]].append(person)
        for shard in sorted(members):
            statuses, sources, stages, names = Dictionary(), Dictionary(), Dictionary(), Dictionary()
            part = members[shard]
            spans = [self._spans.get(p.subscriber_id, (0, 0)) for p in part]
            columns = {
                "id": [packed_tail(p.uuid) for p in part],
                "email": [p.email or "" for p in part],
                "name": [p.name or "" for p in part],
                "status": [statuses.number(status_word(p.status)) for p in part],
                "source": [sources.number(status_word(p.source or "")) for p in part],
                "joined": [day_number(p.joined_day) for p in part],
                "score": [score_number(p) for p in part],
                "stars": [p.stars or 0 for p in part],
                "stage": [stages.number(stage_word(p.stage)) for p in part],
                "since": [-1 if p.since_ms is None else p.since_ms // QUARTER_MS for p in part],
                "scored": [
                    [p.scored_replies, p.scored_clicks, p.scored_opens, p.scored_unread, p.scored_unknown]
                    for p in part
                ],
                "habit": [habit_numbers(p) for p in part],
                "streak": [p.streak for p in part],
                "longest": [p.longest_streak for p in part],
                "received": [p.received for p in part],
                "measurable": [p.measurable for p in part],
                "hidden": [p.hidden for p in part],
                "clicks_measurable": [p.clicks_measurable for p in part],
                "opened": [unknown_as_minus(p.seen_opened) for p in part],
                "clicked": [unknown_as_minus(p.seen_clicked) for p in part],
                "tags": [[names.number(tag) for tag in tags.get(p.subscriber_id, ())] for p in part],
                "first": [first for first, _ in spans],
                "events": [end - first for first, end in spans],
            }
            more = {}
            for place, p in enumerate(part):
                key = p.subscriber_id
                if found := _more(
                    facts[key],
                    addresses.get(key, ()),
                    changes.get(key, ()),
                    earlier.get(key, ()),
                    favourites.get(key),
                ):
                    more[place] = found
            types, emails, links, minutes = (column.tolist() for column in self._events[shard])
            yield (
                f"data/people/{shard}.json",
                json_bytes(
                    "people",
                    types=[
                        [kind.event_type, reason_text(kind.verdict, kind.reason)]
                        for kind in map(self._kinds.__getitem__, self._types[shard].values())
                    ],
                    status=statuses.values(),
                    source=sources.values(),
                    stage=stages.values(),
                    tags=names.values(),
                    people=columns,
                    more=more,
                    events={"type": types, "email": emails, "link": links, "minute": minutes},
                ),
            )


def habit_numbers(p: Person) -> list[int | float | None] | None:
    """Recency and frequency from 1 to 5, emails acted on, of how many, and how deep; None where nobody can know."""
    if p.recency_step is None:
        return None
    depth = None if p.depth is None else round(p.depth, 1)
    return [p.recency_step, p.frequency_step, p.last_engaged, p.last_emails, depth]


def _more(
    facts: PersonFacts, addresses: Sequence[PersonAddress], changes: Sequence[PersonChange],
    earlier: Sequence[EarlierEmail], mine: Favourites | None,
) -> dict[str, Any]:  # fmt: skip
    """What only some people have."""
    found: dict[str, Any] = {}
    if any(value is not None for value in facts[1:]):
        pairs = zip(facts._fields[1:], facts[1:], strict=True)
        found["facts"] = {name: value for name, value in pairs if value is not None}
    if mine:
        found["favourites"] = mine[1:]
    if addresses:
        found["addresses"] = [[a.address, a.from_ms, a.to_ms] for a in addresses]
    if changes:
        found["changes"] = [[c.status, c.occurred_ms // QUARTER_MS] for c in changes]
    if earlier:
        found["earlier"] = [[e.last_ms // MINUTE_MS, e.email_id or 0, e.opens, e.clicks] for e in earlier]
    return found

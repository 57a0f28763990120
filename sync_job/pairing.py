"""One event under two ids: which of a batch is stored already, under another family of ids.

The natural key of an event is (type, subscriber, email, automation, raw URL, time), nulls equal. It pairs ids of
different families only, one to one: an event has at most one id of each family, and two ids of one family are
always two events. Files that were cut to whole seconds are compared at the second, and there any event stored
before counts, whatever its family: a file adds only as many events as exceed those stored.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.records import Event
from sync_job.dimensions import Dimensions
from sync_job.statements import statement

EXPORT = "export"

# An event keeps its newest id. A prefix that nobody knows yet is newer than all that are known.
AGE_OF_FAMILY = {EXPORT: 0, "opaque": 1, "uuid": 2, "em_evt": 3, "ext_evt": 4}
NEWEST = 5

Key = tuple[str, int | None, int | None, str | None, int | None, int]  # the last is the second it happened in


@dataclass(eq=False)
class Known:
    """An event that is stored, or accepted from this batch, and every family of ids that it has."""

    occurred_ms: int
    id: bytes
    family: str
    families: set[str] = field(default_factory=set)
    event: Event | None = None  # when it comes from this batch, or a newer id from this batch takes over
    stored_at: tuple[int, bytes] | None = None
    stored_dimensions: tuple[int | None, int | None, int | None] = (None, None, None)


@dataclass
class Pairs:
    """What a batch comes down to."""

    accepted: list[Known] = field(default_factory=list)  # to be inserted
    renamed: list[Known] = field(default_factory=list)  # stored, now under a newer id
    aliases: list[tuple[int, bytes, str, bytes]] = field(default_factory=list)
    known: list[Event] = field(default_factory=list)


def pair(database: sqlite3.Connection, dimensions: Dimensions, events: Sequence[Event]) -> Pairs:
    """Sorts a batch into new, known and paired events; reads the store, writes nothing but dimensions."""
    seconds = json.dumps(sorted({event.occurred_ms // 1000 * 1000 for event in events}))
    pool, ids = _stored(database, seconds)
    stored_before = {id(known) for group in pool.values() for known in group}
    pairs = Pairs()
    unknown = []
    for event in events:  # known ids first, so that nobody else is paired with their events
        if (event.occurred_ms, event.id) in ids:
            pairs.known.append(event)
            stored_before.discard(id(ids[event.occurred_ms, event.id]))
        else:
            unknown.append(event)
    for event in unknown:
        if (event.occurred_ms, event.id) in ids:  # twice in one batch
            pairs.known.append(event)
            continue
        key = natural_key(event, dimensions)
        match = _match(event, pool[key], stored_before)
        if match is None:
            match = Known(event.occurred_ms, event.id, event.family, {event.family}, event)
            pool[key].append(match)
            pairs.accepted.append(match)
        else:
            match.families.add(event.family)
            _join(match, event, pairs)
        ids[event.occurred_ms, event.id] = match
    return pairs


def natural_key(event: Event, dimensions: Dimensions) -> Key:
    automation = None
    if event.details and '"automation_id"' in event.details:
        automation = json.loads(event.details)["automation_id"]
    return (
        event.type,
        dimensions.subscribers.id_if_any(event.subscriber),
        dimensions.emails.id_if_any(event.email),
        automation,
        dimensions.links.id_if_any(event.url),
        event.occurred_ms // 1000,
    )


def _stored(
    database: sqlite3.Connection, seconds: str
) -> tuple[defaultdict[Key, list[Known]], dict[tuple[int, bytes], Known | None]]:
    """What is stored in these seconds: by natural key, and by every id that it has or had."""
    pool: defaultdict[Key, list[Known]] = defaultdict(list)
    ids: dict[tuple[int, bytes], Known | None] = {}
    by_id: dict[bytes, Known] = {}
    for row in database.execute(statement("find_events_in_seconds"), {"seconds": seconds}):
        occurred_ms, event_id, family, kind, subscriber, email, automation, link, *rest = row
        known = Known(
            occurred_ms,
            event_id,
            family,
            {family},
            stored_at=(occurred_ms, event_id),
            stored_dimensions=(rest[0], rest[1], rest[2]),
        )
        pool[kind, subscriber, email, automation, link, occurred_ms // 1000].append(known)
        ids[occurred_ms, event_id] = by_id[event_id] = known
    aliases = database.execute(statement("find_aliases_in_seconds"), {"seconds": seconds}).fetchall()
    replaced = {alias_id: event_id for _, alias_id, _, event_id in aliases}
    for occurred_ms, alias_id, family, event_id in aliases:
        while event_id in replaced and event_id not in by_id:
            event_id = replaced[event_id]
        owner = by_id.get(event_id)
        if owner is not None:
            owner.families.add(family)
        ids[occurred_ms, alias_id] = owner
    return pool, ids


def _match(event: Event, candidates: Sequence[Known], stored_before: set[int]) -> Known | None:
    """The event that this one is, if any: at the same millisecond rather than at the same second."""
    best = None
    for known in candidates:
        if event.family in known.families:
            # Only a file may mean an event that a file brought before, and only once.
            if event.family != EXPORT or id(known) not in stored_before:
                continue
            if known.event is not None:
                continue
        if known.occurred_ms == event.occurred_ms:
            return _claimed(event, known, stored_before)
        if best is None and (_is_cut(event) or _is_cut(known)):
            best = known
    return _claimed(event, best, stored_before) if best else None


def _is_cut(item: Event | Known) -> bool:
    """Whether this time may have lost its milliseconds in a file."""
    return item.family == EXPORT and item.occurred_ms % 1000 == 0


def _claimed(event: Event, known: Known, stored_before: set[int]) -> Known:
    if event.family == EXPORT:
        stored_before.discard(id(known))  # the next row of the file with this key is another event
    return known


def _join(known: Known, event: Event, pairs: Pairs) -> None:
    """The newer id stays, the older becomes an alias."""
    if AGE_OF_FAMILY.get(event.family, NEWEST) <= AGE_OF_FAMILY.get(known.family, NEWEST):
        pairs.aliases.append((event.occurred_ms, event.id, event.family, known.id))
        return
    pairs.aliases.append((known.occurred_ms, known.id, known.family, event.id))
    if known.stored_at is not None and known.event is None:
        pairs.renamed.append(known)
    known.occurred_ms, known.id, known.family, known.event = event.occurred_ms, event.id, event.family, event

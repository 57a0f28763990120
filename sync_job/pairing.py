"""One event under two ids: which of a batch is stored already, under another family of ids.

The natural key of an event is (type, subscriber, email, automation, raw URL, time), nulls equal. It pairs ids of
different families only, one to one: an event has at most one id of each family, and two ids of one family are
always two events. Files that were cut to whole seconds are compared at the second, and there any event stored
before counts, whatever its family: a file adds only as many events as exceed those stored.

What a file leaves out is unknown rather than null: exports have no column for the automation, and no address of
people who were gone. So a row without an automation may be an event of any, and a row without a person, if no
event without one is left, that of somebody whom an export could not name.
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

# Type, subscriber, email, link, and the second it happened in; the automation is looked at one by one.
Key = tuple[str, int | None, int | None, int | None, int]
NamelessKey = tuple[str, int | None, int | None, int]


@dataclass(eq=False)
class Known:
    """An event that is stored, or accepted from this batch, and every family of ids that it has."""

    occurred_ms: int
    id: bytes
    family: str
    automation: str | None
    key: Key
    families: set[str] = field(default_factory=set)
    event: Event | None = None  # when it comes from this batch, or a newer id from this batch takes over
    stored_at: tuple[int, bytes] | None = None
    stored_dimensions: tuple[int | None, int | None, int | None] = (None, None, None)


@dataclass
class Pool:
    """The known events of some seconds."""

    by_key: defaultdict[Key, list[Known]] = field(default_factory=lambda: defaultdict(list))
    nameless: defaultdict[NamelessKey, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[tuple[int, bytes], Known | None] = field(default_factory=dict)

    def add(self, known: Known, *, is_nameless: bool) -> None:
        self.by_key[known.key].append(known)
        if is_nameless:
            self.nameless[_without_person(known.key)].append(known)


@dataclass
class Pairs:
    """What a batch comes down to."""

    accepted: list[Known] = field(default_factory=list)  # to be inserted
    renamed: list[Known] = field(default_factory=list)  # stored, now under a newer id
    aliases: list[tuple[int, bytes, str, bytes]] = field(default_factory=list)
    known: list[Event] = field(default_factory=list)


def pair(database: sqlite3.Connection, dimensions: Dimensions, events: Sequence[Event]) -> Pairs:
    """Sorts a batch into new, known and paired events; reads the store, writes nothing but dimensions."""
    pool = _stored(database, json.dumps(sorted({event.occurred_ms // 1000 * 1000 for event in events})))
    stored_before = {id(known) for group in pool.by_key.values() for known in group}
    pairs = Pairs()
    unknown = []
    for event in events:  # known ids first, so that nobody else is paired with their events
        if (event.occurred_ms, event.id) in pool.by_id:
            pairs.known.append(event)
            owner = pool.by_id[event.occurred_ms, event.id]
            if owner is not None:
                stored_before.discard(id(owner))
                owner.families.add(event.family)
                _promote(owner, event, dimensions, pairs)
        else:
            unknown.append(event)
    undecided = []
    for event in unknown:
        if (event.occurred_ms, event.id) in pool.by_id:  # twice in one batch
            pairs.known.append(event)
            continue
        key, automation = natural_key(event, dimensions)
        match = _match(event, automation, pool.by_key[key], stored_before)
        if match is None and _without_person(key) in pool.nameless:
            undecided.append((event, key, automation))  # until those with a name have found theirs
            pool.by_id[event.occurred_ms, event.id] = None
        else:
            _settle(event, key, automation, match, pool, pairs)
    for event, key, automation in undecided:
        match = _match(event, automation, _nameless(event, key, pool, database), stored_before)
        _settle(event, key, automation, match, pool, pairs)
    return pairs


def natural_key(event: Event, dimensions: Dimensions) -> tuple[Key, str | None]:
    """The key, and the automation."""
    automation = None
    if event.details and '"automation_id"' in event.details:
        automation = json.loads(event.details)["automation_id"]
    key = (
        event.type,
        dimensions.subscribers.id_if_any(event.subscriber),
        dimensions.emails.id_if_any(event.email),
        dimensions.links.id_if_any(event.url),
        event.occurred_ms // 1000,
    )
    return key, automation


def _stored(database: sqlite3.Connection, seconds: str) -> Pool:
    """What is stored in these seconds: by natural key, and by every id that it has or had."""
    pool = Pool()
    by_id: dict[bytes, Known] = {}
    for row in database.execute(statement("find_events_in_seconds"), {"seconds": seconds}):
        occurred_ms, event_id, family, kind, subscriber, is_nameless, email, automation, link, *rest = row
        known = Known(
            occurred_ms,
            event_id,
            family,
            automation,
            (kind, subscriber, email, link, occurred_ms // 1000),
            {family},
            stored_at=(occurred_ms, event_id),
            stored_dimensions=(rest[0], rest[1], rest[2]),
        )
        pool.add(known, is_nameless=bool(is_nameless))
        pool.by_id[occurred_ms, event_id] = by_id[event_id] = known
    aliases = database.execute(statement("find_aliases_in_seconds"), {"seconds": seconds}).fetchall()
    # An export may have the API's own id at a time without milliseconds: an alias of itself, and no step on.
    replaced = {alias_id: event_id for _, alias_id, _, event_id in aliases if alias_id != event_id}
    for occurred_ms, alias_id, family, event_id in aliases:
        steps = 0
        while event_id in replaced and event_id not in by_id and steps < len(replaced):
            event_id, steps = replaced[event_id], steps + 1
        owner = by_id.get(event_id)
        if owner is not None:
            owner.families.add(family)
        pool.by_id.setdefault((occurred_ms, alias_id), owner)
    return pool


def _without_person(key: Key) -> NamelessKey:
    return key[0], key[2], key[3], key[4]


def _nameless(event: Event, key: Key, pool: Pool, database: sqlite3.Connection) -> Sequence[Known]:
    """What an event may be though the person differs: one of the two must be a row of a file without a person."""
    candidates = pool.nameless[_without_person(key)]
    if event.family == EXPORT:
        return candidates if key[1] is None else ()
    rows = [known for known in candidates if known.family == EXPORT and known.key[1] is None]
    if rows and key[1] is not None and database.execute(statement("is_nameless"), (key[1],)).fetchone():
        return rows
    return ()


def _settle(
    event: Event, key: Key, automation: str | None, match: Known | None, pool: Pool, pairs: Pairs
) -> None:
    if match is None:
        match = Known(event.occurred_ms, event.id, event.family, automation, key, {event.family}, event)
        pool.add(match, is_nameless=key[1] is None)
        pairs.accepted.append(match)
    else:
        match.families.add(event.family)
        _join(match, event, automation, pairs)
    pool.by_id[event.occurred_ms, event.id] = match


def _match(
    event: Event, automation: str | None, candidates: Sequence[Known], stored_before: set[int]
) -> Known | None:
    """The event that this one is, if any: at the same millisecond rather than at the same second."""
    best = None
    for known in candidates:
        if automation != known.automation and not (
            (automation is None and event.family == EXPORT)
            or (known.automation is None and known.family == EXPORT)
        ):
            continue
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


def _promote(owner: Known, event: Event, dimensions: Dimensions, pairs: Pairs) -> None:
    """A file had the API's own id, and the API has now told of it: from now on it counts as the API's."""
    if owner.family != EXPORT or event.family == EXPORT or (owner.occurred_ms, owner.id) != event[:2]:
        return
    (_, subscriber, email, *_), automation = natural_key(event, dimensions)
    has_lost = (subscriber is None and owner.key[1]) or (email is None and owner.key[2])
    if not has_lost and owner.stored_at is not None:  # a null never overwrites what is known
        owner.family, owner.event, owner.automation = event.family, event, automation
        pairs.renamed.append(owner)


def _join(known: Known, event: Event, automation: str | None, pairs: Pairs) -> None:
    """The newer id stays, the older becomes an alias."""
    if AGE_OF_FAMILY.get(event.family, NEWEST) <= AGE_OF_FAMILY.get(known.family, NEWEST):
        pairs.aliases.append((event.occurred_ms, event.id, event.family, known.id))
        return
    pairs.aliases.append((known.occurred_ms, known.id, known.family, event.id))
    if known.stored_at is not None and known.event is None:
        pairs.renamed.append(known)
    known.occurred_ms, known.id, known.family, known.event = event.occurred_ms, event.id, event.family, event
    known.automation = automation

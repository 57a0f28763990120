"""One event under two ids: which of a batch is stored already, under another family of ids.

The natural key of an event is (type, subscriber, email, automation, raw URL, time), nulls equal. It pairs ids of
different families only, one to one: an event has at most one id of each family, and two ids of one family are
always two events. Files that were cut to whole seconds are compared at the second, and there any event stored
before counts, whatever its family: a file adds only as many events as exceed those stored.

What a file leaves out is unknown rather than null: exports have no column for the automation, and no address of
people who were gone. So a row without an automation may be an event of any, and a row without a person, if no
event without one is left, that of somebody whom an export could not name. And one id within one second is one event,
where a file cut the time of one of the two.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.records import Event
from sync_job.dimensions import Dimensions
from sync_job.known_events import Key, Known, Pool, natural_key, stored_pool, without_link, without_person
from sync_job.statements import statement

__all__ = ["EXPORT", "Known", "Pairs", "pair"]

EXPORT = "export"  # the family of ids that files bring, whatever they look like

# An event keeps its newest id. A prefix that nobody knows yet is newer than all that are known.
AGE_OF_FAMILY = {EXPORT: 0, "opaque": 1, "uuid": 2, "em_evt": 3, "ext_evt": 4}
NEWEST = 5


@dataclass
class Pairs:
    """What a batch comes down to."""

    accepted: list[Known] = field(default_factory=list)  # to be inserted
    renamed: list[Known] = field(default_factory=list)  # stored, now under a newer id
    aliases: list[tuple[int, bytes, str, bytes]] = field(default_factory=list)
    known: list[Event] = field(default_factory=list)


def pair(database: sqlite3.Connection, dimensions: Dimensions, events: Sequence[Event]) -> Pairs:
    """Sorts a batch into new, known and paired events; reads the store, writes nothing but dimensions."""
    pool = stored_pool(database, json.dumps(sorted({event.occurred_ms // 1000 * 1000 for event in events})))
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
        elif twin := _twin(event, pool):
            stored_before.discard(id(twin))
            _settle(event, *natural_key(event, dimensions), twin, pool, pairs)
        else:
            unknown.append(event)
    undecided = []
    for event in unknown:
        if (event.occurred_ms, event.id) in pool.by_id:  # twice in one batch
            pairs.known.append(event)
            continue
        key, automation = natural_key(event, dimensions)
        match = _match(event, automation, pool.by_key[key], stored_before)
        if match is None and event.subscriber is None and event.url is not None:
            # An erased person's event may have lost its link with them.
            match = _match(event, automation, pool.by_key[without_link(key)], stored_before)
        if match is None and without_person(key) in pool.nameless:
            undecided.append((event, key, automation))  # until those with a name have found theirs
            pool.by_id[event.occurred_ms, event.id] = None
        else:
            _settle(event, key, automation, match, pool, pairs)
    for event, key, automation in undecided:
        match = _match(event, automation, _nameless(event, key, pool, database), stored_before)
        _settle(event, key, automation, match, pool, pairs)
    return pairs


def _nameless(event: Event, key: Key, pool: Pool, database: sqlite3.Connection) -> Sequence[Known]:
    """What an event may be though the person differs: one of the two must be a row of a file without a person."""
    candidates = pool.nameless[without_person(key)]
    if event.family == EXPORT:
        return candidates if key[1] is None else ()
    rows = [known for known in candidates if known.family == EXPORT and known.key[1] is None]
    if rows and key[1] is not None and database.execute(statement("is_nameless"), (key[1],)).fetchone():
        return rows
    return ()


def _twin(event: Event, pool: Pool) -> Known | None:
    """The stored event with the same id in the same second, where a file cut the time of one of them."""
    known = pool.stored.get(event.id)
    if known is None or known.occurred_ms // 1000 != event.occurred_ms // 1000:
        return None
    return known if _is_cut(event) or _is_cut(known) else None


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
    if owner.stored_at is not None:
        _take_over(owner, event, natural_key(event, dimensions)[1], pairs)
        pairs.aliases.append((owner.occurred_ms, owner.id, EXPORT, owner.id))  # the file had it, too


def _join(known: Known, event: Event, automation: str | None, pairs: Pairs) -> None:
    """The newer id stays, the older becomes an alias."""
    if AGE_OF_FAMILY.get(event.family, NEWEST) <= AGE_OF_FAMILY.get(known.family, NEWEST):
        pairs.aliases.append((event.occurred_ms, event.id, event.family, known.id))
        return
    pairs.aliases.append((known.occurred_ms, known.id, known.family, event.id))
    _take_over(known, event, automation, pairs)


def _take_over(known: Known, event: Event, automation: str | None, pairs: Pairs) -> None:
    if known.stored_at is not None and known.event is None:
        pairs.renamed.append(known)
    person, email = known.stored_names  # a null never overwrites what is known
    event = event._replace(subscriber=event.subscriber or person, email=event.email or email)
    known.occurred_ms, known.id, known.family, known.event = event.occurred_ms, event.id, event.family, event
    known.automation = automation

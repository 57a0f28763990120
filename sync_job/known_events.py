"""The stored events that a batch may mean: those of its seconds, by natural key and by every id they have or had."""

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field

from shared.records import Event
from sync_job.dimensions import Dimensions
from sync_job.statements import statement

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
    stored_names: tuple[bytes | None, bytes | None] = (None, None)  # of the person and the email
    stored_dimensions: tuple[int | None, int | None, int | None] = (None, None, None)


@dataclass
class Pool:
    """The known events of some seconds."""

    by_key: defaultdict[Key, list[Known]] = field(default_factory=lambda: defaultdict(list))
    nameless: defaultdict[NamelessKey, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[tuple[int, bytes], Known | None] = field(default_factory=dict)
    stored: dict[bytes, Known] = field(default_factory=dict)

    def add(self, known: Known, *, is_nameless: bool) -> None:
        self.by_key[known.key].append(known)
        if is_nameless:
            self.nameless[without_person(known.key)].append(known)


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


def stored_pool(database: sqlite3.Connection, seconds: str) -> Pool:
    """What is stored in these seconds: by natural key, and by every id that it has or had."""
    pool = Pool()
    by_id = pool.stored
    for row in database.execute(statement("find_events_in_seconds"), {"seconds": seconds}):
        (
            occurred_ms,
            event_id,
            family,
            kind,
            subscriber,
            is_nameless,
            email,
            automation,
            link,
            *names,
            agent,
            address,
            detail,
        ) = row
        known = Known(
            occurred_ms,
            event_id,
            family,
            automation,
            (kind, subscriber, email, link, occurred_ms // 1000),
            {family},
            stored_at=(occurred_ms, event_id),
            stored_names=(names[0], names[1]),
            stored_dimensions=(agent, address, detail),
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


def without_person(key: Key) -> NamelessKey:
    return key[0], key[2], key[3], key[4]


def without_link(key: Key) -> Key:
    return key[0], key[1], key[2], None, key[4]

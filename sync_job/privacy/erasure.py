"""Erasing people: their events stay in the totals of nobody, everything else about them goes, bytes included.

Of an event there stay id, type, email, time, and what it was read with; subscriber, address and details become null,
as they do without consent. So does a link that nobody else followed or that spells their address: it may name its one
reader.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sync_job.exports.addresses import id_of_address
from sync_job.network import AddressHider
from sync_job.privacy.people import people_at
from sync_job.privacy.tombstones import Tombstone, Tombstones, names_in
from sync_job.session import Session
from sync_job.sources.buttondown.ids import crockford, spelled
from sync_job.statements import statement
from sync_job.store import Store
from sync_job.unlinking import drop_unused, unlink

Grave = tuple[int, bool]  # when, and whether for good


class Identity(NamedTuple):
    uuid: bytes
    addresses: frozenset[str]


@dataclass(frozen=True)
class Erasure:
    """The work of `rapport person erase`: whoever has or had this address is looked for in the store as it is then."""

    address: str
    hider: AddressHider

    def run(self, session: Session) -> None:
        store = session.store
        store.tombstones.open(self.hider)
        people = [each.id for each in people_at(store.database, self.address)]
        session.counts.events_unlinked += erase(store, people, session.now_ms())
        session.counts.subscribers_erased += len(people)
        stone = store.tombstones.of_address(self.address)
        if stone and not stone.is_final:  # forgotten by age before: from now on for good
            with store.transaction():
                store.tombstones.add(store.database, [stone._replace(is_final=True)])


def erase(store: Store, people: Collection[int], erased_ms: int, *, is_final: bool = True) -> int:
    """Erases these people and returns how many events were unlinked. The store's tombstones must be open.

    An address that somebody else has, or had, gets no tombstone: it would erase them, too.
    """
    return _erase(store, {(erased_ms, is_final): list(people)} if people else {})


def erase_again(store: Store, tombstones: Tombstones) -> int:
    """Erases from a store everybody who lies under one of the tombstones, and keeps these; returns how many people.

    For a store that knows people again: an older copy that was restored. `tombstones` must be open.
    """
    store.tombstones.open(tombstones.hider)
    with store.transaction():
        store.tombstones.add(store.database, list(tombstones))
    found: dict[int, Tombstone] = {}
    for key, uuid, address, from_ms in store.database.execute(statement("find_erasable")):
        for stone in filter(None, (tombstones.of_id(uuid), tombstones.of_address_at(address, from_ms))):
            found[key] = max(stone, found.get(key, stone), key=lambda each: each.is_final)
    _erase(store, _by_stone(found))
    return len(found)


def erase_met(session: Session) -> None:
    """At the end of a run: an event may have named somebody by an id that a list only then showed to be erased."""
    store = session.store
    if not store.tombstones:
        return
    rows = store.database.execute("select id, uuid from subscribers")
    met = _by_stone({key: stone for key, uuid in rows if (stone := store.tombstones.of_id(uuid))})
    session.counts.events_unlinked += _erase(store, met)


def unlink_between(store: Store, since_ms: int, before_ms: int) -> int:
    """In the caller's transaction: events of [since, before) are of nobody; returns how many were of somebody."""
    moments = {"since_ms": since_ms, "before_ms": before_ms}
    unlinked = unlink(store.database, "unlink_events_between", moments)
    store.dimensions.forget_traces()
    return unlinked


def _by_stone(found: Mapping[int, Tombstone]) -> dict[Grave, list[int]]:
    graves: defaultdict[Grave, list[int]] = defaultdict(list)
    for key, stone in found.items():
        graves[stone.erased_ms, stone.is_final].append(key)
    return graves


def _erase(store: Store, graves: Mapping[Grave, Sequence[int]]) -> int:
    if not graves:
        return 0
    store.database.execute("pragma secure_delete = on").close()
    known = _identities(store)
    going = [key for people in graves.values() for key in people]
    theirs = [known[key] for key in going]
    shared = {address for key in known.keys() - set(going) for address in known[key].addresses}
    names = [*_spellings(theirs), *(address for each in theirs for address in each.addresses)]
    with store.transaction():
        for (erased_ms, is_final), people in graves.items():
            hashes = [each for key in people for each in _hashes(store.tombstones, known[key], shared)]
            stones = [Tombstone(each, erased_ms, is_final) for each in hashes]
            store.tombstones.add(store.database, stones)
        unlinked = _unlink(store, going, names)
        for table, column in store.database.execute(statement("find_tables_about_people")).fetchall():
            store.database.executemany(f"delete from {table} where {column} = ?", [(each,) for each in going])
        store.database.executemany("delete from subscribers where id = ?", [(each,) for each in going])
        store.dimensions.forget_traces()
    _rewrite(store)
    return unlinked


def _hashes(stones: Tombstones, who: Identity, shared: Collection[str]) -> Iterator[bytes]:
    yield stones.hash_of_id(who.uuid)
    for address in who.addresses - frozenset(shared):
        yield stones.hash_of_address(address)
        yield stones.hash_of_id(id_of_address(address))  # and nobody is made up from it again


def _identities(store: Store) -> dict[int, Identity]:
    """Everybody, with every address they have or had."""
    uuids: dict[int, bytes] = {}
    addresses: defaultdict[int, set[str]] = defaultdict(set)
    for key, uuid, address, _ in store.database.execute(statement("find_erasable")):
        uuids[key] = uuid
        if address:
            addresses[key].add(address.strip().casefold())
    return {key: Identity(uuid, frozenset(addresses[key])) for key, uuid in uuids.items()}


def _spellings(identities: Iterable[Identity]) -> list[str]:
    """How their ids may stand in a URL."""
    return [
        text for each in identities for text in (spelled(each.uuid), each.uuid.hex(), crockford(each.uuid))
    ]


def _unlink(store: Store, people: Collection[int], names: Sequence[str]) -> int:
    database, who = store.database, {"people": json.dumps(list(people))}
    personal = {link for (link,) in database.execute(statement("find_links_of_theirs_alone"), who)}
    wanted = set(names)
    for link, *urls in database.execute("select id, url, normalised from links"):
        if any(not wanted.isdisjoint(names_in(url)) for url in urls):
            personal.add(link)
    links = {"links": json.dumps(sorted(personal))}
    unlinked = database.execute(statement("unlink_events_of_people"), who).rowcount
    database.execute(statement("unlink_from_links"), links)
    database.execute(statement("remove_links"), links)
    drop_unused(database)  # of somebody without events as well: nothing that was left over may outlive them
    return unlinked


def _rewrite(store: Store) -> None:
    """SQLite leaves old bytes in the free space of its pages, those of earlier changes as well: write all anew."""
    store.database.execute("vacuum")
    store.changed = True

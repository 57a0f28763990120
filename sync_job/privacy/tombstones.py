"""Who was erased: keyed hashes of their ids and addresses, so that no source brings them back.

The tombstone of an id holds for ever: whatever comes under it is told of nobody. The tombstone of an address holds
for what is dated up to the erasure: addresses pass to other people, and who signs up again later has chosen to.
A tombstone that is not final was left by retention, and is lifted when the list shows that person as a reader again.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from shared.records import AddressSpan, Subscriber
from sync_job.network import AddressHider
from sync_job.sources.buttondown.ids import canonical_id

# On the list, but getting no newsletter. A word nobody knows yet says nothing about having left.
LEFT = ("unsubscribed", "undeliverable", "complained", "blocked", "removed", "unactivated")
UNKNOWN = (None, "", "unknown")
# What may stand around an address in a URL, and an id: dashed, plain, or as the provider spells it.
AROUND_ADDRESSES = re.compile(r"[\s/?&=#;,:<>\"'()]+")
ID_IN_URL = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-z])(?:[0-9a-f]{32}|[0-9a-z]{26})(?![0-9a-z])"
)
FOR_EVER = 2**63 - 1
CACHED_URLS = 100_000


class Tombstone(NamedTuple):
    hash: bytes
    erased_ms: int
    is_final: bool

    def admits(self, person: Subscriber) -> bool:
        """Whether the provider's list shows that they are back after being forgotten by age."""
        return not self.is_final and person.status not in (*LEFT, *UNKNOWN)


class Tombstones:
    """Without the project's secret nothing can be recognised: `open` it with one before asking."""

    def __init__(self, tombstones: Iterable[Tombstone] = (), hider: AddressHider | None = None) -> None:
        self._known = {each.hash: each for each in tombstones}
        self._hider = hider
        self._ids: dict[bytes, Tombstone | None] = {}
        self._urls: dict[str, int] = {}

    @classmethod
    def read(cls, database: sqlite3.Connection, hider: AddressHider | None = None) -> "Tombstones":
        rows = database.execute("select hash, erased_ms, is_final from tombstones")
        return cls((Tombstone(key, erased_ms, bool(is_final)) for key, erased_ms, is_final in rows), hider)

    def open(self, hider: AddressHider) -> None:
        self._hider = hider

    def __bool__(self) -> bool:
        return bool(self._known)

    def __iter__(self) -> Iterator[Tombstone]:
        return iter(self._known.values())

    def of_id(self, uuid: bytes | None) -> Tombstone | None:
        """The hot path of a sync: each id is hashed once."""
        if not self._known or uuid is None:
            return None
        try:
            return self._ids[uuid]
        except KeyError:
            found = self._ids[uuid] = self._known.get(self.hash_of_id(uuid))
            return found

    def of_address(self, address: str | None) -> Tombstone | None:
        if not self._known or not address:
            return None
        return self._known.get(self.hash_of_address(address))

    def of_address_at(self, address: str | None, at_ms: int) -> Tombstone | None:
        """The tombstone of an address for something that is dated."""
        found = self.of_address(address)
        return found if found and at_ms <= found.erased_ms else None

    def of_person(self, person: Subscriber, *, is_known: bool) -> Tombstone | None:
        """The tombstone they lie under, a final one first. Somebody the store knows by name is recognised by id
        alone: had the address been theirs before, they would have been erased with it."""
        if not self._known:
            return None
        found = [self.of_id(person.uuid)]
        if not is_known:
            spans = person.addresses or (AddressSpan(person.email or "", person.created_ms or 0, None),)
            found += [self.of_address_at(each.email, each.from_ms) for each in spans]
        return max(filter(None, found), key=lambda each: each.is_final, default=None)

    def are_named_in(self, url: str | None, at_ms: int) -> bool:
        """Whether the URL of an event of that time spells the address or the id of somebody erased."""
        if not self._known or not url:
            return False
        until_ms = self._urls.get(url)
        if until_ms is None:
            until_ms = max(map(self._named_until_ms, names_in(url)), default=-1)
            if len(self._urls) < CACHED_URLS:
                self._urls[url] = until_ms
        return at_ms <= until_ms

    def _named_until_ms(self, name: str) -> int:
        if "@" in name:
            found = self.of_address(name)
            return found.erased_ms if found else -1
        return FOR_EVER if self.of_id(canonical_id(name).uuid) else -1

    def add(self, database: sqlite3.Connection, tombstones: Iterable[Tombstone]) -> None:
        """In the caller's transaction. The latest erasure counts, and a final one stays final."""
        for new in tombstones:
            old = self._known.get(new.hash, new)
            kept = Tombstone(new.hash, max(new.erased_ms, old.erased_ms), new.is_final or old.is_final)
            if kept != self._known.get(new.hash):
                database.execute("insert or replace into tombstones values (?, ?, ?)", kept)
                self._known[new.hash] = kept
        self._forget()

    def lift(self, database: sqlite3.Connection, hashes: Iterable[bytes]) -> None:
        """In the caller's transaction: what retention left of somebody who is back. Final ones stay."""
        for each in hashes:
            if (found := self._known.get(each)) and not found.is_final:
                database.execute("delete from tombstones where hash = ?", (each,))
                del self._known[each]
        self._forget()

    def _forget(self) -> None:
        self._ids.clear()
        self._urls.clear()

    def hash_of_id(self, uuid: bytes) -> bytes:
        return self.hider.sealed("erased id", uuid)

    def hash_of_address(self, address: str) -> bytes:
        return self.hider.sealed("erased address", address.strip().casefold().encode())

    @property
    def hider(self) -> AddressHider:
        if self._hider is None:
            raise RuntimeError("call store.tombstones.open(hider) first: people of this store were erased")
        return self._hider


def names_in(url: str) -> Sequence[str]:
    """What in a URL may be somebody's address or id, in lower case; a URL inside of it is quoted twice."""
    text = unquote(unquote(url)).casefold()
    addresses = [part.rstrip(".") for part in AROUND_ADDRESSES.split(text) if "@" in part]
    return [*addresses, *ID_IN_URL.findall(text)]

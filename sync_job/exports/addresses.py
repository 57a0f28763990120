"""Whose is an event that names its person by an email address alone?

An export joins the address that a person had when it was made, or had at the time: so everybody who has it or
ever had it is a candidate, letter case aside. People may share an address, and addresses come back. Of several
candidates it is

1. one who already has this event under its id, or an equal one that no other row of the file claimed;
   among several such, and where there is none,
2. one whose address it was at the time of the event,
3. of those, one who was subscribed then,
4. of those, the one known for longest (the smallest row id), so that the choice is always the same.

Nobody has it: then a person is made whose id follows from the address (a UUIDv5), until a list or a subscribers
export brings the real one (adoption.py).
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.records import Event
from sync_job.exports.stage import Staged
from sync_job.statements import statement
from sync_job.store import Store

PEOPLE_BY_ADDRESS = uuid.UUID("8f7c1a52-4d0b-5a6e-b8a1-2f3a0d9a7c44")

Claims = dict[tuple[str, bytes | None, str | None, int, int], dict[int, int]]


@dataclass
class Candidate:
    id: int
    uuid: bytes
    created_ms: int | None
    unsubscribed_ms: int | None
    deleted_ms: int | None
    spans: list[tuple[int, int | None]] = field(default_factory=list)

    def had_address(self, at: int) -> bool:
        """Events of a file are cut to the second, so a span begins with its second."""
        return not self.spans or any(
            since // 1000 * 1000 <= at and (until is None or at < until) for since, until in self.spans
        )

    def was_subscribed(self, at: int) -> bool:
        ends = [end for end in (self.unsubscribed_ms, self.deleted_ms) if end is not None]
        return (self.created_ms or 0) // 1000 * 1000 <= at and all(at < end for end in ends)


def id_of_address(address: str) -> bytes:
    return uuid.uuid5(PEOPLE_BY_ADDRESS, address.strip().casefold()).bytes


class AddressBook:
    """Everybody who has or had one of the wanted addresses; read once, then kept up."""

    def __init__(self, store: Store, wanted: Iterable[str], now_ms: int) -> None:
        self._store = store
        self._now_ms = now_ms
        self._candidates: dict[str, list[Candidate]] = {each.strip().casefold(): [] for each in wanted}
        found: dict[str, dict[int, Candidate]] = {each: {} for each in self._candidates}
        for email, since, until, *person in store.database.execute(statement("find_people_addresses")):
            if (at := found.get(email.strip().casefold())) is not None:
                at.setdefault(person[0], Candidate(*person)).spans.append((since, until))
        for key, person_uuid, email, *dates in store.database.execute(statement("find_people")):
            if (at := found.get(email.strip().casefold())) is not None:
                at.setdefault(key, Candidate(key, person_uuid, *dates))
        for address, people in found.items():
            made = id_of_address(address)
            # Somebody made from the address steps back as soon as there is a real person.
            real = [each for each in people.values() if each.uuid != made]
            self._candidates[address] = sorted(real or people.values(), key=lambda each: each.id)

    def real_owner_is_known(self, address: str) -> bool:
        address = address.strip().casefold()
        made = id_of_address(address)
        return any(each.uuid != made for each in self._candidates[address])

    def attribute(self, batch: Sequence[Staged]) -> list[Event]:
        """The events with their people; inside a transaction, for it may make some up. Seconds must be whole."""
        claims: Claims = {}
        events = [event for event, _ in batch]
        undecided = []
        for index, (event, address) in enumerate(batch):
            if address is None:
                continue
            key = address.strip().casefold()
            if self._is_erased(key, event.occurred_ms):
                # An erased id, whose events the store takes in of nobody.
                events[index] = event._replace(subscriber=id_of_address(key))
                continue
            candidates = self._candidates[key] or [self._make(address.strip())]
            owner = (
                candidates[0].uuid if len(candidates) == 1 else self._owner_by_id(event, candidates, claims)
            )
            if owner is None:
                undecided.append((index, candidates))
            else:
                events[index] = event._replace(subscriber=owner)
        for index, candidates in undecided:
            owner = self._owner_by_key(events[index], candidates, claims)
            events[index] = events[index]._replace(subscriber=owner)
        return events

    def owner(self, address: str, at: int, *, since_ms: int | None = None) -> bytes:
        """Whose address it is, without an event that could tell; the id of somebody erased if it was theirs then."""
        if self._is_erased(address.strip().casefold(), since_ms or 0):
            return id_of_address(address)
        candidates = self._candidates[address.strip().casefold()] or [self._make(address.strip())]
        return _ranked(candidates, at)[0].uuid

    def _is_erased(self, address: str, at: int) -> bool:
        """Of an address of somebody erased, only what came later may be a new person's, once there is one."""
        stones = self._store.tombstones
        if not stones.of_address(address):
            return False
        return stones.of_address_at(address, at) is not None or not self._candidates[address]

    def _owner_by_id(self, event: Event, candidates: Sequence[Candidate], claims: Claims) -> bytes | None:
        """A row whose id is known is no other event, and leaves those that are equal to other rows."""
        row = {"second": event.occurred_ms // 1000 * 1000, "id": event.id}
        found = self._store.database.execute(statement("find_owner_by_id"), row).fetchone()
        if found is None:
            return None
        equal = self._equal(event, candidates, claims)
        equal[found[0]] = equal.get(found[0], 0) - 1
        owner: bytes = found[1]
        return owner

    def _owner_by_key(self, event: Event, candidates: Sequence[Candidate], claims: Claims) -> bytes:
        equal = self._equal(event, candidates, claims)
        ranked = _ranked(candidates, event.occurred_ms)
        for each in ranked:
            if equal[each.id] > 0:
                equal[each.id] -= 1
                return each.uuid
        return ranked[0].uuid

    def _equal(self, event: Event, candidates: Sequence[Candidate], claims: Claims) -> dict[int, int]:
        """How many stored events like this one each candidate has that no row of the file claimed so far."""
        second = event.occurred_ms // 1000 * 1000
        key = (event.type, event.email, event.url, second, candidates[0].id)
        if key not in claims:
            like = {
                "second": second,
                "type": event.type,
                "email": event.email,
                "url": event.url,
                "people": json.dumps([each.id for each in candidates]),
            }
            stored = self._store.database.execute(statement("count_equal_events"), like)
            claims[key] = {each.id: 0 for each in candidates} | dict(stored)
        return claims[key]

    def _make(self, address: str) -> Candidate:
        database = self._store.database
        row = {"uuid": id_of_address(address), "email": address, "now_ms": self._now_ms}
        database.execute(statement("insert_person_by_address"), row)
        (key,) = database.execute(statement("find_subscriber"), (row["uuid"],)).fetchone()
        database.execute(
            statement("insert_known_address"), {"subscriber": key, "email": address, "to_ms": None}
        )
        self._store.counts.subscribers_new += 1
        made = Candidate(key, id_of_address(address), None, None, None)
        self._candidates[address.casefold()] = [made]
        return made


def _ranked(candidates: Sequence[Candidate], at: int) -> list[Candidate]:
    return sorted(
        candidates, key=lambda each: (not each.had_address(at), not each.was_subscribed(at), each.id)
    )

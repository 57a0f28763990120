"""People of a subscribers export: those whom no list of the API ever told of, and addresses that people had.

What the API said of somebody is newer than any file, its silences included: an unsubscription that it no longer
tells was taken back. So people with facts from the API are left alone, but for an address not known to be theirs.
Notes and the address of signing up are never kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple

from shared.records import Subscriber
from sync_job.counts import Counts
from sync_job.exports.addresses import AddressBook
from sync_job.exports.columns import first, flat, structure, text
from sync_job.sources.buttondown.ids import spelled
from sync_job.sources.buttondown.parsers import parse_subscriber
from sync_job.statements import statement
from sync_job.store import Store
from sync_job.subscriber_table import HISTORIES

COLUMNS = [each.name for each in fields(Subscriber) if each.name not in HISTORIES]
RENAMED = {"email": "email_address", "subscriber_type": "type"}
IGNORED = frozenset({"subscription_date", "ip_address", "notes"})  # the first is one of the API's transitions
NULLS = (None, "{}", "unknown")  # as the parser says it of metadata and of the status


class ReadPerson(NamedTuple):
    person: Subscriber
    address: str | None  # to find them by, where the row has no id
    has_tags: bool  # whether the file says anything of them


class PeopleFile:
    """Turns rows into people and saves them, batch by batch."""

    def __init__(self, store: Store, counts: Counts, now_ms: int) -> None:
        self._store = store
        self._counts = counts
        self._now_ms = now_ms
        state = store.state("buttondown", "subscribers")
        self._api_was_asked = bool(state)
        self._walked_ms: int | None = state.get("walked_ms")

    def read(self, row: Mapping[str, Any]) -> ReadPerson:
        """Raises ValueError for a row without an id and an address."""
        values = flat(row)
        given_id, address = text(values.get("id")), text(first(values, "email_address", "email"))
        if given_id is None and (address is None or "@" not in address):
            raise ValueError("a subscriber without an id and an address")
        api_row = {RENAMED.get(name, name): value for name, value in values.items() if name not in IGNORED}
        for name in ("metadata", "transitions", "email_transitions"):
            try:
                api_row[name] = structure(values.get(name))
            except ValueError:  # a strange cell must not cost the person
                api_row[name] = None
        api_row |= {"id": given_id or spelled(bytes(16)), "email_address": address, "tags": _tags(values)}
        person = parse_subscriber(api_row, self._counts)
        return ReadPerson(person, None if given_id else address, "tags" in values)

    def save(self, batch: Sequence[ReadPerson]) -> None:
        """In the caller's transaction."""
        without_id = [each.address for each in batch if each.address]
        book = AddressBook(self._store, without_id, self._now_ms) if without_id else None
        for person, address, has_tags in batch:
            if book is not None and address is not None:
                person = replace(person, uuid=book.owner(address, self._now_ms, since_ms=person.created_ms))
            if self._store.subscribers.admits(person, may_be_back=False):
                self._save(person, has_tags)

    def _save(self, person: Subscriber, has_tags: bool) -> None:
        query = f"select id, deleted_ms, {', '.join(COLUMNS)} from subscribers where uuid = ?"
        found = self._store.database.execute(query, (person.uuid,)).fetchone()
        key, deleted_ms, *facts = found or (None, None)
        stored = dict(zip(COLUMNS, facts, strict=True)) if facts else {}
        if self._api_was_asked and stored.get("status") is not None:
            self._counts.subscribers_seen += 1
            if person.email and not self._store.tombstones.of_address(person.email):
                known = {"subscriber": key, "email": person.email, "to_ms": self._now_ms}
                self._store.database.execute(statement("insert_known_address"), known)
            return
        person = _completed(person, stored)
        if not has_tags:
            open_tags = self._store.database.execute(
                statement("open_tags_of"), {"subscribers": f"[{key or 0}]"}
            )
            person = replace(person, tags=tuple(name for _, name in open_tags))
        (key,) = self._store.subscribers.save([person], now_ms=self._now_ms, is_first_walk=True)
        # Saved means "is there" to the list; but a walk that was completed later did not find them.
        was_missed = self._walked_ms is not None and (person.created_ms or 0) <= self._walked_ms
        gone_ms = deleted_ms or (self._walked_ms if was_missed else None)
        if gone_ms is not None:
            self._store.database.execute("update subscribers set deleted_ms = ? where id = ?", (gone_ms, key))


def _completed(person: Subscriber, stored: Mapping[str, Any]) -> Subscriber:
    """A null never overwrites what is known."""
    merged: dict[str, Any] = {
        name: stored[name]
        for name in COLUMNS
        if getattr(person, name) in NULLS and stored.get(name) is not None
    }
    return replace(person, **merged)


def _tags(values: Mapping[str, Any]) -> list[str]:
    given = values.get("tags")
    if isinstance(given, str):
        given = given.split(";")
    return [str(name).strip() for name in given or () if str(name).strip()] if isinstance(given, list) else []

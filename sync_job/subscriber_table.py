"""Saving people: their current state, and the history that comes with it. Writes only what differs."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace

from shared.records import Subscriber, Tag
from sync_job.counts import Counts
from sync_job.dimensions import Dimension, Dimensions
from sync_job.privacy.tombstones import Tombstones
from sync_job.statements import statement

LOCAL = "local:"  # how the owner's own tags begin
HISTORIES = {"tags", "transitions", "addresses"}
COLUMNS = [each.name for each in fields(Subscriber) if each.name not in HISTORIES]


class SubscriberTable:
    def __init__(
        self, database: sqlite3.Connection, dimensions: Dimensions, counts: Counts, tombstones: Tombstones
    ) -> None:
        self._database = database
        self._subscribers = dimensions.subscribers
        self._tags = Dimension(database, "tag")
        self._counts = counts
        self._tombstones = tombstones

    def save_tags(self, tags: Iterable[Tag]) -> None:
        for tag in tags:
            row = vars(replace(tag, name=_provider_name(tag.name)))
            for step in ("free_tag_name", "adopt_tag", "move_tagged", "drop_merged_tag", "save_tag"):
                self._database.execute(statement(step), row)
        self._tags.ids.clear()  # names may have moved

    def save(self, people: Sequence[Subscriber], *, now_ms: int, is_first_walk: bool = False) -> list[int]:
        """Saves people in the caller's transaction and returns their row ids, in order; not those who were erased.

        A tag met on the first walk has been there for nobody knows how long; later ones appeared now.
        """
        ids = []
        people = [person for person in people if self.admits(person)]
        for person in people:
            is_new = self._subscribers.find(person.uuid) is None
            before = self._database.total_changes
            self._database.execute(
                statement("save_subscriber"), {name: getattr(person, name) for name in COLUMNS}
            )
            changed = self._database.total_changes > before
            subscriber = self._subscribers.id(person.uuid)
            ids.append(subscriber)
            changed |= self._save_history(subscriber, person, now_ms)
            self._counts.subscribers_seen += 1
            if is_new:
                self._counts.subscribers_new += 1
            elif changed:
                self._counts.subscribers_changed += 1
        self._save_tags_of(ids, people, now_ms, is_first_walk)
        return ids

    def admits(self, person: Subscriber, *, may_be_back: bool = True) -> bool:
        """Whether this person may be stored; inside the caller's transaction, for what is learnt is remembered.

        Only today's list can say that somebody whom retention forgot `may_be_back`: a file may be older than that.
        """
        if not self._tombstones:
            return True
        known = self._database.execute(statement("is_known_by_name"), (person.uuid,)).fetchone()
        found = self._tombstones.of_person(person, is_known=known is not None)
        if found is None:
            return True
        own = self._tombstones.hash_of_id(person.uuid)
        if may_be_back and found.admits(person):
            addresses = [each.email for each in person.addresses] or [person.email or ""]
            hashes = [own, *map(self._tombstones.hash_of_address, addresses)]
            self._tombstones.lift(self._database, hashes)
            # What was unlinked stays so: they are linked from the day on which they were forgotten.
            row = (self._subscribers.id(person.uuid), found.erased_ms)
            self._database.execute(statement("set_untracked"), row[::-1])
            return True
        # Met by an address: from now on by this id as well.
        self._tombstones.add(self._database, [found._replace(hash=own)])
        return False

    def mark_deleted(self, ids: Iterable[int], now_ms: int) -> None:
        marks = [(now_ms, each) for each in ids]
        self._database.executemany("update subscribers set deleted_ms = ? where id = ?", marks)
        self._counts.subscribers_deleted += len(marks)

    def _save_history(self, subscriber: int, person: Subscriber, now_ms: int) -> bool:
        before = self._database.total_changes
        self._database.executemany(
            statement("save_transition"),
            [(subscriber, each.occurred_ms, each.status) for each in person.transitions],
        )
        who = {"subscriber": subscriber, "email": person.email, "now_ms": now_ms}
        self._database.execute(statement("close_other_addresses"), who)
        if len(person.addresses) == 1:
            only = {**who, **vars(person.addresses[0])}
            self._database.execute(statement("save_only_address"), only)
        else:
            self._database.executemany(
                statement("save_address_span"), [{**who, **vars(span)} for span in person.addresses]
            )
        return self._database.total_changes > before

    def _save_tags_of(
        self, ids: Sequence[int], people: Sequence[Subscriber], now_ms: int, is_first_walk: bool
    ) -> None:
        had: defaultdict[int, set[str]] = defaultdict(set)
        for subscriber, name in self._database.execute(
            statement("open_tags_of"), {"subscribers": json.dumps(ids)}
        ):
            had[subscriber].add(name)
        from_ms = 0 if is_first_walk else now_ms
        for subscriber, person in zip(ids, people, strict=True):
            has = set(map(_provider_name, person.tags))
            for name in has - had[subscriber]:
                row = {"subscriber": subscriber, "tag": self._tags.id(name), "from_ms": from_ms}
                self._database.execute(statement("add_subscriber_tag"), row)
            for name in had[subscriber] - has:
                row = {"subscriber": subscriber, "tag": self._tags.id(name), "now_ms": now_ms}
                self._database.execute(statement("end_subscriber_tag"), row)


def _provider_name(name: str) -> str:
    """A tag of the provider's never passes for one of the owner's own."""
    return f"buttondown:{name}" if name.startswith(LOCAL) else name

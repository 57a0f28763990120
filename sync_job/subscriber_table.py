"""Saving people: their current state, and the history that comes with it. Writes only what differs."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields

from shared.records import Subscriber, Tag
from sync_job.counts import Counts
from sync_job.dimensions import Dimension, Dimensions
from sync_job.statements import statement

HISTORIES = {"tags", "transitions", "addresses"}
COLUMNS = [each.name for each in fields(Subscriber) if each.name not in HISTORIES]


class SubscriberTable:
    def __init__(self, database: sqlite3.Connection, dimensions: Dimensions, counts: Counts) -> None:
        self._database = database
        self._subscribers = dimensions.subscribers
        self._tags = Dimension(database, "tag")
        self._counts = counts

    def save_tags(self, tags: Iterable[Tag]) -> None:
        for tag in tags:
            row = vars(tag)
            for step in ("free_tag_name", "adopt_tag", "move_tagged", "drop_merged_tag", "save_tag"):
                self._database.execute(statement(step), row)
        self._tags.ids.clear()  # names may have moved

    def save(self, people: Sequence[Subscriber], *, now_ms: int, is_first_walk: bool = False) -> list[int]:
        """Saves people in the caller's transaction and returns their row ids, in order.

        A tag met on the first walk has been there for nobody knows how long; later ones appeared now.
        """
        ids = []
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
            has = set(person.tags)
            for name in has - had[subscriber]:
                row = {"subscriber": subscriber, "tag": self._tags.id(name), "from_ms": from_ms}
                self._database.execute(statement("add_subscriber_tag"), row)
            for name in had[subscriber] - has:
                row = {"subscriber": subscriber, "tag": self._tags.id(name), "now_ms": now_ms}
                self._database.execute(statement("end_subscriber_tag"), row)

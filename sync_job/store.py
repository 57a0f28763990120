"""The open store of one project: its tables, its notes about itself, and whether anything in it changed."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sync_job.counts import Counts
from sync_job.dimensions import Dimensions
from sync_job.email_table import EmailTable
from sync_job.event_table import EventTable
from sync_job.privacy.tombstones import Tombstones
from sync_job.subscriber_table import SubscriberTable

# Parts of a stream's state that alone are not worth an upload: repeating their work is harmless.
BOOKKEEPING = frozenset({"walk", "asked_ms"})


class Store:
    """Everything a source may read or write. `changed` says whether an upload would bring anything but bookkeeping."""

    def __init__(self, database: sqlite3.Connection, counts: Counts) -> None:
        self.database = database
        self.counts = counts
        self.dimensions = Dimensions(database)
        self.tombstones = Tombstones.read(database)
        self.events = EventTable(database, self.dimensions, counts, self.tombstones)
        self.subscribers = SubscriberTable(database, self.dimensions, counts, self.tombstones)
        self.emails = EmailTable(database, self.dimensions, counts)
        self.changed = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Rows and cursor move together or not at all."""
        self.database.execute("begin immediate")
        before = self.database.total_changes
        bookkeeping = self._bookkeeping
        try:
            yield
        except BaseException:
            self.database.execute("rollback")
            raise
        self.database.execute("commit")
        if self.database.total_changes - before > self._bookkeeping - bookkeeping:
            self.changed = True

    _bookkeeping = 0  # rows written so far that do not count as a change

    def fact(self, name: str) -> str | None:
        found = self.database.execute("select value from project_facts where name = ?", (name,)).fetchone()
        return found[0] if found else None

    def set_fact(self, name: str, value: str) -> None:
        if self.fact(name) != value:
            self.database.execute(
                "insert or replace into project_facts (name, value) values (?, ?)", (name, value)
            )

    def state(self, source: str, stream: str) -> dict[str, Any]:
        query = "select cursor from sync_states where source = ? and stream = ?"
        found = self.database.execute(query, (source, stream)).fetchone()
        return json.loads(found[0]) if found else {}

    def set_state(self, source: str, stream: str, cursor: Mapping[str, Any]) -> None:
        """Inside a transaction. Moving only the place of an unfinished walk is bookkeeping."""
        old = self.state(source, stream)
        if old == cursor:
            return
        self.database.execute(
            "insert or replace into sync_states (source, stream, cursor) values (?, ?, ?)",
            (source, stream, json.dumps(cursor, sort_keys=True)),
        )
        if _essential(old) == _essential(cursor):
            self._bookkeeping += 1

    def note_walked(self, subscribers: list[int]) -> None:
        """Remembers who a walk has met until it ends."""
        before = self.database.total_changes
        rows = [(each,) for each in subscribers]
        self.database.executemany("insert or ignore into walk_subscribers (subscriber) values (?)", rows)
        self._bookkeeping += self.database.total_changes - before

    def forget_walked(self) -> None:
        before = self.database.total_changes
        self.database.execute("delete from walk_subscribers where true")
        self._bookkeeping += self.database.total_changes - before

    def record_run(self, row: Mapping[str, Any]) -> None:
        """One line of history; alone not worth an upload."""
        with self.transaction():
            self.database.execute(
                "insert or replace into sync_runs (id, command, started_ms, finished_ms, outcome, counts) "
                "values (:id, :command, :started_ms, :finished_ms, :outcome, :counts)",
                row,
            )
            self._bookkeeping += 1


def _essential(cursor: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in cursor.items() if key not in BOOKKEEPING}

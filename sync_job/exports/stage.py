"""A place beside the store where the events of a file wait to be put in order.

The store compares events second by second, so a file must be read by time, and all of it before the first event
is added. The stage is a database without a name: SQLite keeps it in its cache and in a file that nobody else can
open and that is gone with it. Only parsed events get here: no address of a network, no reply.
"""

import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from shared.records import Agent, Event, HashedAddress
from sync_job.exports.events import ReadEvent
from sync_job.statements import statement

BATCH = 5_000
BUFFERED = 5_000
ROWS_WITHOUT_ID = uuid.UUID("0c0c8a86-3a0e-5b54-9d0f-4a8f3f0d6a57")  # names the UUIDv5 space of their ids


class Staged(NamedTuple):
    event: Event
    address: str | None


class Stage:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._waiting: list[tuple[object, ...]] = []
        self.count = 0
        database.execute(statement("create_stage"))

    def add(self, read: ReadEvent) -> None:
        event = read.event
        agent = event.agent or (None, None, None, None)
        address = event.address or (None, None)
        event_id = event.id if read.has_id else None
        self._waiting.append(
            (
                event.occurred_ms,
                self.count,
                event_id,
                *event[2:7],
                *agent,
                *address,
                event.details,
                read.address,
            )
        )
        self.count += 1
        if len(self._waiting) >= BUFFERED:
            self._flush()

    def addresses(self) -> set[str]:
        self._flush()
        return {address for (address,) in self._database.execute(statement("staged_addresses"))}

    def batches(self) -> Iterator[list[Staged]]:
        """Everything by time; a second is never split, however many events it holds."""
        self._flush()
        batch: list[Staged] = []
        second, met = -1, Counter[str]()
        for row in self._database.execute(statement("staged_events")):
            if row[0] // 1000 != second:
                if len(batch) >= BATCH:
                    yield batch
                    batch = []
                second, met = row[0] // 1000, Counter()
            batch.append(_staged(row, met))
        if batch:
            yield batch

    def _flush(self) -> None:
        self._database.executemany(statement("insert_staged"), self._waiting)
        self._waiting.clear()


@contextmanager
def open_stage() -> Iterator[Stage]:
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.execute("pragma journal_mode = off").close()
        database.execute("pragma cache_size = -16384").close()
        database.execute("begin")
        yield Stage(database)


def _staged(row: tuple[object, ...], met: Counter[str]) -> Staged:
    """A row without an id is named by what it says, and by how many before it said the same."""
    at, event_id, family, kind, subscriber, email, url, *origin, address, network, details, who = row
    if event_id is None:
        said = repr((at, kind, subscriber or str(who).casefold(), email, url))
        event_id = uuid.uuid5(ROWS_WITHOUT_ID, f"{met[said]} {said}").bytes
        met[said] += 1
    event = Event(
        at,  # type: ignore[arg-type]
        event_id,  # type: ignore[arg-type]
        family,  # type: ignore[arg-type]
        kind,  # type: ignore[arg-type]
        subscriber,  # type: ignore[arg-type]
        email,  # type: ignore[arg-type]
        url,  # type: ignore[arg-type]
        Agent(*origin) if origin[0] is not None else None,  # type: ignore[arg-type]
        HashedAddress(address, network) if address is not None else None,  # type: ignore[arg-type]
        details,  # type: ignore[arg-type]
    )
    return Staged(event, who)  # type: ignore[arg-type]

"""Saving events: applying one twice changes nothing, and one event under two ids is stored once."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.records import Event
from sync_job.counts import Counts
from sync_job.dimensions import Dimensions
from sync_job.pairing import Known, pair
from sync_job.statements import statement

REMEMBERED_IDS = 100_000  # twice this: the ids that a walk may meet again with another date


class Row(NamedTuple):
    occurred_ms: int
    id: bytes
    kind: int
    subscriber: int | None
    email: int | None
    link: int | None
    agent: int | None
    address: int | None
    detail: int | None


@dataclass(frozen=True)
class Added:
    """What became of a batch."""

    new: int
    paired: int
    new_below_floor: int

    @property
    def all_known(self) -> bool:
        return not self.new and not self.paired


class EventTable:
    def __init__(self, database: sqlite3.Connection, dimensions: Dimensions, counts: Counts) -> None:
        self._database = database
        self._dimensions = dimensions
        self._counts = counts
        self._recent: dict[bytes, int] = {}
        self._older: dict[bytes, int] = {}
        self._has_aliases = database.execute("select 1 from event_aliases limit 1").fetchone() is not None

    def remember_since(self, floor_ms: int) -> None:
        """Before a walk down to `floor_ms`: the ids it may meet again, to notice one that comes with a new date."""
        self._older = dict(
            self._database.execute(
                "select id, occurred_ms from events where occurred_ms >= ? order by occurred_ms desc limit ?",
                (floor_ms, 2 * REMEMBERED_IDS),
            )
        )
        self._recent = {}

    def add(self, events: Sequence[Event], *, floor_ms: int = 0) -> Added:
        """Stores a batch in the caller's transaction; says how much of it was new, and new before the floor."""
        events = self._without_moved(events)
        families = self._dimensions.families
        families.update(event.family for event in events)
        renamed = paired = 0
        known: Sequence[Event] = ()
        if len(families) > 1 or self._has_aliases:
            pairs = pair(self._database, self._dimensions, events)
            rows = [self._row(each) for each in pairs.accepted]
            for each in pairs.renamed:
                self._rename(each)
            if pairs.aliases:
                self._database.executemany(statement("insert_alias"), pairs.aliases)
                self._has_aliases = True
            renamed, paired, known = len(pairs.renamed), len(pairs.aliases), pairs.known
        else:
            rows = [self._event_row(event) for event in events]
        rows.sort()  # the table is clustered by time and id: in order, its pages fill instead of splitting
        old = next((index for index, row in enumerate(rows) if row.occurred_ms >= floor_ms), len(rows))
        below_floor, above = self._insert(rows[:old]), self._insert(rows[old:])
        if below_floor + above < len(rows):
            known = events
        if known:
            self._complete(known)
        self._counts.events_new += below_floor + above
        self._counts.events_paired += paired
        return Added(below_floor + above, paired + renamed, below_floor)

    def _insert(self, rows: Sequence[Row]) -> int:
        before = self._database.total_changes
        self._database.executemany(statement("insert_event"), rows)
        return self._database.total_changes - before

    def _event_row(self, event: Event) -> Row:
        at, event_id, family, kind, subscriber, email, url, agent, address, details = event
        look = self._dimensions
        return Row(
            at,
            event_id,
            look.kinds.id((family, kind)),
            look.subscribers.id(subscriber) if subscriber is not None else None,
            look.emails.id(email) if email is not None else None,
            look.links.id(url) if url is not None else None,
            look.agents.id(agent) if agent is not None else None,
            look.addresses.id(address) if address is not None else None,
            look.details.id(details) if details is not None else None,
        )

    def _row(self, known: Known) -> Row:
        """The row of an event under its newest id, with what only the older one said of its origin."""
        assert known.event is not None
        row = self._event_row(known.event)
        agent, address, detail = known.stored_dimensions
        return row._replace(
            agent=row.agent or agent, address=row.address or address, detail=row.detail or detail
        )

    def _rename(self, known: Known) -> None:
        assert known.stored_at is not None
        self._database.execute(statement("remove_event"), known.stored_at)
        self._database.execute(statement("insert_event"), self._row(known))

    def _complete(self, events: Sequence[Event]) -> None:
        """A known event may learn whose it was and of which email."""
        look = self._dimensions
        before = self._database.total_changes
        self._database.executemany(
            statement("complete_event"),
            [
                {
                    "occurred_ms": event.occurred_ms,
                    "id": event.id,
                    "subscriber": look.subscribers.id(event.subscriber) if event.subscriber else None,
                    "email": look.emails.id(event.email) if event.email else None,
                }
                for event in events
            ],
        )
        self._counts.events_completed += self._database.total_changes - before

    def _without_moved(self, events: Sequence[Event]) -> Sequence[Event]:
        """Leaves out ids that were met with another date: an anomaly of the source, counted, not stored again."""
        if len(self._recent) > REMEMBERED_IDS:
            self._older, self._recent = self._recent, {}
        recent, older = self._recent, self._older
        moved = set()
        for index, event in enumerate(events):
            at = recent.setdefault(event.id, event.occurred_ms)
            if at != event.occurred_ms or older.get(event.id, at) != at:
                moved.add(index)
                recent[event.id] = older.get(event.id, at)
        if not moved:
            return events
        self._counts.events_moved += len(moved)
        return [event for index, event in enumerate(events) if index not in moved]

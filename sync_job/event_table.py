"""Saving events: applying one twice changes nothing, and one event under two ids is stored once."""

import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from shared.records import Event
from sync_job.counts import Counts
from sync_job.dimensions import Dimensions
from sync_job.pairing import EXPORT, Known, pair
from sync_job.privacy.tombstones import Tombstones
from sync_job.statements import statement

ROWS_A_STATEMENT = 50
STORED_IDS = 200_000  # of what is stored, and
INCOMPLETE_IDS = 50_000
MET_IDS = 20_000  # of what this walk met: the ids that may come again with another date


# Nine of them, as long as each other: occurred_ms, id, and the row ids of kind, subscriber, email, link, agent,
# address and details. A first sync makes a million rows: whole columns are looked up and laid out without a loop.
Columns = Sequence[Sequence[int | bytes | None]]
WIDTH, SUBSCRIBER, EMAIL = 9, 3, 4


@dataclass(frozen=True)
class Added:
    """What became of a batch."""

    new: int = 0
    paired: int = 0
    new_below_floor: int = 0

    def __add__(self, other: "Added") -> "Added":
        return Added(
            self.new + other.new,
            self.paired + other.paired,
            self.new_below_floor + other.new_below_floor,
        )

    @property
    def all_known(self) -> bool:
        return not self.new and not self.paired


class EventTable:
    def __init__(
        self, database: sqlite3.Connection, dimensions: Dimensions, counts: Counts, tombstones: Tombstones
    ) -> None:
        self._database = database
        self._dimensions = dimensions
        self._counts = counts
        self._tombstones = tombstones
        self._stored: dict[bytes, int] = {}
        self._met: dict[bytes, int] = {}
        self._unchecked: list[tuple[int, bytes]] | None = None
        single = statement("insert_event").rstrip()
        self._insert_many = single + ", (?, ?, ?, ?, ?, ?, ?, ?, ?)" * (ROWS_A_STATEMENT - 1)
        self._has_aliases = database.execute("select 1 from event_aliases limit 1").fetchone() is not None
        # Events of nobody or of no email are few: automations, deleted people. None: too many to remember.
        found = [row[0] for row in database.execute(statement("find_incomplete_ids"), (INCOMPLETE_IDS + 1,))]
        self._incomplete = set(found) if len(found) <= INCOMPLETE_IDS else None
        self.mind_consent()

    def mind_consent(self) -> None:
        """Loads who asked not to be tracked, and until when, and how far back events were unlinked for their age:
        they are stored of nobody."""
        self._untracked: dict[bytes | None, int] = dict(self._database.execute(statement("find_untracked")))
        found = self._database.execute(statement("find_linked_since")).fetchone()
        self._linked_since_ms: int = found[0] if found else 0

    def _unlinked(self, event: Event) -> Event:
        if self._tombstones.are_named_in(event.url, event.occurred_ms):
            event = event._replace(url=None)
        url = event.url
        if self._tombstones.of_id(event.subscriber):
            # A link that nobody else ever followed may name its one reader.
            url = url if url and self._dimensions.links.find(url) else None
        elif event.occurred_ms >= max(self._untracked.get(event.subscriber, 0), self._linked_since_ms):
            return event
        return event._replace(subscriber=None, url=url, address=None, details=None)

    def remember_since(self, floor_ms: int) -> None:
        """Before a walk down to `floor_ms`: the ids it may meet again, to notice one that comes with a new date."""
        latest = {"floor_ms": floor_ms, "most": STORED_IDS}
        self._stored = dict(self._database.execute(statement("find_recent_ids"), latest))
        self._met = {}
        if len(self._stored) == STORED_IDS and self._unchecked is None:
            self._unchecked = []

    def drop_moved(self) -> None:
        """At the end of a walk over more events than could be remembered: what was stored twice goes again."""
        if not self._unchecked:
            return
        self._database.execute(
            "create temp table suspects (occurred_ms integer, id blob, primary key (id, occurred_ms)) without rowid"
        )
        self._database.executemany("insert or ignore into suspects values (?, ?)", self._unchecked)
        moved = self._database.execute(statement("find_moved_suspects")).fetchall()
        self._database.executemany(statement("remove_event"), moved)
        self._database.execute("drop table suspects")
        self._counts.events_moved += len(moved)
        self._counts.events_new -= len(moved)
        self._unchecked = None

    def add(self, events: Sequence[Event], *, floor_ms: int = 0) -> Added:
        """Stores a batch in the caller's transaction; says how much of it was new, and new before the floor."""
        events = self._without_moved(events)
        if self._untracked or self._linked_since_ms or self._tombstones:
            events = [self._unlinked(event) for event in events]
        families = self._dimensions.families | {event.family for event in events}
        renamed = paired = 0
        known: Sequence[Event] = ()
        if len(families) > 1 or EXPORT in families or self._has_aliases:
            pairs = pair(self._database, self._dimensions, events)
            events = [each.event for each in pairs.accepted if each.event]
            for each in pairs.renamed:
                self._rename(each)
            if pairs.aliases:
                self._database.executemany(statement("insert_alias"), pairs.aliases)
                self._has_aliases = True
            renamed, paired, known = len(pairs.renamed), len(pairs.aliases), pairs.known
        # The table is clustered by time: in order, its pages fill instead of splitting.
        ordered = sorted(events, key=itemgetter(0))
        columns = self._columns(ordered)
        floor = bisect_left(ordered, floor_ms, key=itemgetter(0))
        below_floor = self._insert(columns, 0, floor)
        above = self._insert(columns, floor, len(ordered))
        if below_floor + above < len(ordered):
            known = [*known, *ordered]
        self._complete(known)
        if (
            self._incomplete is not None
            and columns
            and (None in columns[SUBSCRIBER] or None in columns[EMAIL])
        ):
            self._incomplete.update(
                [each.id for each in ordered if each.subscriber is None or each.email is None]
            )
        if self._unchecked is not None and below_floor + above:
            self._unchecked += [(each.occurred_ms, each.id) for each in ordered]
        self._counts.events_new += below_floor + above
        self._counts.events_paired += paired
        return Added(below_floor + above, paired + renamed, below_floor)

    def _insert(self, columns: Columns, start: int, end: int) -> int:
        """Many rows a statement: half the work of one statement a row. Returns how many were not there yet."""
        values: list[int | bytes | None] = [None] * (WIDTH * (end - start))
        for place, column in enumerate(columns):
            values[place::WIDTH] = column[start:end]
        step = WIDTH * ROWS_A_STATEMENT
        whole = len(values) - len(values) % step
        before = self._database.total_changes
        self._database.executemany(
            self._insert_many, (values[place : place + step] for place in range(0, whole, step))
        )
        self._database.executemany(
            statement("insert_event"),
            (values[place : place + WIDTH] for place in range(whole, len(values), WIDTH)),
        )
        return self._database.total_changes - before

    def _columns(self, events: Sequence[Event]) -> Columns:
        if not events:
            return []
        at, event_id, family, kind, subscriber, email, url, agent, address, details = zip(
            *events, strict=True
        )
        look = self._dimensions
        look.families.update(family)
        return (
            at,
            event_id,
            look.kinds.ids_of(list(zip(family, kind, strict=True))),
            look.subscribers.ids_of(subscriber),
            look.emails.ids_of(email),
            look.links.ids_of(url),
            look.agents.ids_of(agent),
            look.addresses.ids_of(address),
            look.details.ids_of(details),
        )

    def _rename(self, known: Known) -> None:
        """The stored event goes on under its newest id, with what only the older one said of its origin."""
        assert known.stored_at is not None
        assert known.event is not None
        *identity, agent, address, detail = (column[0] for column in self._columns([known.event]))
        old_agent, old_address, old_detail = known.stored_dimensions
        row = (*identity, agent or old_agent, address or old_address, detail or old_detail)
        self._database.execute(statement("remove_event"), known.stored_at)
        self._database.execute(statement("insert_event"), row)

    def _complete(self, events: Sequence[Event]) -> None:
        """A known event may learn whose it was and of which email."""
        incomplete = self._incomplete
        known = [event for event in events if incomplete is None or event.id in incomplete]
        if not known:
            return
        look = self._dimensions
        before = self._database.total_changes
        self._database.executemany(
            statement("complete_event"),
            [
                {
                    "occurred_ms": event.occurred_ms,
                    "id": event.id,
                    "subscriber": look.subscribers.id_if_any(event.subscriber),
                    "email": look.emails.id_if_any(event.email),
                }
                for event in known
            ],
        )
        self._counts.events_completed += self._database.total_changes - before

    def _without_moved(self, events: Sequence[Event]) -> Sequence[Event]:
        """Leaves out ids that were met with another date: an anomaly of the source, counted, not stored again."""
        if len(self._met) > MET_IDS:
            self._met = {}
        dates, ids = [event[0] for event in events], [event[1] for event in events]
        met, stored = list(map(self._met.setdefault, ids, dates)), list(map(self._stored.get, ids, dates))
        if met == dates == stored:
            return events
        known = enumerate(zip(dates, met, stored, strict=True))
        moved = [index for index, (date, *before) in known if before != [date, date]]
        for index in moved:  # what is stored keeps its date
            self._met[ids[index]] = self._stored.get(ids[index], self._met[ids[index]])
        self._counts.events_moved += len(moved)
        anomalies = set(moved)
        return [event for index, event in enumerate(events) if index not in anomalies]

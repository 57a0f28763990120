"""The feed of events: walked oldest first once, then newest first down to what is known.

The API filters events by no date, so every walk is by page. Oldest first suits the first walk (new events append
at the far end); newest first suits the rest (new events only push known ones onto later pages). The watermark is
the newest date seen by a walk that reached its end; it never passes the start of that walk.
"""

from collections.abc import Sequence
from typing import Any

from shared.errors import SourceIncomplete
from shared.records import Event
from shared.web import Params
from sync_job.event_table import Added
from sync_job.session import Session
from sync_job.sources.buttondown.api import ButtondownApi
from sync_job.sources.buttondown.event_parser import EventParser
from sync_job.sources.buttondown.pages import EVENT_PAGE_SIZES, PageWalk

SOURCE = "buttondown"
STREAM = "events"
OLDEST_FIRST = "creation_date"
NEWEST_FIRST = "-creation_date"
MAX_VERIFYING_PASSES = 5
BATCH = 1000  # parsed and stored together: what a processor's cache still holds


class EventFeed:
    def __init__(
        self,
        api: ButtondownApi,
        parser: EventParser,
        session: Session,
        sizes: Sequence[int] = EVENT_PAGE_SIZES,
    ) -> None:
        self.api = api
        self.session = session
        self.sizes = sizes
        self._parser = parser
        self._store = session.store
        self.state: dict[str, Any] = self._store.state(SOURCE, STREAM)

    def sync(self) -> None:
        """Brings the store up to date, from wherever the last run got to."""
        if self.session.plan.full and "full" not in (self.state.get("walk") or {}):
            self.state["walk"] = {"phase": "all", "offset": 0, "full": True}
        walk = self.state.get("walk") or {}
        is_taken_up = walk.get("phase") in ("new", "verify") and walk["offset"] > 0
        if self.state.get("complete") and walk.get("phase") not in ("all", "verify"):
            self._walk_new()
        else:
            self._walk_all()
        if is_taken_up:  # what came since it broke off is on the pages before the one it went on from
            self._walk_new()

    def _walk_all(self) -> None:
        """Everything, oldest first; then newest first until a pass adds nothing older than the overlap."""
        walk = self._begin("all")
        if walk["phase"] == "all":
            self._store.events.remember_since(0)
            with self.session.log.progress("events") as progress:
                for page in self.pages(OLDEST_FIRST, offset=walk["offset"]):
                    with self._store.transaction():
                        self.add(page.rows)
                        walk["offset"] = page.end
                        self._save()
                    progress(page.end, page.count)
                    self.session.checkpoint()
            walk.update(phase="verify", offset=0, missed=0)
        for _ in range(MAX_VERIFYING_PASSES):
            if self._nothing_was_missed(walk):
                self._end(walk)
                return
        raise SourceIncomplete(
            f"after {MAX_VERIFYING_PASSES} passes the feed still shows older events that were not there before",
            hint="What came is kept. The next run checks again.",
        )

    def walk_everything_again(self) -> None:
        """Newest first to the very end, for events that hide where no other walk looks."""
        self.state["walk"] = {"phase": "verify", "offset": 0, "missed": 0}
        self._walk_all()

    def _nothing_was_missed(self, walk: dict[str, Any]) -> bool:
        """One pass over everything, newest first. True if it added nothing older than the overlap.

        Rows deleted meanwhile pull others onto pages that were read already; no count gives that away.
        """
        floor_ms = walk["started_ms"] - self.session.plan.overlap_ms
        self.session.counts.forget_oddities()  # it meets every row again
        self._walk_down(walk, floor_ms, to_the_end=True)
        missed = walk["missed"]
        walk.update(offset=0, missed=0)
        return not missed

    def _walk_new(self) -> None:
        walk = self._begin("new")
        floor_ms = self.state["watermark_ms"] - self.session.plan.overlap_ms
        self._walk_down(walk, floor_ms)
        self._end(walk)

    def _walk_down(self, walk: dict[str, Any], floor_ms: int, *, to_the_end: bool = False) -> None:
        """Newest first, to a page where every event is known and the oldest is older than the floor.

        A walk that is taken up again repeats a page, which is known for that reason alone and ends nothing.
        """
        self._store.events.remember_since(0 if to_the_end else floor_ms)
        begin = walk["offset"]
        with self.session.log.progress("new events") as progress:
            for page in self.pages(NEWEST_FIRST, offset=walk["offset"]):
                with self._store.transaction():
                    events, added = self.add(page.rows, floor_ms=floor_ms)
                    walk["missed"] = (walk.get("missed") or 0) + added.new_below_floor
                    walk["offset"] = page.end
                    self._save()
                progress(page.end, page.count)
                self.session.checkpoint()
                oldest = min((event.occurred_ms for event in events), default=floor_ms)
                if added.all_known and oldest < floor_ms and page.end > begin and not to_the_end:
                    break

    def pages(self, ordering: str, *, offset: int = 0, filters: Params = ()) -> PageWalk:
        params = [("ordering", ordering), *filters]
        return PageWalk(self.api, self.session.counts, "events", params, sizes=self.sizes, offset=offset)

    def add(
        self, rows: Sequence[dict[str, Any]], *, floor_ms: int = 0, within: range | None = None
    ) -> tuple[list[Event], Added]:
        """Parses and stores rows inside a transaction, and minds the newest date of the walk.

        Returns every event of the rows; only those `within` the given milliseconds are stored.
        """
        events: list[Event] = []
        total = Added()
        for start in range(0, len(rows), BATCH):
            batch = self._parser.parse(rows[start : start + BATCH])
            events += batch
            wanted = batch if within is None else [event for event in batch if event.occurred_ms in within]
            total += self._store.events.add(wanted, floor_ms=floor_ms)
        self.session.counts.events_seen += len(rows)
        walk = self.state.get("walk")
        if walk is not None and events and within is None:
            walk["newest_ms"] = max(walk.get("newest_ms") or 0, max(event.occurred_ms for event in events))
        return events, total

    def _begin(self, phase: str) -> dict[str, Any]:
        """The walk under way, or a new one."""
        walk: dict[str, Any] = self.state.get("walk") or {"phase": phase, "offset": 0}
        walk.setdefault("started_ms", self.session.now_ms())
        self.state["walk"] = walk
        return walk

    def _end(self, walk: dict[str, Any]) -> None:
        """The walk reached its end: only now may the watermark move."""
        newest_ms = min(walk.get("newest_ms") or 0, walk["started_ms"])
        self.state["watermark_ms"] = max(newest_ms, self.state.get("watermark_ms") or 0)
        self.state["complete"] = True
        self.state["walk"] = None
        with self._store.transaction():
            self._store.events.drop_moved()
            self._save()

    def _save(self) -> None:
        self._store.set_state(SOURCE, STREAM, self.state)

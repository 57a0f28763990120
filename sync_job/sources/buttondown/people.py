"""The list of subscribers: a full walk once a day, date filters between, `ids=` for whoever is missing."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from shared.errors import SourceIncomplete, SourceUnavailable
from shared.web import Params
from sync_job.session import Session
from sync_job.sources.buttondown.api import ButtondownApi
from sync_job.sources.buttondown.hints import Hints
from sync_job.sources.buttondown.ids import canonical_id, spelled
from sync_job.sources.buttondown.pages import PageWalk
from sync_job.sources.buttondown.parsers import parse_subscriber
from sync_job.statements import statement
from sync_job.times import DAY_MS, to_datetime

SOURCE = "buttondown"
STREAM = "subscribers"
# What the API can be asked for by date; everything else (tags, names, addresses) waits for the daily walk.
DATE_FILTERS = (
    "date",
    "unsubscription_date",
    "undeliverability_date",
    "bounce_date",
    "churn_date",
    "upgrade_date",
)
IDS_PER_REQUEST = 50
LOOKS_PER_RUN = 200  # at people one by one
SUSPICIOUS_SHARE = 0.05  # more people gone than this,
SUSPICIOUS_COUNT = 20  # and more than this many: rather a fault than a clean-up

Key = TypeVar("Key")


class PeopleList:
    def __init__(self, api: ButtondownApi, session: Session, hints: Hints | None = None) -> None:
        self._api = api
        self._hints = hints or Hints(session)
        self._session = session
        self._store = session.store
        self.state: dict[str, Any] = self._store.state(SOURCE, STREAM)

    def sync(self) -> None:
        now_ms = self._session.now_ms()
        is_due = now_ms - (self.state.get("walked_ms") or 0) >= DAY_MS
        if self._session.plan.full or is_due or self.state.get("walk"):
            self._walk()
        else:
            self._ask_by_date(self.state.get("asked_ms") or self.state["walked_ms"])
        self.state["asked_ms"] = now_ms
        self._save()

    def hydrate(self) -> None:
        """People whom events name but no list did: known now, or deleted before anyone looked."""
        unknown = self._store.database.execute(statement("placeholder_subscribers")).fetchall()
        absent = self._absent(unknown)
        with self._store.transaction():
            self._store.subscribers.mark_deleted(absent, self._session.now_ms())

    def read_hints(self) -> None:
        self._hints.read(self.state.get("walked_ms") or 0)

    def ask_hinted(self) -> None:
        """Whom webhooks name and no list of this run has brought. That somebody is gone is believed when asking for
        them alone says so."""
        left = LOOKS_PER_RUN
        for batch in batches(self._hints.next_people(), IDS_PER_REQUEST):
            absent = self._absent([(uuid, uuid) for uuid in batch])
            for uuid in absent[:left]:
                self._look_for(uuid)
                self._session.checkpoint()
            left -= len(absent[:left])

    def _look_for(self, uuid: bytes) -> None:
        row = self._api.subscriber(spelled(uuid))
        with self._store.transaction():
            if row is not None and canonical_id(str(row["id"])).uuid == uuid:
                self._save_rows([row])
            elif row is None:
                query = "select id from subscribers where uuid = ? and deleted_ms is null"
                known = [found[0] for found in self._store.database.execute(query, (uuid,))]
                self._store.subscribers.mark_deleted(known, self._session.now_ms())
        self._hints.met([uuid])

    def _walk(self) -> None:
        """Everyone, oldest first: who signs up meanwhile appends at the end."""
        walk = self.state.get("walk") or {"offset": 0, "started_ms": self._session.now_ms()}
        self.state["walk"] = walk
        if not walk["offset"]:
            with self._store.transaction():
                self._store.forget_walked()
        pages = PageWalk(
            self._api,
            self._session.counts,
            "subscribers",
            [("ordering", "creation_date")],
            offset=walk["offset"],
        )
        with self._session.log.progress("subscribers") as progress:
            for page in pages:
                with self._store.transaction():
                    self._store.note_walked(self._save_rows(page.rows))
                    walk["offset"] = page.end
                    self._store.set_state(SOURCE, STREAM, self.state)
                progress(page.end, page.count)
                self._session.checkpoint()
        self._mark_absent(walk["started_ms"])
        self.state.update(walk=None, walked_ms=walk["started_ms"])
        with self._store.transaction():
            self._store.forget_walked()
            self._store.set_state(SOURCE, STREAM, self.state)

    def _mark_absent(self, started_ms: int) -> None:
        """Who was not met and cannot be found by id is gone; unless so many are that a fault is likelier."""
        unlisted = self._store.database.execute(
            statement("unlisted_subscribers"), {"started_ms": started_ms}
        ).fetchall()
        try:
            absent = self._absent(unlisted)
        except SourceUnavailable as error:
            self._session.problem(error)
            return
        query = "select count(*) from subscribers where status is not null and deleted_ms is null"
        known = self._store.database.execute(query).fetchone()[0]
        is_suspicious = len(absent) > SUSPICIOUS_COUNT and len(absent) > SUSPICIOUS_SHARE * known
        # Before the first walk only files can have named people, and old files name many who have long left.
        is_believed = self._session.plan.accept_deletions or not self.state.get("walked_ms")
        if is_suspicious and not is_believed:
            self._session.problem(
                SourceIncomplete(
                    f"{len(absent)} of {known} subscribers are gone at once; nobody was marked as deleted",
                    hint="If you removed them, run `rapport sync --full --accept-deletions`.",
                )
            )
            return
        with self._store.transaction():
            self._store.subscribers.mark_deleted(absent, self._session.now_ms())

    def _ask_by_date(self, since_ms: int) -> None:
        """Whoever signed up, left, bounced or paid since then; a day early, for the filter's zone is unknown."""
        day = f"{to_datetime(since_ms - DAY_MS):%Y-%m-%d}"
        for name in DATE_FILTERS:
            params: Params = [(f"{name}__start", day), ("ordering", "creation_date")]
            for page in PageWalk(self._api, self._session.counts, "subscribers", params):
                with self._store.transaction():
                    self._save_rows(page.rows)
                self._session.checkpoint()
        self._ask_for_consent()

    def _ask_for_consent(self) -> None:
        """Whoever must not be tracked is asked for every time: this tag cannot wait for the daily walk."""
        tag = self._session.plan.no_tracking
        if self._store.database.execute(
            "select 1 from tags where name = ? and origin = 'provider'", (tag,)
        ).fetchone():
            params: Params = [("tag", tag), ("ordering", "creation_date")]
            for page in PageWalk(self._api, self._session.counts, "subscribers", params):
                with self._store.transaction():
                    self._save_rows(page.rows)

    def _absent(self, people: Sequence[tuple[Key, bytes]]) -> list[Key]:
        """Asks for people by id, saves who is found, and returns the rest."""
        absent = []
        for batch in batches(people, IDS_PER_REQUEST):
            wanted = {uuid: key for key, uuid in batch}
            rows = list(self._api.by_ids("subscribers", [spelled(uuid) for uuid in wanted]))
            found = {canonical_id(str(row.get("id"))).uuid for row in rows}
            if found - wanted.keys():
                raise SourceUnavailable("subscribers does not filter by ids= as documented")
            with self._store.transaction():
                self._save_rows(rows)
            absent += [key for uuid, key in wanted.items() if uuid not in found]
            self._session.checkpoint()
        return absent

    def _save_rows(self, rows: Sequence[dict[str, Any]]) -> list[int]:
        people = []
        for row in rows:
            if row.get("id"):
                people.append(parse_subscriber(row, self._session.counts))
        self._hints.met(person.uuid for person in people)
        is_first_walk = not self.state.get("walked_ms")
        return self._store.subscribers.save(
            people, now_ms=self._session.now_ms(), is_first_walk=is_first_walk
        )

    def _save(self) -> None:
        with self._store.transaction():
            self._store.set_state(SOURCE, STREAM, self.state)


def batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch

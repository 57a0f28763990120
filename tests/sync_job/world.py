"""A made-up newsletter behind real HTTP, a bucket, and a clock that stands still until told otherwise."""

import io
import itertools
import json
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo import Api, Newsletter, Row, dashed
from shared.bucket import Bucket
from shared.database_file import open_snapshot
from shared.errors import NotFound
from shared.log import Log
from shared.settings import Secret
from sync_job.job import SyncJob
from sync_job.network import AddressHider
from sync_job.run_report import Report
from sync_job.session import Plan, Session
from sync_job.sources.buttondown.api import ButtondownApi, connect
from sync_job.sources.buttondown.event_types import CURRENT
from sync_job.sources.buttondown.source import ButtondownSource
from sync_job.times import iso, milliseconds

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)
SECRET = Secret("a secret for tests, of forty characters.")
DATABASE = "default/engagement.sqlite"


@dataclass
class World:
    api: Api
    bucket: Bucket
    folder: Path  # for snapshots
    now: datetime = NOON
    key: str = "demo-key"
    secret: Secret = SECRET
    timeout: float = 10.0
    clock: Callable[[], float] = time.monotonic
    slept: list[float] = field(default_factory=list)
    said: io.StringIO = field(default_factory=io.StringIO)

    @property
    def newsletter(self) -> Newsletter:
        return self.api.newsletter

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def commit_at_every_page(self) -> None:
        """Each look at the clock shows an hour more."""
        hours = itertools.count()
        self.clock = lambda: next(hours) * 3600.0

    def sync(self, **asked: Any) -> Report:
        """One run, in this process, that never really waits; `asked` are fields of the plan."""
        hider = AddressHider(self.secret)
        with closing(
            connect(self.api.url, Secret(self.key), sleep=self.slept.append, timeout=self.timeout)
        ) as client:
            source = ButtondownSource(ButtondownApi(client), hider)
            return self.job(source.sync, hider.fingerprint(), **asked).run()

    def job(self, work: Any, fingerprint: str = "0123456789abcdef", **asked: Any) -> SyncJob:
        return SyncJob(
            self.bucket,
            "default",
            work,
            Plan(**asked),
            fingerprint,
            Log(self.said, readable=False),
            now=lambda: self.now,
            clock=self.clock,
        )

    def asked(self, path: str, *, since: int = 0) -> list[Any]:
        """The requests for one path, after the first `since` of all."""
        return [request for request in self.api.requests[since:] if request.path == path]

    def generation(self) -> int:
        there = self.bucket.stat(DATABASE)
        return there.generation if there else 0

    def last_run(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.bucket.read("default/last_run.json")[0])
        return found

    def raw(self) -> bytes:
        """Every byte that is kept, the database and the notes about it."""
        return b"".join(
            self.bucket.read(each.name)[0]
            for each in self.bucket.list()
            if not each.name.endswith("secret.key")
        )

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        path = self.folder / "snapshot.sqlite"
        open_snapshot(self.bucket, DATABASE, path)
        with closing(sqlite3.connect(path)) as database:
            return database.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        """The only value of the only row."""
        [[value]] = self.query(sql, *values)
        return value

    def events(self) -> dict[str, tuple[Any, ...]]:
        """What the store holds: id to (type, time, subscriber, email, url)."""
        try:
            rows = self.query(
                "select event_id, type, occurred_at, subscriber_id, email_id, url from event_log"
            )
        except NotFound:
            return {}
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0]: row[1:] for row in rows}

    def people(self) -> dict[str, tuple[Any, ...]]:
        """Who is on the list: id to (email, name, status, tags)."""
        query = (
            "select subscriber_id, email, name, status, tags from subscriber_list "
            "where deleted_at is null and status is not null"
        )
        return {row[0]: (*row[1:4], json.loads(row[4])) for row in self.query(query)}

    def assert_true(self) -> None:
        """The store says what the API says, and is sound."""
        assert self.events() == {dashed(row["id"]): true_event(row) for row in self.newsletter.events}
        assert self.people() == {dashed(row["id"]): true_person(row) for row in self.newsletter.subscribers}
        emails = self.query("select email_id, subject, status from email_list where status is not null")
        listed = {(dashed(row["id"]), row["subject"], row["status"]) for row in self.newsletter.emails}
        assert listed <= set(emails)
        self.assert_sound()

    def assert_sound(self) -> None:
        assert self.query("pragma integrity_check") == [("ok",)]
        assert self.query("pragma foreign_key_check") == []


def true_event(row: Row) -> tuple[Any, ...]:
    given = row["event_type"]
    return (
        f"subscriber.{given}" if given in CURRENT else given,
        iso(milliseconds(row["creation_date"])),
        dashed(row["subscriber_id"]) if row["subscriber_id"] else None,
        dashed(row["email_id"]) if row["email_id"] else None,
        row["metadata"].get("url"),
    )


def true_person(row: Row) -> tuple[Any, ...]:
    names = [row["metadata"].get(key) for key in ("first_name", "last_name")]
    name = " ".join(filter(None, names)) or row["metadata"].get("name")
    return (row["email_address"], name, row["type"], sorted(row["tags"]))


def ids(rows: Iterable[Row]) -> set[str]:
    return {dashed(row["id"]) for row in rows}


def nothing(session: Session) -> None:
    """A source that has nothing to say."""

"""A newsletter that is synced over some days, its store broken in many ways, and put back."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.bucket.folder import FolderBucket
from shared.log import Log
from sync_job.backups.restore import Restore, Restored
from sync_job.network import AddressHider
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.newsletters import opened_on
from tests.sync_job.world import DATABASE, World

VIEWS = ("event_log", "subscriber_list", "email_list")


@dataclass
class Drill:
    """`fake` is the Cloud Storage behind the world's bucket; None: the bucket is a folder."""

    world: World
    fake: FakeCloudStorage | None = None

    def sync(self) -> None:
        """At the world's time, by the store's clock too."""
        if self.fake:
            self.fake.now = self.world.now
        report = self.world.sync()
        assert (report.outcome, report.warnings) == ("done", [])
        for stat in () if self.fake else self.world.bucket.list("default/"):
            if abs((stat.updated - datetime.now(UTC)).total_seconds()) < 3600:
                self.stamp(stat.name)

    def stamp(self, name: str) -> None:
        """Lets a file have been written at the world's time."""
        assert isinstance(self.world.bucket, FolderBucket)
        written = self.world.now.timestamp()
        os.utime(self.world.bucket.root / name, (written, written))

    def days(self, number: int) -> None:
        """So many days on each of which a run finds something new, and a last run."""
        for _ in range(number):
            self.sync()
            self.world.later(days=1)
            opened_on(self.world.newsletter, self.world.now)
        self.sync()

    def restore(self, wish: str, **changed: Any) -> Restored:
        with tempfile.TemporaryDirectory(dir=self.world.folder) as folder:
            job = self.job(Path(folder), **changed)
            return job.run(job.choose(wish).state)

    def job(self, folder: Path, **changed: Any) -> Restore:
        if self.fake:
            self.fake.now = self.world.now
        given: dict[str, Any] = {
            "bucket": self.world.bucket,
            "project": "default",
            "hider": AddressHider(self.world.secret),
            "folder": folder,
            "log": Log(self.world.said, readable=False),
            "now": lambda: self.world.now,
            "lease_wait": 0.0,
        }
        return Restore(**(given | changed))

    def contract(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything the contract views say, in an order of their own."""
        return {view: sorted(self.world.query(f"select * from {view}"), key=repr) for view in VIEWS}

    def names(self) -> list[str]:
        return [each.name.removeprefix("default/") for each in self.world.bucket.list("default/backups/")]

    def body(self) -> bytes:
        return self.world.bucket.read(DATABASE)[0]

    def edit(self, change: Callable[[sqlite3.Connection], object], name: str = DATABASE) -> None:
        """Somebody changes an object by hand."""
        path = self.world.folder / "edited.sqlite"
        self.world.bucket.download(name, path)
        with closing(sqlite3.connect(path)) as database:
            change(database)
            database.commit()
        self.world.bucket.upload(name, path)


def foreign_file(folder: Path) -> bytes:
    """A sound SQLite file that is something else."""
    path = folder / "foreign.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table bookmarks (url text)")
        database.execute("insert into bookmarks values ('https://example.com')")
        database.commit()
    return path.read_bytes()


def empty_file(folder: Path) -> bytes:
    """A sound SQLite file without a table."""
    path = folder / "empty.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("create table x (y); drop table x;")
    return path.read_bytes()

"""What a store says about itself, read from a snapshot without changing anything."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.alerts import Odd, read_odds
from shared.bucket import Bucket
from shared.database_file import RESTORE_HINT, open_snapshot
from shared.errors import DatabaseBroken, NotFound
from sync_job.statements import statement
from sync_job.times import to_datetime

UTC = "Etc/UTC"


class RecordedRun(NamedTuple):
    run_id: str
    command: str
    started_ms: int
    finished_ms: int
    outcome: str
    counts: str  # JSON


@dataclass(frozen=True)
class KnownStore:
    """`named` are the notes of the store about itself: newsletter_id, newsletter_name, time_zone, tracking, ..."""

    size: int  # bytes
    version: int  # of its schema
    named: Mapping[str, str]
    events: int
    first_ms: int | None
    newest_ms: int | None
    people: int
    subscribed: int
    emails: int
    runs: tuple[RecordedRun, ...]  # the latest first

    @property
    def synced_ms(self) -> int | None:
        """When the last run that brought data ended."""
        return max((run.finished_ms for run in self.runs if run.outcome != "failed"), default=None)

    @property
    def odds(self) -> tuple[Odd, ...]:
        return read_odds((run.run_id, run.command, run.counts) for run in self.runs)

    def moment(self, ms: int) -> str:
        return local_moment(ms, self.named.get("time_zone", UTC))


def local_moment(ms: int, zone: str = UTC) -> str:
    """ "20 Aug 2026, 14:21" in that time zone, or in UTC where it is not known here."""
    try:
        local = to_datetime(ms).astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        local = to_datetime(ms)
    return f"{local.day} {local:%b %Y, %H:%M}"


def fetch_store(bucket: Bucket, project: str, path: Path) -> KnownStore | None:
    """The store of a project, which is at `path` afterwards; None where there is none yet.

    Raises BucketError, and DatabaseBroken where the object is no store.
    """
    try:
        open_snapshot(bucket, f"{project}/engagement.sqlite", path)
    except NotFound:
        return None
    return read_store(path)


def read_store(path: Path) -> KnownStore:
    """Raises DatabaseBroken where the file cannot be read as a store."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            events, first_ms, newest_ms, people, subscribed, emails = database.execute(
                statement("count_store")
            ).fetchone()
            return KnownStore(
                size=path.stat().st_size,
                version=database.execute("pragma user_version").fetchone()[0],
                named=dict(database.execute("select name, value from project_facts")),
                events=events,
                first_ms=first_ms,
                newest_ms=newest_ms,
                people=people,
                subscribed=subscribed,
                emails=emails,
                runs=tuple(RecordedRun(*row) for row in database.execute(statement("latest_runs"))),
            )
    except sqlite3.Error as error:
        raise DatabaseBroken("engagement.sqlite", str(error), hint=RESTORE_HINT) from error

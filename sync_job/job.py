"""The story of a run: take the lease, check out, migrate, work, commit by generation; whatever happens, say so."""

import gc
import json
import tempfile
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from shared.bucket import Bucket
from shared.database_file import DatabaseFile, WorkingCopy
from shared.errors import BucketError, ForeignDataError, GenerationConflict, RapportError, SourceError
from shared.lease import Lease
from shared.log import Log
from shared.project import DEFAULT_BACKUPS, Backups
from sync_job.backups.daily import DailyCopies
from sync_job.collected import Collected
from sync_job.counts import Counts
from sync_job.migrate import check_origin, migrate
from sync_job.session import Plan, Session
from sync_job.store import Store
from sync_job.times import from_datetime, iso

COMMIT_EVERY_SECONDS = 300.0
UPLOAD_SHARE = 10  # commits are at least this many times the last upload's duration apart
MAX_CONFLICTS = 8
LEASE_WAIT_SECONDS = 600.0


def tune_collector() -> None:
    """Pages are trees of small objects that go when they are counted out; looking for cycles among them as often
    as Python does by default costs a twelfth of a first sync."""
    gc.set_threshold(50_000, 20, 50)


@dataclass
class Report:
    """What came of a run; `problems` are what it missed, in words, `warnings` what went wrong beside it."""

    run_id: str
    command: str
    started_ms: int
    counts: Counts
    problems: list[str]
    outcome: str = "failed"
    finished_ms: int = 0
    exit_code: int = 1
    newsletter: str = ""
    warnings: list[str] = field(default_factory=list)
    committed: Counts = field(default_factory=Counts)  # as they were when the last commit was made

    def as_dict(self) -> dict[str, Any]:
        return {
            "version": 1,
            "run_id": self.run_id,
            "command": self.command,
            "started_at": iso(self.started_ms),
            "finished_at": iso(self.finished_ms),
            "outcome": self.outcome,
            "problems": [*self.problems, *self.warnings],
            "counts": self.counts.as_dict(),
        }


@dataclass(frozen=True)
class SyncJob:
    """One run of `work` on one project. `fingerprint` names the hashing secret; `now` is aware, UTC."""

    bucket: Bucket
    project: str
    work: Callable[[Session], None]
    plan: Plan
    fingerprint: str
    log: Log
    command: str = "sync"
    is_noted: bool = (
        True  # in last_run.json, which says how fetching goes; not where a person reads the outcome
    )
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = time.monotonic
    commit_every: float = COMMIT_EVERY_SECONDS
    backups: Backups = DEFAULT_BACKUPS

    @property
    def may_be_left_to_another(self) -> bool:
        """Whether a run that is at work already makes this one needless: it is the plain one of a schedule."""
        return self.command == "sync" and self.plan.is_scheduled

    def run(self) -> Report:
        """Raises LeaseHeld when another run is at work; any other failure is in last_run.json before it rises
        (if the run is noted at all)."""
        report = Report(
            f"{self.now():%Y%m%dT%H%M%S}-{uuid4().hex[:8]}", self.command, self._now_ms(), Counts(), []
        )
        if self.plan.dry_run:
            self._attempt_until_committed(report, None)
            return report
        wait = 0.0 if self.may_be_left_to_another else LEASE_WAIT_SECONDS
        lease = Lease(
            self.bucket, f"{self.project}/leases/sync_job.json", owner=f"{self.command} {report.run_id}"
        )
        with lease.acquire(wait_seconds=wait):
            try:
                self._attempt_until_committed(report, lease)
            except BaseException as error:
                report.problems.append(_words(error))
                report.outcome = "failed"
                report.exit_code = error.exit_code if isinstance(error, RapportError) else 1
                raise
            finally:
                report.finished_ms = self._now_ms()
                if self.is_noted:
                    self._leave_note(report)
        return report

    def _attempt_until_committed(self, report: Report, lease: Lease | None) -> None:
        """Losing the race means: discard the copy, check out the winner's, and go on from its checkpoint."""
        with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
            database = DatabaseFile(self.bucket, f"{self.project}/engagement.sqlite", Path(folder))
            while True:
                with database.check_out() as copy:
                    try:
                        self._attempt(copy, report, lease)
                        return
                    except GenerationConflict:
                        lost = report.counts
                        report.counts = replace(
                            deepcopy(report.committed),
                            requests=lost.requests,
                            retries=lost.retries,
                            conflicts=lost.conflicts + 1,
                        )
                        if report.counts.conflicts > MAX_CONFLICTS:
                            raise
                        self.log.info("another run committed first: starting again from its database")

    def _attempt(self, copy: WorkingCopy, report: Report, lease: Lease | None) -> None:
        connection = copy.connect()
        is_first_run = copy.is_new
        if not is_first_run:
            check_origin(connection, f"{self.project}/engagement.sqlite")
        copies = DailyCopies(self.bucket, self.project, self.backups, self.now, self._warner(report))
        is_migrated = migrate(connection) > 0
        store = Store(connection, report.counts)
        committed_at, committed = self.clock(), False
        report.problems.clear()
        report.warnings.clear()

        def commit() -> None:
            if not is_first_run:
                copies.keep(copy.generation)  # as it was before the first change of this day
            self._commit(copy, report)

        def checkpoint() -> None:
            nonlocal committed_at, committed
            if lease is None:
                return
            lease.check()
            if store.changed and self.clock() - committed_at >= max(
                self.commit_every, UPLOAD_SHARE * copy.upload_seconds
            ):
                commit()
                store.changed = False
                committed_at, committed = self.clock(), True

        collected = Collected(self.bucket, self.project, report.counts, self.log)
        session = Session(
            store, report.counts, self.plan, self.log, self._now_ms, checkpoint, collected if lease else None
        )
        self._check_secret(store)
        store.changed = False  # so far only the store's notes about itself
        try:
            self.work(session)
        except SourceError as error:
            if copy.is_new and not store.changed:
                raise  # the first run of a project got nothing: it leaves none behind
            session.problem(error)  # what it got before is kept
        except KeyboardInterrupt:
            if lease is not None and store.changed:
                commit()
                self.log.info("stopped: what came so far is kept, and the next run goes on from here")
            raise
        report.problems = session.problems
        report.outcome = "incomplete" if session.problems else "done"
        report.exit_code = max(session.exit_codes, default=0)
        report.newsletter = store.fact("newsletter_name") or self.project
        report.finished_ms = self._now_ms()
        if lease is None:
            return
        store.record_run(history_row(report))
        if store.changed or is_migrated or committed:
            commit()
            if is_first_run:
                copies.keep(copy.generation)  # there was nothing before
        collected.acknowledge()  # only now: what it led to is kept

    def _warner(self, report: Report) -> Callable[[str], None]:
        def warn(words: str) -> None:
            report.warnings.append(words)
            self.log.warning(words)

        return warn

    def _commit(self, copy: WorkingCopy, report: Report) -> None:
        copy.commit()
        report.counts.commits += 1
        report.committed = deepcopy(report.counts)

    def _check_secret(self, store: Store) -> None:
        known = store.fact("secret_fingerprint")
        if known is None:
            with store.transaction():
                store.set_fact("secret_fingerprint", self.fingerprint)
        elif known != self.fingerprint:
            raise ForeignDataError(
                "this store was made with another RAPPORT_SECRET: addresses hashed now would match none of its own",
                hint="Set RAPPORT_SECRET to the secret it was made with (locally: the file secret.key beside it).",
            )

    def _leave_note(self, report: Report) -> None:
        """last_run.json tells what happened even when the database could not be written."""
        body = json.dumps(report.as_dict(), indent=2, ensure_ascii=False).encode()
        try:
            self.bucket.write(f"{self.project}/last_run.json", body)
        except BucketError as error:
            self.log.warning(f"last_run.json could not be written: {error}")

    def _now_ms(self) -> int:
        return from_datetime(self.now())


def _words(error: BaseException) -> str:
    if isinstance(error, RapportError):
        return error.explained
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return "stopped from outside before it was done"
    return f"{type(error).__name__}: {error}"


def history_row(report: Report) -> dict[str, Any]:
    return {
        "id": report.run_id,
        "command": report.command,
        "started_ms": report.started_ms,
        "finished_ms": report.finished_ms,
        "outcome": report.outcome,
        "counts": json.dumps(
            report.counts.as_dict() | ({"problems": report.problems} if report.problems else {})
        ),
    }

"""The story of a run: take the lease, check out, migrate, work, commit by generation; whatever happens, say so."""

import gc
import json
import tempfile
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from shared.bucket import Bucket
from shared.clock import utc_now
from shared.database_file import DatabaseFile, WorkingCopy
from shared.errors import BucketError, ForeignDataError, GenerationConflict, RapportError, SourceError
from shared.lease import Lease
from shared.log import Log
from sync_job.backups.daily import DailyCopies
from sync_job.collected import Collected
from sync_job.counts import Counts
from sync_job.migrate import check_origin, migrate
from sync_job.run_report import Report, history_row, words_of
from sync_job.session import Plan, Session
from sync_job.store import Store
from sync_job.times import from_datetime

COMMIT_EVERY_SECONDS = 300.0
UPLOAD_SHARE = 10  # commits are at least this many times the last upload's duration apart
MAX_CONFLICTS = 8
LEASE_WAIT_SECONDS = 600.0


def tune_collector() -> None:
    """Pages are trees of small objects that go when they are counted out; looking for cycles among them as often
    as Python does by default costs a twelfth of a first sync."""
    gc.set_threshold(50_000, 20, 50)


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
    is_noted: bool = True  # in last_run.json, which tells how fetching goes
    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    commit_every: float = COMMIT_EVERY_SECONDS
    memory_limit: int = 0  # bytes, where working copies lie in memory; told to whoever watches the store grow

    @property
    def may_be_left_to_another(self) -> bool:
        """Whether a run that is at work already makes this one needless: it is the plain one of a schedule."""
        return self.command == "sync" and self.plan.is_scheduled

    def run(self) -> Report:
        """Raises LeaseHeld when another run is at work; any other failure of a noted run is in last_run.json first."""
        report = Report(
            f"{self.now():%Y%m%dT%H%M%S}-{uuid4().hex[:8]}", self.command, self.now_ms(), Counts(), []
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
                report.problems.append(words_of(error))
                report.outcome = "failed"
                report.exit_code = error.exit_code if isinstance(error, RapportError) else 1
                raise
            finally:
                report.finished_ms = self.now_ms()
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
                        _Attempt(self, copy, report, lease).run()
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

    def _leave_note(self, report: Report) -> None:
        """last_run.json tells what happened even when the database could not be written."""
        note = report.as_dict() | ({"memory_limit": self.memory_limit} if self.memory_limit else {})
        body = json.dumps(note, indent=2, ensure_ascii=False).encode()
        try:
            self.bucket.write(f"{self.project}/last_run.json", body)
        except BucketError as error:
            self.log.warning(f"last_run.json could not be written: {error}")

    def now_ms(self) -> int:
        return from_datetime(self.now())


class _Attempt:
    """The work on one working copy, from check-out to the last commit; a rival's commit ends it."""

    def __init__(self, job: SyncJob, copy: WorkingCopy, report: Report, lease: Lease | None) -> None:
        self.job, self.copy, self.report, self.lease = job, copy, report, lease
        self.is_first_run = copy.is_new
        connection = copy.connect()
        if not self.is_first_run:
            check_origin(connection, f"{job.project}/engagement.sqlite")
        self.is_migrated = migrate(connection) > 0
        self.store = Store(connection, report.counts)
        self.daily_copies = DailyCopies(job.bucket, job.project, job.now, self._warn)
        self.committed_at, self.has_committed = job.clock(), False
        report.problems.clear()
        report.warnings.clear()

    def run(self) -> None:
        job, store, report = self.job, self.store, self.report
        collected = Collected(job.bucket, job.project, report.counts, job.log)
        session = Session(
            store, report.counts, job.plan, job.log, job.now_ms, self._checkpoint, collected if self.lease else None
        )  # fmt: skip
        check_secret(store, job.fingerprint)
        store.changed = False  # so far only the store's notes about itself
        try:
            job.work(session)
        except SourceError as error:
            if self.copy.is_new and not store.changed:
                raise  # the first run of a project got nothing: it leaves none behind
            session.problem(error)  # what it got before is kept
        except (KeyboardInterrupt, SystemExit) as stopped:
            # SIGTERM leaves ten seconds, too few for a large upload: only a folder keeps what came so far.
            is_in_time = isinstance(stopped, KeyboardInterrupt) or not job.bucket.url.startswith("gs://")
            if self.lease is not None and store.changed and is_in_time:
                self._commit()
                job.log.info("stopped: what came so far is kept, and the next run goes on from here")
            raise
        report.conclude(session.problems, session.exit_codes, job.now_ms())
        report.newsletter = store.fact("newsletter_name") or job.project
        if self.lease is None:
            return
        store.record_run(history_row(report))
        if store.changed or self.is_migrated or self.has_committed:
            self._commit()
            if self.is_first_run:
                self.daily_copies.keep(self.copy.generation)  # there was nothing before
        report.store_bytes = self.copy.path.stat().st_size
        collected.acknowledge()  # only now: what it led to is kept

    def _checkpoint(self) -> None:
        """After each page: keeps the lease, and commits when it is time."""
        if self.lease is None:
            return
        self.lease.check()
        pause = max(self.job.commit_every, UPLOAD_SHARE * self.copy.upload_seconds)
        if self.store.changed and self.job.clock() - self.committed_at >= pause:
            self._commit()
            self.store.changed = False
            self.committed_at, self.has_committed = self.job.clock(), True

    def _commit(self) -> None:
        if not self.is_first_run:
            self.daily_copies.keep(self.copy.generation)  # as it was before the first change of this day
        self.copy.commit()
        self.report.counts.commits += 1
        self.report.committed = deepcopy(self.report.counts)

    def _warn(self, words: str) -> None:
        self.report.warnings.append(words)
        self.job.log.warning(words)


def check_secret(store: Store, fingerprint: str) -> None:
    """Raises ForeignDataError for a store made with another secret; a new one notes which it is made with."""
    known = store.fact("secret_fingerprint")
    if known is None:
        with store.transaction():
            store.set_fact("secret_fingerprint", fingerprint)
    elif known != fingerprint:
        raise ForeignDataError(
            "this store was made with another RAPPORT_SECRET: addresses hashed now would match none of its own",
            hint="Set RAPPORT_SECRET to the secret it was made with (locally: the file secret.key beside it).",
        )

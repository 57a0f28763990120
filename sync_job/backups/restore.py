"""The story of a restore: take the lease, check the older state, keep what is live, put it in its place.

The live object is replaced in one conditional write, so it is whole before and after, whenever this is killed.
The sync's cursors lie in the store and go back with it: the next run asks for all that came since.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from shared.bucket import MUST_NOT_EXIST, Bucket
from shared.clock import utc_now
from shared.database_file import DatabaseFile
from shared.errors import BucketError, ForeignDataError, GenerationConflict, NotFound
from shared.lease import Lease
from shared.log import Log
from sync_job.backups.carrying import Carried, carry_over
from sync_job.backups.daily import FOLDER
from sync_job.backups.inspection import LiveStore, first_facts, inspect, inspect_live, zone_of
from sync_job.backups.states import BEFORE_RESTORE, DATABASE, State, choose, list_states
from sync_job.counts import Counts
from sync_job.job import LEASE_WAIT_SECONDS
from sync_job.migrate import migrate
from sync_job.network import AddressHider
from sync_job.privacy.erasure import erase_again
from sync_job.privacy.tombstones import Tombstones
from sync_job.run_report import Report, history_row
from sync_job.store import Store
from sync_job.times import from_datetime, iso


@dataclass(frozen=True)
class Choice:
    """What would be put back, and whether it is what is live already."""

    state: State
    zone: ZoneInfo
    live: LiveStore
    is_live: bool


@dataclass(frozen=True)
class Restored:
    """`kept_as` is what undoes it after `--at`; "" when nothing was live. `finding` says what was wrong with that."""

    state: State
    kept_as: str
    finding: str
    carried: Carried
    wishes_known_to: datetime | None = None  # UTC; what people asked for later is lost; None: nothing is


@dataclass(frozen=True)
class Restore:
    """`now` is aware, UTC; `folder` is private to this process."""

    bucket: Bucket
    project: str
    hider: AddressHider
    folder: Path
    log: Log
    now: Callable[[], datetime] = utc_now
    lease_wait: float = LEASE_WAIT_SECONDS

    @property
    def database(self) -> str:
        return f"{self.project}/{DATABASE}"

    def choose(self, wish: str) -> Choice:
        """Reads and decides, writes nothing. A live store that must not stay is not what anybody goes back to."""
        live = self._look_at_live()
        states = list_states(self.bucket, self.project)
        asked = [state for state in states if state.kind != "live"]
        zone = zone_of(live.facts or first_facts(self.bucket, asked, self._older))
        others = [state for state in states if state.kind != "live" or not live.finding]
        state = choose(others, wish, zone)
        return Choice(state, zone, live, state.kind == "live")

    def run(self, state: State) -> Restored:
        """Raises LeaseHeld when another run is still at work after the wait, and whatever speaks against the state,
        always with the live store as it was."""
        started = self.now()
        run_id = f"{started:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
        report = Report(run_id, "restore", from_datetime(started), Counts(), [])
        lease = Lease(self.bucket, f"{self.project}/leases/sync_job.json", owner=f"restore {run_id}")
        with lease.acquire(wait_seconds=self.lease_wait):
            live = self._look_at_live()
            database = DatabaseFile(self.bucket, self.database, self.folder)
            copy = database.check_out_another(state.name, state.generation, replaces=live.generation)
            with copy:
                facts = inspect(copy.path, state.name, self.hider.fingerprint())
                _check_newsletter(live, facts, self.database)
                connection = copy.connect()
                migrate(connection)
                carried, known_to = self._carry_over(connection, live, state)
                store = Store(connection, report.counts)
                erase_again(store, Tombstones.read(connection, self.hider))
                report.outcome, report.exit_code, report.finished_ms = "done", 0, from_datetime(self.now())
                row = history_row(report) | {"counts": json.dumps(_told(state))}
                store.record_run(row)
                lease.check()
                kept_as = self._keep_live(live, run_id)
                try:
                    copy.commit()
                except GenerationConflict as conflict:
                    self._forget(kept_as)
                    raise self._lost_race() from conflict
            self._leave_note(report, state, kept_as)
        return Restored(state, kept_as, live.finding, carried, known_to)

    def _look_at_live(self) -> LiveStore:
        path = self.folder / "live.sqlite"
        try:
            generation = self.bucket.download(self.database, path)
        except NotFound:
            return LiveStore(MUST_NOT_EXIST, path)
        return inspect_live(path, self.database, generation, self.hider.fingerprint())

    def _carry_over(
        self, connection: sqlite3.Connection, live: LiveStore, state: State
    ) -> tuple[Carried, datetime | None]:
        """From the live store; where it cannot be read, from the newest other one that can: up to when that is."""
        if live.facts:
            return carry_over(connection, live.path), None
        for newer in list_states(self.bucket, self.project):
            if newer.at > state.at and newer.kind != "live":
                facts = first_facts(self.bucket, [newer], self._older)
                if facts.get("secret_fingerprint") == self.hider.fingerprint():
                    return carry_over(connection, self._older), newer.at
        return Carried(), state.at

    @property
    def _older(self) -> Path:
        return self.folder / "older.sqlite"

    def _keep_live(self, live: LiveStore, run_id: str) -> str:
        """A copy of what is about to be replaced, broken or not; returns its name, without folder and ending."""
        if live.generation == MUST_NOT_EXIST:
            return ""
        kept_as = f"{BEFORE_RESTORE}{run_id}"
        try:
            self.bucket.copy(
                self.database, self._kept(kept_as), generation=live.generation, if_generation=MUST_NOT_EXIST
            )
        except NotFound as error:
            raise self._lost_race() from error
        return kept_as

    def _lost_race(self) -> BucketError:
        return BucketError(
            f"{self.database} was written by another run meanwhile: nothing was restored",
            hint="Run the same command again.",
        )

    def _forget(self, kept_as: str) -> None:
        if kept_as:
            with suppress(BucketError):
                self.bucket.delete(self._kept(kept_as))

    def _kept(self, kept_as: str) -> str:
        return f"{self.project}/{FOLDER}/{kept_as}.sqlite"

    def _leave_note(self, report: Report, state: State, kept_as: str) -> None:
        note = report.as_dict() | {"restored": _told(state) | ({"undo": kept_as} if kept_as else {})}
        try:
            self.bucket.write(f"{self.project}/last_run.json", json.dumps(note, indent=2).encode())
        except BucketError as error:
            self.log.warning(f"last_run.json could not be written: {error}")


def _told(state: State) -> dict[str, str]:
    return {"from": state.name, "generation": str(state.generation), "state_of": iso(from_datetime(state.at))}


def _check_newsletter(live: LiveStore, facts: Mapping[str, str], name: str) -> None:
    """A live store of our own, and a state of another newsletter: only a person knows which of the two is wrong."""
    known, given = live.facts.get("newsletter_id"), facts.get("newsletter_id")
    if not live.finding and known and given and known != given:
        raise ForeignDataError(
            f"that state is of the newsletter {facts.get('newsletter_name')!r}, "
            f"but the store holds {live.facts.get('newsletter_name')!r}",
            hint=f"If it is the live store that is wrong, move {name} out of the bucket and restore again.",
        )

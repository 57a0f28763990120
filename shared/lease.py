"""One run of a job at a time. The lease saves wasted work; the conditional write keeps the data right.

The lease is a small JSON object. Whoever creates it holds it; it is renewed and released by generation, and a
stale one is taken over only by overwriting exactly the generation that was judged stale, so of any number of
rivals one wins. Age is judged by the store's clock alone: ours may be wrong.
"""

import json
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from shared.bucket import MUST_NOT_EXIST, Bucket, Stat
from shared.bucket.folder import FolderBucket
from shared.clock import utc_now
from shared.errors import BucketError, GenerationConflict, LeaseHeld, LeaseLost, NotFound
from shared.processes import THIS_MACHINE, ProcessProbe

TTL_SECONDS = 120.0
RENEW_SECONDS = 30.0
POLL_SECONDS = 5.0


@dataclass(frozen=True)
class Holder:
    """`since` is ISO 8601, as the holder tells it."""

    owner: str
    since: str


class Lease:
    """`with Lease(bucket, "default/leases/sync_job.json", owner="sync_job") as lease: ... lease.check()`.

    Entering raises LeaseHeld when another run holds it; `acquire(wait_seconds)` waits for it first. A daemon
    thread renews it. Once another run took it over, `lost` is true and `check()` raises LeaseLost.
    """

    def __init__(
        self,
        bucket: Bucket,
        name: str,
        *,
        owner: str,
        ttl: float = TTL_SECONDS,
        renew_every: float = RENEW_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        processes: ProcessProbe = THIS_MACHINE,
    ) -> None:
        self.name = name
        self.owner = owner
        self.run_id = secrets.token_hex(8)
        self.generation = 0
        self.lost = False
        self._bucket = bucket
        self._ttl = ttl
        self._renew_every = renew_every
        self._clock = clock
        self._wall_clock = wall_clock
        self._sleep = sleep
        self._processes = processes
        self._acquired_at = ""
        self._stopping = threading.Event()
        self._renewer: threading.Thread | None = None

    def acquire(self, wait_seconds: float = 0) -> Self:
        """Takes the lease, asking again for up to `wait_seconds` while another run holds it."""
        deadline = self._clock() + wait_seconds
        while True:
            try:
                self._take()
            except LeaseHeld:
                remaining = deadline - self._clock()
                if remaining <= 0:
                    raise
                self._sleep(min(POLL_SECONDS, remaining))
            else:
                break
        self.lost = False
        self._stopping.clear()
        self._renewer = threading.Thread(target=self._keep_renewing, name=f"lease {self.name}", daemon=True)
        self._renewer.start()
        return self

    def release(self) -> None:
        """Gives it back. Not ours any more, or the bucket away: no harm, it passes to others by its age."""
        self._stopping.set()
        if self._renewer:
            self._renewer.join(timeout=10)
            self._renewer = None
        if self.generation and not self.lost:
            with suppress(BucketError):
                self._bucket.delete(self.name, if_generation=self.generation)
        self.generation = 0

    def renew(self) -> None:
        """Makes it young again; raises LeaseLost if another run has it. The thread does this by itself."""
        try:
            self.generation = self._write(self.generation)
        except GenerationConflict as conflict:
            self.lost = True
            raise LeaseLost(self.name) from conflict

    def check(self) -> None:
        if self.lost:
            raise LeaseLost(self.name)

    def holder(self, now: datetime) -> Holder | None:
        """Who is at work, for telling people and for nothing else: it writes nothing, and judges age by `now`."""
        found = self._look()
        if found is None:
            return None
        record, there = found
        if self._is_dead(record) or self._expires_at(record, there) <= now:
            return None
        return Holder(str(record.get("owner", "unknown")), str(record.get("acquired_at", "")))

    def __enter__(self) -> Self:
        return self if self.generation else self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _take(self) -> None:
        self._acquired_at = ""
        with suppress(GenerationConflict):
            self.generation = self._write(MUST_NOT_EXIST)
            return
        stale = self._stale_generation()
        with suppress(GenerationConflict):
            self.generation = self._write(stale)
            return
        # A rival was quicker, or the holder lives and has renewed: held either way, and for a full term.
        raise LeaseHeld(self.name, "another run", self._bucket.now() + timedelta(seconds=self._ttl))

    def _stale_generation(self) -> int:
        """The generation that may be overwritten; raises LeaseHeld if the one there is not stale."""
        found = self._look()
        if found is None:
            return MUST_NOT_EXIST
        holder, there = found
        expires_at = self._expires_at(holder, there)
        if self._is_dead(holder) or expires_at <= self._bucket.now():
            return there.generation
        raise LeaseHeld(self.name, str(holder.get("owner", "unknown")), expires_at)

    def _expires_at(self, holder: dict[str, Any], there: Stat) -> datetime:
        return there.updated + timedelta(seconds=_seconds(holder.get("ttl_seconds"), self._ttl))

    def _look(self) -> tuple[dict[str, Any], Stat] | None:
        """The holder's record together with the stat of the very same generation; None when it has gone."""
        while there := self._bucket.stat(self.name):
            try:
                body, generation = self._bucket.read(self.name)
            except NotFound:
                return None
            if generation == there.generation:
                try:
                    holder = json.loads(body)
                except ValueError:
                    holder = None
                return (holder if isinstance(holder, dict) else {}), there
        return None

    def _is_dead(self, holder: dict[str, Any]) -> bool:
        """Only a record of this very host can be judged: elsewhere the same number is another process.

        A cloud bucket is never judged so: its jobs run in containers that all call themselves the same.
        """
        pid, host = holder.get("pid"), holder.get("host")
        is_here = isinstance(self._bucket, FolderBucket) and host == self._processes.host()
        if not is_here or not isinstance(pid, int):
            return False
        return self._processes.started(pid) != holder.get("process_started")

    def _write(self, if_generation: int) -> int:
        # The times in the record are for people; nobody judges by them.
        now = self._wall_clock()
        self._acquired_at = self._acquired_at or now.isoformat(timespec="milliseconds")
        record = {
            "owner": self.owner,
            "run_id": self.run_id,
            "host": self._processes.host(),
            "pid": os.getpid(),
            "process_started": self._processes.started(os.getpid()),
            "acquired_at": self._acquired_at,
            "expires_at": (now + timedelta(seconds=self._ttl)).isoformat(timespec="milliseconds"),
            "ttl_seconds": self._ttl,
        }
        return self._bucket.write(self.name, json.dumps(record).encode(), if_generation=if_generation)

    def _keep_renewing(self) -> None:
        while not self._stopping.wait(self._renew_every):
            try:
                self.renew()
            except LeaseLost:
                return
            except BucketError:
                # Silence is not loss: until somebody takes it, the next renewal makes up for this one.
                continue


def _seconds(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value <= 86_400 else otherwise

"""One holder at a time; the age of a lease is the store's to judge; a thief takes exactly what was stale."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared import lease as lease_module
from shared.bucket import Bucket
from shared.bucket.folder import FolderBucket
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import BucketError, LeaseHeld, LeaseLost
from shared.lease import TTL_SECONDS, Lease
from shared.processes import THIS_MACHINE, ProcessProbe, process_started, this_host
from tests.fake_gcs import FakeCloudStorage
from tests.shared.killing import REPOSITORY

NAME = "spring/leases/sync_job.json"
SOON = 0.01

GrowOld = Callable[[Bucket, str, float], None]


def take(bucket: Bucket, owner: str = "sync_job", renew_every: float = 3600, **ports: object) -> Lease:
    return Lease(bucket, NAME, owner=owner, renew_every=renew_every, **ports)  # type: ignore[arg-type]


def eventually(condition: Callable[[], bool]) -> None:
    patience = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.005)


def record(bucket: Bucket) -> dict[str, object]:
    found: dict[str, object] = json.loads(bucket.read(NAME)[0])
    return found


def test_a_lease_says_who_holds_it_where_and_since_when(bucket: Bucket) -> None:
    with take(bucket) as lease:
        found = record(bucket)
        assert found["owner"] == "sync_job"
        assert found["run_id"] == lease.run_id
        assert found["pid"] == os.getpid()
        assert found["host"] == this_host()
        assert found["ttl_seconds"] == TTL_SECONDS
        assert str(found["acquired_at"]) < str(found["expires_at"])
    assert bucket.stat(NAME) is None


def test_a_second_run_is_told_who_holds_it_and_until_when(bucket: Bucket) -> None:
    with take(bucket, "the first"):
        there = bucket.stat(NAME)
        assert there is not None
        with pytest.raises(LeaseHeld) as held:
            take(bucket, "the second").acquire()
    assert held.value.name == NAME
    assert held.value.owner == "the first"
    assert held.value.expires_at == there.updated + timedelta(seconds=TTL_SECONDS)
    with take(bucket, "the second"):
        assert record(bucket)["owner"] == "the second"


def test_of_twelve_racers_one_wins(bucket: Bucket) -> None:
    assert len(winners(bucket)) == 1


def test_of_twelve_thieves_of_a_stale_lease_one_wins(bucket: Bucket, grow_old: GrowOld) -> None:
    gone = take(bucket, "gone").acquire()
    grow_old(bucket, NAME, TTL_SECONDS + 1)
    [winner] = winners(bucket)
    assert record(bucket)["run_id"] == winner.run_id
    gone.release()
    assert record(bucket)["run_id"] == winner.run_id


def winners(bucket: Bucket) -> list[Lease]:
    start = threading.Barrier(12)

    def race(number: int) -> Lease | None:
        lease = take(bucket, f"racer {number}")
        start.wait()
        try:
            return lease.acquire()
        except LeaseHeld:
            return None

    with ThreadPoolExecutor(12) as pool:
        return [lease for lease in pool.map(race, range(12)) if lease]


def test_a_lease_is_held_to_the_end_of_its_term_and_no_longer(bucket: Bucket, grow_old: GrowOld) -> None:
    take(bucket, "crashed").acquire()
    grow_old(bucket, NAME, TTL_SECONDS - 20)
    with pytest.raises(LeaseHeld):
        take(bucket, "next").acquire()
    grow_old(bucket, NAME, TTL_SECONDS + 20)
    with take(bucket, "next"):
        assert record(bucket)["owner"] == "next"


def test_the_term_is_the_one_its_holder_was_given(bucket: Bucket, grow_old: GrowOld) -> None:
    Lease(bucket, NAME, owner="long", ttl=3600, renew_every=3600).acquire()
    grow_old(bucket, NAME, TTL_SECONDS + 1)
    with pytest.raises(LeaseHeld):
        take(bucket).acquire()


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_wrong_clock_of_our_own_changes_nothing(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    class WrongClock(lease_module.datetime):
        @classmethod
        def now(cls, tz: object = None) -> "WrongClock":
            return super().now(tz) + timedelta(hours=hours)  # type: ignore[arg-type]

    take(cloud, "alive").acquire()
    monkeypatch.setattr("shared.lease.datetime", WrongClock)
    with pytest.raises(LeaseHeld):
        take(cloud).acquire()
    fake.advance(TTL_SECONDS + 1)
    with take(cloud):
        pass


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"ttl_seconds": "soon"}', b'{"ttl_seconds": 1e300}'])
def test_an_unreadable_lease_is_held_for_an_ordinary_term(bucket: Bucket, grow_old: GrowOld, body: bytes) -> None:
    bucket.write(NAME, body)
    with pytest.raises(LeaseHeld, match="unknown"):
        take(bucket).acquire()
    grow_old(bucket, NAME, TTL_SECONDS + 1)
    with take(bucket):
        pass


def test_a_thread_renews_it_until_the_release(bucket: Bucket) -> None:
    seen = set()
    with take(bucket, renew_every=SOON) as lease:
        eventually(lambda: seen.add(lease.generation) or len(seen) > 3)
        lease.check()
    assert bucket.stat(NAME) is None


def test_a_renewed_lease_never_grows_old(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    with take(cloud, "holder") as lease:
        for _ in range(3):
            fake.advance(TTL_SECONDS - 1)
            lease.renew()
        fake.advance(TTL_SECONDS - 1)
        with pytest.raises(LeaseHeld):
            take(cloud).acquire()


def test_renewing_keeps_the_time_it_was_acquired(bucket: Bucket) -> None:
    with take(bucket) as lease:
        before = record(bucket)
        lease.renew()
        assert record(bucket)["acquired_at"] == before["acquired_at"]
        assert str(record(bucket)["expires_at"]) >= str(before["expires_at"])


def test_a_holder_learns_from_its_renewal_that_it_lost(bucket: Bucket) -> None:
    with take(bucket, renew_every=SOON) as lease:
        bucket.write(NAME, b'{"owner": "thief"}')
        eventually(lambda: lease.lost)
        with pytest.raises(LeaseLost):
            lease.check()
        with pytest.raises(LeaseLost):
            lease.renew()
    assert record(bucket)["owner"] == "thief"


def test_a_lease_somebody_deleted_is_lost(bucket: Bucket) -> None:
    with take(bucket, renew_every=SOON) as lease:
        bucket.delete(NAME)
        eventually(lambda: lease.lost)


def test_releasing_what_was_stolen_spares_the_thief(bucket: Bucket) -> None:
    lease = take(bucket).acquire()
    bucket.write(NAME, b'{"owner": "thief"}')
    lease.release()
    lease.release()
    assert record(bucket)["owner"] == "thief"


def test_a_renewal_that_failed_is_made_up_for(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    with take(cloud, renew_every=SOON) as lease:
        before = lease.generation
        fake.on("POST", "leases", "403")
        fake.on("POST", "uploadType", "403")
        eventually(lambda: lease.generation != before)
        lease.check()


def test_a_store_that_fails_at_the_end_does_not_hide_how_the_run_ended(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    with pytest.raises(ZeroDivisionError), take(cloud):
        fake.on("DELETE", "leases", "403")
        raise ZeroDivisionError


def test_a_failure_to_ask_is_not_taken_for_a_lease(fake: FakeCloudStorage, cloud: CloudStorageBucket) -> None:
    fake.on("POST", "uploadType", "403")
    with pytest.raises(BucketError):
        take(cloud).acquire()


def test_a_lease_can_be_taken_again_after_its_release(bucket: Bucket) -> None:
    lease = take(bucket)
    for _ in range(2):
        with lease:
            assert bucket.stat(NAME) is not None
    assert bucket.stat(NAME) is None


def test_a_holder_that_releases_while_we_look_leaves_the_way_free(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    holder = take(cloud, "quick").acquire()
    fake.on("GET", "^/download/", holder.release)
    with take(cloud, "next"):
        assert record(cloud)["owner"] == "next"


def test_a_holder_that_renews_while_we_steal_keeps_it(
    fake: FakeCloudStorage, cloud: CloudStorageBucket
) -> None:
    holder = take(cloud, "slow but alive").acquire()
    fake.advance(TTL_SECONDS + 1)
    # Ours: the attempt to create, the question for the time, the theft. The holder is just in time for the last.
    fake.on("POST", "uploadType", holder.renew, skip=2)
    with pytest.raises(LeaseHeld):
        take(cloud, "thief").acquire()
    holder.check()
    assert record(cloud)["owner"] == "slow but alive"


class Clock:
    """Our own clock, moved by sleeping; `then` happens during the n-th nap."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []
        self.then: dict[int, Callable[[], None]] = {}

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        self.then.get(len(self.naps), lambda: None)()


def test_waiting_ends_as_soon_as_the_lease_is_free(bucket: Bucket) -> None:
    holder, clock = take(bucket, "first").acquire(), Clock()
    clock.then[3] = holder.release
    with take(bucket, "patient", clock=clock, sleep=clock.sleep).acquire(wait_seconds=600):
        assert record(bucket)["owner"] == "patient"
    assert len(clock.naps) == 3


def test_waiting_ends_with_the_patience(bucket: Bucket) -> None:
    clock = Clock()
    with take(bucket, "first"), pytest.raises(LeaseHeld):
        take(bucket, "patient", clock=clock, sleep=clock.sleep).acquire(wait_seconds=12)
    assert sum(clock.naps) == 12


def test_without_patience_nobody_sleeps(bucket: Bucket) -> None:
    clock = Clock()
    with take(bucket, "first"), pytest.raises(LeaseHeld):
        take(bucket, "hasty", clock=clock, sleep=clock.sleep).acquire()
    assert clock.naps == []


CRASH = """
import os, signal, sys
from pathlib import Path
from shared.bucket.folder import FolderBucket
from shared.lease import Lease
Lease(FolderBucket(Path(sys.argv[1])), sys.argv[2], owner="killed").acquire()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_in_a_folder_the_lease_of_a_killed_process_is_free_at_once(folder: FolderBucket) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(folder.root), NAME], cwd=REPOSITORY, check=False)
    assert record(folder)["owner"] == "killed"
    with take(folder, "next"):
        assert record(folder)["owner"] == "next"


def probe(host: str = "here", started: str | None = "at noon") -> ProcessProbe:
    return ProcessProbe(host=lambda: host, started=lambda _: started)


@pytest.mark.parametrize(
    ("now", "is_free"),
    [
        (probe(started=None), True),  # it is gone
        (probe(started="at one"), True),  # its number went to another process
        (probe(), False),
        (probe(host="elsewhere", started=None), False),  # not ours to judge
    ],
)
def test_a_holder_is_dead_when_its_process_is(folder: FolderBucket, now: ProcessProbe, is_free: bool) -> None:
    take(folder, "holder", processes=probe()).acquire()
    if is_free:
        take(folder, processes=now).acquire().release()
    else:
        with pytest.raises(LeaseHeld):
            take(folder, processes=now).acquire()


def test_in_the_cloud_processes_are_not_judged(cloud: CloudStorageBucket) -> None:
    # Every container there calls itself "localhost" and its first process 1.
    take(cloud, "holder", processes=probe()).acquire()
    with pytest.raises(LeaseHeld):
        take(cloud, processes=probe(started=None)).acquire()


def test_a_process_is_known_by_when_it_started() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        started = process_started(child.pid)
        assert started is not None
        assert started == process_started(child.pid)
        child.kill()
        eventually(lambda: process_started(child.pid) is None)  # killed, though nobody has asked for its end yet
    assert process_started(child.pid) is None
    assert THIS_MACHINE.started(os.getpid()) is not None

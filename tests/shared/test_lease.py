"""One holder at a time; its age is the store's to judge; a thief takes exactly what was stale."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from shared.bucket import Bucket
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import BucketError, LeaseHeld
from shared.lease import TTL_SECONDS, Lease
from shared.processes import this_host
from tests.fake_gcs import FakeCloudStorage
from tests.shared.leases import NAME, record, take

GrowOld = Callable[[Bucket, str, float], None]


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
    fake: FakeCloudStorage, cloud: CloudStorageBucket, hours: int
) -> None:
    def wrong() -> datetime:
        return fake.now + timedelta(hours=hours)

    take(cloud, "alive").acquire()
    with pytest.raises(LeaseHeld):
        take(cloud, wall_clock=wrong).acquire()
    fake.advance(TTL_SECONDS + 1)
    with take(cloud, "wrong", wall_clock=wrong), pytest.raises(LeaseHeld):
        take(cloud).acquire()


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b'{"ttl_seconds": "soon"}', b'{"ttl_seconds": 1e300}']
)
def test_an_unreadable_lease_is_held_for_an_ordinary_term(
    bucket: Bucket, grow_old: GrowOld, body: bytes
) -> None:
    bucket.write(NAME, body)
    with pytest.raises(LeaseHeld, match="unknown"):
        take(bucket).acquire()
    grow_old(bucket, NAME, TTL_SECONDS + 1)
    with take(bucket):
        pass


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

"""A holder keeps its lease young, learns when it lost it, and gives back only what is its own."""

import pytest

from shared.bucket import Bucket
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import LeaseHeld, LeaseLost
from shared.lease import TTL_SECONDS
from tests.fake_gcs import FakeCloudStorage
from tests.shared.leases import NAME, SOON, eventually, record, take


def test_a_thread_renews_it_until_the_release(bucket: Bucket) -> None:
    with take(bucket, renew_every=SOON) as lease:
        for _ in range(3):
            before = lease.generation
            eventually(lambda: lease.generation != before)  # noqa: B023
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
    fake.on("DELETE", "leases", "403")
    with pytest.raises(ZeroDivisionError), take(cloud):
        raise ZeroDivisionError

"""Garbage, storms, refusals midway, an unwilling bucket, races: nothing is acknowledged before its commit."""

import gzip
import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.cloud.storage.retry import DEFAULT_RETRY

from demo import Faults, dashed
from shared import inbox
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import BucketError
from sync_job import collected
from sync_job.sources.buttondown import hints, people
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_list
from tests.sync_job.telling import put_aside, tell, waiting
from tests.sync_job.test_processes import HASTY, run, start
from tests.sync_job.world import World, true_person

IMPATIENT = DEFAULT_RETRY.with_delay(initial=0.01, maximum=0.02).with_timeout(5)

GARBAGE = {
    "no gzip": b"nothing that was ever packed",
    "nothing": b"",
    "cut off": gzip.compress(b'{"id": "x"}\n' * 50)[:-9],
    "no object": gzip.compress(b"[1, 2]\n"),
    "another kind": gzip.compress(b'{"type": "page.viewed", "url": "/"}\n'),
    "no text": gzip.compress(b"\xff\xfe\x00\n"),
    "deep": gzip.compress(b"[" * 100_000 + b"\n"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_costs_itself_and_is_kept_aside(synced: World, kind: str) -> None:
    reader = synced.newsletter.subscribers[0]
    reader["metadata"] = {"name": "Ada"}
    synced.bucket.write("default/inbox/2026-08-20/120000000-a.ndjson.gz", GARBAGE[kind])
    tell(synced, "subscriber.updated", reader)
    report = synced.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    assert report.counts.inbox_unreadable >= 1
    assert "could not be read" in report.problems[0]
    assert put_aside(synced) == ["default/quarantine/2026-08-20/120000000-a.ndjson.gz"]
    assert synced.bucket.read(put_aside(synced)[0])[0] == GARBAGE[kind]
    assert waiting(synced) == 0
    synced.assert_true()
    assert synced.sync().outcome == "done"


def test_of_a_damaged_batch_the_readable_part_counts(synced: World) -> None:
    reader = synced.newsletter.subscribers[0]
    reader["metadata"] = {"name": "Ada"}
    name = tell(synced, "subscriber.updated", reader)
    whole = gzip.decompress(synced.bucket.read(name)[0])
    synced.bucket.write(name, gzip.compress(b"{broken\n" + whole))
    report = synced.sync()
    assert (report.counts.inbox_unreadable, report.counts.subscribers_changed, waiting(synced)) == (1, 1, 0)
    synced.assert_true()


def test_a_refusal_in_the_middle_keeps_the_rest_for_the_next_run(found: Found) -> None:
    world = found(make_list(160))
    world.sync()
    world.later(hours=1)
    for reader in world.newsletter.subscribers:
        reader["metadata"] = {"name": "Ada"}
        tell(world, "subscriber.tags.changed", reader)

    def exhaust(request: Any) -> None:
        """After the second question by ids every other one is refused for the rest of the run."""
        if len([each for each in world.asked("/subscribers") if each.values("ids")]) == 2:
            world.api.faults.on(path="/subscribers", request=None, status=429)

    world.api.faults.before_response = exhaust
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    assert (report.counts.subscribers_changed, report.counts.inbox_waiting, waiting(world)) == (100, 60, 60)
    world.api.faults.before_response = None
    world.api.faults.script.clear()
    assert world.sync().counts.subscribers_changed == 60
    assert waiting(world) == 0
    world.assert_true()


def test_a_storm_costs_a_run_no_more_than_its_share(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collected, "BATCHES_PER_RUN", 30)
    monkeypatch.setattr(hints, "PEOPLE_PER_RUN", 20)
    world = found(make_list(100))
    world.sync()
    world.later(hours=1)
    for reader in world.newsletter.subscribers:
        reader["metadata"] = {"name": "changed"}
        tell(world, "subscriber.updated", reader)
        world.later(seconds=1)
    before = len(world.api.requests)
    report = world.sync()
    assert (report.counts.inbox_batches, report.counts.subscribers_changed) == (30, 20)
    assert (report.counts.inbox_waiting, waiting(world)) == (80, 80)
    assert len([each for each in world.asked("/subscribers", since=before) if each.values("ids")]) == 1
    world.later(days=1)  # the daily walk meets them all: what was received before it is only read and dropped
    world.sync()
    world.assert_true()
    before = len(world.api.requests)
    while waiting(world):
        world.later(minutes=15)
        assert world.sync().counts.inbox_people == 0
    assert not any(each.values("ids") for each in world.asked("/subscribers", since=before))
    assert report.outcome == "done"


def test_many_deletions_are_looked_into_over_several_runs(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "LOOKS_PER_RUN", 4)
    world = found(make_list(20))
    world.sync()
    world.later(hours=1)
    for reader in world.newsletter.subscribers[:10]:
        tell(world, "subscriber.deleted", reader)
    del world.newsletter.subscribers[:10]
    assert [world.sync().counts.subscribers_deleted for _ in range(3)] == [4, 4, 2]
    assert waiting(world) == 0
    world.assert_true()


def test_without_the_right_to_list_people_the_webhooks_wait(synced: World) -> None:
    synced.api.faults.denied.add("subscribers")
    tell(synced, "subscriber.updated", synced.newsletter.subscribers[0])
    assert synced.sync().outcome == "incomplete"
    assert waiting(synced) == 1


def test_an_inbox_that_cannot_be_read_does_not_keep_the_sync(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    world = found()
    with FakeCloudStorage() as fake, closing(fake.client()) as client:
        world.bucket = CloudStorageBucket(client, fake.bucket, retry=IMPATIENT)
        tell(world, "subscriber.updated", world.newsletter.subscribers[0])
        fake.on("GET", r"/o/.*inbox.*alt=media", "corrupt", times=99)
        report = world.sync()
        assert (report.outcome, report.counts.events_new, report.counts.inbox_waiting) == ("incomplete", 7, 1)
        world.assert_true()
        fake.on("GET", r"prefix=default%2Finbox", "403", times=99)
        report = world.sync()
        assert (report.outcome, report.exit_code) == ("incomplete", 1)
        assert "refused access" in report.problems[0]


def test_what_cannot_be_acknowledged_stays_and_changes_nothing(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    world = found()
    with FakeCloudStorage() as fake, closing(fake.client()) as client:
        world.bucket = CloudStorageBucket(client, fake.bucket, retry=IMPATIENT)
        world.sync()
        world.later(hours=1)
        world.newsletter.subscribers[0]["metadata"] = {"name": "Ada"}
        tell(world, "subscriber.updated", world.newsletter.subscribers[0])
        fake.on("DELETE", r"/o/.*inbox", "403")
        report = world.sync()
        assert (report.outcome, report.counts.subscribers_changed, waiting(world)) == ("done", 1, 1)
        assert "stay in the inbox" in world.said.getvalue()
        generation = world.generation()
        assert world.sync().counts.subscribers_changed == 0
        assert (world.generation(), waiting(world)) == (generation, 0)
        world.assert_true()


def test_nothing_is_acknowledged_before_the_commit(synced: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the upload meets."""
    synced.newsletter.subscribers[0]["metadata"] = {"name": "Ada"}
    tell(synced, "subscriber.updated", synced.newsletter.subscribers[0])

    def fail(name: str, path: Path, *, if_generation: int | None = None) -> int:
        assert waiting(synced) == 1
        raise BucketError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(synced.bucket, "upload", fail)
        with pytest.raises(BucketError):
            synced.sync()
    assert waiting(synced) == 1
    synced.sync()
    assert waiting(synced) == 0
    synced.assert_true()


def test_a_run_that_loses_the_race_reads_the_inbox_again(synced: World) -> None:
    reader = synced.newsletter.subscribers[0]
    reader["metadata"] = {"name": "Ada"}
    tell(synced, "subscriber.updated", reader)
    rivals: Iterator[int] = iter([1])

    def race(request: Any) -> None:
        if request.values("ids") and next(rivals, None):
            body, _ = synced.bucket.read("default/engagement.sqlite")
            synced.bucket.write("default/engagement.sqlite", body)

    synced.api.faults.before_response = race
    report = synced.sync()
    assert (report.counts.conflicts, report.counts.inbox_batches, waiting(synced)) == (1, 1, 0)
    synced.assert_true()


def test_what_comes_in_while_a_run_is_at_work_waits_for_the_next(synced: World) -> None:
    reader = synced.newsletter.subscribers[0]

    def tell_late(request: Any) -> None:
        if request.path == "/events" and not waiting(synced):
            reader["metadata"] = {"name": "Ada"}
            tell(synced, "subscriber.updated", reader)

    synced.api.faults.before_response = tell_late
    synced.sync()
    synced.api.faults.before_response = None
    assert waiting(synced) == 1
    assert synced.sync().counts.subscribers_changed == 1
    synced.assert_true()


def test_a_clean_up_that_a_walk_would_not_believe_is_believed_one_by_one(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "LOOKS_PER_RUN", 15)
    world = found(make_list(60))
    world.sync()
    world.later(hours=1)
    for reader in world.newsletter.subscribers[:40]:
        tell(world, "subscriber.deleted", reader)
    del world.newsletter.subscribers[:40]
    world.later(days=1)
    reports = [world.sync() for _ in range(3)]  # the first one walks
    assert "are gone at once" in reports[0].problems[0]
    assert [report.counts.subscribers_deleted for report in reports] == [15, 15, 10]
    assert reports[2].outcome == "done"
    assert waiting(world) == 0
    world.assert_true()


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_no_webhook_is_gone_without_its_effect(found: Found, seed: int) -> None:
    """Every request is a moment to die at; what has left the inbox is in the store."""
    dice = random.Random(seed)
    world = found(make_list(6), Faults(largest_page=2))
    world.now = datetime.now(UTC)  # the clock of the processes
    assert run(world)[0] == 0
    lives: list[Any] = []
    fatal: list[int] = []

    def kill(request: Any) -> None:
        if fatal and request.number >= fatal[0]:
            fatal.clear()
            time.sleep(dice.random() / 20)
            lives[-1].kill()

    world.api.faults.before_response = kill
    for number in range(4):
        told = {}
        for reader in world.newsletter.subscribers:
            reader["metadata"] = {"name": f"{dice.choice('AB')}{number}"}
            told[tell(world, "subscriber.updated", reader)] = reader
        fatal[:] = [len(world.api.requests) + dice.randint(2, 22)]
        with start(world, program=("-c", HASTY)) as process:
            lives.append(process)
            process.communicate(timeout=60)
        left = {stat.name for stat in inbox.listing(world.bucket, "default")}
        for name, reader in told.items():
            assert name in left or world.people()[dashed(reader["id"])] == true_person(reader)
        world.assert_sound()
    fatal.clear()
    code, _, err = run(world)
    assert code == 0, err
    assert waiting(world) == 0
    world.assert_true()
    assert any(life.returncode == -signal.SIGKILL for life in lives)

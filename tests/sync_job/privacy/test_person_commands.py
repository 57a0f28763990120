"""`rapport person erase`: asks first, says what remains where, and is harmless to repeat or to kill."""

import json
import random
import signal
import subprocess
import time
from contextlib import closing

import click
import pytest
from google.cloud.storage.retry import DEFAULT_RETRY

from shared import inbox
from shared.bucket.gcs import CloudStorageBucket
from shared.lease import Lease
from shared.project import Backups
from sync_job.privacy.copies import copies_that_remain
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.privacy.conftest import Call
from tests.sync_job.privacy.people import ANNA, assert_gone, erase
from tests.sync_job.privacy.processes import start
from tests.sync_job.test_job import LEASE
from tests.sync_job.world import DATABASE, World


def test_it_asks_first_and_shows_what_will_happen(world: World, call: Call) -> None:
    world.sync()
    before = world.generation()
    refused = call("person", "erase", ANNA, typed="n\n")
    assert isinstance(refused.exception, click.Abort)
    assert "Anna Karenina <anna.karenina@example.com>, regular" in refused.stdout
    assert "5 events are unlinked: they stay in the totals, of nobody." in refused.stdout
    assert "1 tags and 2 addresses" not in refused.stdout
    assert "Name, metadata, history, 1 tag and 2 addresses are erased." in refused.stdout
    assert world.generation() == before
    silence = call("person", "erase", ANNA)
    assert isinstance(silence.exception, click.Abort)
    assert world.generation() == before
    done = call("person", "erase", ANNA, typed="y\n")
    assert (done.exception, done.return_value) == (None, 0)
    assert_gone(world, world.newsletter.subscribers[0])


def test_with_yes_it_names_nobody(world: World, call: Call) -> None:
    world.sync()
    result = call("person", "erase", ANNA, "--yes")
    assert (result.exception, result.return_value) == (None, 0)
    assert result.stdout.startswith("Erased 1 person. 5 events stay in the totals, of nobody.\n")
    assert "run `rapport report`" in result.stdout
    assert "karenina" not in result.output.lower()
    [(outcome, counts)] = world.query("select outcome, counts from sync_runs where command = 'person erase'")
    assert (outcome, json.loads(counts)) == ("done", {"subscribers_erased": 1, "events_unlinked": 5})
    assert world.last_run()["command"] == "sync"  # how fetching goes is not covered up


def test_again_is_harmless_and_a_stranger_is_not_found(world: World, call: Call) -> None:
    world.sync()
    call("person", "erase", ANNA, "--yes")
    before = world.generation()
    again = call("person", "erase", ANNA, "--yes")
    assert (again.return_value, again.stdout) == (
        0,
        "Nobody is left to erase: this address was erased before.\n",
    )
    stranger = call("person", "erase", "karl@example.com", "--yes")
    assert (stranger.exception, stranger.return_value) == (None, 1)
    assert world.generation() == before


def test_nothing_is_made_where_nothing_is(call: Call, world: World) -> None:
    assert call("person", "erase", ANNA, "--yes").return_value == 1
    assert not (world.folder / "data" / "default").exists()


def test_it_says_until_when_copies_hold_them(world: World, call: Call) -> None:
    world.sync()
    for name in ("2026-08-01", "2026-08-20"):
        world.bucket.write(f"default/backups/{name}.sqlite", world.bucket.read(DATABASE)[0])
    world.bucket.write("default/backups/before-restore-20260820T120000-1.sqlite", b"kept")
    inbox.put(world.bucket, "default", [{"any": "thing"}])
    world.bucket.write("default/quarantine/2026-08-20/120000-1.ndjson.gz", b"unreadable")
    told = list(copies_that_remain(world.bucket, "default", Backups()))
    assert told[1].startswith(
        "2 daily copies in backups/ may hold them until 2027-02-01 if the newsletter goes on"
    )
    assert "a paused one keeps them" in told[1]  # copies are thinned when a new one is made, and only then
    assert f"rm {world.bucket.url}/default/backups/2*.sqlite" in told[1]
    assert told[2].startswith("1 file kept by `rapport restore` may hold them until you delete them: rm ")
    assert told[3].startswith(
        "1 batch of webhooks in quarantine/, which could not be read, may name them until you "
    )
    assert told[3].endswith(f"rm {world.bucket.url}/default/quarantine/*/*")
    assert told[4].startswith("The inbox has events that are not synced yet")
    assert len(told) == 6
    assert "until you delete them" in list(copies_that_remain(world.bucket, "default", Backups(0, 0, 0)))[1]
    assert "daily copies in backups/ may hold them until" in call("person", "erase", ANNA, "--yes").stdout


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_moment_it_is_done_wholly_or_not_at_all(world: World, seed: int) -> None:
    world.sync()
    [anna, _] = world.newsletter.subscribers
    dice = random.Random(seed)
    for _ in range(5):
        with start(world, "person", "erase", ANNA, "--yes") as process:
            deadline = time.monotonic() + 20
            while world.bucket.stat(LEASE) is None and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(dice.random() / 12)
            process.kill()
            process.communicate()
        world.assert_sound()
        here = world.one("select count(*) from event_log where subscriber_email = ?", ANNA)
        assert here in (0, 5)
        if here == 0:
            assert_gone(world, anna)
    with start(world, "person", "erase", ANNA, "--yes") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert_gone(world, anna)


def test_told_to_stop_it_gives_the_lease_back(world: World) -> None:
    world.sync()
    held = Lease(world.bucket, LEASE, owner="the other one").acquire()
    with start(world, "person", "erase", ANNA, "--yes") as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)  # it waits for the other
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 1
        process.communicate()
    held.release()
    assert world.one("select count(*) from event_log where subscriber_email = ?", ANNA) == 5


def test_it_waits_for_a_sync_that_is_at_work(world: World) -> None:
    world.sync()
    held = Lease(world.bucket, LEASE, owner="the other one").acquire()
    with start(world, "person", "erase", ANNA, "--yes") as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
        held.release()
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert out.startswith("Erased 1 person.")
    assert_gone(world, world.newsletter.subscribers[0])


def test_in_cloud_storage_too_also_when_the_reply_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    impatient = DEFAULT_RETRY.with_delay(initial=0.01, maximum=0.02).with_timeout(5)
    with FakeCloudStorage() as fake, closing(fake.client()) as client:
        world.bucket = CloudStorageBucket(client, fake.bucket, "lists", retry=impatient)
        world.sync()
        fake.on("PUT", "/upload/", "drop_after", skip=1)  # the first is the lease
        assert erase(world).subscribers_erased == 1
        assert_gone(world, world.newsletter.subscribers[0])
        told = list(copies_that_remain(world.bucket, "default", Backups()))
    assert f"gcloud storage ls --all-versions '{world.bucket.url}/default/**'" in told[-2]
    assert "of the pages and data files in site/" in told[-2]
    assert f"gcloud storage rm --all-versions {world.bucket.url}/default/backups/2*.sqlite" in told[1]
    assert "run `rapport report`" in told[0]

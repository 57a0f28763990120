"""End to end, each part the real thing: the stand-in tells, functions-framework collects, `python -m sync_job` asks."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo import Faults, Newsletter, dashed, event, serve, subscriber
from demo.deliveries import announce, send, write_body
from demo.enums import WEBHOOK_TYPES
from demo.wire import webhook
from shared import inbox
from shared.bucket import Bucket, open_bucket
from tests.event_collector.service import KEY, Service, environment, serving
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.newsletters import make_small
from tests.sync_job.test_processes import SECRET
from tests.sync_job.world import World

# As `python -m sync_job`, but it dies, for real, once it has acknowledged so many batches.
FATAL = (
    "import os, signal, sys\n"
    "from shared import inbox\n"
    "from shared.command_line import run\n"
    "from sync_job.commands import sync\n"
    "kept, left = inbox.acknowledge, int(sys.argv.pop())\n"
    "def acknowledge(bucket, stats):\n"
    "    kept(bucket, stats[:left])\n"
    "    os.kill(os.getpid(), signal.SIGKILL)\n"
    "inbox.acknowledge = acknowledge\n"
    "run(sync, 'sync_job')\n"
)


@dataclass
class House:
    """All of it in one place, on one bucket."""

    world: World
    service: Service
    environ: dict[str, str]

    @property
    def newsletter(self) -> Newsletter:
        return self.world.newsletter

    def tell(self, event_type: str, **named: Any) -> None:
        assert announce(self.newsletter, event_type, **named) == [200]

    def sync(self, *program: str) -> tuple[int, str]:
        command = [sys.executable, *(program or ("-m", "sync_job"))]
        done = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def waiting(self) -> int:
        return len(list(inbox.listing(self.world.bucket, "default")))


@contextmanager
def house(bucket_url: str, bucket: Bucket, folder: Path, **settings: str) -> Iterator[House]:
    newsletter = make_small(people=4)
    with serve(newsletter, faults=Faults()) as api, serving(bucket_url, **settings) as service:
        newsletter.webhooks.append(webhook(service.url, signing_key=KEY, event_types=sorted(WEBHOOK_TYPES)))
        environ = environment(
            bucket_url,
            RAPPORT_SECRET=SECRET,
            BUTTONDOWN_API_KEY=api.key,
            BUTTONDOWN_API_URL=api.url,
            PYTHONWARNINGS="error",
            **settings,
        )
        yield House(World(api, bucket, folder), service, environ)


@pytest.fixture(params=["folder", "cloud"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    if request.param == "folder":
        url = str(tmp_path / "data")
        with house(url, open_bucket(url), tmp_path) as made:
            yield made
        return
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    with FakeCloudStorage(page_size=50) as cloud:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", cloud.url)
        url = f"gs://{cloud.bucket}"
        with house(url, open_bucket(url), tmp_path, STORAGE_EMULATOR_HOST=cloud.url) as made:
            yield made


def test_what_happens_is_known_with_the_next_run(home: House) -> None:
    newsletter, world = home.newsletter, home.world
    assert home.sync()[0] == 0
    world.assert_true()
    long_ago = datetime.now(UTC) - timedelta(days=50)
    moved, left, opener, quiet = newsletter.subscribers
    new = subscriber("new@example.com", at=long_ago)
    moved["email_address"] = "moved@example.com"
    opened = event("opened", subscriber=opener, email=newsletter.emails[0], at=datetime.now(UTC))
    newsletter.subscribers.remove(left)
    newsletter.subscribers.append(new)
    newsletter.events.append(opened)
    home.tell("subscriber.changed_email", subscriber=moved)
    home.tell("subscriber.deleted", subscriber=left)
    home.tell("subscriber.created", subscriber=new)
    home.tell("subscriber.opened", subscriber=opener, email=newsletter.emails[0], event=opened)
    home.tell("email.sent", email=newsletter.emails[0], newsletter=newsletter.newsletter)
    assert home.waiting() == 5
    code, said = home.sync()
    assert code == 0, said
    assert "1 new event, 1 new subscriber, 1 gone" in said
    world.assert_true()
    assert home.waiting() == 0
    assert world.last_run()["counts"]["inbox_batches"] == 5
    assert dashed(quiet["id"]) in world.people()
    assert {each["status"] for each in newsletter.attempts} == {"successful"}


def test_repeated_reordered_forged_and_parallel_it_comes_to_the_same(home: House) -> None:
    newsletter, world = home.newsletter, home.world
    assert home.sync()[0] == 0
    left = newsletter.subscribers.pop()
    for reader in newsletter.subscribers:
        reader["tags"] = ["vip"]
    bodies = [write_body("subscriber.tags.changed", subscriber=reader) for reader in newsletter.subscribers]
    bodies += [
        write_body("subscriber.created", subscriber=left),
        write_body("subscriber.deleted", subscriber=left),
    ]
    row = newsletter.webhooks[0]
    forged = {**row, "signing_key": "another signing key"}
    deliveries = [(row, body) for body in bodies * 4] + [(forged, body) for body in bodies * 2]
    random.Random(7).shuffle(deliveries)

    def deliver(each: tuple[Any, bytes]) -> int:
        return send(Newsletter(), each[0], "subscriber.updated", each[1])

    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(deliver, deliveries))
    assert sorted(answers) == [200] * 20 + [401] * 10
    assert home.sync()[0] == 0
    world.assert_true()
    counts = world.last_run()["counts"]
    assert (counts["inbox_webhooks"], counts["inbox_repeats"], counts["inbox_people"]) == (20, 15, 4)
    assert home.waiting() == 0
    generation = world.generation()
    for body in bodies:  # an old delivery, played again
        assert send(newsletter, row, "subscriber.updated", body) == 200
    assert home.sync()[0] == 0
    assert (world.generation(), home.waiting()) == (generation, 0)
    world.assert_true()


@pytest.mark.parametrize("acknowledged", [0, 1])
def test_killed_between_commit_and_acknowledgement_nothing_happens_twice(
    home: House, acknowledged: int
) -> None:
    newsletter, world = home.newsletter, home.world
    assert home.sync()[0] == 0
    changed, left = newsletter.subscribers[0], newsletter.subscribers.pop()
    changed["metadata"] = {"name": "Ada"}
    home.tell("subscriber.updated", subscriber=changed)
    home.tell("subscriber.deleted", subscriber=left)
    home.tell("subscriber.updated", subscriber=changed)
    generation = world.generation()
    assert home.sync("-c", FATAL, str(acknowledged))[0] == -signal.SIGKILL
    assert world.generation() != generation
    world.assert_true()
    gone = world.query("select deleted_at from subscriber_list where deleted_at is not null")
    assert home.waiting() == 3 - acknowledged
    world.bucket.delete("default/leases/sync_job.json")  # two minutes later
    assert home.sync()[0] == 0
    assert home.waiting() == 0
    assert world.query("select deleted_at from subscriber_list where deleted_at is not null") == gone
    world.assert_true()
    assert world.one("select count(*) from sync_runs where outcome = 'done'") >= 2


@pytest.mark.parametrize("home", ["folder"], indirect=True)
def test_two_syncs_at_once_share_one_inbox(home: House) -> None:
    newsletter, world = home.newsletter, home.world
    assert home.sync()[0] == 0
    for reader in newsletter.subscribers:
        reader["metadata"] = {"name": "Ada"}
        home.tell("subscriber.updated", subscriber=reader)
    with ThreadPoolExecutor(2) as crowd:
        ends = list(crowd.map(lambda _: home.sync(), range(2)))
    assert [code for code, _ in ends] == [0, 0], ends
    assert home.waiting() == 0
    world.assert_true()


@pytest.mark.parametrize("home", ["folder"], indirect=True)
def test_a_test_delivery_is_refused_in_words_that_its_sender_shows(home: House) -> None:
    assert (
        send(home.newsletter, home.newsletter.webhooks[0], "subscriber.created", {}, is_signed=False) == 401
    )
    assert "test delivery never signs" in home.newsletter.attempts[0]["error_message"]
    assert home.waiting() == 0


@pytest.mark.parametrize("home", ["folder"], indirect=True)
def test_neither_key_nor_address_is_said_or_kept(home: House) -> None:
    reader = home.newsletter.subscribers[0]
    body = write_body("subscriber.updated", subscriber=reader)[:-1] + b', "to": "canary@private.example"}'
    assert send(home.newsletter, home.newsletter.webhooks[0], "subscriber.updated", body) == 200
    assert home.waiting() == 1
    told = b"".join(home.world.bucket.read(each.name)[0] for each in home.world.bucket.list())
    said = home.sync()[1]
    home.service.process.terminate()
    home.service.said += home.service.process.communicate(timeout=60)[0]
    for canary in (KEY, SECRET, home.world.api.key, "canary@private.example", reader["email_address"]):
        assert canary not in said + home.service.said
    assert b"canary@private.example" not in told + home.world.raw()

"""A run: one lease, one copy, one commit; whatever happens, it says so."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from google.cloud.storage.retry import DEFAULT_RETRY

from demo import Faults
from shared.bucket import MUST_NOT_EXIST
from shared.bucket.gcs import CloudStorageBucket
from shared.database_file import DatabaseFile
from shared.errors import BucketError, ForeignDataError, GenerationConflict, LeaseHeld, LeaseLost
from shared.lease import Lease
from shared.settings import Secret
from sync_job import job as job_module
from sync_job.job import MAX_CONFLICTS
from sync_job.migrate import migrate
from sync_job.session import Session
from tests.fake_gcs import FakeCloudStorage
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_small, opened_on
from tests.sync_job.world import DATABASE, World, nothing

LEASE = "default/leases/sync_job.json"


def test_memory_that_counts_is_told_of_the_run(world: World) -> None:
    world.job(nothing).run()
    assert "memory_limit" not in world.last_run()
    replace(world.job(nothing), memory_limit=1 << 30).run()
    assert world.last_run()["memory_limit"] == 1 << 30


def test_a_first_run_brings_everything(world: World) -> None:
    report = world.sync()
    assert (report.outcome, report.exit_code, report.problems) == ("done", 0, [])
    assert report.counts.events_new == 7
    world.assert_true()
    assert world.bucket.stat(LEASE) is None


def test_a_run_that_changes_nothing_uploads_nothing_and_says_that_it_was_there(world: World) -> None:
    world.sync()
    generation = world.generation()
    world.later(hours=1)
    report = world.sync()
    assert (report.outcome, report.counts.commits) == ("done", 0)
    assert world.generation() == generation
    assert world.last_run()["run_id"] == report.run_id
    world.assert_true()


def test_last_run_tells_start_end_outcome_and_counts(world: World) -> None:
    report = world.sync()
    note = world.last_run()
    store = world.bucket.stat("default/engagement.sqlite")
    assert store is not None
    assert note == {
        "version": 1,
        "run_id": report.run_id,
        "command": "sync",
        "started_at": "2026-08-20T12:00:00.000Z",
        "finished_at": "2026-08-20T12:00:00.000Z",
        "outcome": "done",
        "problems": [],
        "store_bytes": store.size,
        "counts": note["counts"],
    }
    assert note["counts"]["events_new"] == 7
    assert note["counts"]["requests"] == len(world.api.requests)


def test_every_committed_run_is_a_row_of_history(world: World) -> None:
    report = world.sync()
    [(run, command, outcome, counts)] = world.query("select id, command, outcome, counts from sync_runs")
    assert (run, command, outcome) == (report.run_id, "sync", "done")
    assert json.loads(counts)["events_new"] == 7


def test_an_incomplete_run_keeps_what_it_got_and_says_what_it_missed(world: World) -> None:
    world.api.faults.on(path="/events", request=None, status=500)
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 1)
    assert "/events" in report.problems[0] or "events" in report.problems[0]
    assert len(world.people()) == 2
    assert world.last_run()["outcome"] == "incomplete"
    assert world.last_run()["problems"] == report.problems
    [(outcome, counts)] = world.query("select outcome, counts from sync_runs")
    assert outcome == "incomplete"
    assert json.loads(counts)["problems"] == report.problems


def test_a_failed_run_is_told_in_last_run_and_gives_the_lease_back(world: World) -> None:
    def fail(session: Session) -> None:
        raise ForeignDataError("this is not ours")

    with pytest.raises(ForeignDataError):
        world.job(fail).run()
    assert world.last_run()["outcome"] == "failed"
    assert world.last_run()["problems"] == ["this is not ours"]
    assert world.bucket.stat(LEASE) is None
    assert world.generation() == 0


def test_a_fault_of_our_own_is_named_in_last_run(world: World) -> None:
    def fail(session: Session) -> None:
        raise KeyError("creation_date")

    with pytest.raises(KeyError):
        world.job(fail).run()
    assert world.last_run()["problems"] == ["KeyError: 'creation_date'"]


@pytest.mark.parametrize("stop", [SystemExit(1), KeyboardInterrupt()])
def test_a_run_that_was_stopped_says_so_in_words(world: World, stop: BaseException) -> None:
    def be_stopped(session: Session) -> None:
        raise stop

    with pytest.raises(type(stop)):
        world.job(be_stopped).run()
    assert world.last_run()["outcome"] == "failed"
    assert world.last_run()["problems"] == ["stopped from outside before it was done"]
    assert world.bucket.stat(LEASE) is None


def test_a_scheduled_run_leaves_the_work_to_the_one_that_has_the_lease(world: World) -> None:
    with Lease(world.bucket, LEASE, owner="another"), pytest.raises(LeaseHeld) as held:
        world.sync()
    assert held.value.owner == "another"
    assert world.generation() == 0
    assert world.api.requests == []


@pytest.mark.parametrize("asked", [{"full": True}, {"since": SENT.date()}])
def test_a_run_that_somebody_asked_for_waits_for_the_lease(
    world: World, asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []

    def acquire(lease: Lease, wait_seconds: float = 0) -> Lease:
        waited.append(wait_seconds)
        return plain(lease)

    plain = Lease.acquire
    monkeypatch.setattr(Lease, "acquire", acquire)
    world.sync(**asked)
    world.sync()
    assert waited == [600, 0]


def test_a_run_whose_lease_was_taken_over_stops_at_its_next_page(world: World) -> None:
    def lose(session: Session) -> None:
        with session.store.transaction():
            session.store.set_fact("who", "us")
        world.bucket.write(LEASE, b'{"owner": "thief"}')
        [lease] = [each for each in leases if not each.lost]
        with pytest.raises(LeaseLost):
            lease.renew()
        session.checkpoint()

    leases: list[Lease] = []
    made = Lease.__init__

    def remember(lease: Lease, *given: object, **named: object) -> None:
        made(lease, *given, **named)  # type: ignore[arg-type]
        leases.append(lease)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lease, "__init__", remember)
        with pytest.raises(LeaseLost):
            world.job(lose).run()
    assert world.generation() == 0
    assert world.bucket.read(LEASE)[0] == b'{"owner": "thief"}'


class Rival:
    """Commits something just before each of the first `times` uploads of ours."""

    def __init__(self, world: World, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.left = times
        self.committed = 0
        self._is_at_it = False
        plain = type(world.bucket).upload

        def upload(bucket: object, name: str, path: Path, *, if_generation: int | None = None) -> int:
            if self.left and not self._is_at_it:
                self.left -= 1
                self._commit()
            return plain(world.bucket, name, path, if_generation=if_generation)

        monkeypatch.setattr(type(world.bucket), "upload", upload)

    def _commit(self) -> None:
        self._is_at_it = True
        database = DatabaseFile(self.world.bucket, DATABASE, self.world.folder / "rival")
        with database.check_out() as copy:
            connection = copy.connect()
            migrate(connection)
            connection.execute(
                "insert or replace into project_facts values (?, 'was here')", (f"rival {self.committed}",)
            )
            copy.commit()
        self.committed += 1
        self._is_at_it = False


def test_a_lost_race_is_run_again_from_the_winners_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = Rival(world, 2, monkeypatch)
    report = world.sync()
    assert (report.outcome, report.counts.conflicts) == ("done", 2)
    assert rival.committed == 2
    assert world.query("select name from project_facts where name like 'rival%' order by 1") == [
        ("rival 0",),
        ("rival 1",),
    ]
    world.assert_true()


def test_what_a_lost_attempt_counted_is_not_counted_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Rival(world, 1, monkeypatch)
    report = world.sync()
    assert report.counts.events_new == 7
    assert report.counts.subscribers_new == 2
    assert report.counts.requests == len(world.api.requests)
    assert world.last_run()["counts"]["events_seen"] == report.counts.events_seen
    assert report.counts.commits == 1


def test_a_run_gives_up_after_eight_lost_races(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rival = Rival(world, 100, monkeypatch)
    with pytest.raises(GenerationConflict):
        world.job(touch).run()
    assert rival.committed == MAX_CONFLICTS + 1
    assert world.last_run()["outcome"] == "failed"
    assert world.last_run()["counts"]["conflicts"] == MAX_CONFLICTS + 1


def touch(session: Session) -> None:
    with session.store.transaction():
        session.store.set_fact("touched", "yes")


def test_a_long_walk_commits_as_it_goes(found: Found) -> None:
    world = found(make_small(9), Faults(largest_page=3))
    world.commit_at_every_page()
    generations = []
    world.api.faults.before_response = lambda request: generations.append(world.generation())
    report = world.sync()
    assert report.counts.commits > 3
    assert len(set(generations)) > 3
    world.assert_true()


def test_commits_are_ten_uploads_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(session: Session) -> None:
        for number in range(30):
            with session.store.transaction():
                session.store.set_fact("page", str(number))
            ticks[0] += 1.0
            session.checkpoint()

    ticks = [0.0]
    monkeypatch.setattr(job_module, "DatabaseFile", SlowDatabaseFile)
    world.clock = lambda: ticks[0]
    report = replace(world.job(work), commit_every=2.0).run()
    assert report.counts.commits == 4  # after 2, 12 and 22 seconds, and at the end


class SlowDatabaseFile(DatabaseFile):
    """Each upload takes a second."""

    def __init__(self, bucket: object, name: str, folder: Path) -> None:
        ticks = iter(range(1000))
        super().__init__(bucket, name, folder, clock=lambda: float(next(ticks)))  # type: ignore[arg-type]


def test_only_bookkeeping_is_never_uploaded(world: World) -> None:
    world.job(touch).run()
    generation = world.generation()

    def walk(session: Session) -> None:
        for offset in range(5):
            with session.store.transaction():
                session.store.set_state("buttondown", "events", {"walk": {"offset": offset}})
            session.checkpoint()
        with session.store.transaction():
            session.store.note_walked([])
            session.store.forget_walked()

    report = world.job(walk).run()
    assert report.counts.commits == 0
    assert world.generation() == generation


def test_a_failing_transaction_leaves_rows_and_cursor_where_they_were(world: World) -> None:
    def half(session: Session) -> None:
        store = session.store

        def fail() -> None:
            with store.transaction():
                store.set_fact("kept", "no")
                store.set_state("buttondown", "events", {"watermark_ms": 1})
                raise RuntimeError("in the middle of a page")

        with pytest.raises(RuntimeError):
            fail()
        assert store.fact("kept") is None
        assert store.state("buttondown", "events") == {}
        assert store.changed is False

    world.job(half).run()


def test_a_dry_run_asks_and_counts_and_stores_nothing(world: World) -> None:
    report = world.sync(dry_run=True)
    assert (report.outcome, report.counts.events_new) == ("done", 7)
    assert list(world.bucket.list()) == []
    world.sync()
    before = {each.name: each.generation for each in world.bucket.list()}
    opened_on(world.newsletter, world.now)
    report = world.sync(dry_run=True)
    assert report.counts.events_new == 1
    assert {each.name: each.generation for each in world.bucket.list()} == before


def test_a_dry_run_works_beside_a_run(world: World) -> None:
    with Lease(world.bucket, LEASE, owner="another"):
        assert world.sync(dry_run=True).exit_code == 0


def test_a_store_made_with_another_secret_is_refused(world: World) -> None:
    world.sync()
    generation = world.generation()
    world.secret = Secret("another secret, which is as long as the other")
    opened_on(world.newsletter, world.now)
    with pytest.raises(ForeignDataError) as refused:
        world.sync()
    assert "RAPPORT_SECRET" in str(refused.value)
    assert refused.value.exit_code == 2
    assert world.generation() == generation
    assert world.last_run()["outcome"] == "failed"


def test_last_run_that_cannot_be_written_does_not_undo_the_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = type(world.bucket).write

    def write(bucket: object, name: str, body: bytes, *, if_generation: int | None = None) -> int:
        if name.endswith("last_run.json"):
            raise BucketError("the disk is full")
        return plain(world.bucket, name, body, if_generation=if_generation)

    monkeypatch.setattr(type(world.bucket), "write", write)
    assert world.sync().outcome == "done"
    assert "the disk is full" in world.said.getvalue()
    world.assert_true()


def test_a_database_of_a_newer_version_is_left_alone(world: World, tmp_path: Path) -> None:
    newer = tmp_path / "newer.sqlite"
    with closing(sqlite3.connect(newer)) as database:
        database.execute("pragma user_version = 999")
        database.execute("create table project_facts (x)")
        database.commit()
    world.bucket.upload(DATABASE, newer, if_generation=MUST_NOT_EXIST)
    generation = world.generation()
    with pytest.raises(Exception, match="schema is 999"):
        world.sync()
    assert world.generation() == generation
    assert world.last_run()["outcome"] == "failed"


def test_an_upload_whose_answer_was_lost_is_a_commit(
    in_cloud: Callable[[], World], fake: FakeCloudStorage
) -> None:
    world = in_cloud()
    fake.on("PUT", "/upload/", "drop_after", skip=1)  # the first is the lease
    report = world.sync()
    assert (report.outcome, report.counts.conflicts) == ("done", 0)
    world.assert_true()


def test_the_same_over_cloud_storage(in_cloud: Callable[[], World], fake: FakeCloudStorage) -> None:
    world = in_cloud()
    first = world.sync()
    assert first.outcome == "done"
    world.assert_true()
    generation = world.generation()
    world.later(hours=1)
    second = world.sync()
    assert second.counts.commits == 0
    assert world.generation() == generation
    assert world.last_run()["run_id"] == second.run_id
    opened_on(world.newsletter, world.now)
    assert world.sync().counts.events_new == 1
    world.assert_true()
    assert world.bucket.stat(LEASE) is None


def test_a_race_lost_in_cloud_storage_is_run_again(
    in_cloud: Callable[[], World], fake: FakeCloudStorage
) -> None:
    world = in_cloud()
    world.sync()
    opened_on(world.newsletter, world.now)
    name = next(name for name in fake.versions if name.endswith(DATABASE))
    winner = world.bucket.read(DATABASE)[0]
    late: list[object] = []

    def win(request: object) -> None:
        if not late:
            late.append(fake.put(name, winner))

    world.api.faults.before_response = win
    report = world.sync()
    assert report.outcome == "done"
    assert report.counts.conflicts == 1
    world.assert_true()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    with FakeCloudStorage() as server:
        yield server


@pytest.fixture
def in_cloud(found: Found, fake: FakeCloudStorage) -> object:
    """A world whose bucket is Google's, as its own client sees it."""
    with closing(fake.client()) as client:

        def in_cloud() -> World:
            world = found()
            impatient = DEFAULT_RETRY.with_delay(initial=0.01, maximum=0.02).with_timeout(5)
            world.bucket = CloudStorageBucket(client, fake.bucket, "lists", retry=impatient)
            return world

        yield in_cloud


def test_a_source_with_nothing_to_say_is_a_run_like_any_other(world: World) -> None:
    assert world.job(nothing).run().outcome == "done"

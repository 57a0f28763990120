"""A restore: what speaks against it, what it keeps, what it carries over, and what becomes of it under fire."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.bucket.folder import FolderBucket
from shared.errors import BucketError, DatabaseBroken, ForeignDataError, LeaseHeld, NotFound, UsageError
from shared.lease import Lease
from shared.log import Log
from shared.project import Retention
from shared.settings import Secret
from sync_job.backups.restore import Restore
from sync_job.backups.states import list_states
from sync_job.network import AddressHider
from tests.shared.killing import killer
from tests.sync_job.backups.drill import Drill, foreign_file
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_small, opened_on
from tests.sync_job.privacy.people import assert_nothing_dangles, erase, make_newsletter_with_anna
from tests.sync_job.test_job import LEASE
from tests.sync_job.world import DATABASE, SECRET

FIRST_DAY = "2026-08-20"


def test_a_restore_says_what_it_did(drill: Drill) -> None:
    drill.days(2)
    done = drill.restore(FIRST_DAY)
    assert done.kept_as.startswith("before-restore-2026")
    note = drill.world.last_run()
    assert (note["command"], note["outcome"], note["problems"]) == ("restore", "done", [])
    assert note["restored"]["from"] == "default/backups/2026-08-20.sqlite"
    assert note["restored"]["undo"] == done.kept_as
    [(command, outcome, counts)] = drill.world.query(
        "select command, outcome, counts from sync_runs where command = 'restore'"
    )
    assert (command, outcome) == ("restore", "done")
    assert json.loads(counts) == {key: note["restored"][key] for key in ("from", "generation", "state_of")}
    assert drill.world.bucket.stat(LEASE) is None


def test_a_restore_can_be_undone_and_that_too(drill: Drill) -> None:
    drill.days(2)
    latest = drill.contract()
    undo = drill.restore(FIRST_DAY).kept_as
    older = drill.contract()
    assert len(older["event_log"]) < len(latest["event_log"])
    drill.world.later(seconds=5)
    redo = drill.restore(undo).kept_as
    assert drill.contract() == latest
    drill.world.later(seconds=5)
    drill.restore(redo)
    assert drill.contract() == older


def test_any_version_that_the_bucket_keeps_can_come_back(cloud_drill: Drill) -> None:
    counts = {}
    for _ in range(3):  # three commits on one day
        cloud_drill.sync()
        counts[cloud_drill.world.generation()] = len(cloud_drill.world.events())
        cloud_drill.world.later(hours=1)
        opened_on(cloud_drill.world.newsletter, cloud_drill.world.now)
    for generation, events in counts.items():
        if generation != cloud_drill.world.generation():
            cloud_drill.restore(str(generation))
            assert len(cloud_drill.world.events()) == events
    cloud_drill.restore("2026-08-20 13:30+00:00")
    assert len(cloud_drill.world.events()) == list(counts.values())[1]


def assert_refused(drill: Drill, kind: type[Exception], words: str, wish: str = FIRST_DAY) -> None:
    """With these words, and with everything as it was."""
    before, names, note = drill.body(), drill.names(), drill.world.last_run()
    with pytest.raises(kind, match=words):
        drill.restore(wish)
    assert (drill.body(), drill.names(), drill.world.last_run()) == (before, names, note)
    assert drill.world.bucket.stat(LEASE) is None


COPY = f"default/backups/{FIRST_DAY}.sqlite"


def test_a_state_of_a_newer_version_is_refused(drill: Drill) -> None:
    drill.days(1)
    drill.edit(lambda database: database.execute("pragma user_version = 999"), COPY)
    assert_refused(drill, UsageError, "newer Rapport")


def test_a_broken_copy_is_refused(drill: Drill, scratch: Path) -> None:
    drill.days(1)
    for body in (b"", b"hello", drill.world.bucket.read(COPY)[0][:9000], foreign_file(scratch)):
        drill.world.bucket.write(COPY, body)
        assert_refused(drill, DatabaseBroken, COPY)


def test_a_copy_whose_rows_point_nowhere_is_refused(drill: Drill) -> None:
    drill.days(1)
    drill.edit(lambda database: database.execute("delete from emails"), COPY)
    assert_refused(drill, DatabaseBroken, "points to no row of emails")


def test_a_copy_whose_index_disagrees_with_its_table_is_refused(drill: Drill) -> None:
    """The quick check sees nothing of it."""
    drill.days(1)

    def disagree(database: sqlite3.Connection) -> None:
        database.execute("pragma writable_schema = on")
        database.execute(
            "update sqlite_schema set sql = replace(sql, '(email)', '(to_ms)') where type = 'index'"
        )

    drill.edit(disagree, COPY)
    assert_refused(drill, DatabaseBroken, "index")


def test_a_state_of_another_secret_is_refused(drill: Drill) -> None:
    drill.days(1)
    drill.world.secret = Secret("another secret, which is long enough too.")
    assert_refused(drill, ForeignDataError, "another RAPPORT_SECRET")


def test_a_state_of_another_newsletter_is_refused_unless_no_live_store_speaks_against_it(
    drill: Drill, found: Found
) -> None:
    drill.days(1)
    other = found(make_small())
    other.newsletter.newsletter["id"] = "11111111-2222-4333-8444-555555555555"
    other.newsletter.newsletter["name"] = "Postcards"
    other.sync()
    drill.world.bucket.write(COPY, other.bucket.read(DATABASE)[0])
    assert_refused(drill, ForeignDataError, "'Postcards', but the store holds 'Letters'")
    drill.world.bucket.delete(DATABASE)
    drill.restore(FIRST_DAY)
    assert drill.world.one("select value from project_facts where name = 'newsletter_name'") == "Postcards"


def test_a_live_store_of_another_secret_can_be_replaced(drill: Drill, found: Found) -> None:
    """Somebody put another project's file there: what it holds is neither compared nor carried over."""
    drill.days(1)
    other = found(make_small())
    other.secret = Secret("another secret, which is long enough too.")
    other.sync()
    drill.world.bucket.write(DATABASE, other.bucket.read(DATABASE)[0])
    done = drill.restore(FIRST_DAY)
    assert "another RAPPORT_SECRET" in done.finding
    drill.world.sync()
    drill.world.assert_true()


def test_a_live_store_of_a_newer_version_can_be_replaced_by_what_was_before(drill: Drill) -> None:
    drill.days(1)
    drill.edit(lambda database: database.execute("pragma user_version = 999"))
    assert "newer Rapport" in drill.restore(FIRST_DAY).finding
    drill.world.sync()
    drill.world.assert_true()


def test_a_state_that_has_gone_since_it_was_chosen_is_not_found(drill: Drill, scratch: Path) -> None:
    drill.days(1)
    job = drill.job(scratch)
    state = job.choose(FIRST_DAY).state
    drill.world.bucket.write(COPY, b"another file")
    with pytest.raises(NotFound):
        job.run(replace(state, generation=7))
    assert drill.world.bucket.stat(LEASE) is None


def test_a_run_at_work_is_waited_for_and_then_named(drill: Drill) -> None:
    drill.days(1)
    before = drill.body()
    with (
        Lease(drill.world.bucket, LEASE, owner="sync of this hour"),
        pytest.raises(LeaseHeld, match="this hour"),
    ):
        drill.restore(FIRST_DAY)
    assert drill.body() == before


def test_a_run_that_ends_in_time_is_waited_for(drill: Drill) -> None:
    drill.days(1)
    held = Lease(drill.world.bucket, LEASE, owner="sync of this hour").acquire()
    ending = threading.Timer(0.2, held.release)
    ending.start()
    drill.restore(FIRST_DAY, lease_wait=2.0)
    ending.join()


def at_the_second_look_at_the_clock(act: Callable[[], object], now: datetime) -> Callable[[], datetime]:
    """The first is when a restore begins, the second when its copy is ready to go."""
    looks = []

    def clock() -> datetime:
        looks.append(now)
        if len(looks) == 2:
            act()
        return now

    return clock


def test_whoever_commits_while_a_restore_is_at_work_wins(drill: Drill) -> None:
    """A run that has lost its lease and does not know it yet."""
    drill.days(2)
    names = drill.names()

    def commit() -> None:
        drill.edit(
            lambda database: database.execute("insert into project_facts values ('rival', 'was here')")
        )

    clock = at_the_second_look_at_the_clock(commit, drill.world.now)
    with pytest.raises(BucketError, match="written by another run meanwhile: nothing was restored") as lost:
        drill.restore(FIRST_DAY, now=clock)
    assert "again" in lost.value.hint
    assert drill.world.one("select value from project_facts where name = 'rival'") == "was here"
    assert drill.names() == names
    drill.restore(FIRST_DAY)


def test_whoever_commits_at_the_very_last_moment_wins_too(cloud_drill: Drill) -> None:
    cloud_drill.days(2)
    names = cloud_drill.names()
    fake = cloud_drill.fake
    assert fake is not None
    fake.on("POST", "/upload/.*ifGenerationMatch=[1-9]", lambda: fake.put(f"lists/{DATABASE}", b"rival"))
    with pytest.raises(BucketError, match="nothing was restored"):
        cloud_drill.restore(FIRST_DAY)
    assert cloud_drill.body() == b"rival"
    assert cloud_drill.names() == names


def test_a_sync_that_meets_a_restore_goes_on_from_the_restored_store(drill: Drill, scratch: Path) -> None:
    """The lease of the sync was lost; its conditional write fails, and it begins again from what it finds."""
    world = drill.world
    drill.days(2)
    opened_on(world.newsletter, world.now)
    restored: list[bool] = []

    def restore(request: object) -> None:
        if not restored:
            restored.append(True)
            world.bucket.delete(LEASE)
            drill.restore(FIRST_DAY)

    world.api.faults.before_response = restore
    report = world.sync()
    assert (report.outcome, report.counts.conflicts) == ("done", 1)
    world.assert_true()


def stone(number: int) -> bytes:
    return bytes([number]) * 16


def erasing(number: int, *, is_final: int = 1) -> Callable[[sqlite3.Connection], object]:
    grave = (stone(number), 5, is_final)
    return lambda database: database.execute("insert into tombstones values (?, ?, ?)", grave)


def test_who_was_erased_stays_erased(drill: Drill) -> None:
    drill.sync()
    drill.world.later(days=1)
    opened_on(drill.world.newsletter, drill.world.now)
    drill.sync()
    drill.edit(erasing(1, is_final=0))
    drill.edit(erasing(2))
    drill.world.later(days=1)
    opened_on(drill.world.newsletter, drill.world.now)
    drill.sync()
    drill.edit(lambda database: database.execute("update tombstones set is_final = 1, erased_ms = 7"))
    drill.edit(erasing(3))
    graves = [(stone(1), 7, 1), (stone(2), 7, 1), (stone(3), 5, 1)]
    done = drill.restore("2026-08-21")
    assert (done.carried.tombstones, done.wishes_known_to) == (3, None)
    assert drill.world.query("select * from tombstones") == graves
    done = drill.restore("2026-08-22")  # which knows two of them, but not yet that they are for good
    assert done.carried.tombstones == 3
    assert drill.world.query("select * from tombstones") == graves


def test_going_back_to_before_an_erasure_does_not_bring_the_person_back(drill: Drill) -> None:
    drill.days(1)
    address, theirs = drill.world.query(
        "select subscriber_email, count(*) from event_log where subscriber_email is not null "
        "group by subscriber_email order by 2 desc"
    )[0]
    erase(drill.world, address)
    done = drill.restore(FIRST_DAY)
    assert done.carried.tombstones > 0
    assert drill.world.query("select * from subscriber_list where email = ?", address) == []
    assert theirs > 0
    assert address.encode() not in drill.world.bucket.read(DATABASE)[0]
    drill.world.later(days=1)
    drill.sync()
    assert drill.world.query("select * from subscriber_list where email = ?", address) == []


def test_of_a_broken_store_the_newest_copy_knows_who_was_erased_until_then(drill: Drill) -> None:
    drill.sync()
    for number in range(3):
        drill.world.later(days=1)
        opened_on(drill.world.newsletter, drill.world.now)
        drill.sync()
        drill.edit(erasing(number))
    if drill.fake is None:
        drill.stamp(DATABASE)
    drill.world.bucket.write(DATABASE, b"broken")
    newest = "2026-08-23"
    if drill.fake is None:
        drill.world.bucket.write(f"default/backups/{newest}.sqlite", b"broken too")
    done = drill.restore("2026-08-21")
    known = [row[0] for row in drill.world.query("select hash from tombstones")]
    if drill.fake:  # a version of every commit is there, the newest of all with the last one
        assert known == [stone(0), stone(1), stone(2)]
        assert done.wishes_known_to == datetime(2026, 8, 23, 12, tzinfo=UTC)
    else:
        assert known == [stone(0)]
        assert done.wishes_known_to == datetime(2026, 8, 22, 12, tzinfo=UTC)


def test_without_any_newer_store_it_says_from_when_on_wishes_are_lost(folder_drill: Drill) -> None:
    folder_drill.sync()
    folder_drill.world.bucket.write(DATABASE, b"broken")
    assert folder_drill.restore(FIRST_DAY).wishes_known_to == datetime(2026, 8, 20, 12, tzinfo=UTC)


def test_who_asked_not_to_be_tracked_is_not_linked_again(drill: Drill) -> None:
    world = drill.world
    reader, other = world.newsletter.subscribers[:2]
    linked = "select count(*) from event_log where subscriber_email = ?"
    drill.days(1)
    reader["tags"] = other["tags"] = ["no-tracking"]
    world.newsletter.tags.append({**world.newsletter.tags[0], "id": "tag-2", "name": "no-tracking"})
    world.later(days=1)
    drill.sync()
    assert world.one(linked, reader["email_address"]) == 0
    other["tags"] = []  # allows it again, from then on
    world.later(days=1)
    drill.sync()
    done = drill.restore(FIRST_DAY)
    assert done.carried.people_untracked == 2
    assert done.carried.events_unlinked > 0
    for person in (reader, other):
        assert world.one(linked, person["email_address"]) == 0
    world.sync()
    for person in (reader, other):
        assert world.one(linked, person["email_address"]) == 0


def test_what_a_restore_unlinks_leaves_nothing_of_them_in_the_file(found: Found) -> None:
    drill = Drill(found(make_newsletter_with_anna()))
    world = drill.world
    drill.days(1)
    world.newsletter.subscribers[0]["metadata"] = {"no-tracking": True}
    world.later(days=2)
    drill.sync()
    assert b"annas-own-detail" in world.bucket.read(COPY)[0]
    assert drill.restore(FIRST_DAY).carried.events_unlinked == 5
    assert_nothing_dangles(world)
    assert b"annas-own-detail" not in drill.body()


def test_what_was_unlinked_for_its_age_is_not_linked_again(found: Found) -> None:
    """Although the owner allows a longer time by now, and keeps allowing it."""
    drill = Drill(found(make_newsletter_with_anna()))
    world, linked = drill.world, "select count(*) from event_log where subscriber_id is not null"
    drill.sync()
    world.later(days=400)
    assert world.sync(retention=Retention(events_months=6)).counts.events_unlinked == 8
    assert drill.restore(FIRST_DAY).carried.events_unlinked == 8
    assert world.one(linked) == 0
    assert_nothing_dangles(world)
    assert b"annas-own-detail" not in drill.body()
    world.later(days=1)
    world.sync(full=True, retention=Retention(events_months=60))
    assert world.one(linked) == 0


def test_a_state_that_had_forgotten_more_than_the_newer_one_keeps_to_it(drill: Drill) -> None:
    """Of two limits the later one counts."""
    limit = "insert or replace into project_facts values ('linked_since_ms', '%s')"
    drill.days(1)
    drill.edit(lambda database: database.execute(limit % 10_000), COPY)
    drill.edit(lambda database: database.execute(limit % 9_000))
    assert drill.restore(FIRST_DAY).carried.events_unlinked == 0
    assert drill.world.one("select value from project_facts where name = 'linked_since_ms'") == "10000"


def test_imports_that_are_lost_are_counted(drill: Drill) -> None:
    drill.days(1)
    drill.edit(lambda database: database.execute("update sync_runs set command = 'import'"))
    assert drill.restore(FIRST_DAY).carried.imports_missing == 1


def test_a_live_store_that_is_sound_may_be_what_is_meant(drill: Drill, scratch: Path) -> None:
    drill.world.newsletter.newsletter["timezone"] = "Europe/Berlin"
    drill.days(1)
    if drill.fake is None:
        drill.stamp(DATABASE)
    choice = drill.job(scratch).choose("2026-08-22")
    assert choice.is_live
    assert choice.zone.key == "Europe/Berlin"
    drill.world.bucket.write(DATABASE, b"broken")
    choice = drill.job(scratch).choose("2026-08-22")
    assert not choice.is_live
    assert choice.zone.key == "Europe/Berlin"


def restore_once(root: Path) -> None:
    """For a process that is killed on the way."""
    folder = root.with_name(f"{root.name}-scratch")
    folder.mkdir()
    job = Restore(
        FolderBucket(root),
        "default",
        AddressHider(SECRET),
        folder,
        Log(open(folder / "log", "w"), readable=False),  # noqa: SIM115
        now=lambda: datetime(2026, 8, 22, 12, tzinfo=UTC),
    )
    job.run(job.choose(FIRST_DAY).state)


def test_killed_at_any_line_the_store_is_whole_before_or_after(folder_drill: Drill, tmp_path: Path) -> None:
    folder_drill.days(1)
    world = folder_drill.world
    assert isinstance(world.bucket, FolderBucket)
    before, older = folder_drill.contract(), len(world.query("select * from event_log")) - 1
    original, outcomes = world.bucket.root, []
    watched = ("backups/restore.py", "shared/database_file.py")
    with killer("tests.sync_job.backups.test_restore:restore_once", *watched) as killed:
        step, going = 1, True
        while going:
            root = tmp_path / f"step{step}"
            shutil.copytree(original, root)
            going = killed(step, root)
            world.bucket = FolderBucket(root)
            contract = folder_drill.contract()
            assert contract == before or len(contract["event_log"]) == older
            outcomes.append(contract == before)
            world.assert_sound()
            step += 3
        assert outcomes[0]
        assert not outcomes[-1]
        assert len(outcomes) > 15
    world.sync()
    world.assert_true()


def test_what_a_killed_restore_left_behind_keeps_nobody_from_the_next(folder_drill: Drill) -> None:
    folder_drill.days(1)
    world = folder_drill.world
    assert isinstance(world.bucket, FolderBucket)
    with killer("tests.sync_job.backups.test_restore:restore_once", "backups/states.py") as killed:
        assert killed(30, world.bucket.root)
    folder_drill.restore(FIRST_DAY)
    with closing(sqlite3.connect(world.bucket.root / DATABASE)) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert [state.kind for state in list_states(world.bucket, "default")].count("before restore") == 1

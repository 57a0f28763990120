"""Each check finds what it is there for, and nothing in a store that is sound."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shared.database_file import open_snapshot
from sync_job.backups.verify import VIEWS, Check, verify
from sync_job.migrate import migrate
from sync_job.times import from_datetime
from tests.sync_job.backups.drill import Drill, empty_file, foreign_file
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_small
from tests.sync_job.world import DATABASE, World


def checks_of(world: World, change: str = "", *, name: str = DATABASE) -> dict[str, Check]:
    path = world.folder / "verified.sqlite"
    open_snapshot(world.bucket, name, path)
    if change:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.executescript(change)
    before = path.read_bytes()
    found = verify(path, name, from_datetime(world.now))
    assert path.read_bytes() == before
    assert len({check.name for check in found}) == len(found)
    return {check.name: check for check in found}


def test_a_store_that_grew_over_days_is_sound(drill: Drill) -> None:
    drill.days(2)
    drill.world.newsletter.reissue_event_ids("em_evt")
    drill.world.sync(full=True)
    found = checks_of(drill.world)
    assert {check.state for check in found.values()} == {"sound"}, found
    assert list(found) == [
        "file",
        "schema",
        "references",
        "views",
        "times",
        "runs",
        "feed",
        "aliases",
        "dimensions",
        "size",
    ]
    assert found["runs"].reason == "14 events are stored; the runs tell of 14 new ones"
    assert not any(check.fix for check in found.values())


def test_after_a_restore_and_a_sync_it_is_sound(drill: Drill) -> None:
    drill.days(2)
    drill.restore("2026-08-21")
    assert {check.state for check in checks_of(drill.world).values()} == {"sound"}
    drill.world.sync()
    assert {check.state for check in checks_of(drill.world).values()} == {"sound"}


LOST = "delete from events where (occurred_ms, id) in (select occurred_ms, id from events limit 3)"


@pytest.mark.parametrize(
    ("change", "name", "state", "words"),
    [
        ("delete from emails", "references", "problem", "12 events that point to no emails"),
        ("pragma user_version = 999", "schema", "problem", "newer Rapport"),
        ("drop view email_list", "views", "problem", "email_list: no such table"),
        (
            "drop view email_list; create view email_list as select 1 as email_id",
            "views",
            "problem",
            "email_list has the columns email_id",
        ),
        ("delete from event_kinds", "views", "problem", "event_log leaves events out"),
        (
            "update events set occurred_ms = 5 where occurred_ms = (select min(occurred_ms) from events)",
            "times",
            "problem",
            "1 events from before 2000 or after 2026-08-21",
        ),
        ("update subscribers set created_ms = 99999999999999", "times", "problem", "3 sign-ups"),
        ("update sync_runs set started_ms = -1", "times", "problem", "1 runs"),
        (LOST, "runs", "problem", "the runs tell of 12 new events, but only 9 are stored"),
        (LOST, "feed", "problem", "12 events of the feed were stored when it was last counted, and 9 are now"),
        ("delete from feed_counts", "feed", "note", "not counted yet"),
        ("update feed_counts set feed_count = 14 where email = 0", "feed", "note", "it counted 14 events, and 12 of"),
        (
            "insert into event_aliases values (1, zeroblob(16), 'uuid', x'00112233445566778899aabbccddeeff')",
            "aliases",
            "problem",
            "1 of 1 second ids belong to no event",
        ),
        (
            "insert into links (url, normalised) values ('https://example.com/unused', 'example.com/unused')",
            "dimensions",
            "note",
            "1 links that no event uses",
        ),
        (
            "create table big (x); insert into big values (zeroblob(1000000)); drop table big",
            "size",
            "note",
            "of the file is room for more",
        ),
    ],
)  # fmt: skip
def test_a_fault_is_found_by_its_check(found: Found, change: str, name: str, state: str, words: str) -> None:
    world = found(make_small(12, people=3))
    world.sync()
    check = checks_of(world, change)[name]
    assert (check.state, words in check.reason) == (state, True), check
    assert bool(check.fix) == (state == "problem")


def test_an_alias_of_an_alias_is_of_an_event(world: World) -> None:
    world.sync()
    for family in ("em_evt", "ext_evt", "em_evt"):
        world.newsletter.reissue_event_ids(family)
        world.sync(full=True)
    found = checks_of(world)["aliases"]
    assert found.state == "sound"
    assert not found.reason.startswith("0 ")


BROKEN: dict[str, Callable[[bytes, Path], bytes]] = {
    "empty": lambda _, __: b"",
    "cut": lambda body, _: body[: len(body) // 2],
    "a page of zeros": lambda body, _: body[:8192] + bytes(8192) + body[16384:],
    "foreign": lambda _, folder: foreign_file(folder),
    "without tables": lambda _, folder: empty_file(folder),
}


@pytest.mark.parametrize("damage", BROKEN)
def test_of_a_broken_file_only_that_is_said(world: World, scratch: Path, damage: str) -> None:
    world.sync()
    path = scratch / "broken.sqlite"
    path.write_bytes(BROKEN[damage](world.bucket.read(DATABASE)[0], scratch))
    [check] = verify(path, DATABASE, from_datetime(world.now))
    assert (check.name, check.state) == ("file", "problem")
    assert "rapport restore" in check.fix


def test_an_older_schema_is_no_problem(tmp_path: Path) -> None:
    """The next sync brings it up to date; what it lacks by then is told rather than raised."""
    path = tmp_path / "older.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database)
        database.execute("pragma user_version = 0")
    found = {check.name: check for check in verify(path, "older", 1_771_000_000_000)}
    assert found["schema"].state == "note"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("drop table feed_counts")
    last = verify(path, "older", 1_771_000_000_000)[-1]
    assert (last.name, last.state) == ("schema", "problem")
    assert "feed_counts" in last.reason


def test_the_views_are_those_of_the_migrations(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "fresh.sqlite", isolation_level=None)) as database:
        migrate(database)
        views = {name for (name,) in database.execute("select name from sqlite_schema where type = 'view'")}
    assert views == set(VIEWS)

"""Check out, work, commit: and what is no sound database is neither taken nor given."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from shared.bucket import Bucket
from shared.bucket.gcs import CloudStorageBucket
from shared.database_file import DatabaseFile, check_database, open_snapshot
from shared.errors import CorruptObject, DatabaseBroken, GenerationConflict, NotFound
from tests.fake_gcs import FakeCloudStorage
from tests.shared.conftest import PREFIX
from tests.shared.scenarios import DATABASE


@pytest.fixture
def database(bucket: Bucket, scratch: Path) -> DatabaseFile:
    return DatabaseFile(bucket, DATABASE, scratch)


def commit_note(database: DatabaseFile, note: str) -> int:
    with database.check_out() as copy:
        connection = copy.connect()
        connection.execute("create table if not exists notes (note text)")
        connection.execute("insert into notes values (?)", (note,))
        return copy.commit()


def notes(bucket: Bucket, path: Path) -> list[tuple[object, ...]]:
    open_snapshot(bucket, DATABASE, path)
    check_database(path, DATABASE)
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("select note from notes order by rowid").fetchall()


def test_the_first_check_out_is_an_empty_database(
    database: DatabaseFile, bucket: Bucket, tmp_path: Path
) -> None:
    with database.check_out() as copy:
        assert copy.is_new
        assert copy.generation == 0
        assert copy.connect().execute("select count(*) from sqlite_schema").fetchone() == (0,)
    assert list(bucket.list()) == []


def test_what_is_committed_is_what_the_next_one_checks_out(
    database: DatabaseFile, bucket: Bucket, tmp_path: Path
) -> None:
    first = commit_note(database, "first")
    with database.check_out() as copy:
        assert copy.generation == first
        assert not copy.is_new
    commit_note(database, "second")
    assert notes(bucket, tmp_path / "snapshot") == [("first",), ("second",)]


def test_a_copy_may_be_committed_many_times(database: DatabaseFile, bucket: Bucket, tmp_path: Path) -> None:
    with database.check_out() as copy:
        connection = copy.connect()
        connection.execute("create table notes (note text)")
        generations = set()
        for note in ("first", "second", "third"):
            connection.execute("begin")
            connection.execute("insert into notes values (?)", (note,))
            connection.execute("commit")
            generations.add(copy.commit())
            assert not copy.is_new
            found = bucket.stat(DATABASE)
            assert found is not None
            assert found.generation == copy.generation
            assert len(notes(bucket, tmp_path / "snapshot")) == len(generations)
    assert len(generations) == 3


def test_the_duration_of_the_upload_is_told(bucket: Bucket, scratch: Path) -> None:
    ticks = iter([10.0, 12.5])
    with DatabaseFile(bucket, DATABASE, scratch, clock=lambda: next(ticks)).check_out() as copy:
        assert copy.upload_seconds == 0
        copy.connect().execute("create table notes (note text)")
        copy.commit()
        assert copy.upload_seconds == 2.5


def test_whoever_is_slower_loses_and_changes_nothing(
    database: DatabaseFile, bucket: Bucket, tmp_path: Path
) -> None:
    commit_note(database, "before")
    with database.check_out() as slow:
        slow.connect().execute("insert into notes values ('slow')")
        quick = commit_note(database, "quick")
        with pytest.raises(GenerationConflict):
            slow.commit()
        assert slow.generation != quick
    assert notes(bucket, tmp_path / "snapshot") == [("before",), ("quick",)]


def test_two_first_runs_cannot_both_create_it(database: DatabaseFile) -> None:
    with database.check_out() as slow:
        slow.connect().execute("create table notes (note text)")
        commit_note(database, "quick")
        with pytest.raises(GenerationConflict):
            slow.commit()


def test_an_open_transaction_is_never_uploaded(database: DatabaseFile, bucket: Bucket) -> None:
    with database.check_out() as copy:
        connection = copy.connect()
        connection.execute("create table notes (note text)")
        connection.execute("begin")
        connection.execute("insert into notes values ('half')")
        with pytest.raises(RuntimeError, match="transaction"):
            copy.commit()
        assert bucket.stat(DATABASE) is None
        connection.execute("commit")
        connection.close()
        copy.commit()


def test_a_file_beside_the_database_is_never_left_out(database: DatabaseFile, bucket: Bucket) -> None:
    with database.check_out() as copy:
        connection = copy.connect()
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table notes (note text)")
        with pytest.raises(RuntimeError, match="-wal"):
            copy.commit()
    assert bucket.stat(DATABASE) is None


def test_a_write_ahead_database_put_there_by_hand_becomes_an_ordinary_one(
    database: DatabaseFile, bucket: Bucket, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table notes (note text)")
    bucket.upload(DATABASE, made)
    commit_note(database, "later")
    assert notes(bucket, tmp_path / "snapshot") == [("later",)]
    assert (tmp_path / "snapshot").read_bytes()[18:20] == b"\x01\x01"  # read and written without a log


def test_nothing_is_left_of_a_working_copy(database: DatabaseFile, scratch: Path) -> None:
    commit_note(database, "first")
    for pragma in ("pragma journal_mode = delete", "pragma journal_mode = wal"):
        with database.check_out() as copy:
            connection = copy.connect()
            connection.execute(pragma)
            connection.execute("begin")
            connection.execute("insert into notes values ('never')")
            assert len(list(scratch.iterdir())) > 1
    assert list(scratch.iterdir()) == []


NOT_SQLITE = [b"", b"hello", b"SQLite format 3", b"SQLite format 3\0" + b"\xff" * 4096, b"<html>" * 1000]


@pytest.mark.parametrize("body", NOT_SQLITE)
def test_an_object_that_is_no_database_is_refused_and_kept(
    database: DatabaseFile, bucket: Bucket, scratch: Path, body: bytes
) -> None:
    generation = bucket.write(DATABASE, body)
    with pytest.raises(DatabaseBroken, match=r"spring/engagement\.sqlite") as broken:
        database.check_out()
    assert "rapport restore" in broken.value.hint
    assert bucket.read(DATABASE) == (body, generation)
    assert list(scratch.iterdir()) == []


def test_a_database_with_a_damaged_page_is_refused_and_kept(
    database: DatabaseFile, bucket: Bucket, tmp_path: Path
) -> None:
    body = bytearray(bucket.read(DATABASE)[0] if commit_note(database, "x" * 50_000) else b"")
    body[4096:8192] = os.urandom(4096)
    generation = bucket.write(DATABASE, bytes(body))
    with pytest.raises(DatabaseBroken):
        database.check_out()
    assert bucket.read(DATABASE) == (bytes(body), generation)


def test_a_copy_that_broke_is_not_uploaded(database: DatabaseFile, bucket: Bucket) -> None:
    generation = commit_note(database, "x" * 50_000)
    with database.check_out() as copy:
        with copy.path.open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(4096))
        with pytest.raises(DatabaseBroken):
            copy.commit()
    assert bucket.read(DATABASE)[1] == generation


def test_an_empty_copy_is_not_uploaded(database: DatabaseFile, bucket: Bucket) -> None:
    with database.check_out() as copy, pytest.raises(DatabaseBroken):
        copy.commit()
    assert bucket.stat(DATABASE) is None


def test_a_snapshot_needs_a_database(bucket: Bucket, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_snapshot(bucket, DATABASE, tmp_path / "snapshot")
    bucket.write(DATABASE, b"hello")
    with pytest.raises(DatabaseBroken):
        open_snapshot(bucket, DATABASE, tmp_path / "snapshot")
    assert list(tmp_path.glob("snapshot*")) == []


def test_damage_on_the_way_is_no_reason_to_call_the_database_broken(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, scratch: Path
) -> None:
    database = DatabaseFile(cloud, DATABASE, scratch)
    commit_note(database, "first")
    fake.on("GET", "^/download/", "corrupt")
    with pytest.raises(CorruptObject):
        database.check_out()
    assert list(scratch.iterdir()) == []
    with database.check_out() as copy:
        assert not copy.is_new


@pytest.mark.parametrize("fault", ["503", "drop_before", "drop_after"])
def test_a_lost_reply_to_the_commit_neither_loses_nor_doubles_it(
    fake: FakeCloudStorage, cloud: CloudStorageBucket, scratch: Path, tmp_path: Path, fault: str
) -> None:
    database = DatabaseFile(cloud, DATABASE, scratch)
    fake.on("POST", "uploadType", fault)
    with database.check_out() as copy:
        connection = copy.connect()
        connection.execute("create table notes (note text)")
        for note in ("first", "second"):
            connection.execute("insert into notes values (?)", (note,))
            copy.commit()
    assert notes(cloud, tmp_path / "snapshot") == [("first",), ("second",)]
    assert len(fake.versions[f"{PREFIX}/{DATABASE}"]) == 2

"""Each migration runs once, whole or not at all; what a newer version made is left alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from shared.errors import UsageError
from sync_job import migrate as module
from sync_job.migrate import Migration, migrate, migrations, pending

FIRST = Migration(1, "first", "create table a (x);\ninsert into a values (1);")
SECOND = Migration(2, "second", "create table b (y);\ninsert into b select x from a;")
BROKEN = Migration(
    2, "broken", "create table b (y);\ninsert into a values (2);\ninsert into nowhere values (1);"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)) as database:
        yield database


def version(database: sqlite3.Connection) -> int:
    return int(database.execute("pragma user_version").fetchone()[0])


def shape(database: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(database.execute("select name, sql from sqlite_schema where sql is not null"))


def test_an_empty_file_becomes_a_store(database: sqlite3.Connection) -> None:
    assert migrate(database) == len(migrations())
    assert version(database) == migrations()[-1].number
    names = {name for name, _ in shape(database)}
    assert {"events", "subscribers", "emails", "event_log", "subscriber_list", "email_list"} <= names


def test_migrating_again_does_nothing(database: sqlite3.Connection) -> None:
    migrate(database)
    before = shape(database)
    assert migrate(database) == 0
    assert shape(database) == before


def test_asking_what_is_pending_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    path.touch()
    with closing(sqlite3.connect(path)) as database:
        assert pending(database) == migrations()
    assert path.read_bytes() == b""


def test_a_store_of_the_first_version_is_brought_up_to_date(database: sqlite3.Connection) -> None:
    first = files("sync_job").joinpath("migrations", "0001_store.sql").read_text()
    database.executescript(f"begin; {first} pragma user_version = 1; commit;")
    database.execute("insert into project_facts values ('newsletter_name', 'Kept')")
    assert migrate(database) == len(migrations()) - 1
    assert database.execute("select value from project_facts").fetchall() == [("Kept",)]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh)
        assert shape(database) == shape(fresh)


def test_migrations_are_numbered_one_after_the_other() -> None:
    assert [each.number for each in migrations()] == list(range(1, len(migrations()) + 1))


def test_each_migration_runs_once_and_in_order(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "migrations", lambda: [FIRST])
    assert migrate(database) == 1
    monkeypatch.setattr(module, "migrations", lambda: [FIRST, SECOND])
    assert migrate(database) == 1
    assert database.execute("select y from b").fetchall() == [(1,)]
    assert version(database) == 2


def test_a_migration_that_fails_leaves_nothing_behind(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "migrations", lambda: [FIRST, BROKEN])
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(database)
    assert version(database) == 1
    assert not database.in_transaction
    assert {name for name, _ in shape(database)} == {"a"}
    assert database.execute("select x from a").fetchall() == [(1,)]


def test_a_file_of_a_newer_version_is_refused(database: sqlite3.Connection) -> None:
    migrate(database)
    database.execute(f"pragma user_version = {migrations()[-1].number + 1}")
    with pytest.raises(UsageError, match="newer"):
        pending(database)

"""The SQLite database as one object: checked out into a private copy, committed only if nobody was quicker.

*Committed* means uploaded. Between two commits the working copy is scratch: a crash loses it, and the object
in the bucket is untouched.
"""

import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.bucket import MUST_NOT_EXIST, Bucket
from shared.errors import DatabaseBroken, NotFound

SQLITE_MAGIC = b"SQLite format 3\x00"
COMPANIONS = ("-journal", "-wal", "-shm")
RESTORE_HINT = (
    "Nothing was overwritten. `rapport backups` lists what you can go back to, "
    "and `rapport restore --at ...` does it."
)


class DatabaseFile:
    """`folder` is private to this process: working copies come and go in it."""

    def __init__(
        self, bucket: Bucket, name: str, folder: Path, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.bucket = bucket
        self.name = name
        self.folder = folder
        self.clock = clock

    def check_out(self) -> "WorkingCopy":
        """A private copy of the current generation, or an empty one if there is no database yet.

        Raises DatabaseBroken when the object is no SQLite file or fails its check.
        """
        copy = self._new_copy()
        try:
            copy.generation = self.bucket.download(self.name, copy.path)
            check_database(copy.path, self.name)
        except NotFound:
            copy.path.touch()
        except BaseException:
            copy.discard()
            raise
        return copy

    def check_out_another(self, name: str, generation: int, *, replaces: int) -> "WorkingCopy":
        """A private copy of another object, or of an older generation of this one; its commit puts it in the place
        of the generation `replaces` of the database (MUST_NOT_EXIST: of none).

        Raises NotFound and, as `check_out` does, DatabaseBroken.
        """
        copy = self._new_copy()
        try:
            self.bucket.download(name, copy.path, generation=generation)
            check_database(copy.path, name)
        except BaseException:
            copy.discard()
            raise
        copy.generation = replaces
        return copy

    def _new_copy(self) -> "WorkingCopy":
        self.folder.mkdir(parents=True, exist_ok=True)
        return WorkingCopy(self, self.folder / f"{secrets.token_hex(8)}.sqlite", MUST_NOT_EXIST)


class WorkingCopy:
    """One checked-out database; as a context manager it removes its files at the end."""

    def __init__(self, database: DatabaseFile, path: Path, generation: int) -> None:
        self.path = path
        self.generation = generation
        self.upload_seconds = 0.0
        self._database = database
        self._connections: list[sqlite3.Connection] = []

    @property
    def is_new(self) -> bool:
        """Nothing of it has ever been committed."""
        return self.generation == MUST_NOT_EXIST

    def connect(self) -> sqlite3.Connection:
        """A connection in autocommit: transactions begin and end where the caller says so.

        A rollback journal, for with a write-ahead log the newest rows would not be in the one file that is
        uploaded. No waiting for the disk, for what a power cut would cost is a copy that a power cut makes
        worthless anyway.
        """
        connection = sqlite3.connect(self.path, isolation_level=None)
        self._connections.append(connection)
        for pragma in (
            "journal_mode = delete",
            "synchronous = off",
            "temp_store = memory",
            "cache_size = -16384",
            "foreign_keys = off",
        ):
            connection.execute(f"pragma {pragma}").close()
        return connection

    def commit(self) -> int:
        """Uploads the copy if the object is still the generation it came from; returns the new generation.

        Connections may stay open but not in a transaction. Raises GenerationConflict when somebody was
        quicker (discard this copy and check out again) and DatabaseBroken, with nothing uploaded, when the
        check fails.
        """
        if any(_in_transaction(connection) for connection in self._connections):
            raise RuntimeError("commit() was called inside a transaction: its rows would be half uploaded")
        check_database(self.path, self._database.name)
        for companion in COMPANIONS:
            if self.path.with_name(self.path.name + companion).exists():
                raise RuntimeError(f"commit() found a {companion} file: the database is not all in one file")
        began = self._database.clock()
        self.generation = self._database.bucket.upload(
            self._database.name, self.path, if_generation=self.generation
        )
        self.upload_seconds = self._database.clock() - began
        return self.generation

    def discard(self) -> None:
        """Closes what was opened through `connect` and removes the files."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        for suffix in ("", *COMPANIONS):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def open_snapshot(bucket: Bucket, name: str, path: Path) -> int:
    """Downloads the current database to `path`, for reading; returns its generation.

    Raises NotFound when there is none yet, DatabaseBroken when the object is no SQLite file.
    """
    generation = bucket.download(name, path)
    try:
        _check_header(path, name)
    except DatabaseBroken:
        path.unlink()
        raise
    return generation


def check_database(path: Path, name: str) -> None:
    """Raises DatabaseBroken unless the file is a whole, sound SQLite database."""
    _check_header(path, name)
    try:
        with closing(sqlite3.connect(path)) as connection:
            findings = [str(row[0]) for row in connection.execute("pragma quick_check(3)")]
    except sqlite3.DatabaseError as error:
        raise DatabaseBroken(name, str(error), hint=RESTORE_HINT) from error
    if findings != ["ok"]:
        raise DatabaseBroken(name, "; ".join(findings), hint=RESTORE_HINT)


def _check_header(path: Path, name: str) -> None:
    with path.open("rb") as file:
        if file.read(len(SQLITE_MAGIC)) != SQLITE_MAGIC:
            raise DatabaseBroken(name, "this is not a SQLite file", hint=RESTORE_HINT)


def _in_transaction(connection: sqlite3.Connection) -> bool:
    try:
        return connection.in_transaction
    except sqlite3.ProgrammingError:  # closed by its owner
        return False

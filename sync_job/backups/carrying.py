"""What people asked for is never undone by going back: it is carried from the newest store that can be read.

Who was erased stays in `tombstones` (keyed hashes), who asked not to be tracked keeps `untracked_until_ms`, and what
was unlinked for them, or for its age, is unlinked again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync_job.statements import statement
from sync_job.unlinking import unlink

TOMBSTONES = "tombstones"


@dataclass(frozen=True)
class Carried:
    tombstones: int = 0
    people_untracked: int = 0
    events_unlinked: int = 0
    imports_missing: int = 0  # runs of `rapport import` since then: their files must be imported again


def carry_over(database: sqlite3.Connection, newer: Path) -> Carried:
    """From the store at `newer` into the open one, in one transaction; both have been checked."""
    with _attached(database, newer):
        database.execute("begin immediate")
        try:
            tombstones = _carry_tombstones(database)
            people = database.execute(statement("carry_consent")).rowcount
            unlinked = unlink(database, "unlink_until") if people else 0
            unlinked += _carry_retention(database)
            [missing] = database.execute(statement("count_missing_imports")).fetchone()
        except BaseException:
            database.execute("rollback")
            raise
        database.execute("commit")
    return Carried(tombstones, people, unlinked, missing)


def _carry_retention(database: sqlite3.Connection) -> int:
    """What was unlinked for its age is so again, also where project.toml asks for a longer time by now."""
    if not database.execute(statement("carry_linked_since")).rowcount:
        return 0
    [linked_since_ms] = database.execute(statement("find_linked_since")).fetchone()
    return unlink(database, "unlink_events_between", {"since_ms": 0, "before_ms": linked_since_ms})


def _carry_tombstones(database: sqlite3.Connection) -> int:
    """Columns by name, for the two stores may be of two versions; of a stone in both, the newer store knows more."""
    of_newer = _columns(database, "newer", TOMBSTONES)
    shared = [column for column in _columns(database, "main", TOMBSTONES) if column in of_newer]
    if not shared:
        return 0
    names = ", ".join(f'"{column}"' for column in shared)
    query = (
        f"insert or replace into main.{TOMBSTONES} ({names}) "
        f"select {names} from newer.{TOMBSTONES} except select {names} from main.{TOMBSTONES}"
    )
    return database.execute(query).rowcount


def _columns(database: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [str(row[1]) for row in database.execute(f"pragma {schema}.table_info({table})")]


@contextmanager
def _attached(database: sqlite3.Connection, path: Path) -> Iterator[None]:
    database.execute("attach database ? as newer", (str(path),))
    try:
        yield
    finally:
        database.execute("detach database newer")

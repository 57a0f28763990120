"""Numbered migrations: each runs once, in order, in one transaction with the note that it ran."""

import re
import sqlite3
from importlib.resources import files
from typing import NamedTuple

from shared.database_file import RESTORE_HINT
from shared.errors import DatabaseBroken, UsageError


class Migration(NamedTuple):
    number: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """Every migration that ships with this version, by number."""
    found = []
    for entry in files("sync_job").joinpath("migrations").iterdir():
        if match := re.fullmatch(r"(\d{4})_(\w+)\.sql", entry.name):
            found.append(Migration(int(match[1]), match[2], entry.read_text(encoding="utf-8")))
    return sorted(found)


def pending(database: sqlite3.Connection) -> list[Migration]:
    """What `migrate` would run; asking writes nothing. Refuses a file made by a newer version."""
    version: int = database.execute("pragma user_version").fetchone()[0]
    known = migrations()
    if version > known[-1].number:
        raise UsageError(
            f"this store was made by a newer Rapport: its schema is {version}, this version knows {known[-1].number}",
            hint="Install the newer version, or give this one another RAPPORT_PROJECT.",
        )
    return [migration for migration in known if migration.number > version]


def check_origin(database: sqlite3.Connection, name: str) -> None:
    """Raises DatabaseBroken for a sound SQLite file that no Rapport made: it is not filled with tables of ours."""
    if not database.execute("select 1 from sqlite_schema where name = 'project_facts'").fetchone():
        raise DatabaseBroken(name, "it is a SQLite file, but none that Rapport made", hint=RESTORE_HINT)


def migrate(database: sqlite3.Connection) -> int:
    """Brings the schema up to date and returns how many migrations ran."""
    todo = pending(database)
    for migration in todo:
        script = f"begin immediate;\n{migration.sql}\npragma user_version = {migration.number};\ncommit;"
        try:
            database.executescript(script)
        except sqlite3.Error:
            if database.in_transaction:
                database.rollback()
            raise
    return len(todo)

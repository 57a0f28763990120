"""Whether a file is a sound store of this project, and what it says of itself."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.bucket import Bucket
from shared.database_file import RESTORE_HINT, check_database
from shared.errors import DatabaseBroken, ForeignDataError, NotFound, UsageError
from sync_job.backups.states import State
from sync_job.migrate import check_origin, pending

UTC = ZoneInfo("Etc/UTC")
NAMED = 3  # findings said in words


def inspect(path: Path, name: str, fingerprint: str) -> Mapping[str, str]:
    """The project facts of a store that may go live.

    Raises DatabaseBroken when it is damaged or no store, ForeignDataError when it was made with another secret,
    UsageError when a newer Rapport made it.
    """
    facts = read_facts(path, name)
    with closing(sqlite3.connect(path)) as database:
        pending(database)
        findings = [str(row[0]) for row in database.execute(f"pragma integrity_check({NAMED})")]
        if findings == ["ok"]:
            orphans = database.execute("pragma foreign_key_check").fetchmany(NAMED)
            findings = [f"a row of {table} points to no row of {parent}" for table, _, parent, _ in orphans]
    if findings:
        raise DatabaseBroken(name, "; ".join(findings), hint=RESTORE_HINT)
    if facts.get("secret_fingerprint") != fingerprint:
        raise ForeignDataError(
            f"{name} was made with another RAPPORT_SECRET: it would match none of what comes after",
            hint="Set RAPPORT_SECRET to the secret it was made with (locally: the file secret.key beside it).",
        )
    return facts


def read_facts(path: Path, name: str) -> Mapping[str, str]:
    """The project facts of any store that can be read; raises DatabaseBroken."""
    check_database(path, name)
    try:
        with closing(sqlite3.connect(path)) as database:
            check_origin(database, name)
            return dict(database.execute("select name, value from project_facts"))
    except sqlite3.DatabaseError as error:
        raise DatabaseBroken(name, str(error), hint=RESTORE_HINT) from error


def zone_of(facts: Mapping[str, str]) -> ZoneInfo:
    """The newsletter's time zone, or UTC where none is known."""
    try:
        return ZoneInfo(facts.get("time_zone") or UTC.key)
    except (KeyError, ValueError, OSError):
        return UTC


@dataclass(frozen=True)
class LiveStore:
    """What lies in the bucket now. `finding` says what is wrong with it, "" when nothing is; `facts` are those of a
    store of ours that can be read, be it sound or not; `generation` is 0 when nothing lies there."""

    generation: int
    path: Path
    finding: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def inspect_live(path: Path, name: str, generation: int, fingerprint: str) -> LiveStore:
    try:
        facts = read_facts(path, name)
    except DatabaseBroken as broken:
        return LiveStore(generation, path, str(broken))
    try:
        inspect(path, name, fingerprint)
    except ForeignDataError as foreign:
        return LiveStore(generation, path, str(foreign))
    except (DatabaseBroken, UsageError) as error:
        return LiveStore(generation, path, str(error), facts)
    return LiveStore(generation, path, "", facts)


def first_facts(bucket: Bucket, states: Iterable[State], path: Path) -> Mapping[str, str]:
    """What the first of these states that can be read says of itself; `path` is for the file, which stays there."""
    for state in states:
        with suppress(DatabaseBroken, NotFound):
            bucket.download(state.name, path, generation=state.generation)
            return read_facts(path, state.name)
    return {}

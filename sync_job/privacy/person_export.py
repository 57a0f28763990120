"""Everything known about a person, as files: one JSON with all of it, and a CSV for each list in it.

Columns are taken as the store has them, so that one that comes later is not forgotten.
"""

import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.downloads import Cell, csv_bytes
from sync_job.consent import ALWAYS
from sync_job.sources.buttondown.ids import spelled
from sync_job.statements import statement
from sync_job.times import iso

JSON_COLUMNS = ("metadata", "properties")
LISTS = {
    "addresses": ("email", "from", "to"),
    "tags": ("tag", "origin", "description", "from", "to"),
    "transitions": ("occurred_at", "status"),
    "events": (
        *("event_id", "source", "type", "occurred_at", "subscriber_id", "subscriber_email"),
        *("email_id", "email_subject", "url", "properties"),
    ),
}


def read_person(database: sqlite3.Connection, person: int, now_ms: int) -> dict[str, Any]:
    """The profile and the lists. Times are ISO 8601 in UTC; a span without a beginning or an end has a null there."""
    (profile,) = _rows(database, "select * from subscribers where id = :person", person=person)
    profile.pop("id")
    uuid = spelled(bytes.fromhex(profile.pop("uuid")))
    return {
        "kind": "person",
        "version": 1,
        "exported_at": iso(now_ms),
        "profile": {"subscriber_id": uuid, **profile},
        "addresses": list(_rows(database, statement("person_addresses"), person=person)),
        "tags": list(_rows(database, statement("person_tags"), person=person)),
        "transitions": list(_rows(database, statement("person_transitions"), person=person)),
        "events": _events(database, person),
    }


def write_person(person: Mapping[str, Any], folder: Path) -> list[Path]:
    """Files that nobody but their owner may read, in a folder named by the person's id; returns their paths."""
    place = folder / person["profile"]["subscriber_id"]
    folder.mkdir(parents=True, exist_ok=True)
    place.mkdir(mode=0o700, exist_ok=True)
    place.chmod(0o700)
    body = json.dumps(person, indent=2, ensure_ascii=False).encode()
    written = [_write(place / "person.json", body)]
    profile = person["profile"]
    written.append(_write(place / "profile.csv", csv_bytes(list(profile), [_cells(profile, list(profile))])))
    for name, columns in LISTS.items():
        rows = [_cells(row, columns) for row in person[name]]
        written.append(_write(place / f"{name}.csv", csv_bytes(columns, rows)))
    return written


def _events(database: sqlite3.Connection, person: int) -> list[dict[str, Any]]:
    """As the view tells them, but it would be worked out for everybody's events: over a temporary table of the same
    name it sees theirs alone."""
    (view,) = database.execute("select sql from sqlite_schema where name = 'event_log'").fetchone()
    database.execute("create temp table events as select * from main.events where subscriber = ?", (person,))
    database.execute(re.sub(r"(?i)^create view", "create temp view", view))
    try:
        return list(_rows(database, statement("person_events")))
    finally:
        database.execute("drop view temp.event_log")
        database.execute("drop table temp.events")


def _rows(database: sqlite3.Connection, query: str, **given: object) -> Iterator[dict[str, Any]]:
    cursor = database.execute(query, given)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(_told(name, value) for name, value in zip(names, row, strict=True))


def _told(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_ms"):
        stem = name.removesuffix("_ms")
        return stem if stem in ("from", "to") else f"{stem}_at", _time(value)
    if isinstance(value, bytes):
        return name, value.hex()
    if name in JSON_COLUMNS and value is not None:
        return name, json.loads(value)
    return name, value


def _time(value: int | None) -> str | None:
    if value == ALWAYS:
        return "always"
    return iso(value) if value else None


def _cells(row: Mapping[str, Any], columns: Sequence[str]) -> list[Cell]:
    return [_cell(row[column]) for column in columns]


def _cell(value: Any) -> Cell:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _write(path: Path, body: bytes) -> Path:
    """Whole or not at all, and never readable by others, whatever was there before."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".export-")  # mode 0600
    try:
        with open(handle, "wb") as file:
            file.write(body)
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    return path

"""Finding people by an address, whoever has or had it."""

import sqlite3
from typing import NamedTuple

from sync_job.statements import statement


class Found(NamedTuple):
    id: int
    uuid: bytes
    has_it_now: bool  # and is on the list


def people_at(database: sqlite3.Connection, address: str) -> list[Found]:
    """Everybody who has or ever had this address, letter case aside, longest known first. People share addresses,
    and leave them to others."""
    wanted = address.strip().casefold()
    found: dict[int, Found] = {}
    for key, uuid, current, deleted_ms, known in database.execute(statement("find_people_by_every_address")):
        if wanted == (known or "").strip().casefold():
            has_it_now = deleted_ms is None and wanted == (current or "").strip().casefold()
            found[key] = Found(key, uuid, has_it_now)
    return [found[key] for key in sorted(found)]

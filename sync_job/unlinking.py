"""Making events be of nobody, whatever the reason: consent, age, an erasure, or a wish that a restore carries over."""

import sqlite3
from collections.abc import Mapping

from sync_job.statements import statement


def unlink(database: sqlite3.Connection, name: str, given: Mapping[str, object] | None = None) -> int:
    """Runs the statement of this name, which unlinks events, in the caller's transaction; returns how many it were.

    The hashed addresses and details that no event uses any more go with it, bytes included. Who has the store open
    must call `dimensions.forget_traces()`.
    """
    database.execute("pragma secure_delete = on").close()
    unlinked = database.execute(statement(name), given or {}).rowcount
    if unlinked:
        drop_unused(database)
    return unlinked


def drop_unused(database: sqlite3.Connection) -> None:
    """Of the hashed addresses and the details, what no event refers to."""
    database.execute(statement("drop_unused_addresses"))
    database.execute(statement("drop_unused_details"))

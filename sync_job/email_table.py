"""Saving emails with the provider's own counts, latest only: ours are queries over events."""

import sqlite3
from collections.abc import Iterable

from shared.records import Email
from sync_job.counts import Counts
from sync_job.dimensions import Dimensions
from sync_job.statements import statement


class EmailTable:
    def __init__(self, database: sqlite3.Connection, dimensions: Dimensions, counts: Counts) -> None:
        self._database = database
        self._emails = dimensions.emails
        self._counts = counts

    def save(self, emails: Iterable[Email]) -> list[int]:
        """Saves emails in the caller's transaction and returns their row ids, in order."""
        ids = []
        for email in emails:
            is_new = self._emails.find(email.uuid) is None
            before = self._database.total_changes
            self._database.execute(statement("save_email"), vars(email))
            changed = self._database.total_changes > before
            ids.append(self._emails.id(email.uuid))
            self._counts.emails_seen += 1
            self._counts.emails_new += is_new
            self._counts.emails_changed += changed and not is_new
        return ids

    def note_tracking(self, tracking: bool | None, now_ms: int) -> None:
        if tracking is not None:
            self._database.execute(statement("note_tracking"), {"tracking": int(tracking), "now_ms": now_ms})

    def mark_missing(self, ids: Iterable[int], now_ms: int) -> None:
        self._database.executemany(
            "update emails set missing_ms = ? where id = ?", [(now_ms, each) for each in ids]
        )

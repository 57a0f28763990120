"""Staged events into the store, second by second: whose they are, then only what exceeds what is there."""

import json
from collections.abc import Sequence

from shared.records import Event
from sync_job.exports.addresses import AddressBook
from sync_job.exports.stage import Stage, Staged
from sync_job.pairing import EXPORT
from sync_job.session import Session
from sync_job.statements import statement


def merge(session: Session, stage: Stage, book: AddressBook) -> None:
    with session.log.progress("events") as progress:
        done = 0
        for batch in stage.batches():
            with session.store.transaction():
                session.store.events.add(book.attribute(batch))
            done += len(batch)
            session.counts.events_seen += len(batch)
            progress(done, stage.count)
            session.checkpoint()


def move(session: Session, stage: Stage, book: AddressBook) -> None:
    """Events that are stored, under people who turned out to be others: taken out, and merged again."""
    counts = session.counts
    for batch in stage.batches():
        new = counts.events_new
        with session.store.transaction():
            session.store.database.executemany(
                statement("remove_event"), [(each.event.occurred_ms, each.event.id) for each in batch]
            )
            session.store.events.add([*_claims(session, batch), *book.attribute(batch)])
        counts.events_new = new
        counts.events_completed += len(batch)
        session.checkpoint()


def _claims(session: Session, batch: Sequence[Staged]) -> list[Event]:
    """Rows of a file that the API has told of under the same id: they are their own events, not free for others."""
    seconds = json.dumps(sorted({each.event.occurred_ms // 1000 * 1000 for each in batch}))
    found = session.store.database.execute(statement("find_rows_told_of"), {"seconds": seconds})
    return [Event(at, key, EXPORT, kind, None, None, None, None, None, None) for at, key, kind in found]

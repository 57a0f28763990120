"""People known by an address alone become the real person, once a list or a file brings one.

Without this, a file imported before the first sync would leave its events with people of its own making, and the
same events would come again from the feed. Afterwards the store is as if the people had been known first.
"""

import json
from collections.abc import Sequence

from shared.records import Agent, Event, HashedAddress
from sync_job.exports.addresses import AddressBook, id_of_address
from sync_job.exports.events import ReadEvent
from sync_job.exports.merge import move
from sync_job.exports.stage import Stage, open_stage
from sync_job.session import Session
from sync_job.statements import statement
from sync_job.store import Store

HISTORIES = ("subscriber_addresses", "subscriber_tags", "subscriber_transitions")


def adopt(session: Session) -> None:
    """Run it when people and events are up to date: then an equal event says whose a shared address was."""
    store = session.store
    made = [
        (key, email)
        for key, uuid, email in store.database.execute(statement("find_people_by_address_alone"))
        if uuid == id_of_address(email)
    ]
    if not made:
        return
    book = AddressBook(store, [email for _, email in made], session.now_ms())
    adopted = [(key, email) for key, email in made if book.real_owner_is_known(email)]
    known = [key for key, _ in adopted]
    if not known:
        return
    with open_stage() as stage:
        _stage_events_of(store, known, stage)
        move(session, stage, book)
    now_ms = session.now_ms()
    moved = [
        {"subscriber": key, "uuid": book.owner(email, now_ms, since_ms=now_ms)} for key, email in adopted
    ]
    with store.transaction():
        store.database.executemany(statement("move_local_tags"), moved)
        for table in HISTORIES:
            store.database.executemany(
                f"delete from {table} where subscriber = ?", [(each,) for each in known]
            )
        store.database.executemany("delete from subscribers where id = ?", [(each,) for each in known])


def _stage_events_of(store: Store, people: Sequence[int], stage: Stage) -> None:
    for row in store.database.execute(statement("find_events_of_people"), {"people": json.dumps(people)}):
        at, event_id, family, kind, email, url, *origin, address, network, details, person = row
        event = Event(
            at,
            event_id,
            family,
            kind,
            None,
            email,
            url,
            Agent(*origin) if origin[0] is not None else None,
            HashedAddress(address, network) if address is not None else None,
            details,
        )
        stage.add(ReadEvent(event, person, True))

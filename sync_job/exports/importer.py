"""The story of an import: emails, then people, then the events that name them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import orjson

from shared.errors import SourceIncomplete, UnreadableFile
from sync_job.exports.addresses import AddressBook
from sync_job.exports.adoption import adopt
from sync_job.exports.emails import read_email, save_emails
from sync_job.exports.events import EventReader
from sync_job.exports.files import Export, Part, open_export
from sync_job.exports.merge import merge
from sync_job.exports.people import PeopleFile
from sync_job.exports.stage import open_stage
from sync_job.network import AddressHider
from sync_job.privacy.erasure import erase_met
from sync_job.privacy.retention import apply_retention
from sync_job.session import Session

BATCH = 1_000
NAMED_ROWS = 5

Read = TypeVar("Read")


class ExportImport:
    """Any number of export files, in any order; which is which was judged before anything is written."""

    def __init__(self, paths: Sequence[Path], hider: AddressHider) -> None:
        """Raises UnreadableFile for a file that is no export."""
        self._exports = [open_export(path) for path in paths]
        self._hider = hider

    def run(self, session: Session) -> None:
        session.store.tombstones.open(self._hider)
        for export in self._exports:
            _say_what_is_left_out(export, session)
        api_was_asked = bool(session.store.state("buttondown", "subscribers"))
        for part in self._parts("emails"):
            rows = _read(part, session, lambda row: read_email(row, session.counts))
            for emails in _batches(rows):
                with session.store.transaction():
                    save_emails(session.store, emails, api_was_asked=api_was_asked)
                session.checkpoint()
        people = PeopleFile(session.store, session.counts, session.now_ms())
        for part in self._parts("subscribers"):
            for batch in _batches(_read(part, session, people.read)):
                with session.store.transaction():
                    people.save(batch)
                session.checkpoint()
        reader = EventReader(self._hider, session.counts)
        for export in self._exports:
            self._import_events(export, reader, session)
        adopt(session)
        erase_met(session)
        apply_retention(session)

    def _parts(self, collection: Any) -> Iterator[Part]:
        for export in self._exports:
            yield from export.of(collection)

    def _import_events(self, export: Export, reader: EventReader, session: Session) -> None:
        parts = export.of("events")
        if not parts:
            return
        # Another file may have the same ids with more, or less, exact times: pairing minds that.
        session.store.events.remember_since(session.now_ms())
        with open_stage() as stage:
            for part in parts:
                for event in _read(part, session, reader.read):
                    stage.add(event)
            merge(session, stage, AddressBook(session.store, stage.addresses(), session.now_ms()))


def _read(part: Part, session: Session, parse: Callable[[dict[str, Any]], Read | None]) -> Iterator[Read]:
    """What the rows of a part say. Rows that cannot be read, and damage to the file, end up as problems."""
    refused: list[int] = []
    last, refused_before = 0, session.counts.events_refused
    try:
        for number, values in part.rows():
            last = number
            parsed = None
            if values is not None:
                try:
                    orjson.dumps(values)  # what is no text in UTF-8 could not be stored either
                    parsed = parse(values)
                except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
                    parsed = None
            if parsed is None:
                refused.append(number)
            else:
                yield parsed
    except UnreadableFile as error:
        session.problem(
            SourceIncomplete(
                f"{part.name} is damaged after {_unit(part)} {last:,} ({error}); what came before was kept",
                hint="Download it again and import it again: nothing is added twice.",
            )
        )
    if refused:
        if part.collection == "events":
            session.counts.events_refused = refused_before + len(refused)
        session.problem(SourceIncomplete(_refusal(part, refused)))


def _refusal(part: Part, refused: Sequence[int]) -> str:
    many = len(refused) > 1
    named = ", ".join(f"{number:,}" for number in refused[:NAMED_ROWS])
    more = f" and {len(refused) - NAMED_ROWS:,} more" if len(refused) > NAMED_ROWS else ""
    rows = f"{len(refused):,} rows" if many else "1 row"
    return f"{part.name}: {rows} could not be read ({_unit(part)}{'s' if many else ''} {named}{more})"


def _unit(part: Part) -> str:
    return "line" if part.layout == "csv" else "row"


def _say_what_is_left_out(export: Export, session: Session) -> None:
    for part in export.parts:
        if part.collection is None:
            session.log.info(f"{part.name} is empty: there is nothing in it to import")
    for reason in export.skipped:
        session.log.info(f"left out: {reason}")


def _batches(items: Iterator[Read]) -> Iterator[list[Read]]:
    while batch := list(islice(items, BATCH)):
        yield batch
